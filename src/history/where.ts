/**
 * The language of `--where`: comparisons joined by `and`, `or`, `not` and brackets, read into a tree. What a value means
 * depends on its field (a time, a length of time, a number, a text), which where-values.ts knows.
 */
import {err, ok, type Result} from '../base/result.ts';
import {fieldOf, type Field} from './where-fields.ts';
import {readValue, type Value} from './where-values.ts';
import {whereWords, type Operator, type WhereMistake, type WhereWord} from './where-words.ts';

export type Where =
  | {readonly kind: 'and' | 'or'; readonly parts: readonly Where[]}
  | {readonly kind: 'not'; readonly part: Where}
  | Comparison;

/** True when the field compares so with any of the values. */
export interface Comparison {
  readonly kind: 'compare';
  readonly field: Field;
  readonly operator: Operator;
  readonly values: readonly Value[];
}

const COMPARISONS = '`=`, `!=`, `<`, `<=`, `>`, `>=`, `~` (a pattern such as `base*`) or `in (a, b)`';

type Read<T> = Result<T, WhereMistake>;

/** @param nowMs what ages such as `7d` are counted from. */
export function parseWhere(text: string, nowMs: number): Read<Where> {
  const words = whereWords(text);
  if (!words.ok) return words;
  return new Parser(text, words.value, nowMs).whole();
}

class Parser {
  readonly #text: string;
  readonly #words: readonly WhereWord[];
  readonly #nowMs: number;
  #at = 0;

  constructor(text: string, words: readonly WhereWord[], nowMs: number) {
    this.#text = text;
    this.#words = words;
    this.#nowMs = nowMs;
  }

  whole(): Read<Where> {
    if (this.#next().kind === 'end')
      return err({message: 'there is nothing to look for', at: 0, length: 1, hint: 'such as `status = failed`'});
    const where = this.#joined('or');
    if (!where.ok) return where;
    const rest = this.#next();
    if (rest.kind === 'end') return where;
    const hint = 'comparisons are joined by `and` or `or`; a text with blanks stands in quotes';
    return err({message: `\`${rest.text}\` is not expected here`, at: rest.at, length: rest.length, hint});
  }

  #joined(kind: 'and' | 'or'): Read<Where> {
    const parts: Where[] = [];
    do {
      const part = kind === 'or' ? this.#joined('and') : this.#negated();
      if (!part.ok) return part;
      parts.push(part.value);
    } while (this.#take(kind));
    const [only] = parts;
    return ok(parts.length === 1 && only !== undefined ? only : {kind, parts});
  }

  #negated(): Read<Where> {
    if (this.#take('not')) {
      const part = this.#negated();
      return part.ok ? ok({kind: 'not', part: part.value}) : part;
    }
    const bracket = this.#next();
    if (!this.#take('(')) return this.#comparison();
    const inside = this.#joined('or');
    if (!inside.ok) return inside;
    return this.#take(')') ? inside : err({message: 'this bracket is never closed', at: bracket.at, length: 1});
  }

  #comparison(): Read<Where> {
    const word = this.#next();
    if (word.kind !== 'word') {
      return err({message: 'a field is missing here', at: word.at, length: word.length, hint: 'such as `metrics.f1`'});
    }
    this.#at++;
    const field = fieldOf(word, this.#text.slice(word.at, word.at + word.length));
    if (!field.ok) return field;
    const operator = this.#next();
    if (operator.kind === 'operator') {
      this.#at++;
      const written = operator.text === '==' ? '=' : (operator.text as Operator);
      const value = this.#value(field.value, written);
      if (!value.ok) return value;
      return ok({kind: 'compare', field: field.value, operator: written, values: [value.value]});
    }
    const negated = this.#take('not');
    if (this.#take('in')) {
      const values = this.#list(field.value);
      if (!values.ok) return values;
      if (!negated) return ok({kind: 'compare', field: field.value, operator: '=', values: values.value});
      // As `!=` with each of them, since what a run does not have compares true with nothing.
      const parts = values.value.map((value): Where => ({
        kind: 'compare',
        field: field.value,
        operator: '!=',
        values: [value],
      }));
      return ok({kind: 'and', parts});
    }
    const isQuestion = field.value.kind === 'dirty' || field.value.kind === 'pinned';
    if (isQuestion && !negated)
      return ok({kind: 'compare', field: field.value, operator: '=', values: [{kind: 'truth', is: true}]});
    const hint =
      operator.kind === 'word' && !negated
        ? `a name with blanks stands in quotes, such as \`metrics."log loss"\`; else ${COMPARISONS}`
        : COMPARISONS;
    const {at, length} = operator;
    return err({message: `a comparison is missing after \`${field.value.typed}\``, at, length, hint});
  }

  #list(field: Field): Read<readonly Value[]> {
    const bracket = this.#next();
    if (!this.#take('(')) {
      return err({message: '`in` needs a list in brackets: `in (1, 2)`', at: bracket.at, length: bracket.length});
    }
    const values: Value[] = [];
    do {
      const value = this.#value(field, '=');
      if (!value.ok) return value;
      values.push(value.value);
    } while (this.#take(','));
    return this.#take(')') ? ok(values) : err({message: 'this list is never closed', at: bracket.at, length: 1});
  }

  #value(field: Field, operator: Operator): Read<Value> {
    const word = this.#next();
    if (word.kind !== 'word')
      return err({message: `a value for \`${field.typed}\` is missing`, at: word.at, length: word.length});
    this.#at++;
    return readValue(field, operator, word, this.#nowMs);
  }

  #next(): WhereWord {
    return this.#words[this.#at] as WhereWord;
  }

  /** Goes on when the next word is this one, not in quotes. */
  #take(text: string): boolean {
    const word = this.#next();
    const matches = word.kind !== 'end' && word.parts.length === 1 && word.parts[0]?.quoted === false;
    if (!matches || word.text !== text) return false;
    this.#at++;
    return true;
  }
}
