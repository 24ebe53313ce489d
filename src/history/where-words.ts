/**
 * The words of `--where`: `metrics."log loss" <= 0.3`. A word is what stands between blanks, operators, brackets and
 * commas; parts of it may be quoted, with `\` before a quote that belongs to the text.
 */
import {err, ok, type Result} from '../base/result.ts';

/** What is wrong, at which characters (UTF-16 code units) of the text. */
export interface WhereMistake {
  readonly message: string;
  readonly at: number;
  readonly length: number;
  readonly hint?: string;
}

export type Operator = '=' | '!=' | '<' | '<=' | '>' | '>=' | '~' | '!~';

export interface Part {
  readonly text: string;
  readonly quoted: boolean;
}

export interface WhereWord {
  readonly kind: 'word' | 'operator' | 'bracket' | 'end';
  /** Without quotes. */
  readonly text: string;
  readonly parts: readonly Part[];
  readonly at: number;
  readonly length: number;
}

const OPERATOR = /^(?:==|!=|<=|>=|!~|=|<|>|~)/;
const BARE = /^[^\s=!<>~(),"']+/;

export function whereWords(text: string): Result<readonly WhereWord[], WhereMistake> {
  const words: WhereWord[] = [];
  let at = 0;
  while (at < text.length) {
    const blank = /^\s+/.exec(text.slice(at))?.[0];
    if (blank !== undefined) {
      at += blank.length;
      continue;
    }
    const operator = OPERATOR.exec(text.slice(at))?.[0];
    const single = text.charAt(at);
    if (operator !== undefined) words.push(plain('operator', operator, at));
    else if ('(),'.includes(single)) words.push(plain('bracket', single, at));
    else if (single === '!') return err({message: 'write `not`, `!=` or `!~`', at, length: 1});
    else {
      const word = readWord(text, at);
      if (!word.ok) return word;
      words.push(word.value);
    }
    at += words.at(-1)?.length ?? 1;
  }
  return ok([...words, plain('end', '', text.length)]);
}

function plain(kind: WhereWord['kind'], text: string, at: number): WhereWord {
  return {kind, text, parts: [{text, quoted: false}], at, length: text.length};
}

function readWord(text: string, start: number): Result<WhereWord, WhereMistake> {
  const parts: Part[] = [];
  let at = start;
  for (;;) {
    const bare = BARE.exec(text.slice(at))?.[0];
    if (bare !== undefined) {
      parts.push({text: bare, quoted: false});
      at += bare.length;
      continue;
    }
    const quote = text.charAt(at);
    if (quote !== '"' && quote !== "'") break;
    const end = endOfQuoted(text, at);
    if (end === undefined) {
      return err({message: 'this quote is never closed', at, length: 1});
    }
    parts.push({text: text.slice(at + 1, end).replace(/\\([\\"'])/g, '$1'), quoted: true});
    at = end + 1;
  }
  return ok({kind: 'word', text: parts.map((part) => part.text).join(''), parts, at: start, length: at - start});
}

function endOfQuoted(text: string, start: number): number | undefined {
  for (let at = start + 1; at < text.length; at++) {
    if (text.charAt(at) === '\\') at++;
    else if (text.charAt(at) === text.charAt(start)) return at;
  }
  return undefined;
}

/** The text with a line of `^` below the place of the mistake. */
export function pointAt(text: string, {at, length}: Pick<WhereMistake, 'at' | 'length'>): string {
  const shown = text.replace(/\s/g, ' ');
  return `  ${shown}\n  ${' '.repeat(at)}${'^'.repeat(Math.max(1, length))}`;
}
