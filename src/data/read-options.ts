/** How tables are read. */
import type {ColumnType} from './table.ts';
import type {BadRow} from './text/cells.ts';

export type {BadRow} from './text/cells.ts';

export const TABLE_FORMATS = ['csv', 'tsv', 'jsonl', 'parquet', 'arrow'] as const;
export type TableFormat = (typeof TABLE_FORMATS)[number];

/** A cell that does not fit its type. */
export interface Misfit {
  /** Of the table that is given next, counted from 0. */
  readonly row: number;
  readonly column: string;
  /** As it is in the file, at most its first 1,000 bytes. */
  readonly text: string;
}

export interface ReadOptions {
  /** Otherwise found by the name and the content. */
  readonly format?: TableFormat | undefined;
  /** Of some columns, or all; the others' are found. A row with a cell that does not fit is a bad row. */
  readonly types?: {readonly [column: string]: ColumnType} | undefined;
  /**
   * Is told of each cell that does not fit its type, and the cell is missing then, its row no bad one. With it, `types` may
   * name columns that the file does not have. For text formats.
   */
  readonly onMisfit?: ((misfit: Misfit) => void) | undefined;
  /** Texts that mean a missing value where they stand without quotes; an empty cell and `NA` unless said otherwise. */
  readonly missingValues?: readonly string[] | undefined;
  /** Those of some columns, in their place and also in quotes. For text formats, and columns that `types` names. */
  readonly missingOf?: {readonly [column: string]: readonly string[]} | undefined;
  /** The columns to read, in this order. */
  readonly columns?: readonly string[] | undefined;
  /** CSV: one ASCII character. */
  readonly delimiter?: string | undefined;
  /** CSV: one ASCII character, or an empty text when there are no quotes. */
  readonly quote?: string | undefined;
  /** CSV: whether the first row names the columns. */
  readonly header?: boolean | undefined;
  /** CSV: what separates fractions. */
  readonly decimal?: '.' | ',' | undefined;
  /** CSV: `utf-8`, `utf-16le`, `utf-16be` or `windows-1252`. */
  readonly encoding?: string | undefined;
  /** Rows of a table that `scanTable` gives. */
  readonly batchRows?: number | undefined;
  /** Bytes of one row of text, at most. */
  readonly mostRowBytes?: number | undefined;
  /** Is told of each row that cannot be read, which is then left out. Without it, such a row is an error. */
  readonly onBadRow?: ((row: BadRow) => void) | undefined;
  /** Is told in a sentence what was guessed. */
  readonly onNotice?: ((sentence: string) => void) | undefined;
}

/** A table's columns and how many rows it has, before it is read. */
export interface TableOutline {
  readonly rowCount: number;
  readonly columns: readonly {readonly name: string; readonly type: ColumnType}[];
}

export const BATCH_ROWS = 32_768;

/** Where the wanted columns are among those of a file. @throws Error that names one that is not there */
export function wantedColumns(names: readonly string[], options: ReadOptions, file: string): readonly number[] {
  const typed = options.onMisfit === undefined ? Object.keys(options.types ?? {}) : [];
  for (const name of [...typed, ...(options.columns ?? [])]) {
    if (!names.includes(name)) throw new Error(`\`${file}\` has no column \`${name}\`; it has ${shown(names)}`);
  }
  return options.columns?.map((name) => names.indexOf(name)) ?? names.map((_, column) => column);
}

const shown = (names: readonly string[]): string =>
  `${names
    .slice(0, 20)
    .map((name) => `\`${name}\``)
    .join(', ')}${names.length > 20 ? `, ... (${String(names.length)})` : ''}`;
