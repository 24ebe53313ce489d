/** Words for what a key document holds, where its values are hashes that say nothing to a person. */
import {plural} from '../base/format.ts';
import type {KeyChange, KeyDocument} from '../model/key-document.ts';

const MOST_PIECES = 4;

/** @returns undefined where the values speak for themselves. */
export function changeInWords(change: KeyChange, pieces: readonly string[]): string | undefined {
  if (change.part === 'deps') return depInWords(change);
  if (change.part !== 'code' || pieces.length === 0) return undefined;
  const shown = pieces.slice(0, MOST_PIECES).map((piece) => {
    const cut = piece.lastIndexOf('#');
    return `${piece.slice(0, cut)} ${piece.slice(cut + 1)}`;
  });
  return `${shown.join(', ')}${pieces.length > MOST_PIECES ? ` and ${pieces.length - MOST_PIECES} more` : ''} edited`;
}

function depInWords({before, after}: KeyChange): string | undefined {
  if (before === undefined) return 'added';
  if (after === undefined) return 'removed';
  if (/^(?:model|clock) /.test(String(after))) return undefined;
  if (String(before).startsWith('absent')) return 'was absent, is there now';
  if (String(after).startsWith('absent')) return 'is absent now';
  return 'other content';
}

/** `command`, `4 deps`, `2 params`, `node 20.20`. */
export function unchangedInWords(
  document: KeyDocument,
  changes: readonly KeyChange[],
  leaves: ReadonlyMap<keyof KeyDocument, number>,
): readonly string[] {
  const changed = (part: keyof KeyDocument): number => changes.filter((change) => change.part === part).length;
  const words: string[] = [];
  if (changed('action') === 0)
    words.push(
      document.action['kind'] === 'builtin'
        ? 'settings'
        : document.action['kind'] === 'function'
          ? 'function'
          : 'command',
    );
  const counted: readonly (readonly [keyof KeyDocument, string])[] = [
    ['deps', 'dep'],
    ['params', 'param'],
    ['outs', 'output'],
    ['env', 'variable'],
  ];
  for (const [part, word] of counted) {
    const left =
      (leaves.get(part) ?? 0) - changes.filter((change) => change.part === part && change.after !== undefined).length;
    if (left > 0) words.push(plural(left, word));
  }
  if (changed('code') === 0 && (leaves.get('code') ?? 0) > 0) words.push('code');
  if (changed('runtime') === 0) words.push(...runtimeWords(document));
  return words;
}

function runtimeWords(document: KeyDocument): readonly string[] {
  return Object.values(document.runtime).flatMap((identity) => {
    if (typeof identity !== 'object' || identity === null || Array.isArray(identity)) return [];
    return Object.entries(identity).flatMap(([name, value]) => (typeof value === 'string' ? [`${name} ${value}`] : []));
  });
}
