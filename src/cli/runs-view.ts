/** Which runs `mlp runs` lists and in which columns: from its options to the view. */
import type {Json} from '../base/json.ts';
import {quoteName} from '../base/display.ts';
import type {Result} from '../base/result.ts';
import {parseField, type Field} from '../history/where-fields.ts';
import {compileWhere, readerOf, sortRuns, type ReadField} from '../history/where-runs.ts';
import {pointAt, type WhereMistake} from '../history/where-words.ts';
import {guessDirection} from '../model/direction.ts';
import {UsageError} from '../project/usage-error.ts';
import type {RunsColumn, RunsColumnKind, RunsView} from '../report/views/runs.ts';
import type {RunHead, RunSearch} from '../store/search-contract.ts';

export interface RunsQuery {
  readonly where?: string;
  /** A field; `-` before it: largest first. */
  readonly sort?: string;
  readonly columns?: readonly string[];
  /** undefined: all. */
  readonly limit?: number;
  /** Columns that each hold one field, for programs. */
  readonly plain: boolean;
}

const MOST_MAIN_METRICS = 3;
const PLAIN_COLUMNS = ['id', 'name', 'tag', 'status', 'started', 'duration', 'branch', 'commit', 'dirty', 'note'];
const KINDS: Readonly<Record<Field['kind'], RunsColumnKind>> = {
  id: 'id',
  status: 'status',
  name: 'text',
  tag: 'text',
  note: 'text',
  pinned: 'truth',
  started: 'time',
  ended: 'time',
  duration: 'duration',
  branch: 'text',
  commit: 'commit',
  dirty: 'truth',
  metric: 'metric',
  param: 'json',
  fact: 'json',
  outcome: 'text',
};

interface ReadColumn extends RunsColumn {
  readonly read: ReadField;
}

export interface FoundRuns {
  /** Those that are shown. */
  readonly runs: readonly RunHead[];
  readonly view: RunsView;
}

/** Runs that match, newest first. @throws UsageError */
export function runsWhere(where: string, search: RunSearch, nowMs: number): readonly RunHead[] {
  return search.heads().filter(orUsage(compileWhere(where, search, nowMs), '--where', where));
}

/** @throws UsageError for what cannot be read, and for a metric, param, fact or stage that no run has. */
export function findRuns(query: RunsQuery, search: RunSearch, nowMs: number): FoundRuns {
  const all =
    query.where === undefined
      ? search.heads(query.sort === undefined ? query.limit : undefined)
      : runsWhere(query.where, search, nowMs);
  const sorted = query.sort === undefined ? all : sortRuns(all, ...sortBy(query.sort, search));
  const total = query.where === undefined ? search.count() : sorted.length;
  const runs = query.limit === undefined ? sorted : sorted.slice(0, query.limit);
  const columns = columnsFor(query, search, runs);
  return {
    runs,
    view: {
      columns: columns.map(({kind, title}) => ({kind, title})),
      rows: runs.map((run) => ({status: run.status, cells: columns.map(({read}) => read(run))})),
      filtered: query.where !== undefined,
      ...(total > runs.length ? {total} : {}),
    },
  };
}

function sortBy(text: string, search: RunSearch): [ReadField, 'up' | 'down'] {
  const down = text.startsWith('-');
  return [fieldReader(down ? text.slice(1) : text, '--sort', search).read, down ? 'down' : 'up'];
}

function columnsFor(query: RunsQuery, search: RunSearch, runs: readonly RunHead[]): readonly ReadColumn[] {
  if (query.columns !== undefined) return query.columns.map((text) => fieldReader(text, '--columns', search));
  const metrics = mainMetrics(runs, search).map((name): ReadColumn => ({
    kind: 'metric',
    title: quoteName(name),
    // Few runs are shown of many: the others are not looked at.
    read: (run) => search.metricIn(name, run.id).map(({value}) => value),
  }));
  if (query.plain) return [...PLAIN_COLUMNS.map((text) => fieldReader(text, '--columns', search)), ...metrics];
  const column = (title: string, kind: RunsColumnKind, read: ReadField): ReadColumn => ({title, kind, read});
  return [
    column('run', 'id', (run) => [run.id]),
    column('name', 'label', (run) => [run.name ?? '', ...(run.tags ?? []), ...(run.pinned === true ? ['pinned'] : [])]),
    column('when', 'time', (run) => [run.startedAtMs]),
    column('status', 'status', (run) => [run.status]),
    column('time', 'duration', (run) => (run.endedAtMs === undefined ? [] : [run.endedAtMs - run.startedAtMs])),
    column('commit', 'revision', ({git}) =>
      git === undefined ? [] : [git.commit, git.branch ?? '', git.dirty ?? false],
    ),
    ...metrics,
    column('stages', 'counts', (run) => (run.status === 'running' ? [] : [run.counts as Json])),
  ];
}

/** Of the newest run that has any: first those whose name says which way is better. */
function mainMetrics(runs: readonly RunHead[], search: RunSearch): readonly string[] {
  for (const run of runs) {
    const names = search.metricNamesIn(run.id);
    if (names.length === 0) continue;
    const known = names.filter((name) => guessDirection(name) !== undefined);
    return [...new Set([...known, ...names])].slice(0, MOST_MAIN_METRICS);
  }
  return [];
}

function fieldReader(text: string, option: string, search: RunSearch): ReadColumn {
  const field = orUsage(parseField(text), option, text);
  return {kind: KINDS[field.kind], title: text.trim(), read: orUsage(readerOf(field, search), option, text)};
}

function orUsage<T>(result: Result<T, WhereMistake>, option: string, text: string): T {
  if (result.ok) return result.value;
  const {message, hint} = result.error;
  throw new UsageError(`${option}: ${message}\n${pointAt(text, result.error)}`, hint);
}
