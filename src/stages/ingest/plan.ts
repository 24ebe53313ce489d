import {formatList} from '../../base/format.ts';
import {alignColumns, commonColumns, type ColumnSpec, type NamedColumns} from '../../data/align-columns.ts';
import type {ReadOptions} from '../../data/read-options.ts';
import {scanTable} from '../../data/read-table.ts';
import {type Sampler, sampleOfRows, sampleOfShare} from '../../data/sample.ts';
import {type Column, columnNamed, type ColumnType, type Table} from '../../data/table.ts';
import {selectColumns, stringColumn} from '../../data/table-tools.ts';
import type {StageContext} from '../define-stage.ts';
import {readOptionsOf} from '../shared/read-settings.ts';
import {type IngestSettings, listOf} from './settings.ts';
import type {TableSource} from './sources.ts';

/** Which columns the table has, and how each source is read for it. */
export class Plan {
  readonly #context: StageContext;
  readonly #settings: IngestSettings;
  /** Of the table; known from the first batch when there is one source only, which spares a pass over it. */
  #columns: readonly {readonly name: string; readonly type: ColumnType}[] | undefined;
  /** Columns of each source as they stand there, when there are several. */
  readonly #found = new Map<TableSource, readonly ColumnSpec[]>();

  /** Columns that the folders of the sources name. */
  readonly #partitionTypes: ReadonlyMap<string, 'integer' | 'string'>;

  constructor(context: StageContext, settings: IngestSettings, sources: readonly TableSource[]) {
    this.#context = context;
    this.#settings = settings;
    this.#partitionTypes = partitionTypes(sources);
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
    const wanted = order?.flatMap((name) => common.find((column) => column.name === name) ?? []) ?? common;
    this.#columns = distinct(wanted.map(({name, type}) => ({name, type: type ?? 'string'})));
  }

  /**
   * The wanted columns of a source as they stand there, those of its folders behind them.
   * @param tells whether what was guessed is told: once for each source
   */
  async *scan(source: TableSource, onBadRow: ReadOptions['onBadRow'], tells: boolean): AsyncIterable<Table> {
    const {columns: wanted} = this.#settings;
    for await (const batch of scanTable(source.bytes, this.#options(source, onBadRow, tells))) {
      const whole = this.#withPartition(batch, source);
      yield wanted === undefined
        ? whole
        : selectColumns(
            whole,
            wanted.filter((name) => columnNamed(whole, name)),
          );
    }
  }

  #options(source: TableSource, onBadRow: ReadOptions['onBadRow'], tells: boolean): ReadOptions {
    const settings = readOptionsOf(this.#settings);
    const declared = {...source.options?.types, ...settings.types};
    const found = this.#found.get(source);
    const types = found === undefined ? declared : this.#typesOf(found, declared);
    const inFile = (name: string): boolean => !source.partition.has(name);
    const columns = this.#settings.columns
      ?.filter(inFile)
      .filter((name) => found === undefined || !this.#settings.union || found.some((column) => column.name === name));
    return {
      ...settings,
      ...source.options,
      types: Object.fromEntries(Object.entries(types).filter(([name]) => inFile(name))),
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
      for await (const {rowCount} of this.scan(source, () => undefined, false)) total += rowCount;
    return sampleOfRows(total, sample.rows, this.#context.seed);
  }

  /** All rows are looked at for types by the first batch; more batches only while a column is missing throughout. */
  async #look(source: TableSource): Promise<readonly ColumnSpec[]> {
    let columns: readonly ColumnSpec[] = [];
    const options = {...readOptionsOf(this.#settings), types: undefined, ...source.options, onBadRow: () => undefined};
    for await (const read of scanTable(source.bytes, options)) {
      const batch = this.#withPartition(read, source);
      columns = batch.columns.map((column, index) => {
        const known = columns[index]?.type;
        const isEmpty = batch.rowCount === 0 || (column.missing?.every((mark) => mark === 1) ?? false);
        return {name: column.name, type: known ?? (isEmpty ? undefined : column.type)};
      });
      if (batch.rowCount > 0 && columns.every(({type}) => type !== undefined)) break;
    }
    return columns;
  }

  /** What a folder says goes before what the file says of the same column. */
  #withPartition(batch: Table, {partition}: TableSource): Table {
    if (partition.size === 0) return batch;
    const columns = [...partition].map(([name, value]) => this.#partitionColumn(name, value, batch.rowCount));
    return {...batch, columns: [...batch.columns.filter(({name}) => !partition.has(name)), ...columns]};
  }

  #partitionColumn(name: string, value: string | undefined, rows: number): Column {
    if (this.#partitionTypes.get(name) === 'integer') {
      const missing = value === undefined ? {missing: new Uint8Array(rows).fill(1)} : {};
      return {name, type: 'integer', values: new Float64Array(rows).fill(Number(value ?? Number.NaN)), ...missing};
    }
    if (value === undefined)
      return stringColumn(
        name,
        Array.from({length: rows}, () => undefined),
      );
    return {name, type: 'string', codes: new Int32Array(rows), words: [value]};
  }

  /** What of a source's columns goes into the table, under the names it has there. */
  #chosen(columns: readonly ColumnSpec[]): readonly ColumnSpec[] {
    const {columns: wanted, types} = this.#settings;
    return distinct(
      columns
        .filter(({name}) => wanted === undefined || wanted.includes(name))
        .map(({name, type}) => ({name: this.#renamed(name), type: typeSaid(types, name) ?? type})),
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
          typeSaid(declared, name) ??
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

/** A column may be called `constructor`. */
const typeSaid = (types: ReadOptions['types'], name: string): ColumnType | undefined =>
  types !== undefined && Object.hasOwn(types, name) ? types[name] : undefined;

function distinct<Column extends {readonly name: string}>(columns: readonly Column[]): readonly Column[] {
  const twice = columns.find(({name}, index) => columns.findIndex((other) => other.name === name) !== index);
  if (twice !== undefined)
    throw new Error(`two columns would be called \`${twice.name}\`: change \`rename\` or \`columns\``);
  return columns;
}

/** Whole numbers when all folders of all sources say such; a leading zero makes a code. */
function partitionTypes(sources: readonly TableSource[]): ReadonlyMap<string, 'integer' | 'string'> {
  const types = new Map<string, 'integer' | 'string'>();
  for (const {partition} of sources)
    for (const [name, value] of partition) {
      const isWhole = value === undefined || (/^(0|-?[1-9]\d*)$/.test(value) && Number.isSafeInteger(Number(value)));
      types.set(name, isWhole && types.get(name) !== 'string' ? 'integer' : 'string');
    }
  return types;
}
