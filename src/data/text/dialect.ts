/**
 * The dialect of delimited text, found from the first rows: delimiter, quote, escape, decimal comma, and whether the first
 * row is a header. What the user says is taken as said.
 */
import {BARE_CELL, TEXT, VALUES, kindOfBare, typeOfKinds} from './cell-kinds.ts';
import type {MissingValues} from './missing-values.ts';
import type {CsvSyntax} from './split-csv.ts';

export interface DialectOptions {
  readonly delimiter?: string | undefined;
  readonly quote?: string | undefined;
  readonly header?: boolean | undefined;
  readonly decimal?: '.' | ',' | undefined;
}

export interface Dialect {
  readonly syntax: CsvSyntax;
  readonly decimal: '.' | ',';
  readonly hasHeader: boolean;
  /** The first row, names or values. */
  readonly first: readonly SampleCell[];
  /** Where the rows of values begin: bytes and lines to skip. */
  readonly skip: number;
  readonly skipLines: number;
}

export interface SampleCell {
  readonly text: string;
  readonly quoted: boolean;
}

interface Sample {
  readonly rows: readonly (readonly SampleCell[])[];
  /** Of the first row: characters and lines up to the second. */
  readonly firstLength: number;
  readonly firstLines: number;
  /** Cells whose closing quote is followed by text. */
  readonly malformed: number;
}

const MOST_ROWS = 200;
const DELIMITERS = [',', ';', '\t', '|'];

/**
 * @param bytes the beginning of the file, UTF-8. @param isWhole they are all of it
 * @param isTsv the file's name says that tabs separate its cells
 */
export function detectDialect(
  bytes: Uint8Array,
  isWhole: boolean,
  isTsv: boolean,
  options: DialectOptions,
  missing: MissingValues,
): Dialect {
  // Latin-1: one character a byte, so that lengths are bytes; cells are decoded when their row is chosen.
  const text = latin1(bytes);
  const delimiters = options.delimiter === undefined ? (isTsv ? ['\t'] : DELIMITERS) : [options.delimiter];
  const quotes = options.quote === undefined ? ['"', "'"] : [options.quote];
  let best: {readonly score: number; readonly syntax: CsvSyntax; readonly sample: Sample} | undefined;
  for (const delimiter of delimiters) {
    for (const quote of quotes) {
      for (const backslash of [false, true]) {
        const sample = sampleRows(text, delimiter, quote, backslash, isWhole);
        const score = scoreOf(sample, quote);
        if (best !== undefined && score <= best.score) continue;
        const syntax = {delimiter: delimiter.charCodeAt(0), quote: quote === '' ? -1 : quote.charCodeAt(0), backslash};
        best = {score, syntax, sample};
      }
    }
  }
  if (best === undefined) throw new Error('a dialect needs a delimiter');
  const {syntax, sample} = best;
  const first = sample.rows[0] ?? [];
  const values = sample.rows.slice(1);
  const decimal = options.decimal ?? (syntax.delimiter === 59 && hasDecimalCommas(values) ? ',' : '.');
  const hasHeader = options.header ?? isHeader(first, values, decimal.charCodeAt(0), missing);
  const [skip, skipLines] = hasHeader ? [sample.firstLength, sample.firstLines] : [0, 0];
  return {syntax, decimal, hasHeader, first: first.map(decoded), skip, skipLines};
}

/** How well the rows agree: rows of the commonest width above one, as a share; quotes that close nowhere count against it. */
function scoreOf({rows, malformed}: Sample, quote: string): number {
  const widths = new Map<number, number>();
  for (const row of rows) widths.set(row.length, (widths.get(row.length) ?? 0) + 1);
  const [width, count] = [...widths].sort((a, b) => b[1] - a[1] || b[0] - a[0])[0] ?? [0, 0];
  // Apostrophes are common in text: they are quotes only where most rows have them.
  const quotedRows = rows.filter((row) => row.some((cell) => cell.quoted)).length;
  if (quote === "'" && (malformed > 0 || quotedRows <= rows.length / 2)) return -Infinity;
  const agreement = width < 2 ? 0 : count / rows.length;
  // A wider table in equal agreement is the likelier one; the double quote and the doubled escape come first.
  return (
    agreement +
    Math.min(width, 100) * 1e-6 +
    (quotedRows > 0 && malformed === 0 ? (quote === '"' ? 2e-3 : 1e-3) : 0) -
    malformed / Math.max(1, rows.length)
  );
}

function sampleRows(text: string, delimiter: string, quote: string, backslash: boolean, isWhole: boolean): Sample {
  const rows: SampleCell[][] = [];
  let row: SampleCell[] = [];
  let malformed = 0;
  let firstLength = text.length;
  let firstLines = 0;
  let at = 0;
  while (at < text.length && rows.length < MOST_ROWS) {
    let cell = '';
    let end = at;
    const quoted = quote !== '' && text[at] === quote;
    if (quoted) {
      const close = closingQuote(text, at + 1, quote, backslash);
      if (close === -1) {
        malformed += isWhole ? 1 : 0;
        break;
      }
      cell = unescaped(text.slice(at + 1, close), quote, backslash);
      end = close + 1;
      while (text[end] === ' ') end += 1;
    }
    const next = nextEnd(text, end, delimiter);
    if (!quoted) cell = text.slice(at, next);
    else if (next !== end) malformed += 1;
    row.push({text: cell, quoted});
    at = next + 1;
    if (text[next] === delimiter && next < text.length) {
      if (at < text.length) continue;
      row.push({text: '', quoted: false});
    }
    if (text[next] === '\r' && text[at] === '\n') at += 1;
    const isBlank = row.length === 1 && cell === '' && !quoted;
    if (!isBlank) rows.push(row);
    if (rows.length === 1 && firstLines === 0) {
      firstLength = Math.min(at, text.length);
      firstLines = lineBreaks(text.slice(0, firstLength));
    }
    row = [];
    // The last row of a part of the file may be cut.
    if (!isWhole && at >= text.length) rows.pop();
  }
  return {rows, firstLength, firstLines, malformed};
}

const lineBreaks = (text: string): number => text.match(/\r\n|\n|\r/g)?.length ?? 0;

function nextEnd(text: string, from: number, delimiter: string): number {
  let at = from;
  while (at < text.length && text[at] !== delimiter && text[at] !== '\n' && text[at] !== '\r') at += 1;
  return at;
}

/** Where the cell in quotes that begins at `from` is closed, -1 when nowhere. */
function closingQuote(text: string, from: number, quote: string, backslash: boolean): number {
  for (let at = from; at < text.length; at += 1) {
    if (backslash && text[at] === '\\') at += 1;
    else if (text[at] === quote) {
      if (backslash || text[at + 1] !== quote) return at;
      at += 1;
    }
  }
  return -1;
}

function unescaped(text: string, quote: string, backslash: boolean): string {
  return backslash ? text.replace(/\\(["'\\])/g, '$1') : text.replaceAll(quote + quote, quote);
}

function latin1(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 4096) text += String.fromCharCode(...bytes.subarray(at, at + 4096));
  return text;
}

const bytesOf = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));

const decoded = ({text, quoted}: SampleCell): SampleCell => ({
  text: new TextDecoder('utf-8', {ignoreBOM: true}).decode(bytesOf(text)),
  quoted,
});

function hasDecimalCommas(rows: readonly (readonly SampleCell[])[]): boolean {
  const cells = rows.flat().map((cell) => cell.text.trim());
  return cells.some((text) => /^[+-]?\d+,\d+$/.test(text)) && !cells.some((text) => /^[+-]?\d+\.\d+$/.test(text));
}

/**
 * The first row is no header when it holds values where the rows below have values of the same type, and a name nowhere
 * that below is a value. A year is a name, unless it stands above years only.
 */
function isHeader(
  first: readonly SampleCell[],
  rows: readonly (readonly SampleCell[])[],
  decimal: number,
  missing: MissingValues,
): boolean {
  const kindOf = (cell: SampleCell | undefined): number => {
    if (cell === undefined) return 0;
    const bytes = bytesOf(cell.text);
    return kindOfBare(bytes, 0, bytes.length, missing, decimal);
  };
  const isYear = (cell: SampleCell | undefined): boolean => cell !== undefined && /^(?:19|20)\d\d$/.test(cell.text);
  let values = 0;
  for (const [column, cell] of first.entries()) {
    const below = rows.reduce((kinds, row) => kinds | kindOf(row[column]), 0);
    const kind = kindOf(cell);
    // Whoever puts names in quotes and values not, as R does, has names there.
    if (cell.quoted && rows.some((row) => row[column]?.quoted === false && row[column]?.text !== '')) return true;
    const isValue = (kind & VALUES & ~TEXT) !== 0 && !(isYear(cell) && !rows.every((row) => isYear(row[column])));
    if (!isValue) {
      // A name above numbers.
      if ((kind & BARE_CELL) !== 0 && typeOfKinds(below, false) !== 'string') return true;
    } else if (rows.length === 0 || typeOfKinds(kind | below, false) !== 'string') values += 1;
  }
  return values === 0;
}
