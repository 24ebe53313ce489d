/** The difference of two key documents, leaf by leaf: the one source of every "because" that mlp prints. */
import {byCodeUnits} from '../base/compare.ts';
import {canonicalJson, isJsonObject, type Json, type JsonObject} from '../base/json.ts';
import type {KeyChange, KeyDocument} from '../model/key-document.ts';

/** In the order in which people look for a cause. */
const PARTS = ['params', 'code', 'deps', 'action', 'env', 'runtime', 'seed', 'cwd', 'outs', 'salt', 'scheme'] as const;

export function diffDocuments(before: KeyDocument, after: KeyDocument): readonly KeyChange[] {
  const changes: KeyChange[] = [];
  for (const part of PARTS) {
    const [old, now] = [partAsObject(before, part), partAsObject(after, part)];
    for (const [path, was, is] of diffJson(old, now, '')) {
      changes.push({part, path, ...(was === undefined ? {} : {before: was}), ...(is === undefined ? {} : {after: is})});
    }
  }
  // Where files came or went, that says it.
  if (!changes.some(({part}) => part === 'deps' || part === 'outs')) changes.push(...nameChanges(before, after));
  return changes;
}

function nameChanges({names: old = []}: KeyDocument, {names: now = []}: KeyDocument): readonly KeyChange[] {
  if (canonicalJson(old) === canonicalJson(now)) return [];
  const pathsOf = (names: typeof old): JsonObject => {
    const paths: Record<string, string> = {};
    for (const [role, name, path] of names) {
      const key = `${role === 'in' ? 'input' : 'output'} ${name}`;
      paths[key] = paths[key] === undefined ? path : `${paths[key]}, ${path}`;
    }
    return paths;
  };
  const changes = [...diffJson(pathsOf(old), pathsOf(now), '')].map(([path, was, is]): KeyChange => ({
    part: 'names',
    path,
    ...(was === undefined ? {} : {before: was}),
    ...(is === undefined ? {} : {after: is}),
  }));
  return changes.length > 0 ? changes : [{part: 'names', path: 'order'}];
}

/** How many leaves each part of a document has, for "unchanged: command, 4 deps, env". */
export function countLeaves(document: KeyDocument): ReadonlyMap<keyof KeyDocument, number> {
  return new Map(PARTS.map((part) => [part, leaves(partAsObject(document, part))]));
}

/** Lists of rows become objects by their first column, so that a row is compared with its namesake. */
function partAsObject(document: KeyDocument, part: keyof KeyDocument): Json {
  if (part !== 'deps' && part !== 'outs') return document[part] as Json;
  const rows: Record<string, Json> = {};
  for (const [path, ...rest] of document[part]) {
    const glob = rest[0] === 'glob';
    rows[glob ? `${path} (list of matches)` : path] = rest
      .map(String)
      .filter((text) => text !== '' && text !== 'false')
      .join(' ');
  }
  return rows;
}

function* diffJson(
  before: Json | undefined,
  after: Json | undefined,
  path: string,
): Generator<[string, Json | undefined, Json | undefined]> {
  if (before !== undefined && after !== undefined) {
    if (isJsonObject(before) && isJsonObject(after)) {
      const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
      for (const key of [...keys].sort(byCodeUnits))
        yield* diffJson(own(before, key), own(after, key), path === '' ? key : `${path}.${key}`);
      return;
    }
    if (canonicalJson(before) === canonicalJson(after)) return;
  } else if (before === after) return;
  yield [path, before, after];
}

function own(object: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

function leaves(value: Json): number {
  if (!isJsonObject(value)) return value === null ? 0 : 1;
  return Object.values(value).reduce((sum: number, member) => sum + leaves(member), 0);
}
