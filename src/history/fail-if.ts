/**
 * `--fail-if 'f1 drop > 0.01'`: a metric (name, `stage:name` or a pattern) and what must not be. Read here, with mistakes
 * that point at the character; judged in fail-if-judge.ts.
 */
import {err, ok, type Result} from '../base/result.ts';

export type Comparison = '>' | '>=' | '<' | '<=';

export type Test =
  /** How far it went from old to new; `drop` and `rise` are positive in their own direction, `change` in either. */
  | {
      readonly kind: 'drop' | 'rise' | 'change';
      readonly comparison: Comparison;
      readonly limit: number;
      /** The limit is in per cent of the old value. */
      readonly isRelative: boolean;
    }
  /** The new value itself. */
  | {readonly kind: 'value'; readonly comparison: Comparison; readonly limit: number}
  | {readonly kind: 'missing'}
  | {readonly kind: 'nan'};

export interface Condition {
  /** As it was typed. */
  readonly text: string;
  /** Name, `stage:name` or a pattern with `*` and `?`. */
  readonly metric: string;
  readonly test: Test;
}

/** Three lines: what is wrong, the condition, and a mark under the place. */
export type ConditionMistake = string;

const USE =
  '`f1 drop > 0.01`, `latency_ms rise > 5%`, `*loss* change > 0`, `accuracy < 0.9`, `f1 missing`, `f1 is NaN`';

export function parseCondition(text: string): Result<Condition, ConditionMistake> {
  const words = wordsOf(text);
  const mistake = (message: string, at: number): Result<never, ConditionMistake> =>
    err(`--fail-if: ${message}\n  ${text.replace(/\s/g, ' ')}\n  ${' '.repeat(at)}^`);
  const open = words.find(({isOpen}) => isOpen);
  if (open !== undefined) return mistake('the quote that begins here has no end', open.at);
  const [metric, ...rest] = words;
  if (metric === undefined) return mistake(`it is empty: write a metric and what must not be, such as ${USE}`, 0);
  const end = text.trimEnd().length;
  const [verb, ...more] = rest[0]?.text === 'is' && !rest[0].isQuoted ? rest.slice(1) : rest;
  if (verb === undefined) return mistake(`what must not be of the metric is missing, as in ${USE}`, end);
  const done = (test: Test, left: readonly Word[]): Result<Condition, ConditionMistake> =>
    left[0] === undefined
      ? ok({text, metric: metric.text, test})
      : mistake('the condition ends before this: give `--fail-if` once more for a second one', left[0].at);
  const word = verb.text.toLowerCase();
  if (word === 'missing') return done({kind: 'missing'}, more);
  if (word === 'nan') return done({kind: 'nan'}, more);
  if (isComparison(word)) {
    const limit = readLimit(more[0]?.text);
    if (limit === undefined) return mistake('a number belongs here', more[0]?.at ?? end);
    if (limit.isRelative)
      return mistake('a value is compared with a plain number; `%` is for drop, rise and change', more[0]?.at ?? end);
    return done({kind: 'value', comparison: word, limit: limit.value}, more.slice(1));
  }
  if (word !== 'drop' && word !== 'rise' && word !== 'change') {
    const hint = 'drop, rise, change, missing, `is NaN`, or one of > >= < <=';
    const quotes = rest.length > 2 ? ' (a name with spaces stands in quotes)' : '';
    return mistake(`here belongs ${hint}${quotes}`, verb.at);
  }
  const [comparison, number, ...left] = more;
  if (comparison === undefined || !isComparison(comparison.text))
    return mistake(`after \`${word}\` comes >, >=, < or <=`, comparison?.at ?? end);
  const limit = readLimit(number?.text);
  if (limit === undefined) return mistake('a number, or a number and %, belongs here', number?.at ?? end);
  const isPercentApart = left[0]?.text === '%' && !limit.isRelative;
  const value = isPercentApart || limit.isRelative ? limit.value / 100 : limit.value;
  return done(
    {kind: word, comparison: comparison.text, limit: value, isRelative: limit.isRelative || isPercentApart},
    isPercentApart ? left.slice(1) : left,
  );
}

interface Word {
  readonly text: string;
  readonly at: number;
  readonly isQuoted: boolean;
  /** Its quote has no end. */
  readonly isOpen: boolean;
}

/** Quotes may stand anywhere in a word, as in `train:"my loss"`; comparisons are words without spaces around them too. */
function wordsOf(text: string): readonly Word[] {
  const words: Word[] = [];
  const pattern = /\s+|(?:[<>]=?)|(?:"(?:[^"\\]|\\.)*"|'[^']*'|[^\s<>"'])+|["']/g;
  for (const {0: found, index} of text.matchAll(pattern)) {
    if (found.trim() === '') continue;
    const isOpen = found === '"' || found === "'";
    const plain = found.replace(/"((?:[^"\\]|\\.)*)"|'([^']*)'/g, (_, double?: string, single?: string) =>
      double === undefined ? (single ?? '') : double.replace(/\\(.)/g, '$1'),
    );
    words.push({text: plain, at: index, isQuoted: plain !== found, isOpen});
  }
  return words;
}

const isComparison = (word: string): word is Comparison => ['>', '>=', '<', '<='].includes(word);

function readLimit(text: string | undefined): {readonly value: number; readonly isRelative: boolean} | undefined {
  const [, number, percent] = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)(%?)$/i.exec(text ?? '') ?? [];
  if (number === undefined) return undefined;
  const value = Number(number);
  return Number.isFinite(value) ? {value, isRelative: percent === '%'} : undefined;
}
