import {expect, test} from 'vitest';
import type {RunEvent} from '../../../src/model/event.ts';
import {stageName} from '../../../src/model/ids.ts';
import {RunProgress} from '../../../src/report/reporters/shared/run-progress.ts';
import {end, plan, progress, start} from '../stage-events.ts';

/** @param timeline events with the second at which they come. */
function progressAfter(timeline: readonly (readonly [number, RunEvent])[]): RunProgress {
  const run = new RunProgress();
  for (const [second, event] of timeline) run.event(event, second * 1000);
  return run;
}

const second = 1000;

test('what is left is shared among the jobs, but never less than the longest stage that runs', () => {
  const stages = {a: 100 * second, b: 60 * second, c: 60 * second};
  const run = progressAfter([
    [0, plan(stages, 2)],
    [0, start('a', {kind: 'new'}, 100 * second)],
  ]);
  expect(run.remainingMs(0)).toBe(110 * second);
  run.event(end('b', 'skipped'), 0);
  run.event(end('c', 'skipped'), 0);
  expect(run.remainingMs(30 * second)).toBe(70 * second);
});

test('a stage that tells its progress is believed more than the last time', () => {
  const run = progressAfter([
    [0, plan({a: 100 * second}, 1)],
    [0, start('a', {kind: 'new'}, 100 * second)],
    [10, progress('a', {fraction: 0.5})],
  ]);
  expect(run.remainingMs(10 * second)).toBe(10 * second);
});

test('nothing is promised when a time is not known, when a stage is late, or after an interrupt', () => {
  const unknown = progressAfter([
    [0, plan({a: 100 * second, b: undefined}, 1)],
    [0, start('a', {kind: 'new'}, 100 * second)],
  ]);
  expect(unknown.remainingMs(0)).toBeUndefined();
  const late = progressAfter([
    [0, plan({a: second}, 1)],
    [0, start('a', {kind: 'new'}, second)],
  ]);
  expect(late.remainingMs(5 * second)).toBeUndefined();
  late.event({type: 'interrupt', signal: 'SIGINT', running: [stageName('a')], kill: false}, 0);
  expect(late.remainingMs(0)).toBeUndefined();
});

test.each(['before', 'after'])(
  'branches that become known %s the first start take the place of their stage',
  (when) => {
    const branches = [stageName('train@a'), stageName('train@b')];
    const expand: RunEvent = {type: 'stage.expand', stage: stageName('train'), branches};
    const begin = start('split', {kind: 'new'}, second);
    const run = progressAfter([
      [0, plan({split: second, train: second}, 1)],
      [0, when === 'before' ? expand : begin],
      [0, when === 'before' ? begin : expand],
      [1, end('split', 'ran')],
      [1, end('train@a', 'skipped')],
    ]);
    expect([run.done, run.total]).toEqual([2, 3]);
    // How long a branch takes is not known before it has run.
    expect(run.remainingMs(second)).toBeUndefined();
    run.event(end('train@b', 'skipped'), second);
    expect([run.done, run.total]).toEqual([3, 3]);
  },
);

test('cores in use are measured between two reports, and a clock that jumps back does no harm', () => {
  const run = progressAfter([
    [0, plan(['a'])],
    [0, start('a')],
    [10, progress('a', {cpuMs: 20 * second})],
    [20, progress('a', {cpuMs: 25 * second})],
  ]);
  expect(run.running.get(stageName('a'))?.cpu).toBe(0.5);
  run.event(progress('a', {cpuMs: 26 * second}), 0);
  expect(run.running.get(stageName('a'))?.cpu).toBe(0.5);
});
