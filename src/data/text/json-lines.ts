/**
 * JSON lines (NDJSON) as a file of cells. The columns are the members of all its objects, in the order in which they first
 * come; where an object lacks one, or has `null`, the value is missing.
 */
import type {ByteSource} from '../byte-source.ts';
import type {ReadOptions} from '../read-options.ts';
import {QUOTED} from './cells.ts';
import {DATE, DATETIME, TEXT, kindOfBytes} from './cell-kinds.ts';
import {cellWindows} from './cell-windows.ts';
import {utf8Of} from './encoding.ts';
import {MissingValues} from './missing-values.ts';
import type {CellFile} from './cell-file.ts';
import {JsonLinesSplitter} from './split-json-lines.ts';

const POINT = 46;

export async function openJsonLines(source: ByteSource, options: ReadOptions): Promise<CellFile> {
  const {name} = source;
  const keys = new Set<string>();
  const finder = new JsonLinesSplitter(
    new Map(),
    () => undefined,
    (key) => keys.add(key),
  );
  const windows = (splitter: JsonLinesSplitter) =>
    cellWindows(utf8Of(source.chunks(), 'utf-8'), splitter, name, {mostRowBytes: options.mostRowBytes});
  for await (const _ of windows(finder)) continue;
  const names = [...keys];
  const columns = new Map(names.map((key, column) => [key, column]));
  return {
    name,
    names,
    rules: {missing: new MissingValues(options.missingValues), decimal: POINT, unescape},
    quotesCount: 'never',
    // A text that looks like a number is a text; for dates JSON has nothing but texts.
    kindOfQuoted: ({bytes, starts, ends, marks}, cell) => {
      if (marks[cell] !== QUOTED) return TEXT;
      const kind = kindOfBytes(bytes, starts[cell] as number, ends[cell] as number, POINT);
      return kind === DATE || kind === DATETIME ? kind : TEXT;
    },
    windows: (onBadRow) => windows(new JsonLinesSplitter(columns, onBadRow)),
  };
}

function unescape(bytes: Uint8Array, from: number, to: number): Uint8Array {
  const text = JSON.parse(`"${new TextDecoder().decode(bytes.subarray(from, to))}"`) as string;
  return new TextEncoder().encode(text);
}
