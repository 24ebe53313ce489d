/** Batches of a table file as a schema wants them read, each with the cells that do not fit it. */
import {Caster, castTable, readPlan} from '../../data/check/caster.ts';
import type {Side} from '../../data/drift/comparison.ts';
import {ProfileBuilder} from '../../data/profile/profile-builder.ts';
import {BATCH_ROWS, type BadRow, type Misfit, type ReadOptions} from '../../data/read-options.ts';
import {scanTable} from '../../data/read-table.ts';
import type {TableSchema} from '../../data/schema/schema.ts';
import {formatOf} from '../../data/table-format.ts';
import type {Table} from '../../data/table.ts';
import type {Host} from '../../host/host.ts';
import {readProfile, type Reference} from '../shared/profile-file.ts';
import {fileSource} from '../shared/table-files.ts';

export interface ReadBatch {
  readonly table: Table;
  readonly misfits: readonly Misfit[];
}

/** Cells of a batch. */
const MOST_CELLS = 2 ** 22;

/** @param onBadRow is told of rows that cannot be read at all. */
export async function* readForSchema(
  host: Host,
  path: string,
  schema: TableSchema,
  options: ReadOptions,
  onBadRow: (row: BadRow) => void,
): AsyncIterable<ReadBatch> {
  const source = fileSource(host, path);
  const format = await formatOf(source, options);
  // Parquet and Arrow say themselves of which types their columns are and what is missing.
  const isText = format !== 'parquet' && format !== 'arrow';
  let misfits: Misfit[] = [];
  const plan = isText ? {...readPlan(schema), onMisfit: (misfit: Misfit) => void misfits.push(misfit)} : {};
  // Ten thousand columns of batches of the usual length would be gigabytes.
  const batchRows = Math.max(256, Math.min(BATCH_ROWS, Math.floor(MOST_CELLS / Math.max(1, schema.columns.length))));
  for await (const table of scanTable(source, {...options, ...plan, format, batchRows, onBadRow})) {
    yield {table, misfits};
    misfits = [];
  }
}

/** What a table is compared with: a profile, or a table that is read as the schema says. */
export async function referenceSide(
  host: Host,
  reference: Reference,
  schema: TableSchema,
  options: ReadOptions,
): Promise<Side> {
  if ('profile' in reference) return reference;
  const {path, name} = reference;
  if (path.endsWith('.json')) return {profile: readProfile(host, path, name)};
  const caster = new Caster(schema);
  const builder = new ProfileBuilder();
  for await (const {table, misfits} of readForSchema(host, path, schema, options, () => undefined))
    builder.add(castTable(table, caster.columns(table, misfits)));
  return builder.finish();
}
