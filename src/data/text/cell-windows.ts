/**
 * A text file as stretches of whole rows, each cut into cells. Memory is that of a stretch: about one chunk, unless a row
 * is longer.
 */
import {formatBytes} from '../../base/format.ts';
import {Cells, grown} from './cells.ts';
import type {Splitter} from './cells.ts';

/** Bytes of one row: a longer one is a mistake (a quote that was never closed), and its length would be memory. */
export const MOST_ROW_BYTES = 64 * 1024 * 1024;

/**
 * @param chunks UTF-8, each good only until the next is asked for
 * @param name of the file, for messages
 * @param skip bytes to leave out at the beginning (the header)
 * @yields the same object again and again, which is good until the next is asked for
 */
export async function* cellWindows(
  chunks: AsyncIterable<Uint8Array>,
  splitter: Splitter,
  name: string,
  {skip = 0, mostRowBytes = MOST_ROW_BYTES}: {readonly skip?: number; readonly mostRowBytes?: number | undefined} = {},
): AsyncIterable<Cells> {
  const cells = new Cells(splitter.width);
  // What is not yet cut lies in [0, filled); splitters need one byte behind it.
  let buffer = new Uint8Array(0);
  let filled = 0;
  let left = skip;
  // A row that is not whole is only looked at again when there is twice as much of it: else a long row costs its square.
  let enough = 1;
  const cut = (atEnd: boolean): void => {
    cells.rows = 0;
    cells.bytes = buffer;
    const done = splitter.split(buffer, 0, filled, atEnd, cells);
    rest = done;
    enough = done === 0 ? filled * 2 : 1;
  };
  let rest = 0;
  const drop = (): void => {
    buffer.copyWithin(0, rest, filled);
    filled -= rest;
    rest = 0;
  };
  for await (const whole of chunks) {
    const dropped = Math.min(left, whole.length);
    left -= dropped;
    const chunk = whole.subarray(dropped);
    if (filled + chunk.length + 1 > buffer.length) {
      const longer = Math.max(filled + chunk.length + 1, filled === 0 ? 0 : buffer.length * 2);
      buffer = grown(buffer, new Uint8Array(longer));
    }
    buffer.set(chunk, filled);
    filled += chunk.length;
    if (filled < enough && filled < mostRowBytes) continue;
    cut(false);
    if (cells.rows > 0) yield cells;
    drop();
    while (filled >= mostRowBytes) {
      if (!hasLineEnd(buffer, filled)) throw tooLong(name, splitter.line, mostRowBytes);
      rest = splitter.skipUnclosed(buffer, 0, filled);
      drop();
      cut(false);
      if (cells.rows > 0) yield cells;
      drop();
    }
  }
  if (filled === 0) return;
  if (filled + 1 > buffer.length) buffer = grown(buffer, new Uint8Array(filled + 1));
  cut(true);
  if (cells.rows > 0) yield cells;
}

function hasLineEnd(bytes: Uint8Array, length: number): boolean {
  const within = (at: number): boolean => at !== -1 && at < length;
  return within(bytes.indexOf(10)) || within(bytes.indexOf(13));
}

/** The error of a line that may be no row. */
export const tooLong = (name: string, line: number, most: number): Error =>
  new Error(
    `\`${name}:${String(line)}\`: this line has more than ${formatBytes(most)}, the most a row may have. ` +
      'Is it a table with one row a line?',
  );
