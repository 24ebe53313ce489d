/**
 * What n-grams are taken from, as scikit-learn's analyzers do it: a text is a list of units (its words for `char_wb`, else the
 * text itself), a unit a list of whole numbers (code points, or codes of words). Units that many texts share are looked at
 * once.
 */
import type {GramTrie} from './gram-trie.ts';
import type {NGramSpec} from './spec.ts';
import {splitIntoTokens} from './texts.ts';
import {NumberList, wordsOf} from './words.ts';

export interface Units {
  /** Text i has the units codes[textStarts[i]] up to codes[textStarts[i + 1]]. */
  readonly textStarts: Uint32Array;
  readonly codes: Uint32Array;
  readonly count: number;
  /** The numbers of a unit; shares its memory between calls. */
  itemsOf(unit: number): {readonly items: Int32Array; readonly length: number};
}

const BLANK = 32;
/** As scikit-learn's char analyzer: two or more blanks are one. */
const RUN_OF_BLANKS = /[\p{White_Space}\x1c-\x1f]{2,}/gu;

/**
 * @param codeOf for the analyzer `word`: the number of a word, -1 for one that no n-gram of the vocabulary has.
 */
export function unitsOf(
  texts: readonly string[],
  {analyzer, lowercase = true}: NGramSpec,
  codeOf: (word: string) => number,
): Units {
  const lower = (text: string): string => (lowercase ? text.toLowerCase() : text);
  if (analyzer === 'char_wb') {
    const {distinct, starts, codes} = wordsOf(texts, lower);
    return {
      textStarts: starts,
      codes,
      count: distinct.length,
      itemsOf: codePointsOf((unit) => ` ${distinct[unit] ?? ''} `),
    };
  }
  const own = {
    textStarts: Uint32Array.from({length: texts.length + 1}, (_, index) => index),
    codes: Uint32Array.from(texts, (_, index) => index),
    count: texts.length,
  };
  const textOf = (unit: number): string => lower(texts[unit] ?? '');
  if (analyzer === 'char') return {...own, itemsOf: codePointsOf((unit) => textOf(unit).replace(RUN_OF_BLANKS, ' '))};
  return {
    ...own,
    itemsOf: (unit) => {
      const items = Int32Array.from(splitIntoTokens(textOf(unit)), codeOf);
      return {items, length: items.length};
    },
  };
}

function codePointsOf(textOf: (unit: number) => string): Units['itemsOf'] {
  let items = new Int32Array(256);
  return (unit) => {
    const text = textOf(unit);
    if (text.length > items.length) items = new Int32Array(text.length * 2);
    let length = 0;
    for (let at = 0; at < text.length; at += 1, length += 1) {
      const unitOfText = text.charCodeAt(at);
      const isPair = unitOfText >= 0xd800 && unitOfText < 0xdc00;
      const point = isPair ? (text.codePointAt(at) ?? BLANK) : unitOfText;
      if (point > 0xffff) at += 1;
      items[length] = point;
    }
    return {items, length};
  };
}

/** n-grams of every unit: unit i has grams[starts[i]] up to grams[starts[i + 1]], one entry for each time it occurs. */
export interface UnitGrams {
  readonly starts: Uint32Array;
  readonly grams: Uint32Array;
}

/**
 * All n-grams of all units.
 * @param step the node one item further, -1 when no n-gram that matters goes on there.
 * @param keep what to note of a node, -1 for nothing.
 */
export function gramsOf(
  units: Units,
  {analyzer, range: [shortest, longest]}: NGramSpec,
  {step, keep}: {readonly step: GramTrie['find']; readonly keep: (node: number) => number},
): UnitGrams {
  const starts = new Uint32Array(units.count + 1);
  const grams = new NumberList();
  for (let unit = 0; unit < units.count; unit += 1) {
    const {items, length} = units.itemsOf(unit);
    // scikit-learn's char_wb takes a word that is too short for any n-gram as a whole.
    const least = analyzer === 'char_wb' ? Math.min(shortest, length) : shortest;
    for (let first = 0; first + least <= length; first += 1) {
      const end = Math.min(length, first + longest);
      for (let at = first, node = 0; at < end; at += 1) {
        node = step(node, items[at] ?? 0);
        if (node < 0) break;
        if (at - first + 1 < least) continue;
        const kept = keep(node);
        if (kept >= 0) grams.push(kept);
      }
    }
    starts[unit + 1] = grams.length;
  }
  return {starts, grams: grams.values};
}
