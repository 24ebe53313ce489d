/**
 * Names of branches, from their values and never from their place in a list, so that an element put in the middle
 * makes one branch and renames none. Pure.
 */
import {canonicalJson, isJsonObject, type Json} from '../base/json.ts';
import {shortHash} from '../base/short-hash.ts';

const LONGEST = 40;
const LONGEST_PREFIX = 24;

/** An element of a matrix axis or of a foreach. */
export interface NamedValue {
  readonly value: Json;
  /** As written, for numbers of a file. */
  readonly text?: string;
}

/** `train@` is followed by this: the value itself where it is short and plain, else a readable beginning and 8 digits of its hash. */
export function elementName({value, text}: NamedValue): string {
  const written = textOf(value, text);
  if (written !== undefined && written.length <= LONGEST && /^[A-Za-z0-9._-]+$/.test(written)) return written;
  return hashedName(written ?? nameInside(value), value, 8);
}

/** One name for each element of a list, in order; equal names of different values get the hash of the value. */
export function elementNames(elements: readonly NamedValue[]): {
  readonly names: readonly string[];
  readonly duplicates: readonly number[];
} {
  return distinct(elements.map((element) => ({name: elementName(element), value: element.value})));
}

/** Makes clashing names distinct by the hash of their values; equal values are reported by their place. */
export function distinct(elements: readonly {readonly name: string; readonly value: Json}[]): {
  readonly names: readonly string[];
  readonly duplicates: readonly number[];
} {
  const byName = new Map<string, Set<string>>();
  const duplicates: number[] = [];
  const seen = new Set<string>();
  elements.forEach(({name, value}, index) => {
    const id = canonicalJson(value);
    if (seen.has(id)) duplicates.push(index);
    seen.add(id);
    const there = byName.get(name);
    if (there === undefined) byName.set(name, new Set([id]));
    else there.add(id);
  });
  const names = elements.map(({name, value}) =>
    (byName.get(name)?.size ?? 1) > 1 ? hashedName(name, value, 16) : name,
  );
  return {names, duplicates};
}

function hashedName(readable: string, value: Json, digits: 8 | 16): string {
  const prefix = readable
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[-.]+/, '')
    .slice(0, LONGEST_PREFIX)
    .replace(/[-.]+$/, '');
  const hash = shortHash(canonicalJson(value)).slice(0, digits);
  return prefix === '' ? hash : `${prefix}-${hash}`;
}

function textOf(value: Json, text: string | undefined): string | undefined {
  if (typeof value === 'object' && value !== null) return undefined;
  return text ?? String(value);
}

/** A map that has a name is best known by it. */
function nameInside(value: Json): string {
  const name = isJsonObject(value) ? (value['name'] ?? value['id']) : undefined;
  return typeof name === 'string' || typeof name === 'number' ? String(name) : '';
}
