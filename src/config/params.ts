/** The params: files merged in order, then `--set`. */
import {projectPath} from '../model/ids.ts';
import type {LoadInput} from './load.ts';
import {parseYaml} from './parse-yaml.ts';
import type {ProblemList} from './problems.ts';
import type {MissingStep} from './problems-template.ts';
import {badSet, paramsFileMissing, paramsFileOutside, paramsNotAMap, setNewParam} from './problems-shape.ts';
import {type Located, locatedList, locatedMap, type Member, SourceFile} from './source.ts';

/** All params merged, and every file that was read or looked for. */
export interface LoadedParams {
  readonly root: Located;
  readonly read: readonly {readonly path: string; readonly text: string | undefined}[];
}

/** @param files the value of the key `params`: a path or a list of paths. */
export async function loadParams(
  files: Located | undefined,
  input: LoadInput,
  problems: ProblemList,
): Promise<LoadedParams> {
  const read: {path: string; text: string | undefined}[] = [];
  let root = emptyParams();
  for (const entry of files === undefined ? [] : (files.items ?? [files])) {
    if (typeof entry.value !== 'string') continue;
    const path = projectPath(entry.value);
    if (path === undefined || path === '.') {
      problems.add(paramsFileOutside(entry.value), entry);
      continue;
    }
    const text = input.readFile(path);
    read.push({path, text});
    if (text === undefined) {
      problems.add(paramsFileMissing(path), entry);
      continue;
    }
    const parsed = await parseYaml(path, text, problems);
    if (parsed === undefined || parsed.value === null) continue;
    if (parsed.members === undefined) problems.add(paramsNotAMap(path), parsed);
    else root = merge(root, parsed);
  }
  for (const text of input.set) root = await applySet(root, text, problems);
  return {root, read};
}

const emptyParams = (): Located => locatedMap(new SourceFile('params', '').top, new Map());

/** Maps are merged key by key; anything else is replaced. */
function merge(base: Located, over: Located): Located {
  if (base.members === undefined || over.members === undefined) return over;
  const members = new Map<string, Member>(base.members);
  for (const [key, member] of over.members) {
    const before = members.get(key);
    members.set(key, before === undefined ? member : {...member, node: merge(before.node, member.node)});
  }
  return locatedMap(over, members);
}

async function applySet(root: Located, text: string, problems: ProblemList): Promise<Located> {
  const equals = text.indexOf('=');
  const path = equals === -1 ? undefined : parseParamPath(text.slice(0, equals));
  if (path === undefined) {
    problems.add(
      badSet(text, equals === -1 ? 'there is no `=`' : 'the name before `=` is not a dotted path'),
      undefined,
    );
    return root;
  }
  const written = text.slice(equals + 1);
  const source = new SourceFile('--set', text);
  const asTyped: Located = {value: written, source, start: equals + 1, end: text.length};
  // To YAML a colour such as `#fff` is a comment, which would leave the param as it is.
  const value = /^\s*(?:#.*)?$/.test(written) ? asTyped : await parseYaml('--set', written, problems);
  if (value === undefined) return root;
  if (locatedAt(root, path) === undefined) {
    const parent = locatedAt(root, path.slice(0, -1));
    problems.add(setNewParam(text.slice(0, equals), [...(parent?.members?.keys() ?? [])]), undefined);
  }
  const changed = setAt(root, path, value);
  if (changed !== undefined) return changed;
  problems.add(badSet(text, 'there is no such element in the list'), undefined);
  return root;
}

/** @returns undefined when the path goes through an element that a list does not have. */
function setAt(node: Located, path: readonly (string | number)[], value: Located): Located | undefined {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  const index = node.items === undefined ? step : indexOf(step);
  if (typeof index === 'number') {
    const item = node.items?.[index];
    const changed = item === undefined ? undefined : setAt(item, rest, value);
    return changed === undefined ? undefined : locatedList(node, (node.items ?? []).with(index, changed));
  }
  const members = new Map<string, Member>(node.members);
  const inner = setAt(members.get(index)?.node ?? emptyParams(), rest, value);
  if (inner === undefined) return undefined;
  members.set(index, {keyStart: inner.start, keyEnd: inner.end, node: inner});
  return locatedMap(node, members);
}

/** `a.b[0].c` @returns undefined when it is no such path. */
export function parseParamPath(text: string): readonly (string | number)[] | undefined {
  if (!/^[^.[\]\s]+(?:\.[^.[\]\s]+|\[\d{1,9}\])*$/.test(text)) return undefined;
  return [...text.matchAll(/([^.[\]]+)|\[(\d+)\]/g)].map(([, name, index]) =>
    index === undefined ? (name ?? '') : Number(index),
  );
}

/** In a list `a.0` is `a[0]`. */
const indexOf = (step: string | number): string | number =>
  typeof step === 'string' && /^\d+$/.test(step) ? Number(step) : step;

/** One step down: an element of a list or a member of a map. */
const locatedStep = (node: Located, step: string | number): Located | undefined => {
  if (node.items !== undefined) {
    const index = indexOf(step);
    return typeof index === 'number' ? node.items[index] : undefined;
  }
  return node.members?.get(String(step))?.node;
};

/** The value at a path; undefined when there is none. */
export function locatedAt(root: Located, path: readonly (string | number)[]): Located | undefined {
  let at: Located | undefined = root;
  for (const step of path) at = at === undefined ? undefined : locatedStep(at, step);
  return at;
}

/** Where a path stops being known. */
export function missingStep(root: Located, path: readonly (string | number)[]): MissingStep {
  let at = root;
  for (const [index, step] of path.entries()) {
    const next = locatedStep(at, step);
    if (next === undefined)
      return {before: path.slice(0, index).join('.'), missing: String(step), known: [...(at.members?.keys() ?? [])]};
    at = next;
  }
  return {before: path.join('.'), missing: '', known: []};
}
