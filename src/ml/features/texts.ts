/** Texts made ready: cleaned, and taken apart into words, once for each distinct text. */
import type {TextSpec} from './spec.ts';

const ASCII = /^[\x00-\x7f]*$/;
/** As Python's str.split() and scikit-learn see white space. */
const BLANKS = /[\p{White_Space}\x1c-\x1f]+/u;
const ALL_BLANKS = new RegExp(BLANKS, 'gu');

/** @param what for errors. @throws Error with a sentence for a pattern that is no regular expression */
export function patternOf(pattern: string, flags: string, what: string): RegExp {
  try {
    return new RegExp(pattern, flags);
  } catch (error) {
    throw new Error(
      `the pattern \`${pattern}\` of ${what} is no regular expression: ${error instanceof Error ? error.message : String(error)}`,
      {cause: error},
    );
  }
}

/** White space is one blank between words, none around them. */
const trimmed = (text: string): string => text.replace(ALL_BLANKS, ' ').trim();

/** @param what for errors, such as "the text `clean`". */
export function cleanerOf({fold = [], replace = []}: TextSpec, what: string): (text: string) => string {
  const [noAccents, noCase] = [fold.includes('accents'), fold.includes('case')];
  const steps = replace.map(({pattern, by}) => ({pattern: patternOf(pattern, 'gu', what), by}));
  return (text) => {
    let clean = text;
    if (noAccents && !ASCII.test(clean)) clean = clean.normalize('NFKD').replace(/\p{M}/gu, '');
    if (noCase) clean = clean.toLowerCase();
    for (const {pattern, by} of steps) clean = clean.replace(pattern, by);
    return trimmed(clean);
  };
}

/** The words of a list of texts, as codes into the list of distinct words. */
export interface Words {
  readonly distinct: readonly string[];
  /** Text i has the words codes[starts[i]] up to codes[starts[i + 1]]. */
  readonly starts: Uint32Array;
  readonly codes: Uint32Array;
}

/** Numbers that are added one by one, in memory that doubles. */
export class NumberList {
  length = 0;
  #values = new Uint32Array(1024);

  push(value: number): void {
    if (this.length === this.#values.length) {
      const grown = new Uint32Array(this.length * 2);
      grown.set(this.#values);
      this.#values = grown;
    }
    this.#values[this.length] = value;
    this.length += 1;
  }

  /** All that was added; shares its memory with the list. */
  get values(): Uint32Array {
    return this.#values.subarray(0, this.length);
  }
}

/** @param split gives the words of a text. @param prepare of each text. */
export function wordsOf(texts: readonly string[], split: (text: string) => readonly string[] = splitAtBlanks): Words {
  const codeOf = new Map<string, number>();
  const distinct: string[] = [];
  const starts = new Uint32Array(texts.length + 1);
  const codes = new NumberList();
  for (const [index, text] of texts.entries()) {
    for (const word of split(text)) {
      let code = codeOf.get(word);
      if (code === undefined) {
        code = distinct.length;
        codeOf.set(word, code);
        distinct.push(word);
      }
      codes.push(code);
    }
    starts[index + 1] = codes.length;
  }
  return {distinct, starts, codes: codes.values};
}

export function splitAtBlanks(text: string): readonly string[] {
  return text.split(BLANKS).filter((word) => word !== '');
}

/** The words that scikit-learn's `word` analyzer sees: two or more letters, digits and underscores in a row. */
export function splitIntoTokens(text: string): readonly string[] {
  return text.match(/[\p{L}\p{N}_]{2,}/gu) ?? [];
}
