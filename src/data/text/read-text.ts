/**
 * Tables from text files. Types come from all rows: in batches, a survey reads the file once before the first batch is
 * given. A whole table is first read by types guessed from its beginning, and only surveyed when a cell shows that the guess
 * was wrong: the result is the same, most often after one pass instead of two.
 */
import type {ByteSource} from '../byte-source.ts';
import {wantedColumns} from '../read-options.ts';
import type {ReadOptions, TableOutline} from '../read-options.ts';
import type {Table} from '../table.ts';
import type {OnBadRow} from './cells.ts';
import type {CellFile} from './cell-file.ts';
import {openCsv} from './csv.ts';
import {NotUtf8} from './encoding.ts';
import {openJsonLines} from './json-lines.ts';
import {readCells} from './read-cells.ts';
import type {CellListeners, CellPlan} from './read-cells.ts';
import {guessCells, surveyCells} from './survey-cells.ts';
import type {KnownTypes, Survey} from './survey-cells.ts';

export type TextFormat = 'csv' | 'tsv' | 'jsonl';

export function outlineText(source: ByteSource, format: TextFormat, options: ReadOptions): Promise<TableOutline> {
  return inEncoding(source, format, options, async (own) => {
    const {file, known, wanted} = await open(source, format, own);
    const {rowCount, types} = await survey(file, known, own);
    return {
      rowCount,
      columns: wanted.map((column) => ({name: file.names[column] ?? '', type: types[column] ?? 'string'})),
    };
  });
}

export async function* scanText(
  source: ByteSource,
  format: TextFormat,
  options: ReadOptions,
  batchRows: number,
): AsyncIterable<Table> {
  const {rows, ...plan} = await inEncoding(source, format, options, async (own): Promise<CellPlan & {rows: number}> => {
    const {file, known, wanted, missingOf} = await open(source, format, own);
    const all = known.filter((type) => type !== undefined);
    if (all.length === known.length) return {file, known, types: all, wanted, missingOf, rows: batchRows};
    const {types, rowCount} = await survey(file, known, own);
    return {file, known, types, wanted, missingOf, rows: Math.min(batchRows, rowCount)};
  });
  try {
    yield* readCells(plan, listenersOf(options, source.name), batchRows, rows);
  } catch (error) {
    throw error instanceof NotUtf8 ? notUtf8(source.name) : error;
  }
}

export function readText(source: ByteSource, format: TextFormat, options: ReadOptions): Promise<Table> {
  return inEncoding(source, format, options, async (own) => {
    const opened = await open(source, format, own);
    const listeners = listenersOf(own, source.name);
    // What listeners have been told cannot be taken back.
    const mayGuess = format !== 'jsonl' && own.onBadRow === undefined && own.onMisfit === undefined;
    const table = mayGuess ? await readByGuess(source, opened, listeners) : undefined;
    if (table !== undefined) return table;
    const {rowCount, types} = await survey(opened.file, opened.known, own);
    return only(readCells({...opened, types}, listeners, Infinity, rowCount));
  });
}

/** Columns are made longer when there are more. */
const MOST_GUESSED_ROWS = 20_000_000;

/** A cell that is not of the type that was guessed. */
class WrongGuess extends Error {}

/** @returns undefined when the types are others than the beginning of the file promises */
async function readByGuess(
  source: ByteSource,
  opened: Omit<CellPlan, 'types'>,
  listeners: CellListeners,
): Promise<Table | undefined> {
  const guess = await guessCells(opened.file, opened.known, source.size);
  if (guess === undefined) return undefined;
  const {types, rowCount} = guess;
  // Memory that is never written costs nothing: some room saves a copy. A beginning of very short rows must not ask for all.
  const rows = Math.min(Math.ceil(rowCount * 1.1) + 100, MOST_GUESSED_ROWS);
  const onWrongGuess = (): never => {
    throw new WrongGuess();
  };
  try {
    return await only(readCells({...opened, types, onWrongGuess}, listeners, Infinity, rows));
  } catch (error) {
    if (error instanceof WrongGuess) return undefined;
    throw error;
  }
}

async function only(tables: AsyncIterable<Table>): Promise<Table> {
  for await (const table of tables) return table;
  return {rowCount: 0, columns: []};
}

async function open(source: ByteSource, format: TextFormat, options: ReadOptions): Promise<Omit<CellPlan, 'types'>> {
  const file =
    format === 'jsonl' ? await openJsonLines(source, options) : await openCsv(source, format === 'tsv', options);
  const given = options.types ?? {};
  const wanted = wantedColumns(file.names, options, file.name);
  const isWanted = new Set(wanted);
  const known = file.names.map((name, column) => {
    // A column may be called `constructor`.
    const type = Object.hasOwn(given, name) ? given[name] : undefined;
    return type ?? (isWanted.has(column) ? undefined : 'string');
  });
  return {file, known, wanted, missingOf: options.missingOf};
}

/** The second pass tells of bad rows; without anybody to tell, the first one ends the reading. */
function survey(file: CellFile, known: KnownTypes, options: ReadOptions): Promise<Survey> {
  return surveyCells(file, known, options.onBadRow === undefined ? failAt(file.name) : () => undefined);
}

const listenersOf = ({onBadRow, onMisfit}: ReadOptions, name: string): CellListeners => ({
  onBadRow: onBadRow ?? failAt(name),
  onMisfit,
});

/** A bad row that nobody is told of is an error. */
function failAt(name: string): OnBadRow {
  return ({line, reason}) => {
    throw new Error(`\`${name}:${String(line)}\`: ${reason}`);
  };
}

/** Reads, and once more as windows-1252 when bytes turn up that are not UTF-8 behind a beginning that was. */
async function inEncoding<Result>(
  source: ByteSource,
  format: TextFormat,
  options: ReadOptions,
  read: (options: ReadOptions) => Promise<Result>,
): Promise<Result> {
  const {name} = source;
  try {
    return await read(options);
  } catch (error) {
    if (!(error instanceof NotUtf8)) throw error;
    if (format === 'jsonl') throw new Error(`\`${name}\` is not UTF-8, which JSON must be: convert it`);
    if (options.encoding !== undefined) throw notUtf8(name);
    options.onNotice?.(`\`${name}\` is not UTF-8 and was read as windows-1252; \`encoding\` says otherwise`);
    return read({...options, encoding: 'windows-1252'});
  }
}

const notUtf8 = (name: string): Error =>
  new Error(`\`${name}\` is not UTF-8: give its \`encoding\`, e.g. windows-1252`);
