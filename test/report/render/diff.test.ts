/** How a difference is drawn: widths, sparklines. */
import {describe, expect, it} from 'vitest';
import {displayWidth} from '../../../src/base/display.ts';
import type {SnapshotDiff} from '../../../src/model/diff.ts';
import {renderDiff} from '../../../src/report/render/diff.ts';
import {sparkline} from '../../../src/report/render/diff-sparkline.ts';
import {diffView} from '../../../src/report/views/diff.ts';

const nothing: SnapshotDiff = {
  before: {label: 'run 1', origin: 'run'},
  after: {label: 'a branch with a long name, so long that it is longer than the line (1a2b3c4)', origin: 'lock'},
  metrics: [],
  params: [],
  stages: [],
  code: [],
  data: [],
  env: [],
  notCompared: [],
  notices: [],
};
const metric = {stage: 'train', source: 'm', change: 'changed', before: 1, after: 2, delta: 1} as const;

describe('the text', () => {
  it.each([30, 60, 80])('is never wider than %d columns, and shows the end of long names', (width) => {
    const name = `${'a very long name of a metric '.repeat(5)}名前.f1`;
    const diff: SnapshotDiff = {
      ...nothing,
      metrics: [{...metric, name, verdict: 'better', better: 'up', betterFrom: 'guessed'}],
      params: [{path: 'p\n\u001b[31m', change: 'added', after: 'x'.repeat(200), stages: ['train']}],
    };
    const text = renderDiff(diffView(diff, {only: [], all: false, checks: []}), {width});
    expect(text.split('\n').filter((line) => displayWidth(line) > width)).toEqual([]);
    expect(text).toContain('.f1');
    expect(text).not.toContain('\u001b');
  });

  it('says that there is nothing', () => {
    const text = renderDiff(diffView(nothing, {only: ['metrics', 'data'], all: true, checks: []}), {});
    expect(text.split('\n').slice(1)).toEqual(['', 'Metrics: none', '', 'Data: none', '']);
  });
});

describe('sparklines', () => {
  it.each([
    [[], ''],
    [[1], '▅'],
    [[1, 1, 1], '▅▅▅'],
    [[0, 7], '▁█'],
    [[0, NaN, 7], '▁ █'],
    [[Infinity, 0, 1], ' ▁█'],
    [[-Number.MAX_VALUE, Number.MAX_VALUE], '▁█'],
  ])('%j', (values, drawn) => {
    expect(sparkline(values, 10, true)).toBe(drawn);
  });

  it('beside another have its scale', () => {
    expect(sparkline([0, 1], 10, true, [0, 7])).toBe('▁▂');
    expect(sparkline([0, 7], 10, true, [0, 1])).toBe('▁█');
  });

  it('of many values keep the last', () => {
    const values = Array.from({length: 1000}, (_, index) => index);
    const drawn = sparkline(values, 8, true);
    expect(drawn).toBe('▁▂▃▄▅▆▇█');
    expect(sparkline(values, 5, false)).toBe('_.-=^');
  });
});
