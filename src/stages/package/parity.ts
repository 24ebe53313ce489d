/** Whether the packaged model, in a process of its own that has nothing but the bundle, gives the stored predictions again. */
import {cellOf, selectColumns} from '../../data/table-tools.ts';
import {takeRows, type Table} from '../../data/table.ts';
import type {Host} from '../../host/host.ts';
import {isPrediction} from '../../ml/prediction-columns.ts';
import {createTableFile, readTableFile} from '../shared/table-files.ts';

export interface ParityRequest {
  /** Path of the bundle. */
  readonly bundle: string;
  /** Held-out rows as a request has them, and what was predicted for them: as many rows, in the same order. */
  readonly rows: Table;
  readonly stored: Table;
  readonly mostRows: number;
  readonly tolerance: number;
  /** The command that starts mlp. */
  readonly mlp: readonly string[];
}

const TIMEOUT_MS = 10 * 60_000;
const MOST_SHOWN = 3;

/** @returns how many rows were compared. @throws Error with a sentence that shows the first rows that differ */
export async function checkParity(request: ParityRequest, host: Host): Promise<number> {
  const {bundle, mlp} = request;
  if (request.rows.rowCount !== request.stored.rowCount)
    throw new Error(
      `\`rows\` has ${request.rows.rowCount} rows and \`predictions\` ${request.stored.rowCount}: both must be of the same rows in the same order`,
    );
  const chosen = spreadRows(request.rows.rowCount, request.mostRows);
  const folder = host.files.absolute(`.mlp/tmp/parity-${host.ids.random(8)}`);
  host.files.makeFolder(folder);
  try {
    const writer = await createTableFile(host, `${folder}/request.csv`);
    await writer.write(takeRows(request.rows, chosen));
    await writer.end();
    const argv = [...mlp, 'predict', host.files.absolute(bundle), 'request.csv', '--output', 'response.csv'];
    const predicted = await host.processes.capture(argv, {cwd: folder, timeoutMs: TIMEOUT_MS});
    if (predicted.code !== 0)
      throw new Error(`the packaged model cannot predict, with nothing but the bundle:\n${predicted.stderr.trim()}`);
    compare(
      takeRows(request.stored, chosen),
      chosen,
      await readTableFile(host, `${folder}/response.csv`, {types: typesOf(request.stored)}),
      request.tolerance,
    );
    return chosen.length;
  } finally {
    host.files.remove(folder);
  }
}

/** At most so many of the rows, at even distances from the first on. */
function spreadRows(rows: number, most: number): Uint32Array {
  const count = Math.min(rows, most);
  return Uint32Array.from({length: count}, (_, index) => Math.floor((index * rows) / count));
}

const typesOf = (stored: Table) =>
  Object.fromEntries(stored.columns.filter(({name}) => isPrediction(name)).map(({name, type}) => [name, type]));

function compare(stored: Table, rows: Uint32Array, packaged: Table, tolerance: number): void {
  const names = stored.columns.map(({name}) => name).filter(isPrediction);
  if (names.length === 0)
    throw new Error('`predictions` has no column `y_pred`, `y_score` or `p_<class>`: there is nothing to compare with');
  const after = selectColumns(packaged, names).columns;
  const pairs = selectColumns(stored, names).columns.map((before, index) => [before, after[index] ?? before] as const);
  const shown: string[] = [];
  let count = 0;
  for (const [at, row] of rows.entries()) {
    const off = pairs
      .map(([before, now]) => ({name: before.name, was: cellOf(before, at), is: cellOf(now, at)}))
      .filter(({was, is}) => !isSame(was, is, tolerance));
    if (off.length === 0) continue;
    count += 1;
    const text = off.map(({name, was, is}) => `\`${name}\` was ${String(was)}, is ${String(is)}`).join('; ');
    if (shown.length < MOST_SHOWN) shown.push(`  row ${row + 1}: ${text}`);
  }
  if (count > 0)
    throw new Error(
      `the packaged model does not predict what was stored, for ${count} of ${rows.length} rows:\n${shown.join('\n')}\n` +
        'was it made from other features, another model or other rows than the predictions?',
    );
}

function isSame(one: unknown, other: unknown, tolerance: number): boolean {
  if (typeof one !== 'number' || typeof other !== 'number') return one === other;
  if (Object.is(one, other)) return true;
  return Math.abs(one - other) <= tolerance * Math.max(1, Math.abs(one), Math.abs(other));
}
