/** The tree object of a folder straight from its listing and its records, without an object for each of its files. */
import {TREE_HEADER} from '../model/tree.ts';
import type {FileRecords} from '../model/file-records.ts';

const QUOTE = 34;
const BACKSLASH = 92;
const TILDE = 126;
const SPACE = 32;
const FILE = 102;
const FOLDER = 100;
const DIGITS = Buffer.from('0123456789abcdef');
const START = Buffer.from('["');
const FILE_WORDS = [Buffer.from('","file",false,'), Buffer.from('","file",true,')] as const;
const FOLDER_WORDS = Buffer.from('","dir",false,0,""]\n');
const HASH_WORDS = Buffer.from(',"');
const END = Buffer.from('"]\n');
const DIGEST_BYTES = 32;
/** What a line takes beside its path at most, with sixteen digits of a size. */
const LINE_BYTES = 2 + 15 + 16 + 2 + 2 * DIGEST_BYTES + 3;

/**
 * What `treeText(listing.tree(records))` is, in UTF-8, made piece by piece while others are still looked at. There is none
 * when there is a link, a character that JSON escapes or ASCII lacks, or the order of the listing is not that of the paths,
 * as for `a/b` and `a.b`.
 */
export class PlainTree {
  readonly #parts: Uint8Array[] = [Buffer.from(TREE_HEADER)];
  #last = '';
  #isPlain = true;

  /** @param text what comes next in the listing. @param records of its files */
  add(text: string, records: FileRecords): void {
    if (text === '' || !this.#isPlain) return;
    const part = firstPath(text) > this.#last ? linesOf(text, records) : undefined;
    if (part === undefined) this.#isPlain = false;
    else this.#parts.push(part);
    this.#last = lastPath(text);
  }

  /** One after the other they are the text. */
  parts(): readonly Uint8Array[] | undefined {
    return this.#isPlain ? this.#parts : undefined;
  }
}

function firstPath(text: string): string {
  const end = text.indexOf('\0');
  return text.slice(1, end < 0 ? undefined : end);
}

function lastPath(text: string): string {
  return text.slice(text.lastIndexOf('\0') + 2);
}

function linesOf(text: string, records: FileRecords): Uint8Array | undefined {
  const names = Buffer.from(`${text}\0`);
  const tree = new Writer(names.length + ends(names) * LINE_BYTES);
  let [at, before, position] = [0, 0, 0];
  while (at < names.length) {
    const end = names.indexOf(0, at);
    const kind = names[at];
    const path = at + 1;
    if ((kind !== FILE && kind !== FOLDER) || (at > 0 && !comesAfter(names, before, path))) return undefined;
    const isFile = kind === FILE;
    if (!isFile || records.isThere(position)) {
      tree.add(START);
      if (!tree.addPlain(names, path, end)) return undefined;
      if (isFile) addFile(tree, records, position);
      else tree.add(FOLDER_WORDS);
    }
    if (isFile) position++;
    before = path;
    at = end + 1;
  }
  return tree.written();
}

function addFile(tree: Writer, records: FileRecords, position: number): void {
  tree.add(FILE_WORDS[records.exec(position) ? 1 : 0]);
  tree.addNumber(records.size(position));
  tree.add(HASH_WORDS);
  tree.addHex(records.bytes, records.sha256At(position), DIGEST_BYTES);
  tree.add(END);
}

function ends(bytes: Uint8Array): number {
  let count = 0;
  for (let index = 0; index < bytes.length; index++) if (bytes[index] === 0) count++;
  return count;
}

/** Whether the text that starts at `right` comes after that at `left`; each ends with a NUL. */
function comesAfter(bytes: Uint8Array, left: number, right: number): boolean {
  let at = 0;
  while (bytes[left + at] === bytes[right + at] && bytes[left + at] !== 0) at++;
  return (bytes[right + at] ?? 0) > (bytes[left + at] ?? 0);
}

class Writer {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(room: number) {
    this.#bytes = Buffer.allocUnsafe(room);
  }

  add(bytes: Uint8Array): void {
    for (let index = 0; index < bytes.length; index++) this.#put(bytes[index]);
  }

  /** @returns whether all of it is ASCII that JSON does not escape. */
  addPlain(bytes: Uint8Array, from: number, to: number): boolean {
    for (let index = from; index < to; index++) {
      const byte = bytes[index] ?? 0;
      if (byte < SPACE || byte > TILDE || byte === QUOTE || byte === BACKSLASH) return false;
      this.#put(byte);
    }
    return true;
  }

  /** @param value whole, not negative. */
  addNumber(value: number): void {
    if (value >= 10) this.addNumber(Math.floor(value / 10));
    this.#put(DIGITS[value % 10]);
  }

  addHex(bytes: Uint8Array, from: number, count: number): void {
    for (let index = from; index < from + count; index++) {
      const byte = bytes[index] ?? 0;
      this.#put(DIGITS[byte >> 4]);
      this.#put(DIGITS[byte & 15]);
    }
  }

  written(): Uint8Array {
    return this.#bytes.subarray(0, this.#at);
  }

  #put(byte: number | undefined): void {
    this.#bytes[this.#at++] = byte ?? 0;
  }
}
