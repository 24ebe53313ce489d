import {formatList} from '../base/format.ts';
import {alignColumns, commonColumns, type ColumnSpec, type NamedColumns} from '../data/align-columns.ts';
import type {ReadOptions} from '../data/read-options.ts';
import {scanTable} from '../data/read-table.ts';
import {type Sampler, sampleOfRows, sampleOfShare} from '../data/sample.ts';
import type {ColumnType, Table} from '../data/table.ts';
import type {Host} from '../host/host.ts';
import type {StageContext} from './define-stage.ts';
import {BadRows} from './ingest/bad-rows.ts';
import {manifestOf, type SourceCount} from './ingest/manifest.ts';
import {ingestReads, ingestSchema, type IngestSettings, listOf} from './ingest/settings.ts';
import {bringSources, BroughtFiles, type TableSource} from './ingest/sources.ts';
import {openTableOutput} from './ingest/table-output.ts';
import type {StageKind} from './kind.ts';
import {readOptionsOf} from './shared/read-settings.ts';

/** Reads files, downloads and queries into one table or one folder of tables; memory does not grow with the rows. */
export const ingest: StageKind = {
  name: 'ingest',
  summary: 'Reads files, folders, URLs and database queries into one table, with a manifest and a file of bad rows.',
  version: 1,
  settings: async () => ({schema: await ingestSchema()}),
  reads: (settings) => ingestReads(settings as unknown as IngestSettings),
  run: async (context, written, host) => {
    const settings = written as unknown as IngestSettings;
    const outs = outsOf(context);
    const brought = new BroughtFiles(host);
    try {
      await ingestSources(await bringSources(context, settings, host, brought), outs, {context, settings, host});
      brought.removeAll();
    } finally {
      brought.removeQueries();
    }
  },
};

interface Outs {
  readonly table: string;
  readonly badRows: string | undefined;
  readonly manifest: string | undefined;
}

interface Surroundings {
  readonly context: StageContext;
  readonly settings: IngestSettings;
  readonly host: Host;
}

function outsOf({outputs}: StageContext): Outs {
  const {bad_rows: badRows, manifest, ...tables} = outputs;
  const [table, ...others] = Object.values(tables);
  if (table === undefined)
    throw new Error('`ingest` does not know where to: name one file or folder in `outs` for the table');
  if (others.length > 0)
    throw new Error(
      `\`ingest\` makes one table, but \`outs\` names ${others.length + 1}: call the others \`manifest\` and \`bad_rows\`, as in \`outs: {table: ${table}, manifest: ...}\``,
    );
  return {table, badRows, manifest};
}

async function ingestSources(sources: readonly TableSource[], outs: Outs, around: Surroundings): Promise<void> {
  const {context, settings, host} = around;
  const plan = new Plan(around);
  await plan.lookAt(sources);
  const sampler = await plan.sampler(sources);
  const badRows = await BadRows.open(host, settings.max_bad, outs.badRows);
  const output = await openTableOutput(host, outs.table, settings);
  const counted: (TableSource & {readonly count: SourceCount})[] = [];
  let total = 0;
  try {
    for (const source of sources) {
      let [rows, badBefore] = [0, badRows.count];
      let columns: SourceCount['columns'] = [];
      const onBadRow: ReadOptions['onBadRow'] = (row) => badRows.add(source.name, row);
      for await (const batch of scanTable(source.bytes, plan.options(source, onBadRow, true))) {
        columns = batch.columns.map(({name, type}) => ({name, type}));
        rows += batch.rowCount;
        await output.write(sampler(plan.wanted(batch, source)));
        await badRows.flush();
        context.signal.throwIfAborted();
      }
      const bad = badRows.count - badBefore;
      total += rows + bad;
      counted.push({...source, count: {rows, bad, columns}});
      if (typeof settings.max_bad === 'number') badRows.refuseTooMany(total);
      context.progress(counted.length / sources.length, source.name);
    }
    badRows.refuseTooMany(total);
    await badRows.end();
    const files = await output.end();
    const manifest = manifestOf(host, outs.table, plan.columns, counted, files);
    if (outs.manifest !== undefined) host.files.writeAtomic(outs.manifest, `${JSON.stringify(manifest, null, 2)}\n`);
    context.metric('rows', manifest.rows);
    context.metric('bad_rows', manifest.bad_rows);
  } catch (error) {
    output.discard();
    badRows.discard();
    throw error;
  }
}

/** Which columns the table has, and how each source is read for it. */
class Plan {
  readonly #context: StageContext;
  readonly #settings: IngestSettings;
  /** Of the table; known from the first batch when there is one source only, which spares a pass over it. */
  #columns: readonly {readonly name: string; readonly type: ColumnType}[] | undefined;
  /** Columns of each source as they stand there, when there are several. */
  readonly #found = new Map<TableSource, readonly ColumnSpec[]>();

  constructor({context, settings}: Surroundings) {
    this.#context = context;
    this.#settings = settings;
  }

  get columns(): readonly {readonly name: string; readonly type: ColumnType}[] {
    return this.#columns ?? [];
  }

  /** Several sources: what columns they have, and of what types all their rows are. */
  async lookAt(sources: readonly TableSource[]): Promise<void> {
    if (sources.length < 2) return;
    const found: NamedColumns[] = [];
    for (const source of sources) {
      const columns = await this.#look(source);
      this.#found.set(source, columns);
      found.push({name: source.name, columns: this.#chosen(columns)});
    }
    this.#refuseUnknown([...this.#found.values()].flat().map(({name}) => name));
    const common = commonColumns(found, this.#settings.union);
    const order = this.#settings.columns?.map((name) => this.#renamed(name));
    this.#columns = (order?.flatMap((name) => common.find((column) => column.name === name) ?? []) ?? common).map(
      ({name, type}) => ({name, type: type ?? 'string'}),
    );
  }

  /** @param tells whether what was guessed is told: once for each source */
  options(source: TableSource, onBadRow: ReadOptions['onBadRow'], tells: boolean): ReadOptions {
    const settings = readOptionsOf(this.#settings);
    const declared = {...source.options?.types, ...settings.types};
    const found = this.#found.get(source);
    const types = found === undefined ? declared : this.#typesOf(found, declared);
    const columns = this.#settings.columns?.filter(
      (name) => found === undefined || !this.#settings.union || found.some((column) => column.name === name),
    );
    return {
      ...settings,
      ...source.options,
      types,
      columns,
      onBadRow,
      ...(tells ? {onNotice: (sentence: string) => this.#context.log(sentence)} : {}),
    };
  }

  /** The batch of a source as rows of the table. @throws Error when renaming gives one name twice */
  wanted(batch: Table, source: TableSource): Table {
    const renamed = {...batch, columns: batch.columns.map((column) => ({...column, name: this.#renamed(column.name)}))};
    if (this.#columns === undefined) {
      this.#refuseUnknown(batch.columns.map(({name}) => name));
      this.#columns = distinct(renamed.columns.map(({name, type}) => ({name, type})));
    }
    return alignColumns(renamed, this.#columns, source.name);
  }

  async sampler(sources: readonly TableSource[]): Promise<Sampler> {
    const {sample} = this.#settings;
    if (sample === undefined) return (batch) => batch;
    if ('share' in sample) return sampleOfShare(sample.share, listOf(sample.by), sample.salt ?? '');
    let total = 0;
    for (const source of sources)
      for await (const {rowCount} of scanTable(
        source.bytes,
        this.options(source, () => undefined, false),
      ))
        total += rowCount;
    return sampleOfRows(total, sample.rows, this.#context.seed);
  }

  /** All rows are looked at for types by the first batch; more batches only while a column is missing throughout. */
  async #look(source: TableSource): Promise<readonly ColumnSpec[]> {
    let columns: readonly ColumnSpec[] = [];
    const options = {...readOptionsOf(this.#settings), types: undefined, ...source.options, onBadRow: () => undefined};
    for await (const batch of scanTable(source.bytes, options)) {
      columns = batch.columns.map((column, index) => {
        const known = columns[index]?.type;
        const isEmpty = batch.rowCount === 0 || (column.missing?.every((mark) => mark === 1) ?? false);
        return {name: column.name, type: known ?? (isEmpty ? undefined : column.type)};
      });
      if (batch.rowCount > 0 && columns.every(({type}) => type !== undefined)) break;
    }
    return columns;
  }

  /** What of a source's columns goes into the table, under the names it has there. */
  #chosen(columns: readonly ColumnSpec[]): readonly ColumnSpec[] {
    const {columns: wanted, types} = this.#settings;
    return distinct(
      columns
        .filter(({name}) => wanted === undefined || wanted.includes(name))
        .map(({name, type}) => ({name: this.#renamed(name), type: types?.[name] ?? type})),
    );
  }

  /** Of the columns that a source has: what was declared, else what the table needs. */
  #typesOf(
    found: readonly ColumnSpec[],
    declared: NonNullable<ReadOptions['types']>,
  ): NonNullable<ReadOptions['types']> {
    return Object.fromEntries(
      found.flatMap(({name, type: own}) => {
        // Without a value of its own, a column is of any type.
        const type =
          declared[name] ??
          (own === undefined ? undefined : this.#columns?.find((column) => column.name === this.#renamed(name))?.type);
        return type === undefined ? [] : [[name, type]];
      }),
    );
  }

  /** @param there columns of all sources. @throws Error for a name in the settings that is none of them */
  #refuseUnknown(there: readonly string[]): void {
    const {columns = [], rename = {}, types = {}} = this.#settings;
    const unknown = [...columns, ...Object.keys(rename), ...Object.keys(types)].find((name) => !there.includes(name));
    if (unknown === undefined) return;
    const names = [...new Set(there)].map((name) => `\`${name}\``);
    throw new Error(`no source has a column \`${unknown}\`, which \`with\` names; there are ${formatList(names, 20)}`);
  }

  #renamed(name: string): string {
    const {rename} = this.#settings;
    return rename !== undefined && Object.hasOwn(rename, name) ? (rename[name] ?? name) : name;
  }
}

function distinct<Column extends {readonly name: string}>(columns: readonly Column[]): readonly Column[] {
  const twice = columns.find(({name}, index) => columns.findIndex((other) => other.name === name) !== index);
  if (twice !== undefined) throw new Error(`two columns would be called \`${twice.name}\`: change \`rename\``);
  return columns;
}
