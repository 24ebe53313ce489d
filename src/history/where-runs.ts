/** Expressions and fields over the runs of a store: which runs match, and what a field is in each of them. */
import type {Json} from '../base/json.ts';
import {err, ok, type Result} from '../base/result.ts';
import {suggest} from '../base/suggest.ts';
import {stageName} from '../model/ids.ts';
import type {RunHead, RunSearch, ValuesOfRuns} from '../store/search-contract.ts';
import {parseWhere, type Comparison, type Where} from './where.ts';
import type {Field, NamedField} from './where-fields.ts';
import {compareJson, compareNumbers, compareTexts, compareTimes, type Value} from './where-values.ts';
import type {Operator, WhereMistake} from './where-words.ts';

/** What a field is in a run: nothing, one value, or for tags and what several stages have, more. NaN and infinities too. */
export type ReadField = (run: RunHead) => readonly Json[];
export type MatchesRun = (run: RunHead) => boolean;

/** @returns a mistake also where a metric, param, fact or stage is named that no run has. */
export function compileWhere(text: string, search: RunSearch, nowMs: number): Result<MatchesRun, WhereMistake> {
  const parsed = parseWhere(text, nowMs);
  return parsed.ok ? compile(parsed.value, search) : parsed;
}

function compile(where: Where, search: RunSearch): Result<MatchesRun, WhereMistake> {
  switch (where.kind) {
    case 'and':
    case 'or': {
      const parts: MatchesRun[] = [];
      for (const part of where.parts) {
        const compiled = compile(part, search);
        if (!compiled.ok) return compiled;
        parts.push(compiled.value);
      }
      return ok(
        where.kind === 'and' ? (run) => parts.every((part) => part(run)) : (run) => parts.some((part) => part(run)),
      );
    }
    case 'not': {
      const part = compile(where.part, search);
      return part.ok ? ok((run) => !part.value(run)) : part;
    }
    case 'compare': {
      const read = readerOf(where.field, search);
      return read.ok ? ok((run) => compares(where, read.value(run))) : read;
    }
  }
}

/** A field that a run does not have compares true with nothing; a text that it does not have is the empty one. */
function compares({field, operator, values}: Comparison, found: readonly Json[]): boolean {
  const isText = ['name', 'tag', 'note', 'branch', 'commit'].includes(field.kind);
  const left = found.length === 0 && isText ? [''] : found;
  const one = (json: Json): boolean => values.some((value) => comparesOne(field, json, operator, value));
  // Of several values none may be equal.
  return operator === '!=' || operator === '!~' ? left.length > 0 && left.every(one) : left.some(one);
}

function comparesOne(field: Field, left: Json, operator: Operator, value: Value): boolean {
  switch (value.kind) {
    case 'number':
      return compareNumbers(typeof left === 'number' ? left : Number.NaN, operator, value.number);
    case 'time':
      return compareTimes(Number(left), operator, value);
    case 'truth':
      return operator === '=' ? left === value.is : operator === '!=' && left !== value.is;
    case 'any':
      return compareJson(left, operator, value);
    case 'text': {
      const text = typeof left === 'string' ? left : JSON.stringify(left);
      // The first digits of a commit name it.
      if (field.kind === 'commit' && value.text.length >= 4 && text.startsWith(value.text.toLowerCase()))
        return compareTexts('', operator, '');
      return compareTexts(text, operator, value.text);
    }
  }
}

/** @returns a mistake where a name is asked for that no run has. */
export function readerOf(field: Field, search: RunSearch): Result<ReadField, WhereMistake> {
  const optional = (value: Json | undefined): readonly Json[] => (value === undefined ? [] : [value]);
  switch (field.kind) {
    case 'id':
      return ok((run) => [run.id]);
    case 'status':
      return ok((run) => [run.status]);
    case 'name':
      return ok((run) => optional(run.name));
    case 'tag':
      return ok((run) => run.tags ?? []);
    case 'note':
      return ok((run) => optional(run.note));
    case 'pinned':
      return ok((run) => [run.pinned === true]);
    case 'started':
      return ok((run) => [run.startedAtMs]);
    case 'ended':
      return ok((run) => optional(run.endedAtMs));
    case 'duration':
      return ok((run) => (run.endedAtMs === undefined ? [] : [run.endedAtMs - run.startedAtMs]));
    case 'branch':
      return ok((run) => optional(run.git?.branch));
    case 'commit':
      return ok((run) => optional(run.git?.commit));
    case 'dirty':
      return ok((run) => optional(run.git?.dirty));
    case 'fact':
      return factReader(field, search);
    case 'outcome': {
      const outcomes = search.outcomes(stageName(field.name));
      if (outcomes.size > 0) return ok((run) => optional(outcomes.get(run.id)));
      return unknown(field, 'stage', search.stageNames());
    }
    case 'metric':
      return valueReader(
        field,
        'metric',
        (name, stage) => search.metric(name, stage),
        () => search.metricNames(),
        search,
      );
    case 'param':
      return valueReader(
        field,
        'param',
        (name, stage) => search.param(name, stage),
        () => search.paramNames(),
        search,
      );
  }
}

function valueReader(
  field: Field & NamedField,
  what: string,
  find: (name: string, stage?: string) => ValuesOfRuns<Json>,
  names: () => readonly string[],
  search: RunSearch,
): Result<ReadField, WhereMistake> {
  const whole = find(field.name);
  if (whole.size > 0) return ok((run) => whole.get(run.id) ?? []);
  for (const {stage, name} of field.ofStage) {
    const found = find(name, stage);
    if (found.size > 0) return ok((run) => found.get(run.id) ?? []);
  }
  const known = names();
  // `evl:f1` may be a wrong stage, which a name as a whole would hide.
  const ofStages =
    field.ofStage.length === 0
      ? []
      : search.stageNames().flatMap((stage) => known.map((name) => `${stage}${what === 'metric' ? ':' : '.'}${name}`));
  return unknown(field, what, [...known, ...ofStages]);
}

function factReader(field: Field & NamedField, search: RunSearch): Result<ReadField, WhereMistake> {
  const facts = search.facts();
  const names = new Set([...facts.values()].flatMap((ofRun) => Object.keys(ofRun)));
  if (!names.has(field.name)) return unknown(field, 'fact', [...names]);
  return ok((run) => {
    const value = facts.get(run.id)?.[field.name];
    return value === undefined ? [] : [value];
  });
}

function unknown(field: Field & NamedField, what: string, known: readonly string[]): Result<never, WhereMistake> {
  const near = suggest(field.name, known);
  const list = [...new Set(known)].slice(0, 8).map((name) => `\`${name}\``);
  const hint =
    near !== undefined
      ? `did you mean \`${near}\`?`
      : list.length === 0
        ? `no run has any ${what}`
        : `there ${list.length === 1 ? 'is' : 'are'} ${list.join(', ')}${known.length > list.length ? ' and others' : ''}`;
  return err({message: `no run has a ${what} \`${field.name}\``, at: field.at, length: field.length, hint});
}

/** Newest first stays where values are equal; what has no value, and NaN before that, comes last both ways. */
export function sortRuns(runs: readonly RunHead[], read: ReadField, direction: 'up' | 'down'): readonly RunHead[] {
  const keyed = runs.map((run) => ({run, key: read(run)[0]}));
  const rank = (key: Json | undefined): number => (key === undefined ? 2 : Number.isNaN(key) ? 1 : 0);
  const order = (a: Json | undefined, b: Json | undefined): number => {
    const ranks = rank(a) - rank(b);
    if (ranks !== 0 || a === undefined || b === undefined || rank(a) === 1) return ranks;
    const way = direction === 'up' ? 1 : -1;
    if (typeof a === 'number' && typeof b === 'number') return way * (a < b ? -1 : a > b ? 1 : 0);
    const [left, right] = [a, b].map((key) => (typeof key === 'string' ? key : JSON.stringify(key))) as [
      string,
      string,
    ];
    return way * (left < right ? -1 : left > right ? 1 : 0);
  };
  return keyed.sort((a, b) => order(a.key, b.key)).map(({run}) => run);
}
