/**
 * JSON lines as cells: one object a line, its members are the cells. Only the outermost object is taken apart; a list or
 * an object inside it is a cell with its JSON as text. Numbers are not read here, so none loses digits.
 */
import {ABSENT, BARE, ESCAPED, QUOTED, rowText} from './cells.ts';
import type {Cells, OnBadRow, Splitter} from './cells.ts';
import {shortText} from './parse-number.ts';

const NEWLINE = 10;
const QUOTE = 34;
const BACKSLASH = 92;
const [OPEN_OBJECT, CLOSE_OBJECT, OPEN_LIST, CLOSE_LIST, COMMA, COLON] = [123, 125, 91, 93, 44, 58];
const SCALAR = /^(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)$/;

export class JsonLinesSplitter implements Splitter {
  readonly width: number;
  line = 1;
  readonly #columns: ReadonlyMap<string, number>;
  readonly #onKey: (key: string) => void;
  /** Of the row that is being read: a row that cannot be read has none. */
  readonly #newKeys: string[] = [];
  readonly #onBadRow: OnBadRow;
  #bytes: Uint8Array = new Uint8Array();
  #at = 0;
  #end = 0;
  /** Of the value that was read last. */
  #mark = BARE;

  /** @param columns key -> column. @param onKey is told of keys that are no column */
  constructor(
    columns: ReadonlyMap<string, number>,
    onBadRow: OnBadRow,
    onKey: (key: string) => void = () => undefined,
  ) {
    this.width = columns.size;
    this.#columns = columns;
    this.#onKey = onKey;
    this.#onBadRow = onBadRow;
  }

  split(bytes: Uint8Array, from: number, to: number, atEnd: boolean, cells: Cells): number {
    this.#bytes = bytes;
    let at = from;
    while (at < to) {
      const found = bytes.indexOf(NEWLINE, at);
      const isWhole = found !== -1 && found < to;
      if (!isWhole && !atEnd) return at;
      const end = isWhole ? found : to;
      this.#row(at, end, cells);
      this.line += 1;
      at = isWhole ? end + 1 : to;
    }
    return at;
  }

  skipUnclosed(bytes: Uint8Array, from: number, to: number): number {
    const found = bytes.indexOf(NEWLINE, from);
    const end = found === -1 || found > to ? to : found;
    this.#onBadRow({line: this.line, reason: 'a line that is too long', text: rowText(bytes, from, end)});
    this.line += 1;
    return Math.min(to, end + 1);
  }

  #row(from: number, to: number, cells: Cells): void {
    this.#at = from;
    this.#end = to;
    if (this.#next() === -1) return;
    cells.reserveRow();
    for (let column = 0; column < this.width; column += 1) {
      const cell = column * cells.capacity + cells.rows;
      cells.marks[cell] = ABSENT;
      cells.starts[cell] = from;
      cells.ends[cell] = from;
    }
    this.#newKeys.length = 0;
    if (!this.#object(cells)) {
      const text = rowText(this.#bytes, from, to);
      this.#onBadRow({line: this.line, reason: 'no JSON object in one line', text});
      return;
    }
    for (const key of this.#newKeys) this.#onKey(key);
    cells.lines[cells.rows] = this.line;
    cells.rowStarts[cells.rows] = from;
    cells.rowEnds[cells.rows] = to;
    cells.rows += 1;
  }

  /** The next byte that is no white space, -1 at the end of the line. */
  #next(): number {
    for (; this.#at < this.#end; this.#at += 1) {
      const byte = this.#bytes[this.#at] as number;
      if (byte > 32) return byte;
    }
    return -1;
  }

  /** @returns whether the line is an object and nothing else */
  #object(cells: Cells): boolean {
    if (this.#next() !== OPEN_OBJECT) return false;
    this.#at += 1;
    if (this.#next() === CLOSE_OBJECT) {
      this.#at += 1;
      return this.#next() === -1;
    }
    for (;;) {
      if (this.#next() !== QUOTE) return false;
      const keyStart = this.#at + 1;
      if (!this.#string()) return false;
      const key = this.#keyText(keyStart, this.#at - 1);
      if (this.#next() !== COLON) return false;
      this.#at += 1;
      this.#next();
      const start = this.#at;
      if (!this.#value()) return false;
      const column = this.#columns.get(key);
      if (column === undefined) this.#newKeys.push(key);
      else {
        const isText = this.#mark === QUOTED || this.#mark === ESCAPED;
        const cell = column * cells.capacity + cells.rows;
        cells.starts[cell] = isText ? start + 1 : start;
        cells.ends[cell] = isText ? this.#at - 1 : this.#at;
        cells.marks[cell] = this.#mark;
      }
      const byte = this.#next();
      this.#at += 1;
      if (byte === CLOSE_OBJECT) return this.#next() === -1;
      if (byte !== COMMA) return false;
    }
  }

  #keyText(from: number, to: number): string {
    if (this.#mark === QUOTED) return shortText(this.#bytes, from, to);
    return JSON.parse(new TextDecoder().decode(this.#bytes.subarray(from - 1, to + 1))) as string;
  }

  /** Reads a value; `#mark` says what it is. */
  #value(): boolean {
    const byte = this.#bytes[this.#at];
    if (this.#at >= this.#end) return false;
    if (byte === QUOTE) return this.#string();
    if (byte === OPEN_OBJECT || byte === OPEN_LIST) return this.#nested();
    const start = this.#at;
    while (this.#at < this.#end && !this.#endsScalar(this.#bytes[this.#at] as number)) this.#at += 1;
    const text = shortText(this.#bytes, start, this.#at);
    this.#mark = text === 'null' ? ABSENT : BARE;
    return SCALAR.test(text);
  }

  #endsScalar(byte: number): boolean {
    return byte === COMMA || byte === CLOSE_OBJECT || byte <= 32;
  }

  #string(): boolean {
    const start = this.#at;
    this.#mark = QUOTED;
    for (let at = start + 1; at < this.#end; at += 1) {
      const byte = this.#bytes[at] as number;
      if (byte === BACKSLASH) {
        this.#mark = ESCAPED;
        at += 1;
      } else if (byte === QUOTE) {
        this.#at = at + 1;
        return this.#mark === QUOTED || this.#isJson(start, this.#at);
      } else if (byte < 32) return false;
    }
    return false;
  }

  #isJson(from: number, to: number): boolean {
    try {
      JSON.parse(new TextDecoder().decode(this.#bytes.subarray(from, to)));
      return true;
    } catch {
      return false;
    }
  }

  /** A list or an object: its JSON is the text of the cell. */
  #nested(): boolean {
    const start = this.#at;
    let depth = 0;
    while (this.#at < this.#end) {
      const byte = this.#bytes[this.#at];
      if (byte === QUOTE) {
        if (!this.#string()) return false;
        continue;
      }
      this.#at += 1;
      if (byte === OPEN_OBJECT || byte === OPEN_LIST) depth += 1;
      else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) depth -= 1;
      if (depth > 0) continue;
      this.#mark = BARE;
      return this.#isJson(start, this.#at);
    }
    return false;
  }
}
