/** Values on the right of a comparison, read as their field wants them, and how two values compare. */
import {canonicalJson, type Json} from '../base/json.ts';
import {err, ok, type Result} from '../base/result.ts';
import {parseMetricValue} from '../model/metric.ts';
import type {Field} from './where-fields.ts';
import type {Operator, WhereMistake, WhereWord} from './where-words.ts';

export type Value =
  | {readonly kind: 'number'; readonly number: number}
  | {readonly kind: 'text'; readonly text: string}
  | {readonly kind: 'truth'; readonly is: boolean}
  /** A time, or a whole day: from `fromMs` to before `toMs`; they are equal for a moment. */
  | {readonly kind: 'time'; readonly fromMs: number; readonly toMs: number}
  /** For params and facts, whose type only the run knows. */
  | {readonly kind: 'any'; readonly text: string; readonly quoted: boolean};

const STATUSES = ['running', 'done', 'failed', 'interrupted', 'waiting'];
const OUTCOMES = ['skipped', 'ran', 'restored', 'failed', 'stopped', 'waiting', 'not-run'];
const UNIT_MS: {readonly [unit: string]: number} = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};
const DAY_MS = 86_400_000;

type Read = Result<Value, WhereMistake>;

export function readValue(field: Field, operator: Operator, word: WhereWord, nowMs: number): Read {
  const {text, at, length} = word;
  const wrong = (message: string, hint?: string): Read =>
    err({message, at, length, ...(hint === undefined ? {} : {hint})});
  const oneOf = (words: readonly string[]): Read =>
    words.includes(text)
      ? ok({kind: 'text', text})
      : wrong(`\`${field.typed}\` is never \`${text}\``, `it is one of ${words.join(', ')}`);
  if (operator === '~' || operator === '!~') {
    const isText = ['name', 'tag', 'note', 'branch', 'commit', 'status', 'outcome', 'param', 'fact'].includes(
      field.kind,
    );
    return isText
      ? ok({kind: 'text', text})
      : wrong(`\`${field.typed}\` is no text: \`${operator}\` asks for a pattern`);
  }
  switch (field.kind) {
    case 'id':
    case 'metric': {
      const number = parseMetricValue(text);
      if (number === undefined) return wrong(`\`${text}\` is no number`);
      if (Number.isNaN(number)) return wrong('nothing is equal to, above or below NaN');
      return ok({kind: 'number', number});
    }
    case 'status':
      return oneOf(STATUSES);
    case 'outcome':
      return oneOf(OUTCOMES);
    case 'dirty':
    case 'pinned':
      return /^(?:true|yes|false|no)$/.test(text)
        ? ok({kind: 'truth', is: text === 'true' || text === 'yes'})
        : wrong(`\`${field.typed}\` is true or false, not \`${text}\``);
    case 'started':
    case 'ended': {
      const time = parseTime(text, nowMs);
      return time ?? wrong(`\`${text}\` is no time`, 'such as 2026-11-01, 2026-11-01T14:30 (UTC) or 7d for 7 days ago');
    }
    case 'duration': {
      const number = parseDuration(text);
      return number === undefined
        ? wrong(`\`${text}\` is no length of time`, 'such as 90s, 1h30m or a number of seconds')
        : ok({kind: 'number', number});
    }
    case 'param':
    case 'fact':
      return ok({kind: 'any', text, quoted: word.parts.some((part) => part.quoted)});
    case 'name':
    case 'tag':
    case 'note':
    case 'branch':
    case 'commit':
      return ok({kind: 'text', text});
  }
}

/** `1h30m`, `250ms`; a number alone is seconds. @returns milliseconds. */
function parseDuration(text: string): number | undefined {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000;
  if (!/^(?:\d+(?:\.\d+)?(?:ms|s|m|h|d|w))+$/.test(text)) return undefined;
  let sum = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d|w)/g))
    sum += Number(amount) * (UNIT_MS[unit ?? ''] ?? 0);
  return sum;
}

/** A day, a minute or second of it, with or without a zone (UTC), or an age. */
function parseTime(text: string, nowMs: number): Read | undefined {
  const age = /^\d+(\.\d+)?$/.test(text) ? undefined : parseDuration(text);
  if (age !== undefined) return ok({kind: 'time', fromMs: nowMs - age, toMs: nowMs - age});
  const [, day, time, zone] =
    /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d:?\d\d)?)?$/.exec(text) ?? [];
  if (day === undefined) return undefined;
  const fromMs = Date.parse(time === undefined ? day : `${day}T${time}${zone ?? 'Z'}`);
  if (Number.isNaN(fromMs)) return undefined;
  return ok({kind: 'time', fromMs, toMs: time === undefined ? fromMs + DAY_MS : fromMs});
}

/** NaN compares true with nothing; an unequal one is not a difference either. */
export function compareNumbers(left: number, operator: Operator, right: number): boolean {
  if (Number.isNaN(left) || Number.isNaN(right)) return false;
  return ordered(left === right ? 0 : left < right ? -1 : 1, operator);
}

export function compareTexts(left: string, operator: Operator, right: string): boolean {
  if (operator === '~' || operator === '!~') return matchesPattern(left, right) === (operator === '~');
  return ordered(left === right ? 0 : left < right ? -1 : 1, operator);
}

/** `*` stands for any characters, `?` for one. */
function matchesPattern(text: string, pattern: string): boolean {
  const source = [...pattern].map((char) =>
    char === '*' ? '.*' : char === '?' ? '.' : char.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&'),
  );
  return new RegExp(`^${source.join('')}$`, 'su').test(text);
}

export function compareTimes(leftMs: number, operator: Operator, {fromMs, toMs}: Value & {kind: 'time'}): boolean {
  const last = Math.max(fromMs, toMs - 1);
  return ordered(leftMs < fromMs ? -1 : leftMs > last ? 1 : 0, operator);
}

/** A number is compared with a number, all else as text: `true`, `null`, and lists as JSON without blanks. */
export function compareJson(left: Json, operator: Operator, {text, quoted}: Value & {kind: 'any'}): boolean {
  const number = quoted ? undefined : parseMetricValue(text);
  if (typeof left === 'number') {
    return number === undefined ? operator === '!=' : compareNumbers(left, operator, number);
  }
  if (typeof left === 'string') return compareTexts(left, operator, text);
  const same = !quoted && canonicalJson(left) === text.replace(/\s/g, '');
  return operator === '=' ? same : operator === '!=' ? !same : false;
}

function ordered(order: -1 | 0 | 1, operator: Operator): boolean {
  switch (operator) {
    case '=':
      return order === 0;
    case '!=':
      return order !== 0;
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
    case '~':
    case '!~':
      throw new Error('BUG: a pattern is no order');
  }
}
