/**
 * n-grams of characters and words, counted over a vocabulary that is learnt, or hashed; as tf-idf when wanted. Same vocabularies
 * and numbers as scikit-learn's CountVectorizer, TfidfVectorizer and HashingVectorizer.
 */
import {byCodePoints} from '../../base/compare.ts';
import type {Block} from './block.ts';
import {countGrams} from './gram-counts.ts';
import type {Weights} from './gram-counts.ts';
import {GramTrie} from './gram-trie.ts';
import {gramsOf, unitsOf} from './gram-units.ts';
import type {UnitGrams, Units} from './gram-units.ts';
import {hashedPlace} from './murmur.ts';
import type {Coded} from './source.ts';
import type {NGramSpec} from './spec.ts';

export interface FittedNGrams {
  readonly spec: NGramSpec;
  /** One column each, sorted by code points; absent when hashed. */
  readonly vocabulary?: readonly string[];
  /** Weight of each column, with `tf_idf`. */
  readonly idf?: readonly number[];
}

/** What an n-gram is made of, and back. */
interface Alphabet {
  readonly codeOf: (word: string) => number;
  readonly textOf: (sequence: readonly number[]) => string;
  readonly partsOf: (gram: string) => readonly number[];
}

/** @param isOpen whether words that are new get a number. */
function alphabetOf({analyzer}: NGramSpec, isOpen: boolean): Alphabet {
  if (analyzer !== 'word')
    return {
      codeOf: () => -1,
      textOf: (sequence) => String.fromCodePoint(...sequence),
      partsOf: (gram) => Array.from(gram, (character) => character.codePointAt(0) ?? 0),
    };
  const words: string[] = [];
  const codes = new Map<string, number>();
  const add = (word: string): number => {
    const there = codes.get(word);
    if (there !== undefined) return there;
    codes.set(word, words.length);
    return words.push(word) - 1;
  };
  return {
    codeOf: isOpen ? add : (word) => codes.get(word) ?? -1,
    textOf: (sequence) => sequence.map((code) => words[code] ?? '').join(' '),
    partsOf: (gram) => gram.split(' ').map(add),
  };
}

export function fitNGrams({distinct, counts}: Coded, spec: NGramSpec): FittedNGrams {
  if (spec.hashed !== undefined) return {spec};
  const alphabet = alphabetOf(spec, true);
  const trie = new GramTrie();
  const units = unitsOf(distinct, spec, alphabet.codeOf);
  const grams = gramsOf(units, spec, {step: (node, item) => trie.add(node, item), keep: (node) => node});
  const {rowsWith, times} = frequencies(units, grams, counts, trie.size);
  const rows = counts.reduce((sum, count) => sum + count, 0);
  const limit = (df: number): number => (df < 1 ? df * rows : df);
  const least = Math.max(1, limit(spec.min_df ?? 1));
  // 1 is a count for min_df, as 1.0 is all rows for max_df.
  const most = spec.max_df === undefined || spec.max_df === 1 ? Infinity : limit(spec.max_df);
  const chosen: {readonly gram: string; readonly node: number}[] = [];
  for (let node = 1; node < trie.size; node += 1) {
    const count = rowsWith[node] ?? 0;
    if (count >= least && count <= most) chosen.push({gram: alphabet.textOf(trie.sequenceOf(node)), node});
  }
  chosen.sort((a, b) => byCodePoints(a.gram, b.gram));
  const vocabulary = mostFrequent(chosen, times, spec.max_features);
  if (spec.tf_idf !== true) return {spec, vocabulary: vocabulary.map(({gram}) => gram)};
  return {
    spec,
    vocabulary: vocabulary.map(({gram}) => gram),
    idf: vocabulary.map(({node}) => Math.log((1 + rows) / (1 + (rowsWith[node] ?? 0))) + 1),
  };
}

/** In how many rows each n-gram is, and how often in all. */
function frequencies(
  {textStarts, codes}: Units,
  {starts, grams}: UnitGrams,
  counts: Uint32Array,
  size: number,
): {readonly rowsWith: Float64Array; readonly times: Float64Array} {
  const rowsWith = new Float64Array(size);
  const times = new Float64Array(size);
  const lastText = new Int32Array(size).fill(-1);
  for (let text = 0; text < counts.length; text += 1) {
    const count = counts[text] ?? 0;
    if (count === 0) continue;
    const end = textStarts[text + 1] ?? 0;
    for (let at = textStarts[text] ?? 0; at < end; at += 1) {
      const unit = codes[at] ?? 0;
      const last = starts[unit + 1] ?? 0;
      for (let entry = starts[unit] ?? 0; entry < last; entry += 1) {
        const gram = grams[entry] ?? 0;
        times[gram] = (times[gram] ?? 0) + count;
        if (lastText[gram] === text) continue;
        lastText[gram] = text;
        rowsWith[gram] = (rowsWith[gram] ?? 0) + count;
      }
    }
  }
  return {rowsWith, times};
}

/** Of equally frequent ones the first; the order stays. */
function mostFrequent<Gram extends {readonly node: number}>(
  grams: readonly Gram[],
  times: Float64Array,
  most = Infinity,
): readonly Gram[] {
  if (grams.length <= most) return grams;
  const order = Array.from(grams.keys()).sort((a, b) => {
    const [left, right] = [times[grams[a]?.node ?? 0] ?? 0, times[grams[b]?.node ?? 0] ?? 0];
    return right - left || a - b;
  });
  const kept = new Set(order.slice(0, most));
  return grams.filter((_, index) => kept.has(index));
}

export const nGramNames = (recipe: string, {spec, vocabulary}: FittedNGrams): readonly string[] =>
  vocabulary === undefined
    ? Array.from({length: spec.hashed ?? 0}, (_, index) => `${recipe}#${index}`)
    : vocabulary.map((gram) => `${recipe}=${gram}`);

/** The vocabulary is turned into a tree once, for all tables that follow. */
export function openNGrams(fitted: FittedNGrams): (coded: Coded) => Block {
  const {spec, vocabulary} = fitted;
  if (vocabulary === undefined) return (coded) => hashNGrams(spec, coded);
  const alphabet = alphabetOf(spec, false);
  const trie = new GramTrie();
  const nodes = vocabulary.map((gram) =>
    alphabet.partsOf(gram).reduce((node, item) => trie.add(node, item), trie.root),
  );
  const noteOf = new Int32Array(trie.size).fill(-1);
  for (const [column, node] of nodes.entries()) noteOf[node] = column * 2;
  const weights = {...weightsOf(spec), ...(fitted.idf === undefined ? {} : {idf: fitted.idf})};
  return ({codes, distinct, counts}) => {
    const units = unitsOf(distinct, spec, alphabet.codeOf);
    const grams = gramsOf(units, spec, {
      step: (node, item) => trie.find(node, item),
      keep: (node) => noteOf[node] ?? -1,
    });
    return {
      storage: 'sparse',
      storedOf: codes,
      ...countGrams(units, grams, {counts, columns: vocabulary.length, weights}),
    };
  };
}

function hashNGrams(spec: NGramSpec, {codes, distinct, counts}: Coded): Block {
  const columns = spec.hashed ?? 1;
  const alphabet = alphabetOf(spec, true);
  const trie = new GramTrie();
  const units = unitsOf(distinct, spec, alphabet.codeOf);
  const grams = gramsOf(units, spec, {step: (node, item) => trie.add(node, item), keep: (node) => node});
  const notes = new Int32Array(trie.size).fill(-1);
  const noted = grams.grams.map((node) => {
    const there = notes[node] ?? -1;
    if (there >= 0) return there;
    const {column, sign} = hashedPlace(alphabet.textOf(trie.sequenceOf(node)), columns);
    const note = column * 2 + (sign === 1 ? 0 : 1);
    notes[node] = note;
    return note;
  });
  const counted = countGrams(units, {...grams, grams: noted}, {counts, columns, weights: weightsOf(spec)});
  return {storage: 'sparse', storedOf: codes, ...counted};
}

const weightsOf = ({binary, sublinear}: NGramSpec): Weights => ({
  ...(binary === true ? {binary} : {}),
  ...(sublinear === true ? {sublinear} : {}),
});
