import {describe, expect, test} from 'vitest';
import type {Json} from '../../src/base/json.ts';
import {parseField} from '../../src/history/where-fields.ts';
import {compileWhere, readerOf, sortRuns} from '../../src/history/where-runs.ts';
import {pointAt} from '../../src/history/where-words.ts';
import {runId, stageName} from '../../src/model/ids.ts';
import type {RunHead, RunSearch, ValuesOfRuns} from '../../src/store/search-contract.ts';

const NOW = Date.parse('2026-11-20T12:00:00Z');
const DAY = 86_400_000;

const head = (id: number, rest: Partial<RunHead> = {}): RunHead => ({
  id: runId(id),
  status: 'done',
  startedAtMs: NOW - id * DAY,
  endedAtMs: NOW - id * DAY + id * 60_000,
  counts: {},
  ...rest,
});

const heads: readonly RunHead[] = [
  head(4, {status: 'running', tags: ['x', 'baseline']}),
  head(3, {name: 'base "line" 3', git: {commit: 'abcdef1234', branch: 'main', dirty: true}}),
  head(2, {tags: ['baseline'], note: 'odd', pinned: true, git: {commit: '1234567890', branch: 'try/a', dirty: false}}),
  head(1, {status: 'failed', name: 'first'}),
];

/** name -> run -> stage -> value. */
type Table<T> = Readonly<Record<string, Readonly<Record<number, Readonly<Record<string, T>>>>>>;

const metrics: Table<number> = {
  f1: {1: {eval: 0.8, train: 0.99}, 2: {eval: 0.9}, 3: {eval: NaN}},
  'log loss': {1: {eval: 0.3}, 2: {eval: Infinity}},
  'f1@[IoU=0.5], x': {2: {eval: 1}},
  'eval:odd': {3: {eval: 5}},
};
const params: Table<Json> = {
  'train.trees': {1: {train: 200}, 2: {train: 300}, 3: {'train@a': 200}},
  kind: {1: {train: 'gb'}, 2: {train: '200'}, 3: {train: null}},
  on: {1: {train: true}, 2: {train: false}},
  sizes: {1: {train: [1, 2]}},
};

function valuesOf<T>(table: Table<T>, name: string, stage?: string): ValuesOfRuns<T> {
  const found = Object.entries(table[name] ?? {}).map(([run, stages]) => {
    const theirs = Object.entries(stages).filter(
      ([other]) => stage === undefined || other === stage || other.startsWith(`${stage}@`),
    );
    return [runId(Number(run)), theirs.map(([, value]) => value)] as const;
  });
  return new Map(found.filter(([, values]) => values.length > 0));
}

const search: RunSearch = {
  heads: () => heads,
  count: () => heads.length,
  metric: (name, stage) => valuesOf(metrics, name, stage),
  metricIn: () => [],
  metricNamesIn: () => [],
  param: (name, stage) => valuesOf(params, name, stage),
  facts: () =>
    new Map([
      [runId(1), {os: 'linux', cores: 2}],
      [runId(2), {os: 'darwin', cores: 8}],
    ]),
  outcomes: (stage) =>
    new Map(
      stage === 'train'
        ? [
            [runId(1), 'failed'],
            [runId(2), 'ran'],
          ]
        : [],
    ),
  metricNames: () => Object.keys(metrics),
  paramNames: () => Object.keys(params),
  stageNames: () => ['eval', 'train', 'train@a'].map(stageName),
};

function found(text: string): readonly number[] | string {
  const where = compileWhere(text, search, NOW);
  if (where.ok) return heads.filter(where.value).map(({id}) => id);
  return `${where.error.message}\n${pointAt(text, where.error)}\n${where.error.hint ?? ''}`;
}

describe('what is found', () => {
  test.each<[string, readonly number[]]>([
    ['status = failed', [1]],
    ['status in (failed, running)', [4, 1]],
    ['status not in (failed, running)', [3, 2]],
    ['id >= 2 and id < 4', [3, 2]],
    ['id not in (1, 3)', [4, 2]],
    ['metrics.f1 not in (0.8, 0.5)', [2]],
    ['not metrics.f1 in (0.8, 0.5)', [4, 3, 2]],
    ['params.kind not in (gb, other)', [3, 2]],
    ['tag not in (baseline)', [3, 1]],
    ['id=1 or(id=2)', [2, 1]],
    ['tag = baseline', [4, 2]],
    ['tag != baseline', [3, 1]],
    ['tag ~ base*', [4, 2]],
    ['tag !~ "?"', [3, 2, 1]],
    ['tag = ""', [3, 1]],
    ['name = \'base "line" 3\'', [3]],
    ['name = "base \\"line\\" 3"', [3]],
    ['name ~ *line*', [3]],
    ['name = FIRST', []],
    ['note = odd', [2]],
    ['pinned', [2]],
    ['not pinned and dirty', [3]],
    ['dirty = false', [2]],
    ['dirty != true', [2]],
    ['branch ~ try/*', [2]],
    ['commit = ABCD', [3]],
    ['commit != abcd', [4, 2, 1]],
    ['commit = abc', []],
    ['started > 2d', [1]],
    ['started >= 2d', [2, 1]],
    ['started < 2d', [4, 3]],
    ['started = 2026-11-18', [2]],
    ['started > 2026-11-18', [1]],
    ['started >= 2026-11-18', [2, 1]],
    ['started <= 2026-11-18', [4, 3, 2]],
    ['started < 2026-11-18T12:00', [4, 3]],
    ['started = "2026-11-18 13:00:00+01:00"', [2]],
    ['duration > 2m', [4, 3]],
    ['duration <= 120', [2, 1]],
    ['duration = 1m0s', [1]],
    ['metrics.f1 > 0.85', [2, 1]],
    ['metrics.f1 < 0.85', [1]],
    ['metrics.eval:f1 > 0.85', [2]],
    ['metrics.f1 != 0.9', [1]],
    ['metrics.f1 = 0.90', [2]],
    ['not metrics.f1 > 0', [4, 3]],
    ['metrics."log loss" < 0.5', [1]],
    ['metrics."log loss" = Infinity', [2]],
    ["metrics.'log loss' > 1e3", [2]],
    ['metrics."f1@[IoU=0.5], x" = 1', [2]],
    ['metrics.eval:odd = 5', [3]],
    ['metrics."eval:odd" = 5', [3]],
    ['params.train.trees = 200', [3, 1]],
    ['params.train.trees = 200.0', [3, 1]],
    ['params.train.trees = "200"', []],
    ['params.train.train.trees = 200', [3, 1]],
    ['params.kind = gb', [1]],
    ['params.kind = 200', [2]],
    ['params.kind ~ g?', [1]],
    ['params.kind = null', [3]],
    ['params.on = true', [1]],
    ['params.sizes = "[1, 2]"', []],
    ['params.on', []],
    ['facts.os = linux', [1]],
    ['facts.cores > 2', [2]],
    ['stage.train.outcome = failed', [1]],
    ['stage.train in (ran)', [2]],
    ['status = done and tag = baseline or id = 1', [2, 1]],
    ['status = done and (tag = baseline or id = 3)', [3, 2]],
    ['not (status = done or id = 1)', [4]],
    ['not not id = 1', [1]],
  ])('%s', (text, ids) => {
    if (text === 'params.on') expect(found(text)).toContain('a comparison is missing');
    else expect(found(text)).toEqual(ids);
  });
});

describe('mistakes say where they are', () => {
  test.each([
    '',
    'status = don',
    'metrics.f2 > 0.9',
    'metrics.evl:f1 > 0.9',
    'metrics > 1',
    'metricss.f1 > 1',
    'metrics.log loss < 0.3',
    'metrics.f1 > high',
    'metrics.f1 > NaN',
    'metrics.f1 ~ 0.9',
    'params.tran.trees = 1',
    'stage.trian.outcome = ran',
    'stage.train.outcome = runs',
    'facts.oss = linux',
    'started > yesterday',
    'started > 2026-13-01',
    'duration > long',
    'dirty = maybe',
    'id = 1 and',
    'id = 1 id = 2',
    '(id = 1',
    'id in 1',
    'id in (1, 2',
    'name = "open',
    'id ! 1',
    'id =',
  ])('%s', (text) => {
    expect(found(text)).toMatchSnapshot();
  });
});

test('runs are sorted by a field; what has none, and NaN before it, comes last both ways', () => {
  const sorted = (text: string, direction: 'up' | 'down'): readonly number[] => {
    const field = parseField(text);
    if (!field.ok) throw new Error(field.error.message);
    const read = readerOf(field.value, search);
    if (!read.ok) throw new Error(read.error.message);
    return sortRuns(heads, read.value, direction).map(({id}) => id);
  };
  expect(sorted('metrics.eval:f1', 'up')).toEqual([1, 2, 3, 4]);
  expect(sorted('metrics.eval:f1', 'down')).toEqual([2, 1, 3, 4]);
  expect(sorted('name', 'up')).toEqual([3, 1, 4, 2]);
  expect(sorted('status', 'down')).toEqual([4, 1, 3, 2]);
  expect(sorted('params.train.trees', 'down')).toEqual([2, 3, 1, 4]);
});
