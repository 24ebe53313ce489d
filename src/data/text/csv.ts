/** CSV, TSV and their kin as a file of cells. */
import {formatList} from '../../base/format.ts';
import type {ByteSource} from '../byte-source.ts';
import type {ReadOptions} from '../read-options.ts';
import {QUOTED} from './cells.ts';
import {TEXT, WEAK, kindOfBytes} from './cell-kinds.ts';
import {MOST_ROW_BYTES, cellWindows, tooLong} from './cell-windows.ts';
import {detectDialect} from './dialect.ts';
import type {Dialect, SampleCell} from './dialect.ts';
import {detectEncoding, ENCODINGS, utf8Of} from './encoding.ts';
import type {Encoding} from './encoding.ts';
import {MissingValues} from './missing-values.ts';
import type {CellFile} from './cell-file.ts';
import {CsvSplitter} from './split-csv.ts';

/** What is looked at for dialect and encoding, in bytes. */
const SAMPLE = 64 * 1024;

export async function openCsv(source: ByteSource, isTsv: boolean, options: ReadOptions): Promise<CellFile> {
  const {name} = source;
  const encoding = encodingNamed(options.encoding) ?? detectEncoding(await beginning(source.chunks(), SAMPLE));
  if (encoding === 'windows-1252' && options.encoding === undefined) {
    options.onNotice?.(`\`${name}\` is not UTF-8 and was read as windows-1252; \`encoding\` says otherwise`);
  }
  const missing = new MissingValues(options.missingValues);
  const dialect = await dialectOf(source, encoding, isTsv, checkedDialect(options), missing);
  const {syntax, first, hasHeader, skip, skipLines} = dialect;
  if (!hasHeader && options.header === undefined) {
    options.onNotice?.(
      `the first row of \`${name}\` holds values and no names, so its columns are called column_1, column_2, ...; ` +
        '`header` says otherwise',
    );
  }
  const names = hasHeader
    ? columnNames(first, name, options)
    : first.map((_, column) => `column_${String(column + 1)}`);
  const decimal = dialect.decimal.charCodeAt(0);
  const {quote, backslash} = syntax;
  return {
    name,
    names,
    rules: {missing, decimal, unescape: (bytes, from, to) => unescaped(bytes, from, to, quote, backslash)},
    quotesCount: hasHeader && first.some((cell) => !cell.quoted) ? 'always' : 'when-some-are-bare',
    kindOfQuoted: ({bytes, starts, ends, marks}, cell) => {
      const [from = 0, to = 0] = [starts[cell], ends[cell]];
      if (marks[cell] !== QUOTED) return TEXT;
      return from === to ? WEAK : kindOfBytes(bytes, from, to, decimal);
    },
    windows: (onBadRow) =>
      cellWindows(
        utf8Of(source.chunks(), encoding),
        new CsvSplitter({syntax, decimal, width: names.length, line: skipLines + 1, onBadRow}),
        name,
        {skip, mostRowBytes: options.mostRowBytes},
      ),
  };
}

/** @throws Error when there is no first row */
async function dialectOf(
  source: ByteSource,
  encoding: Encoding,
  isTsv: boolean,
  options: ReadOptions,
  missing: MissingValues,
): Promise<Dialect> {
  const {name} = source;
  const {mostRowBytes = MOST_ROW_BYTES} = options;
  // A header of thousands of columns is longer than what is else enough.
  for (let size = SAMPLE; ; size *= 8) {
    const start = await beginning(utf8Of(source.chunks(), encoding), size);
    const isWhole = start.length < size;
    const dialect = detectDialect(start, isWhole, isTsv, options, missing);
    if (dialect.first.length > 0) return dialect;
    if (isWhole) throw new Error(`\`${name}\` has no row, not even a header: it must name its columns`);
    if (size >= mostRowBytes) throw tooLong(name, 1, mostRowBytes);
  }
}

/** The first bytes, at most `most`. */
async function beginning(chunks: AsyncIterable<Uint8Array>, most: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(most);
  let filled = 0;
  for await (const chunk of chunks) {
    const part = chunk.subarray(0, most - filled);
    bytes.set(part, filled);
    filled += part.length;
    if (filled === most) break;
  }
  return bytes.subarray(0, filled);
}

function encodingNamed(name: string | undefined): Encoding | undefined {
  if (name === undefined) return undefined;
  const plain = name.toLowerCase().replaceAll('_', '-');
  const same: {readonly [name: string]: Encoding} = {
    utf8: 'utf-8',
    latin1: 'windows-1252',
    'latin-1': 'windows-1252',
    'iso-8859-1': 'windows-1252',
    cp1252: 'windows-1252',
    'utf-16': 'utf-16le',
  };
  const encoding = same[plain] ?? ENCODINGS.find((one) => one === plain);
  if (encoding === undefined) {
    throw new Error(
      `the encoding \`${name}\` is not known: it may be ${formatList(
        ENCODINGS.map((one) => `\`${one}\``),
        9,
      )}`,
    );
  }
  return encoding;
}

function checkedDialect(options: ReadOptions): ReadOptions {
  for (const [what, text] of [
    ['delimiter', options.delimiter],
    ['quote', options.quote],
  ] as const) {
    if (text !== undefined && !(/^[\0-\x7f]$/.test(text) || (text === '' && what === 'quote'))) {
      throw new Error(`the ${what} \`${text}\` must be one ASCII character`);
    }
  }
  return options;
}

/** Distinct names: an empty one is called after its place, a repeated one gets `_2`, `_3`, ... */
function columnNames(cells: readonly SampleCell[], file: string, {onNotice}: ReadOptions): readonly string[] {
  const written = new Set(cells.map((cell) => cell.text));
  const taken = new Set<string>();
  const changed: string[] = [];
  const names = cells.map(({text}, column) => {
    const wanted = text === '' ? `column_${String(column + 1)}` : text;
    let name = wanted;
    for (let count = 2; taken.has(name) || (name !== text && written.has(name)); count += 1) {
      name = `${wanted}_${String(count)}`;
    }
    taken.add(name);
    if (name !== text)
      changed.push(`\`${name}\` (column ${String(column + 1)}, ${text === '' ? 'no name' : `a second \`${text}\``})`);
    return name;
  });
  if (changed.length > 0) onNotice?.(`\`${file}\` has columns without a name of their own, now ${formatList(changed)}`);
  return names;
}

function unescaped(bytes: Uint8Array, from: number, to: number, quote: number, backslash: boolean): Uint8Array {
  const plain = new Uint8Array(to - from);
  let length = 0;
  for (let at = from; at < to; at += 1) {
    const byte = bytes[at] as number;
    const next = bytes[at + 1];
    const isEscape = at + 1 < to && (backslash ? byte === 92 && (next === quote || next === 92) : byte === quote);
    if (isEscape) at += 1;
    plain[length++] = bytes[at] as number;
  }
  return plain.subarray(0, length);
}
