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
    const entry = parseEntry(line);
    if (entry === undefined) return undefined;
    entries.push(entry);
  }
  return entries;
}

/** Whoever shares the cache may have written the line: its hash says only that it is the one that was meant. */
function parseEntry(line: string): TreeEntry | undefined {
  let words: unknown;
  try {
    words = JSON.parse(line);
  } catch {
    return undefined;
  }
  const [path, type, exec, size, rest] = Array.isArray(words) ? (words as readonly unknown[]) : [];
  if (typeof path !== 'string' || typeof exec !== 'boolean' || typeof size !== 'number' || typeof rest !== 'string')
    return undefined;
  if (type === 'link') return {path, type, exec, size, hash: '', target: rest};
  if (type === 'dir') return {path, type, exec, size, hash: ''};
  return type === 'file' && /^[0-9a-f]{64}$/.test(rest) ? {path, type, exec, size, hash: digest(rest)} : undefined;
}
