/** Texts made ready: cleaned, or taken apart into tokens. */
import type {TextSpec} from './spec.ts';
import {isBlank} from './words.ts';

const ASCII = /^[\x00-\x7f]*$/;
const BLANKS = /[\p{White_Space}\x1c-\x1f]+/gu;
const BLANK = 32;

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

/** White space is one blank between words, none around them. Nearly all texts are so already. */
function trimmed(text: string): string {
  let before = BLANK;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (isBlank(unit) && (unit !== BLANK || before === BLANK)) return text.replace(BLANKS, ' ').trim();
    before = unit;
  }
  return before === BLANK ? text.trim() : text;
}

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

/** The words that scikit-learn's `word` analyzer sees: two or more letters, digits and underscores in a row. */
export function splitIntoTokens(text: string): readonly string[] {
  return text.match(/[\p{L}\p{N}_]{2,}/gu) ?? [];
}
