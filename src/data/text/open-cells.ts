/** Opens a text file of a table: what its columns are called, of which types they are, and how to read its cells. */
import type {ByteSource} from '../byte-source.ts';
import {wantedColumns} from '../read-options.ts';
import type {ReadOptions} from '../read-options.ts';
import type {ColumnType} from '../table.ts';
import type {OnBadRow} from './cells.ts';
import {openCsv} from './csv.ts';
import {NotUtf8} from './encoding.ts';
import {openJsonLines} from './json-lines.ts';
import {surveyCells} from './read-cells.ts';
import type {CellFile} from './read-cells.ts';

export type TextFormat = 'csv' | 'tsv' | 'jsonl';

export interface OpenCells {
  readonly file: CellFile;
  /** Of all columns; those that are not wanted count as text. */
  readonly types: readonly ColumnType[];
  /** 0 when they were not counted. */
  readonly rowCount: number;
}

/** @param mustCount whether the number of rows is needed */
export async function openCells(
  source: ByteSource,
  format: TextFormat,
  options: ReadOptions,
  mustCount: boolean,
): Promise<OpenCells> {
  try {
    return await surveyed(source, format, options, mustCount);
  } catch (error) {
    if (!(error instanceof NotUtf8)) throw error;
    if (format === 'jsonl') throw new Error(`\`${source.name}\` is not UTF-8, which JSON must be: convert it`);
    if (options.encoding !== undefined) {
      throw new Error(`\`${source.name}\` is not in the encoding \`${options.encoding}\`: try \`windows-1252\``);
    }
    // The beginning was UTF-8 or plain ASCII, what follows is not.
    return surveyed(source, format, {...options, encoding: guessed(source.name, options)}, mustCount);
  }
}

function guessed(name: string, {onNotice}: ReadOptions): string {
  onNotice?.(`\`${name}\` is not UTF-8 and was read as windows-1252; \`encoding\` says otherwise`);
  return 'windows-1252';
}

async function surveyed(
  source: ByteSource,
  format: TextFormat,
  options: ReadOptions,
  mustCount: boolean,
): Promise<OpenCells> {
  const file =
    format === 'jsonl' ? await openJsonLines(source, options) : await openCsv(source, format === 'tsv', options);
  const given = options.types ?? {};
  const unwanted = new Set(file.names.keys());
  for (const column of wantedColumns(file.names, options, file.name)) unwanted.delete(column);
  const known = file.names.map(
    // A column may be called `constructor`.
    (name, column) =>
      (Object.hasOwn(given, name) ? given[name] : undefined) ?? (unwanted.has(column) ? 'string' : undefined),
  );
  const types = known.filter((type) => type !== undefined);
  if (types.length === known.length && !mustCount) return {file, types, rowCount: 0};
  // The second pass tells of bad rows; without anybody to tell, the first one ends the reading.
  const survey = await surveyCells(file, known, options.onBadRow === undefined ? failAt(file.name) : () => undefined);
  return {file, ...survey};
}

/** A bad row that nobody is told of is an error. */
export function failAt(name: string): OnBadRow {
  return ({line, reason}) => {
    throw new Error(`\`${name}:${String(line)}\`: ${reason}`);
  };
}
