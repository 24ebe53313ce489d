/** Runs a built-in kind in this thread, as `uses` does in its own. */
import type {Json} from '../../src/base/json.ts';
import type {Host} from '../../src/host/host.ts';
import type {StageContext} from '../../src/stages/define-stage.ts';
import type {KindTools, StageKind} from '../../src/stages/kind.ts';
import {scanTableFile} from '../../src/stages/shared/table-files.ts';
import {formatCell} from '../../src/data/format-cell.ts';

export interface KindRun {
  readonly metrics: Readonly<Record<string, number>>;
  readonly log: readonly string[];
}

export interface KindFiles {
  readonly inputs?: {readonly [name: string]: string | readonly string[]};
  readonly outputs?: {readonly [name: string]: string};
  readonly context?: Partial<StageContext>;
}

/** @throws Error as the kind does, and when the settings do not fit its schema */
export async function runKind(host: Host, kind: StageKind, settings: Json, files: KindFiles): Promise<KindRun> {
  const {schema} = await kind.settings();
  const metrics: Record<string, number> = {};
  const log: string[] = [];
  const inputs = files.inputs ?? {};
  const context: StageContext = {
    stage: 'test',
    params: {},
    inputs: Object.fromEntries(
      Object.entries(inputs).flatMap(([name, path]) => (typeof path === 'string' ? [[name, path]] : [])),
    ),
    inputFiles: Object.fromEntries(Object.entries(inputs).map(([name, paths]) => [name, [paths].flat()])),
    outputs: files.outputs ?? {},
    metric: (name, value) => (metrics[name] = value),
    progress: () => undefined,
    log: (...values) => log.push(values.map(String).join(' ')),
    seed: 1,
    signal: new AbortController().signal,
    ...files.context,
  };
  // Kinds that call functions of the user are tested through the command line.
  const tools = {} as KindTools;
  await kind.run(context, schema.parse(settings) as Json, host, tools);
  return {metrics, log};
}

/** The rows of a table file, each as the texts of its cells; a missing cell is undefined. */
export async function rowsOf(host: Host, path: string): Promise<readonly (readonly (string | undefined)[])[]> {
  const rows: (readonly (string | undefined)[])[] = [];
  for await (const {rowCount, columns} of scanTableFile(host, path))
    for (let row = 0; row < rowCount; row += 1) rows.push(columns.map((column) => formatCell(column, row)));
  return rows;
}
