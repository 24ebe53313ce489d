/** One number of each text: lengths, patterns, shares, look-ups. Made once for each distinct text or word. */
import type {LookUpSpec, LookUpTable, Measure, PatternSpec, TextUnit} from './spec.ts';
import {patternOf} from './texts.ts';
import type {Words} from './texts.ts';

/** The distinct texts of a column, and their words, taken apart when they are asked for. */
export interface TextList {
  readonly texts: readonly string[];
  words(): Words;
}

const LETTER = /^\p{L}$/u;
const WHITE_SPACE = /^\p{White_Space}$/u;

/** Lengths in code points; 0 for a text without words. */
export function measureTexts({texts, words}: TextList, measure: Measure): Float64Array {
  if (measure === 'length') return Float64Array.from(texts, codePoints);
  const {distinct, starts, codes} = words();
  const lengths = Float64Array.from(distinct, codePoints);
  return ofEachText(starts, (start, end) => {
    if (measure === 'words') return end - start;
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
  for (let at = 0; at < text.length; at += 1) if ((text.codePointAt(at) ?? 0) > 0xffff) count -= 1;
  return count;
}

function ofEachText(starts: Uint32Array, numberOf: (start: number, end: number) => number): Float64Array {
  return Float64Array.from({length: starts.length - 1}, (_, text) =>
    numberOf(starts[text] ?? 0, starts[text + 1] ?? 0),
  );
}

/** @param what for errors. */
export function matchTexts(pattern: string, what: string): (list: TextList) => Float64Array {
  const expression = patternOf(pattern, 'u', what);
  return ({texts}) => Float64Array.from(texts, (text) => (expression.test(text) ? 1 : 0));
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
    const expression = patternOf(matching, 'gu', what);
    return ({texts}) => Float64Array.from(texts, (text) => text.match(expression)?.length ?? 0);
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
  const isPart =
    of === 'letters'
      ? (character: string) => LETTER.test(character)
      : (character: string) => !WHITE_SPACE.test(character);
  const kindOf = characterKinds((character) => (isPart(character) ? (whole.test(character) ? 2 : 1) : 0));
  return ({texts}) =>
    Float64Array.from(texts, (text) => {
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

/** @param clean is done to the keys of the table: what was done to the texts. */
export function lookUpTexts(
  {words: where = 'whole', up_to: upTo = 1, skip_first: skipFirst = false, as = 'found'}: LookUpSpec,
  {keys, values}: LookUpTable,
  clean: (text: string) => string,
): (list: TextList) => Float64Array {
  const valueOf = new Map<string, number>();
  for (const [index, key] of keys.entries()) {
    const cleaned = clean(key);
    // Of keys that become one the first counts: lists are sorted with the most important above.
    if (cleaned !== '' && !valueOf.has(cleaned)) valueOf.set(cleaned, values?.[index] ?? 1);
  }
  const result = (found: number, largest: number, all: number): number => {
    if (as === 'found') return found > 0 ? 1 : 0;
    if (as === 'value') return found > 0 ? largest : 0;
    return as === 'count' ? found : all === 0 ? 0 : found / all;
  };
  if (where === 'whole')
    return ({texts}) =>
      Float64Array.from(texts, (text) => {
        const value = valueOf.get(text);
        return result(value === undefined ? 0 : 1, value ?? 0, 1);
      });
  return ({words}) => {
    const {distinct, starts, codes} = words();
    const single = Float64Array.from(distinct, (word) => valueOf.get(word) ?? Number.NaN);
    const valueOfRun = (from: number, to: number): number => {
      if (to - from === 1) return single[codes[from] ?? 0] ?? Number.NaN;
      let key = distinct[codes[from] ?? 0] ?? '';
      for (let at = from + 1; at < to; at += 1) key += ` ${distinct[codes[at] ?? 0] ?? ''}`;
      return valueOf.get(key) ?? Number.NaN;
    };
    return ofEachText(starts, (begin, end) => {
      const start = skipFirst ? Math.min(begin + 1, end) : begin;
      let [found, largest] = [0, -Infinity];
      const look = (from: number, to: number): void => {
        const value = valueOfRun(from, to);
        if (Number.isNaN(value)) return;
        found += 1;
        if (value > largest) largest = value;
      };
      for (let length = 1; length <= Math.min(upTo, end - start); length += 1) {
        if (where === 'first') look(start, start + length);
        else if (where === 'last') look(end - length, end);
        else for (let from = start; from + length <= end; from += 1) look(from, from + length);
      }
      return result(found, largest, end - begin);
    });
  };
}
