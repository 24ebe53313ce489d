/** A folder's tree object: the canonical text of its entries. Version 1: a JSON list of [path, type, exec, size, hash or target], one entry a line, sorted. */
import {byCodeUnits} from '../base/compare.ts';
import type {TreeEntry} from './artifact.ts';
import {digest} from './ids.ts';

const HEADER = 'mlp-tree 1';
/** The first line. */
export const TREE_HEADER = `${HEADER}\n`;

/** @param entries in any order. */
export function treeText(entries: readonly TreeEntry[]): string {
  const sorted = [...entries].sort((a, b) => byCodeUnits(a.path, b.path));
  let text = TREE_HEADER;
  for (const {path, type, exec, size, target, hash} of sorted) {
    const rest = type === 'link' ? quoted(target ?? '') : `"${hash}"`;
    text += `[${quoted(path)},"${type}",${String(exec)},${String(size)},${rest}]\n`;
  }
  return text;
}

/** As JSON.stringify does, which takes three times as long for a plain name, and nearly every name is plain. */
function quoted(text: string): string {
  return /^[ !#-[\]-~]*$/.test(text) ? `"${text}"` : JSON.stringify(text);
}

/** The inverse of treeText. @returns undefined when the text is not a tree of this version. */
export function parseTree(text: string): readonly TreeEntry[] | undefined {
  const lines = text.split('\n');
  if (lines[0] !== HEADER || lines.at(-1) !== '') return undefined;
  const entries: TreeEntry[] = [];
  for (const line of lines.slice(1, -1)) {
    const [path, type, exec, size, rest] = JSON.parse(line) as [string, TreeEntry['type'], boolean, number, string];
    if (type === 'link') entries.push({path, type, exec, size, hash: '', target: rest});
    else entries.push({path, type, exec, size, hash: type === 'dir' ? '' : digest(rest)});
  }
  return entries;
}
