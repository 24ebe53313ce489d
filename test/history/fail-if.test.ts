/** `--fail-if`: what is understood, where mistakes point, and what is judged how. */
import {describe, expect, it} from 'vitest';
import {parseCondition} from '../../src/history/fail-if.ts';
import {judge} from '../../src/history/fail-if-judge.ts';
import type {MetricRow} from '../../src/model/diff.ts';
import {guessDirection} from '../../src/model/direction.ts';

const row = (name: string, before?: number, after?: number, stage = 'train'): MetricRow => ({
  stage,
  name,
  source: 'm.json',
  change: 'changed',
  ...(before === undefined ? {} : {before}),
  ...(after === undefined ? {} : {after}),
});

/** `true` when the check fails. */
function fails(text: string, ...rows: readonly MetricRow[]): boolean {
  const condition = parseCondition(text);
  if (!condition.ok) throw new Error(condition.error);
  const checks = judge([condition.value], rows);
  if (!checks.ok) throw new Error(checks.error.message);
  return checks.value[0]?.failed ?? false;
}

function says(text: string, ...rows: readonly MetricRow[]): string {
  const condition = parseCondition(text);
  const checks = judge(condition.ok ? [condition.value] : [], rows);
  return checks.ok ? (checks.value[0]?.rows.map((one) => one.says).join() ?? '') : checks.error.message;
}

describe('moves', () => {
  it.each([
    ['f1 drop > 0.01', 0.92, 0.9, true],
    // In binary 0.92 - 0.91 is a little more than 0.01.
    ['f1 drop > 0.01', 0.92, 0.91, false],
    ['f1 drop >= 0.01', 0.92, 0.91, true],
    ['f1 drop > 0.01', 0.9, 0.99, false],
    ['f1 drop > 0', 0.9, 0.9, false],
    ['f1 rise > 5%', 100, 105, false],
    ['f1 rise > 5%', 100, 105.1, true],
    ['f1 rise > 5 %', 100, 106, true],
    ['f1 rise > 5%', -100, -90, true],
    ['f1 rise > 1000%', 0, 1e-9, true],
    ['f1 rise > 0%', 0, 0, false],
    ['f1 drop > 5%', 0, 1, false],
    ['f1 change > 0', 1, 0.5, true],
    ['f1 change>0', 1, 1, false],
    // A condition on progress: it fails when it rose by less.
    ['f1 rise < 0.01', 0.9, 0.905, true],
    ['f1 rise > 1', 1, Infinity, true],
    ['f1 rise > 1', Infinity, Infinity, false],
    ['f1 drop > 1', 1, -Infinity, true],
    ['f1 DROP > 1e-3', 1, 0.99, true],
  ])('%s: from %d to %d', (text, before, after, failed) => {
    expect(fails(text, row('f1', before, after))).toBe(failed);
  });

  it('a missing or NaN new value fails, an old one that is missing cannot be compared', () => {
    expect(fails('f1 drop > 0.1', row('f1', 0.9))).toBe(true);
    expect(says('f1 drop > 0.1', row('f1', 0.9))).toBe('is missing on the new side');
    expect(fails('f1 drop > 0.1', row('f1', 0.9, NaN))).toBe(true);
    expect(fails('f1 rise > 0.1', row('f1', NaN, NaN))).toBe(true);
    expect(fails('f1 drop > 0.1', row('f1', undefined, 0.9))).toBe(false);
    expect(says('f1 drop > 0.1', row('f1', undefined, 0.9))).toContain('there is no old value');
    expect(fails('f1 drop > 0.1', row('f1', NaN, 0.9))).toBe(false);
    // Of a curve mlp.lock holds nothing: that is no reason to pass.
    expect(fails('f1 drop > 0.1', {...row('f1', undefined, 0.9), change: 'unknown'})).toBe(true);
  });
});

describe('states', () => {
  it('a value, missing, NaN', () => {
    expect(fails('f1 < 0.9', row('f1', 1, 0.89))).toBe(true);
    expect(fails('f1 < 0.9', row('f1', undefined, 0.9))).toBe(false);
    expect(fails('f1<=0.9', row('f1', undefined, 0.9))).toBe(true);
    expect(fails('f1 > 3', row('f1', 1, NaN))).toBe(true);
    expect(fails('f1 missing', row('f1', 1))).toBe(true);
    expect(fails('f1 is missing', row('f1', 1, 1))).toBe(false);
    expect(fails('f1 missing', row('other', 1, 1))).toBe(true);
    expect(fails('f1 is NaN', row('f1', 1, NaN))).toBe(true);
    expect(fails('f1 is nan', row('f1', 1, Infinity))).toBe(false);
  });
});

describe('which metrics', () => {
  const rows = [
    row('f1', 1, 0.5),
    row('f1', 1, 1, 'eval'),
    row('val.loss', 1, 2),
    row('odd "name"', 1, 2),
    row('*', 1, 9),
  ];

  it.each([
    ['f1 drop > 0.1', ['f1 true', 'f1 false']],
    ['eval:f1 drop > 0.1', ['f1 false']],
    ['"train:f1" drop > 0.1', ['f1 true']],
    ["train:'val.loss' rise > 0", ['val.loss true']],
    ['*loss* rise > 0', ['val.loss true']],
    ["'*loss*' rise > 0", ['val.loss true']],
    ['eval:* change > 0', ['f1 false']],
    ['val?loss rise > 0', ['val.loss true']],
    ['"odd \\"name\\"" rise > 0', ['odd "name" true']],
    // What is written exactly so is meant.
    ['* rise > 0', ['* true']],
  ])('%s', (text, found) => {
    const condition = parseCondition(text);
    const checks = judge(condition.ok ? [condition.value] : [], rows);
    expect(checks.ok && checks.value[0]?.rows.map(({name, failed}) => `${name} ${failed}`)).toEqual(found);
  });

  it('a metric that nobody has is a mistake, never a pass', () => {
    expect(says('f2 drop > 0.1', ...rows)).toContain('no metric matches f2');
    expect(says('*acc* missing', ...rows)).toContain('no metric matches *acc*');
    expect(says('[f1] drop > 0', ...rows)).toContain('no metric matches [f1]');
  });
});

describe('mistakes point at the character', () => {
  it.each([
    ['', 'it is empty', 0],
    ['f1', 'what must not be of the metric is missing', 2],
    ['f1 sinks > 3', 'here belongs drop, rise', 3],
    ['my metric drop > 3', 'a name with spaces stands in quotes', 3],
    ['f1 drop 3', 'after `drop` comes', 8],
    ['f1 drop >', 'a number, or a number and %', 9],
    ['f1 drop > x', 'a number, or a number and %', 10],
    ['f1 drop > 1..2', 'a number, or a number and %', 10],
    ['f1 < 90%', 'plain number', 5],
    ['f1 drop > 3 or f2', 'ends before this', 12],
    ['"f1 drop > 3', 'the quote that begins here has no end', 0],
    ['f1 drop > 3 %%', 'ends before this', 12],
  ])('%s', (text, message, at) => {
    const parsed = parseCondition(text);
    expect(parsed.ok).toBe(false);
    const lines = (parsed.ok ? '' : parsed.error).split('\n');
    expect(lines[0]).toContain(message);
    expect(lines[1]).toBe(`  ${text}`);
    expect(lines[2]).toBe(`  ${' '.repeat(at)}^`);
  });
});

it.each([
  ['accuracy', 'up'],
  ['val_f1', 'up'],
  ['R2', 'up'],
  ['test.roc_auc', 'up'],
  ['macro avg.precision', 'up'],
  ['loss', 'down'],
  ['valLogLoss', 'down'],
  ['accuracy_loss', 'down'],
  ['latency_ms', 'down'],
  ['RMSE', 'down'],
  ['model_bytes', 'down'],
  ['trees', undefined],
  ['glossary', undefined],
  ['', undefined],
  ['名前', undefined],
])('more of %s is better: %s', (name, direction) => {
  expect(guessDirection(name)).toBe(direction);
});
