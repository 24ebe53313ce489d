/**
 * Adds files to stages of a pipeline.yaml as text, so that comments and layout stay as their author left them. What cannot
 * be placed surely (aliases, merged maps, unusual shapes) is left to the author.
 */
import type * as Yaml from 'yaml';
import {yamlPath} from '../base/yaml-path.ts';
import {columnOf, lastEnd, lineEnd, nodeEnd} from './yaml-offsets.ts';

/** Keys of a stage -> paths to add. */
export type Additions = Readonly<Record<'deps' | 'code' | 'outs', readonly string[]>>;

export interface Patched {
  readonly text: string;
  /** Stages to which something could not be added. */
  readonly left: readonly string[];
}

type Insertion = readonly [offset: number, text: string];

const KEYS = ['deps', 'code', 'outs'] as const;
const ACTIONS = new Set(['cmd', 'run', 'uses']);

/** @param stages groups with what to add to them. */
export async function patchStages(text: string, stages: ReadonlyMap<string, Additions>): Promise<Patched> {
  const yaml = await import('yaml');
  const document = yaml.parseDocument(text, {version: '1.2', schema: 'core', stringKeys: false});
  const all = document.errors.length > 0 ? undefined : document.get('stages', true);
  const insertions: Insertion[] = [];
  const left: string[] = [];
  for (const [group, additions] of stages) {
    const stage = yaml.isMap(all) ? all.get(group, true) : undefined;
    const placed = yaml.isMap(stage) ? intoStage(stage, additions, text, yaml) : undefined;
    if (placed === undefined) left.push(group);
    else insertions.push(...placed);
  }
  let patched = text;
  const fromBehind = insertions.map((insertion, index) => ({insertion, index}));
  fromBehind.sort((a, b) => b.insertion[0] - a.insertion[0] || b.index - a.index);
  for (const {insertion} of fromBehind)
    patched = patched.slice(0, insertion[0]) + insertion[1] + patched.slice(insertion[0]);
  const broken = yaml.parseDocument(patched, {version: '1.2', schema: 'core'}).errors.length > 0;
  return broken ? {text, left: [...stages.keys()]} : {text: patched, left};
}

/** @returns undefined when one of the keys cannot be placed. */
function intoStage(
  stage: Yaml.YAMLMap,
  additions: Additions,
  text: string,
  yaml: typeof Yaml,
): readonly Insertion[] | undefined {
  // A key that is written here would hide the merged one.
  if (stage.has('<<') || stage.items.length === 0) return undefined;
  const insertions: Insertion[] = [];
  for (const key of KEYS) {
    const paths = additions[key].map((path) => yamlPath(path, key));
    if (paths.length === 0) continue;
    const value = stage.get(key, true);
    const placed = stage.has(key)
      ? intoList(value, paths, additions[key], text, yaml)
      : newKey(stage, `${key}: [${paths.join(', ')}]`, text, yaml);
    if (placed === undefined) return undefined;
    insertions.push(...placed);
  }
  return insertions;
}

function intoList(
  list: unknown,
  written: readonly string[],
  paths: readonly string[],
  text: string,
  yaml: typeof Yaml,
): readonly Insertion[] | undefined {
  const isMap = yaml.isMap(list);
  if ((!isMap && !yaml.isSeq(list)) || list.range == null) return undefined;
  const taken = new Set(isMap ? list.items.map(({key}) => String(key)) : []);
  const items = isMap ? written.map((path, index) => `${freeName(paths[index] ?? '', taken)}: ${path}`) : written;
  const end = lastEnd(list, text, yaml);
  if (list.flow === true) {
    return end === undefined ? [[list.range[0] + 1, items.join(', ')]] : [[end, `, ${items.join(', ')}`]];
  }
  if (end === undefined) return undefined;
  const indent = ' '.repeat(columnOf(list.range[0], text));
  const lines = items.map((item) => `\n${indent}${isMap ? '' : '- '}${item}`);
  return [[lineEnd(end, text), lines.join('')]];
}

function newKey(stage: Yaml.YAMLMap, line: string, text: string, yaml: typeof Yaml): readonly Insertion[] | undefined {
  if (stage.range == null) return undefined;
  const end = lastEnd(stage, text, yaml);
  if (end === undefined) return undefined;
  if (stage.flow === true) return [[end, `, ${line}`]];
  const action = stage.items.find(({key}) => yaml.isScalar(key) && ACTIONS.has(String(key.value)))?.value;
  const after = (yaml.isNode(action) ? nodeEnd(action, text) : undefined) ?? end;
  return [[lineEnd(after, text), `\n${' '.repeat(columnOf(stage.range[0], text))}${line}`]];
}

/** A name for an input in a map of inputs: that of the file, without its ending. */
function freeName(path: string, taken: Set<string>): string {
  const base = (path.split('/').at(-1) ?? '').replace(/\..*$/, '').replaceAll(/[^A-Za-z0-9_]/g, '_') || 'file';
  const name = /^[A-Za-z]/.test(base) ? base : `file_${base}`;
  let free = name;
  for (let number = 2; taken.has(free); number++) free = `${name}_${number}`;
  taken.add(free);
  return free;
}
