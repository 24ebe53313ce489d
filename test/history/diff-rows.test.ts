/** What the sections of a difference have in common. */
import {expect, test} from 'vitest';
import type {JsonObject} from '../../src/base/json.ts';
import {diffParams} from '../../src/history/diff-params.ts';
import {mergeStages} from '../../src/history/diff-rows.ts';
import {stageName} from '../../src/model/ids.ts';
import type {Snapshot} from '../../src/model/snapshot.ts';

function withParams(params: JsonObject): Snapshot {
  const stage = {name: stageName('train'), params, inputs: [], outputs: [], metrics: []};
  return {label: 'run', origin: 'run', facts: {}, stages: [stage]};
}

test('a param that is null is a value like others', () => {
  const rows = diffParams(withParams({a: null, b: null, c: null, d: 1}), withParams({a: 1, b: null, d: null}));
  expect(Object.fromEntries(rows.map((row) => [row.path, row]))).toMatchObject({
    a: {change: 'changed', before: null, after: 1},
    b: {change: 'same', before: null, after: null},
    c: {change: 'removed', before: null},
    d: {change: 'changed', before: 1, after: null},
  });
});

test('what tens of thousands of stages have in common becomes one row at once', () => {
  const rows = Array.from({length: 40_000}, (_, index) => ({name: 'node', stages: [`train@${index}`, 'all']}));
  const [row, ...more] = mergeStages(rows);
  expect(more).toEqual([]);
  expect(row?.stages).toHaveLength(40_001);
});
