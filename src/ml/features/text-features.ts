/** One number of each text: lengths, patterns, shares, look-ups. Made once for each distinct text or word. */
import type {LookUpSpec, Measure, PatternSpec, TextUnit} from './spec.ts';
import {patternOf} from './texts.ts';
import type {Words} from './words.ts';

/** The distinct texts of a column, and their words, taken apart when they are asked for. */
export interface TextList {
  readonly texts: readonly string[];
  words(): Words;
  /** What recipes share about these texts and a table. */
  once(table: object, make: () => Float64Array): Float64Array;
}

const LETTER = /^\p{L}$/u;
const WHITE_SPACE = /^\p{White_Space}$/u;

/** A loop, since `from` of a typed array takes many times as long. */
function ofEach(texts: readonly string[], numberOf: (text: string) => number): Float64Array {
  const numbers = new Float64Array(texts.length);
  for (let index = 0; index < numbers.length; index += 1) numbers[index] = numberOf(texts[index] ?? '');
  return numbers;
}

/** @param numberOf gets the place of the first word of a text, and the one behind its last. */
function ofEachText(starts: Uint32Array, numberOf: (start: number, end: number) => number): Float64Array {
  const numbers = new Float64Array(starts.length - 1);
  for (let text = 0; text < numbers.length; text += 1)
    numbers[text] = numberOf(starts[text] ?? 0, starts[text + 1] ?? 0);
  return numbers;
}

/** Lengths in code points; 0 for a text without words. */
export function measureTexts({texts, words}: TextList, measure: Measure): Float64Array {
  if (measure === 'length') return ofEach(texts, codePoints);
  const {distinct, starts, codes} = words();
  if (measure === 'words') return ofEachText(starts, (start, end) => end - start);
  const lengths = ofEach(distinct, codePoints);
  return ofEachText(starts, (start, end) => {
    let [sum, longest] = [0, 0];
    for (let at = start; at < end; at += 1) {
      const length = lengths[codes[at] ?? 0] ?? 0;
      sum += length;
      if (length > longest) longest = length;
    }
    return measure === 'longest_word' ? longest : end === start ? 0 : sum / (end - start);
  });
}

function codePoints(text: string): number {
  let count = text.length;
  for (let at = 0, before = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    // A high and a low surrogate are one code point.
    if ((unit & 0xfc00) === 0xdc00 && (before & 0xfc00) === 0xd800) count -= 1;
    before = unit;
  }
  return count;
}

/** @param what for errors. */
export function matchTexts(pattern: string, what: string): (list: TextList) => Float64Array {
  const expression = patternOf(pattern, 'u', what);
  return ({texts}) => ofEach(texts, (text) => (expression.test(text) ? 1 : 0));
}

/**
 * How many parts of a text match, or which share of them: 0 of none.
 * @param what for errors.
 */
export function countTexts(
  {of, matching}: PatternSpec & {readonly of: TextUnit},
  as: 'count' | 'share',
  what: string,
): (list: TextList) => Float64Array {
  const result = (matches: number, all: number): number => (as === 'count' ? matches : all === 0 ? 0 : matches / all);
  if (of === 'text') {
    const [one, all] = [patternOf(matching, 'u', what), patternOf(matching, 'gu', what)];
    // Most texts have none, and to find that out takes a fraction of a list of matches.
    return ({texts}) => ofEach(texts, (text) => (one.test(text) ? (text.match(all)?.length ?? 0) : 0));
  }
  patternOf(matching, 'u', what);
  const whole = patternOf(`^(?:${matching})$`, 'u', what);
  if (of === 'words')
    return ({words}) => {
      const {distinct, starts, codes} = words();
      const matches = Uint8Array.from(distinct, (word) => (whole.test(word) ? 1 : 0));
      return ofEachText(starts, (start, end) => {
        let count = 0;
        for (let at = start; at < end; at += 1) count += matches[codes[at] ?? 0] ?? 0;
        return result(count, end - start);
      });
    };
  const isPart = (character: string): boolean =>
    of === 'letters' ? LETTER.test(character) : !WHITE_SPACE.test(character);
  const kindOf = characterKinds((character) => (isPart(character) ? (whole.test(character) ? 2 : 1) : 0));
  return ({texts}) =>
    ofEach(texts, (text) => {
      let [count, all] = [0, 0];
      for (let at = 0; at < text.length; at += 1) {
        const point = text.codePointAt(at) ?? 0;
        if (point > 0xffff) at += 1;
        const kind = kindOf(point);
        if (kind > 0) all += 1;
        if (kind === 2) count += 1;
      }
      return result(count, all);
    });
}

/** Asks once for each character: texts have few different ones. */
function characterKinds(ask: (character: string) => number): (point: number) => number {
  const known = new Map<number, number>();
  const frequent = new Int8Array(0x250).fill(-1);
  return (point) => {
    const there = point < frequent.length ? (frequent[point] ?? -1) : (known.get(point) ?? -1);
    if (there >= 0) return there;
    const kind = ask(String.fromCodePoint(point));
    if (point < frequent.length) frequent[point] = kind;
    else known.set(point, kind);
    return kind;
  };
}

/** @param valueOf the keys of the table, cleaned as the texts are. */
export function lookUpTexts(
  {words: where = 'whole', up_to: upTo = 1, skip_first: skipFirst = false, as = 'found'}: LookUpSpec,
  valueOf: ReadonlyMap<string, number>,
): (list: TextList) => Float64Array {
  const result = (found: number, largest: number, all: number): number => {
    if (as === 'found') return found > 0 ? 1 : 0;
    if (as === 'value') return found > 0 ? largest : 0;
    return as === 'count' ? found : all === 0 ? 0 : found / all;
  };
  if (where === 'whole')
    return ({texts}) =>
      ofEach(texts, (text) => {
        const value = valueOf.get(text);
        return result(value === undefined ? 0 : 1, value ?? 0, 1);
      });
  return ({words, once}) => {
    const {distinct, starts, codes} = words();
    const single = once(valueOf, () => ofEach(distinct, (word) => valueOf.get(word) ?? Number.NaN));
    const valueOfRun = (from: number, to: number): number => {
      if (to - from === 1) return single[codes[from] ?? 0] ?? Number.NaN;
      let key = distinct[codes[from] ?? 0] ?? '';
      for (let at = from + 1; at < to; at += 1) key += ` ${distinct[codes[at] ?? 0] ?? ''}`;
      return valueOf.get(key) ?? Number.NaN;
    };
    return ofEachText(starts, (begin, end) => {
      const start = skipFirst ? begin + 1 : begin;
      let [found, largest] = [0, -Infinity];
      for (let length = 1; length <= upTo && start + length <= end; length += 1) {
        const firstFrom = where === 'last' ? end - length : start;
        const lastFrom = where === 'first' ? start : end - length;
        for (let from = firstFrom; from <= lastFrom; from += 1) {
          const value = valueOfRun(from, from + length);
          if (Number.isNaN(value)) continue;
          found += 1;
          if (value > largest) largest = value;
        }
      }
      return result(found, largest, end - begin);
    });
  };
}
