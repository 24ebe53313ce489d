/**
 * Sets and removes values of a YAML file as text, so that comments and layout stay as their author left them. What cannot be
 * placed surely (aliases, anchors, tags) is left to the author.
 */
import type * as Yaml from 'yaml';
import type {Json} from '../base/json.ts';
import {yamlFlow, yamlText} from '../base/yaml-path.ts';
import {columnOf, lastEnd, lineEnd, nodeEnd} from './yaml-offsets.ts';

export interface YamlEdit {
  readonly path: readonly string[];
  /** Absent: what is there is removed. */
  readonly value?: Json;
}

export interface PatchedYaml {
  readonly text: string;
  /** Edits that could not be made. */
  readonly left: readonly YamlEdit[];
}

/** A part of the text and what stands there instead. */
type Splice = readonly [from: number, to: number, text: string];

export async function patchYaml(text: string, edits: readonly YamlEdit[]): Promise<PatchedYaml> {
  const yaml = await import('yaml');
  const left: YamlEdit[] = [];
  let patched = text;
  for (const edit of edits) {
    const document = parse(patched, yaml);
    const splice = document === undefined ? undefined : spliceFor(edit, document.contents, patched, yaml);
    const next = splice === undefined ? undefined : patched.slice(0, splice[0]) + splice[2] + patched.slice(splice[1]);
    if (next === undefined || parse(next, yaml) === undefined) left.push(edit);
    else patched = next;
  }
  return {text: patched, left};
}

function parse(text: string, yaml: typeof Yaml): Yaml.Document | undefined {
  const document = yaml.parseDocument(text, {version: '1.2', schema: 'core', stringKeys: true, uniqueKeys: false});
  return document.errors.length > 0 ? undefined : document;
}

/** @returns undefined when it cannot be placed. */
function spliceFor({path, value}: YamlEdit, root: unknown, text: string, yaml: typeof Yaml): Splice | undefined {
  let map: unknown = root;
  for (const [index, key] of path.entries()) {
    if (!yaml.isMap(map) || isMarked(map)) return undefined;
    const pair = pairOf(map, key, yaml);
    const isLast = index === path.length - 1;
    if (pair === undefined) {
      if (value === undefined) return [0, 0, ''];
      const inner = path.slice(index + 1).reduceRight<Json>((inside, name) => ({[name]: inside}), value);
      return inserted(map, `${yamlText(key)}: ${yamlFlow(inner)}`, text, yaml);
    }
    if (isLast) return value === undefined ? removed(map, pair, text, yaml) : replaced(pair, value, text, yaml);
    map = pair.value;
  }
  return undefined;
}

const isMarked = (node: {readonly anchor?: string | undefined; readonly tag?: string | undefined}): boolean =>
  node.anchor !== undefined || node.tag !== undefined;

function pairOf(map: Yaml.YAMLMap, key: string, yaml: typeof Yaml): Yaml.Pair | undefined {
  return map.items.find((pair) => yaml.isScalar(pair.key) && String(pair.key.value ?? '') === key);
}

function inserted(map: Yaml.YAMLMap, line: string, text: string, yaml: typeof Yaml): Splice | undefined {
  const start = map.range?.[0];
  if (start === undefined) return undefined;
  const end = lastEnd(map, text, yaml);
  if (map.flow === true) return end === undefined ? [start + 1, start + 1, line] : [end, end, `, ${line}`];
  if (end === undefined) return undefined;
  const at = lineEnd(end, text);
  return [at, at, `\n${' '.repeat(columnOf(start, text))}${line}`];
}

function replaced({key, value: node}: Yaml.Pair, value: Json, text: string, yaml: typeof Yaml): Splice | undefined {
  if (node === null || (yaml.isScalar(node) && node.source === '')) {
    const end = yaml.isNode(key) ? key.range?.[1] : undefined;
    const colon = end === undefined ? -1 : text.indexOf(':', end);
    return colon < 0 ? undefined : [colon + 1, colon + 1, ` ${yamlFlow(value)}`];
  }
  if (!yaml.isNode(node) || yaml.isAlias(node) || isMarked(node as Yaml.Scalar)) return undefined;
  if (yaml.isSeq(node)) {
    const more = appended(node, value, text, yaml);
    if (more !== undefined) return more;
  }
  const [start, end] = [node.range?.[0], nodeEnd(node, text)];
  if (start === undefined || end === undefined) return undefined;
  // A block begins on a line of its own; what stands for it follows the key.
  const from =
    text.slice(0, start).trimEnd().endsWith(':') && text.slice(0, start).includes('\n')
      ? afterColon(start, text)
      : start;
  return [from, end, from === start ? yamlFlow(value) : ` ${yamlFlow(value)}`];
}

/** The place behind the colon that comes before an offset, if only white space lies between. */
function afterColon(offset: number, text: string): number {
  return text.slice(0, offset).trimEnd().length;
}

/** A list that begins with what is there gets the rest behind it, so that comments within stay. */
function appended(list: Yaml.YAMLSeq, value: Json, text: string, yaml: typeof Yaml): Splice | undefined {
  if (!Array.isArray(value)) return undefined;
  const items = value as readonly Json[];
  const there = list.items.map((item) => (yaml.isScalar(item) ? (item.value as Json) : undefined));
  if (items.length < there.length || there.some((item, index) => item === undefined || item !== items[index]))
    return undefined;
  const [end, start] = [lastEnd(list, text, yaml), list.range?.[0]];
  if (end === undefined || start === undefined) return undefined;
  const more = items.slice(there.length).map(yamlFlow);
  if (list.flow === true) return [end, end, more.map((item) => `, ${item}`).join('')];
  const at = lineEnd(end, text);
  return [at, at, more.map((item) => `\n${' '.repeat(columnOf(start, text))}- ${item}`).join('')];
}

function removed(map: Yaml.YAMLMap, pair: Yaml.Pair, text: string, yaml: typeof Yaml): Splice | undefined {
  const [start, end] = [yaml.isNode(pair.key) ? pair.key.range?.[0] : undefined, pairEnd(pair, text, yaml)];
  if (start === undefined || end === undefined || map.range == null) return undefined;
  const index = map.items.indexOf(pair);
  if (map.flow === true) {
    const next = map.items[index + 1];
    const from = index === 0 ? start : (pairEnd(map.items[index - 1], text, yaml) ?? start);
    const to = index === 0 && next !== undefined && yaml.isNode(next.key) ? (next.key.range?.[0] ?? end) : end;
    return [from, to, ''];
  }
  if (map.items.length === 1) return [afterColon(map.range[0], text), end, ' {}'];
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const after = text.indexOf('\n', end);
  // The first of a list's item shares its line with the dash.
  return text.slice(lineStart, start).trim() === '' ? [lineStart, after < 0 ? text.length : after + 1, ''] : undefined;
}

function pairEnd(pair: Yaml.Pair | undefined, text: string, yaml: typeof Yaml): number | undefined {
  const node = pair?.value ?? pair?.key;
  return yaml.isNode(node) ? nodeEnd(node, text) : undefined;
}
