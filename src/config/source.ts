/** Text with positions: what the YAML parser hands to the rest of the loader. Knows nothing of YAML or pipelines. */
import type {Json} from '../base/json.ts';
import type {Place} from '../model/diagnostic.ts';

/** A value together with where it was written. Never changed after it is made. */
export interface Located {
  readonly value: Json;
  readonly source: SourceFile;
  /** Offsets in the text, end exclusive. */
  readonly start: number;
  readonly end: number;
  /** A number as written (`1e-5`), since its text goes into commands. */
  readonly text?: string;
  /** Present for a list. */
  readonly items?: readonly Located[];
  /** Present for a map. */
  readonly members?: ReadonlyMap<string, Member>;
  /** What must wait for the item of a dynamic foreach; `value` is then a stand-in. */
  readonly deferred?: Json;
}

/** A value of a map and where its key stands. */
export interface Member {
  readonly keyStart: number;
  readonly keyEnd: number;
  readonly node: Located;
}

/** Anything that has a place: a value or the key of a map. */
export interface Spot {
  readonly source: SourceFile;
  readonly start: number;
  readonly end: number;
}

/** Marks, as `deferred`, a value whose mistake has been told: later checks pass it over. */
export const BROKEN: Json = 'broken';

const LONGEST_EXCERPT = 400;

/** A text and its lines. */
export class SourceFile {
  readonly file: string;
  readonly text: string;
  #lineStarts: readonly number[] | undefined;

  /** @param text without byte order mark. */
  constructor(file: string, text: string) {
    this.file = file;
    this.text = text;
  }

  /** The place of [start, end); a range over several lines is cut at the end of the first. */
  place(start: number, end: number): Place {
    const lineStarts = (this.#lineStarts ??= lineStartsOf(this.text));
    const line = lastAtMost(lineStarts, start);
    const lineStart = lineStarts[line] ?? 0;
    const lineEnd = (lineStarts[line + 1] ?? this.text.length + 1) - 1;
    const lineText = this.text.slice(lineStart, lineEnd).replace(/\r$/, '');
    const column = Math.min(start - lineStart, lineText.length);
    const length = Math.max(1, Math.min(end - lineStart, lineText.length) - column);
    // Control characters would reach the terminal through the excerpt.
    const shown = lineText.slice(0, LONGEST_EXCERPT).replace(/[\0-\x08\x0b-\x1f\x7f]/g, '\uFFFD');
    return {file: this.file, line: line + 1, column: column + 1, length, lineText: shown};
  }

  /** The whole file as a spot: its first character. */
  get top(): Spot {
    return {source: this, start: 0, end: 1};
  }
}

/** Line and column of a spot. */
export const placeOf = (spot: Spot): Place => spot.source.place(spot.start, spot.end);

/** Where the key `name` of a map stands; the map itself when it has no such key. */
export function keySpot(map: Located, name: string): Spot {
  const member = map.members?.get(name);
  // A list of names is another way to write a map without values.
  return member === undefined
    ? (map.items?.find((item) => item.value === name) ?? map)
    : {source: map.source, start: member.keyStart, end: member.keyEnd};
}

/** The value of a key; undefined when the map does not have it. */
export const memberOf = (map: Located, name: string): Located | undefined => map.members?.get(name)?.node;

/** The value at `path`, or the nearest one above it that was written. */
export function nearest(root: Located, path: readonly (string | number)[]): Located {
  let at = root;
  for (const step of path) {
    const next = typeof step === 'number' ? at.items?.[step] : at.members?.get(step)?.node;
    if (next === undefined) return at;
    at = next;
  }
  return at;
}

/** A value that was not written but computed, shown where `like` stands. */
export function madeAt(like: Spot, value: Json, text?: string): Located {
  const base = {value, source: like.source, start: like.start, end: like.end};
  if (Array.isArray(value)) return {...base, items: (value as readonly Json[]).map((item) => madeAt(like, item))};
  if (typeof value !== 'object' || value === null) return text === undefined ? base : {...base, text};
  const members = new Map<string, Member>();
  for (const [key, member] of Object.entries(value))
    members.set(key, {keyStart: like.start, keyEnd: like.end, node: madeAt(like, member)});
  return {...base, members};
}

/** Puts members together to a map; `value` follows from them. */
export function locatedMap(like: Spot, members: ReadonlyMap<string, Member>): Located {
  const value: Record<string, Json> = {};
  for (const [key, member] of members) setKey(value, key, member.node.value);
  return {value, source: like.source, start: like.start, end: like.end, members};
}

/** Puts items together to a list; `value` follows from them. */
export function locatedList(like: Spot, items: readonly Located[]): Located {
  return {value: items.map((item) => item.value), source: like.source, start: like.start, end: like.end, items};
}

/** Sets a key that may be `__proto__`, which plain assignment would swallow. */
export function setKey(target: Record<string, Json>, key: string, value: Json): void {
  if (key === '__proto__')
    Object.defineProperty(target, key, {value, enumerable: true, configurable: true, writable: true});
  else target[key] = value;
}

function lineStartsOf(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

/** Index of the last element of a rising list that is at most `value`. */
function lastAtMost(rising: readonly number[], value: number): number {
  let low = 0;
  let high = rising.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((rising[middle] ?? 0) <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}
