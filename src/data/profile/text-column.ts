/** The profile of a column of texts or of true and false, gathered batch by batch. */
import {byCodeUnits} from '../../base/compare.ts';
import {ownText} from '../../base/own-text.ts';
import type {BooleanColumn, StringColumn} from '../table.ts';
import {DistinctEstimate, hashText} from './distinct.ts';
import {
  MOST_LISTED,
  MOST_SPELLINGS,
  MOST_TEXT,
  MOST_VALUES,
  type ColumnProfile,
  type ColumnSample,
  type Limits,
  type TextProfile,
} from './profile.ts';
import {TextKeeper} from './row-sample.ts';

/** Texts that would be read as a number if all of their column were: signs, digits, a point, an exponent. */
const NUMBER_LIKE = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
/** Above so many different texts they are names, and each spelling of a name may be right. */
const MOST_COMPARED_SPELLINGS = 10_000;
/** Code units that the counted words of one column may have together. */
const MOST_LETTERS = 2 ** 24;

export class TextColumnProfile {
  readonly #limits: Limits;
  readonly #keeper: TextKeeper;
  readonly #distinct = new DistinctEstimate();
  /** Undefined when there are too many different ones. */
  #words: Map<string, number> | undefined = new Map();
  #letters = 0;
  #count = 0;
  #missing = 0;
  #lengths = 0;
  #minLength = Infinity;
  #maxLength = 0;
  #numberLike = 0;

  constructor(limits: Limits) {
    this.#limits = limits;
    this.#keeper = new TextKeeper(limits.texts);
  }

  /** @param rowNumbers random numbers of the rows of this batch. */
  add(column: StringColumn | BooleanColumn, rowNumbers: Uint32Array): void {
    const words = column.type === 'boolean' ? ['false', 'true'] : column.words;
    const codes = column.type === 'boolean' ? column.values : column.codes;
    const keeper = this.#keeper;
    const times = new Uint32Array(words.length);
    for (let row = 0; row < codes.length; row += 1) {
      const code = codes[row] ?? -1;
      if (column.missing?.[row] === 1 || code < 0) {
        this.#missing += 1;
        continue;
      }
      times[code] = (times[code] ?? 0) + 1;
      const number = rowNumbers[row] ?? 0;
      if (number < keeper.threshold) keeper.keep(ownText(cut(words[code] ?? '')), number);
    }
    words.forEach((word, code) => this.#addWord(word, times[code] ?? 0));
  }

  #addWord(word: string, times: number): void {
    if (times === 0) return;
    this.#count += times;
    this.#lengths += word.length * times;
    this.#minLength = Math.min(this.#minLength, word.length);
    this.#maxLength = Math.max(this.#maxLength, word.length);
    if (NUMBER_LIKE.test(word)) this.#numberLike += times;
    this.#distinct.add(hashText(word));
    if (this.#words === undefined) return;
    const before = this.#words.get(word);
    if (before === undefined) this.#letters += word.length;
    this.#words.set(before === undefined ? ownText(word) : word, (before ?? 0) + times);
    if (this.#words.size > this.#limits.words || this.#letters > MOST_LETTERS) this.#words = undefined;
  }

  /** @param isText false for a column of true and false. */
  finish(isText: boolean): Omit<ColumnProfile, 'name' | 'type'> & {readonly sample: ColumnSample} {
    const rows = this.#keeper.texts();
    const isComplete = this.#words !== undefined;
    const counts = this.#words ?? countsOf(rows);
    const ordered = [...counts].sort(([a, aTimes], [b, bTimes]) => bTimes - aTimes || byCodeUnits(a, b));
    const allValues = isComplete && ordered.length <= MOST_LISTED;
    return {
      missing: this.#missing,
      distinct: isComplete ? counts.size : Math.max(counts.size, this.#distinct.count()),
      ...(isComplete ? {} : {distinctError: DistinctEstimate.error, sampled: rows.length}),
      values: (allValues ? ordered : ordered.slice(0, MOST_VALUES)).map(([word, times]) => [cut(word), times]),
      allValues,
      ...(isText ? {texts: this.#texts(counts)} : {}),
      sample: {kind: 'texts', counts, isComplete, rows},
    };
  }

  #texts(counts: ReadonlyMap<string, number>): TextProfile {
    return {
      minLength: this.#count === 0 ? 0 : this.#minLength,
      meanLength: this.#count === 0 ? 0 : this.#lengths / this.#count,
      maxLength: this.#maxLength,
      numberLike: this.#numberLike,
      spellings: counts.size > MOST_COMPARED_SPELLINGS ? [] : spellingsOf(counts),
    };
  }
}

const cut = (text: string): string => (text.length > MOST_TEXT ? text.slice(0, MOST_TEXT) : text);

function countsOf(texts: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return counts;
}

/** Groups that are one text but for case and white space, the most frequent first. */
function spellingsOf(counts: ReadonlyMap<string, number>): readonly (readonly string[])[] {
  const groups = new Map<string, string[]>();
  for (const word of counts.keys()) {
    const key = word.toLowerCase().trim().replace(/\s+/g, ' ');
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [word]);
    else group.push(word);
  }
  const weight = (group: readonly string[]): number => group.reduce((sum, word) => sum + (counts.get(word) ?? 0), 0);
  return [...groups.values()]
    .filter((group) => group.length > 1)
    .map((group) => group.sort(byCodeUnits))
    .sort((a, b) => weight(b) - weight(a) || byCodeUnits(a[0] ?? '', b[0] ?? ''))
    .slice(0, MOST_SPELLINGS)
    .map((group) => group.slice(0, MOST_SPELLINGS).map(cut));
}
