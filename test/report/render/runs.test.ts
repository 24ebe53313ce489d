import {expect, test} from 'vitest';
import {renderRuns, renderRunsCsv} from '../../../src/report/render/runs.ts';
import type {RunsView} from '../../../src/report/views/runs.ts';
import {DAY, NOW} from '../stage-events.ts';

const view: RunsView = {
  columns: [
    {kind: 'id', title: 'run'},
    {kind: 'label', title: 'name'},
    {kind: 'time', title: 'when'},
    {kind: 'status', title: 'status'},
    {kind: 'duration', title: 'time'},
    {kind: 'revision', title: 'commit'},
    {kind: 'metric', title: '"log loss"'},
    {kind: 'json', title: 'params.x'},
    {kind: 'counts', title: 'stages'},
  ],
  rows: [
    {
      status: 'failed',
      cells: [
        [42],
        ['', 'a tag', 'b'],
        [NOW - 60_000],
        ['failed'],
        [40_000],
        ['1a2b3c4d5e6f', 'main', true],
        [Number.NaN],
        [[1, 2]],
        [{ran: 1, failed: 1}],
      ],
    },
    {
      status: 'running',
      cells: [[7], ['a first\ntry'], [NOW - 3 * DAY], ['running'], [], [], [0.1234561, 0.1234569], ['"x"'], []],
    },
  ],
  total: 9,
  filtered: false,
};

test('the list of runs', () => {
  expect(renderRuns(view, {nowMs: NOW})).toMatchInlineSnapshot(`
    "run  name          when       status    time  commit                 "log loss"  params.x  stages
     42  #"a tag" #b   1 min ago  failed   40.0s  main 1a2b3c4+                 NaN  [1,2]     1 ran, 1 failed
      7  a first\\ntry  3 d ago    running                        0.123456, 0.123457  "x"

    and 7 more runs: \`-n 9\` or \`--all\` shows them
    "
  `);
});

test('no runs at all, and none that match', () => {
  expect(renderRuns({columns: [], rows: [], filtered: false}, {nowMs: NOW})).toBe(
    'no runs yet: `mlp run` makes the first\n',
  );
  expect(renderRuns({columns: [], rows: [], filtered: true}, {nowMs: NOW})).toBe('no run matches\n');
});

test('as CSV: numbers in full, quotes where they must be', () => {
  expect(renderRunsCsv(view).split('\r\n')).toEqual([
    'run,name,when,status,time,commit,"""log loss""",params.x,stages',
    `42,;a tag;b,${new Date(NOW - 60_000).toISOString()},failed,40,1a2b3c4d5e6f;main;true,NaN,"[1,2]","{""ran"":1,""failed"":1}"`,
    `7,"a first\ntry",${new Date(NOW - 3 * DAY).toISOString()},running,,,0.1234561;0.1234569,"""x""",`,
    '',
  ]);
});
