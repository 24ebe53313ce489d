import {describe, expect, test} from 'vitest';
import {runId, stageName} from '../../../src/model/ids.ts';
import type {KeyChange} from '../../../src/model/key-document.ts';
import type {Plan, PlanRow} from '../../../src/model/plan.ts';
import {renderPlan} from '../../../src/report/render/plan.ts';
import {renderWhy} from '../../../src/report/render/why.ts';
import type {WhyView} from '../../../src/report/views/why.ts';
import {sampleReasons} from '../sample-events.ts';
import {DAY, NOW} from '../stage-events.ts';

const row = (stage: string, verdict: PlanRow['verdict'], more: Partial<PlanRow> = {}): PlanRow => ({
  stage: stageName(stage),
  verdict,
  reason: {kind: 'fresh'},
  ...more,
});

const trees: KeyChange = {part: 'params', path: 'train.trees', before: 200, after: 300};

describe('plan', () => {
  const plan: Plan = {
    rows: [
      row('ingest', 'fresh', {expectedMs: 9000}),
      row('train', 'run', {reason: {kind: 'changed', changes: [trees]}, expectedMs: 663_000}),
      row('evaluate', 'may', {reason: {kind: 'upstream', stages: [stageName('train')]}, expectedMs: 2000}),
      row('per-city', 'may', {reason: {kind: 'upstream', stages: [stageName('train')]}, dynamic: true}),
      row('package', 'restore', {reason: {kind: 'outputs-missing', paths: ['model.tgz']}}),
      row('drift', 'error', {reason: {kind: 'input-missing', paths: ['data/new.csv']}}),
    ],
  };

  test('is a table of what will happen and why, with totals', () => {
    expect(renderPlan(plan)).toMatchInlineSnapshot(`
      "stage     plan       time  why
      ingest    fresh
      train     run      11m03s  params train.trees 200 → 300
      evaluate  may run    2.0s  depends on train
      per-city  may run          depends on train (branches not known yet)
      package   restore          model.tgz is missing
      drift     error            data/new.csv is missing

      1 to run, 2 may run, 1 to restore, 1 cannot be decided, 1 fresh — about 11m05s of work and 1 stage of unknown time
      "
    `);
  });

  test('fits a narrow terminal', () => {
    for (const line of renderPlan(plan, {width: 40}).split('\n').slice(0, -2))
      expect(line.length).toBeLessThanOrEqual(40);
  });

  test('many fresh stages are one line, unless all are asked for', () => {
    const rows = Array.from({length: 10_000}, (_, index) =>
      row(`s${String(index)}`, index < 2 ? 'run' : 'fresh', index < 2 ? {reason: {kind: 'new'}} : {}),
    );
    expect(renderPlan({rows})).toMatchInlineSnapshot(`
      "stage  plan  why
      s0     run   never ran before
      s1     run   never ran before
      ✓ 9,998 stages fresh

      2 to run, 9,998 fresh
      "
    `);
    expect(renderPlan({rows}, {all: true}).split('\n').length).toBeGreaterThan(10_000);
  });

  test('with nothing to do it says so', () => {
    expect(renderPlan({rows: [row('a', 'fresh')]})).toContain('\n1 stage up to date\n');
    expect(renderPlan({rows: []})).toBe('no stages\n');
  });
});

describe('why', () => {
  const base: WhyView = {
    stage: 'train',
    verdict: 'run',
    reason: {kind: 'changed', changes: [trees]},
    against: {run: 41, atMs: NOW - 2 * DAY},
    changes: [
      {...trees, place: 'params.yaml:7'},
      {part: 'code', path: 'typescript', inWords: 'src/train.ts → lib/sample.ts  stratify() edited'},
    ],
    things: 9,
    unchanged: ['command', '4 deps', 'env', 'node 20.20'],
    untracked: ['dynamic import at src/train.ts:31'],
    closest: {run: 38, atMs: NOW - 3 * DAY, differences: [trees]},
  };
  const why = (view: Partial<WhyView>): string => renderWhy({...base, ...view}, {nowMs: NOW});
  const {against: _against, closest: _closest, ...withoutResults} = base;
  const bare: WhyView = {...withoutResults, changes: [], unchanged: [], untracked: []};

  test('names what changed, what did not, what is not tracked and the closest result', () => {
    expect(why({})).toMatchInlineSnapshot(`
      "train is stale because 2 of 9 things in its key changed since run 41 (2 days ago):
        params  train.trees  200 → 300  params.yaml:7
        code    src/train.ts → lib/sample.ts  stratify() edited
      unchanged: command, 4 deps, env, node 20.20
      not tracked: dynamic import at src/train.ts:31
      closest known result: run 38, differs only in params train.trees
      "
    `);
  });

  test('names the file of which only words can be said, and the version of a packaged model', () => {
    const changes: WhyView['changes'] = [
      {part: 'deps', path: 'data.csv', before: 'file a', after: 'file b', inWords: 'other content'},
      {
        part: 'deps',
        path: 'names@approved',
        before: 'model none',
        after: `model names@12 ${'0'.repeat(64)}`,
      },
    ];
    const [, ...lines] = why({changes}).split('\n');
    expect(lines.slice(0, 2)).toEqual([
      '  input  data.csv        other content',
      '  input  names@approved  none → version 12',
    ]);
  });

  test('explains a skip', () => {
    expect(why({verdict: 'fresh', reason: {kind: 'fresh'}, changes: []}).split('\n')[0]).toBe(
      'train is up to date: all 9 things in its key are as in run 41 (2 days ago)',
    );
    expect(renderWhy({...bare, verdict: 'fresh', reason: sampleReasons.frozen}, {nowMs: NOW})).toBe(
      'train is up to date: it is frozen (`frozen: true`)\n',
    );
  });

  test('explains a restore', () => {
    const text = why({verdict: 'restore', restoreFrom: {run: 38, atMs: NOW - 3 * DAY}, unchanged: [], untracked: []});
    expect(text).toMatchInlineSnapshot(`
      "train will be restored, since its result is known; 2 of 9 things in its key changed since run 41 (2 days ago):
        params  train.trees  200 → 300  params.yaml:7
        code    src/train.ts → lib/sample.ts  stratify() edited
      outputs come from run 38 (3 days ago)
      "
    `);
  });

  test('explains a past run', () => {
    expect(why({inRun: {run: runId(42), outcome: 'ran'}}).split('\n')[0]).toBe(
      'train ran in run 42 because 2 of 9 things in its key changed since run 41 (2 days ago):',
    );
    expect(
      why({inRun: {run: runId(42), outcome: 'skipped'}, changes: [], reason: {kind: 'fresh'}}).split('\n')[0],
    ).toBe('train was skipped in run 42: its key is that of run 41 (2 days ago)');
    expect(why({inRun: {run: runId(42), outcome: 'failed'}, things: 0}).split('\n')[0]).toBe(
      'train failed in run 42 because 2 things in its key changed since run 41 (2 days ago):',
    );
    const blocked = why({
      inRun: {run: runId(42), outcome: 'not-run'},
      changes: [],
      reason: sampleReasons['blocked-by'],
    });
    expect(blocked.split('\n')[0]).toBe('train was not run in run 42 because it needs train');
  });

  test('reads as a sentence for every reason', () => {
    const sentences = Object.values(sampleReasons)
      .filter(({kind}) => !['fresh', 'frozen', 'changed', 'run-stopped', 'blocked-by', 'no-review'].includes(kind))
      .map((reason) => {
        const verdict =
          reason.kind === 'upstream'
            ? 'may'
            : reason.kind === 'needs-approval'
              ? 'waiting'
              : reason.kind === 'cannot-decide' || reason.kind === 'rejected'
                ? 'error'
                : 'run';
        return renderWhy({...bare, verdict, reason}, {nowMs: NOW});
      });
    expect(sentences.join('')).toMatchInlineSnapshot(`
      "train is stale because it never ran before
      train is stale because model.json is missing
      train is stale because model.json was edited after the stage wrote it
      train is stale because model.json is from other inputs
      train is stale because it failed the last time
      train is stale because it was interrupted the last time
      train is stale because model.json changed while the stage ran
      train is stale because model.json is no longer in the cache
      train is stale because model.json is damaged in the cache
      train is stale because it always runs (\`always: true\`)
      train is stale because it is forced by \`--force\`
      train is stale because it has no outputs, so nothing can be kept
      train waits for a person: it needs an approval by @ds-leads: \`mlp review show 3f2a\`
      train cannot be decided: anna@firm.lt rejected it
      train may run: it depends on train
      train is stale because model.json is missing
      train cannot be decided: the list is no JSON
      "
    `);
  });

  test('what has no name of its own leaves no hole', () => {
    const command: KeyChange = {part: 'action', path: 'text', before: 'a', after: 'b'};
    expect(why({changes: [trees, command]})).toContain('\n  params   train.trees  200 → 300\n  command  changed\n');
  });

  test('a thousand changes are cut', () => {
    const changes = Array.from({length: 1000}, (_, index): KeyChange => ({
      part: 'deps',
      path: `data/${String(index)}`,
      before: 1,
      after: 2,
    }));
    expect(why({changes, things: 1007})).toContain('\n  and 950 more changes\n');
  });
});
