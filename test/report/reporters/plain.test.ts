import {describe, expect, test} from 'vitest';
import type {RunEvent} from '../../../src/model/event.ts';
import {runId, stageName} from '../../../src/model/ids.ts';
import {createPlainReporter} from '../../../src/report/reporters/plain.ts';
import {attemptOf, end, exampleRun, fakeContext, metric, output, plan, summary} from '../stage-events.ts';

function report(events: readonly RunEvent[], options: Parameters<typeof fakeContext>[0] = {}): string {
  const context = fakeContext(options);
  const reporter = createPlainReporter(context);
  for (const event of events) reporter.event(event);
  reporter.close();
  return context.printed();
}

describe('the lines of a run', () => {
  test('each stage has its verb, its reason and what was saved, in columns', () => {
    expect(report(exampleRun())).toMatchInlineSnapshot(`
      "✓ ingest     skipped                                           (3 d ago, saved 4m12s)
      ✓ featurize  ran 38.2s      code: lib/text.ts clean() changed  → same bytes as before
      ✓ train      skipped        featurize wrote the same bytes     (saved 11m03s)
      ↺ evaluate   restored 0.2s  same inputs as run 41 (2 days ago)
      ✗ package    failed 1.1s    exit 1 · 2 lines of log below · mlp logs package
          Traceback:
            no space
          hint: look at \`pack.sh\`
      · report     not run        needs package

      1 ran, 1 restored, 2 skipped, 1 failed, 1 not run in 41.3s — 15m27s not spent
      metrics: evaluate f1 0.913 → 0.921 (+0.008 against run 41)
      "
    `);
  });

  test('ASCII only where nothing else can be shown', () => {
    const text = report(exampleRun(), {unicode: false});
    expect(text).toMatch(/^[\x20-\x7e\n]*$/);
    expect(text).toMatchInlineSnapshot(`
      "+ ingest     skipped                                           (3 d ago, saved 4m12s)
      + featurize  ran 38.2s      code: lib/text.ts clean() changed  -> same bytes as before
      + train      skipped        featurize wrote the same bytes     (saved 11m03s)
      ~ evaluate   restored 0.2s  same inputs as run 41 (2 days ago)
      x package    failed 1.1s    exit 1 | 2 lines of log below | mlp logs package
          Traceback:
            no space
          hint: look at \`pack.sh\`
      - report     not run        needs package

      1 ran, 1 restored, 2 skipped, 1 failed, 1 not run in 41.3s - 15m27s not spent
      metrics: evaluate f1 0.913 -> 0.921 (+0.008 against run 41)
      "
    `);
  });

  test('the end of a log is shown with the failure, but not right below itself', () => {
    const failed = end('b', 'failed', {
      failure: {class: 'exit', message: '`sh` exited with 1', exitCode: 1},
      logTail: ['two', 'three'],
    });
    const text = 'one\ntwo\nthree\n';
    expect(report([plan(['a', 'b']), output('b', text), failed])).toMatchInlineSnapshot(`
      "b | one
      b | two
      b | three
      ✗ b         failed 1.0s    exit 1
      "
    `);
    expect(report([plan(['a', 'b']), output('b', text), output('a', 'else\n'), failed])).toMatchInlineSnapshot(`
      "b | one
      b | two
      b | three
      a | else
      ✗ b         failed 1.0s    exit 1 · 2 lines of log below
          two
          three
      "
    `);
    expect(report([plan(['a', 'b']), output('b', 'three\n'), failed])).toContain('2 lines of log below');
  });

  test('a run with nothing to do ends in one friendly line', () => {
    const stages = ['ingest', 'train'];
    const events = [
      plan(stages),
      ...stages.map((stage) => end(stage, 'skipped', {savedMs: 463_500})),
      summary({skipped: 2}, {durationMs: 100, savedMs: 927_000}),
    ];
    expect(report(events)).toMatchInlineSnapshot(`
      "✓ ingest    skipped                                           (saved 7m44s)
      ✓ train     skipped                                           (saved 7m44s)

      2 stages up to date in 0.1s — 15m27s not spent
      "
    `);
  });

  test('a large run with nothing to do is that line only', () => {
    const stages = Array.from({length: 10_000}, (_, index) => `s${String(index)}`);
    const events = [
      plan(stages),
      ...stages.map((stage) => end(stage, 'skipped')),
      summary({skipped: 10_000}, {durationMs: 300}),
    ];
    expect(report(events)).toBe('10,000 stages up to date in 0.3s\n');
  });

  test('many skips are one line, but what ran or failed always has its own', () => {
    const stages = Array.from({length: 1000}, (_, index) => `s${String(index)}`);
    const events = [
      plan(stages),
      ...stages.slice(2, 990).map((stage) => end(stage, 'skipped')),
      ...stages.slice(990).map((stage) => end(stage, 'restored')),
      end('s0', 'ran'),
      end('s1', 'failed', {failure: {class: 'signal', signal: 'SIGSEGV', message: ''}, attempt: attemptOf('s1')}),
      summary({skipped: 988, restored: 10, ran: 1, failed: 1}),
    ];
    expect(report(events)).toMatchInlineSnapshot(`
      "✓ s0        ran 1.0s       never ran before
      ✗ s1        failed 1.0s    killed by SIGSEGV · mlp logs s1
      ✓ 988 stages skipped
      ↺ 10 stages restored

      1 ran, 10 restored, 988 skipped, 1 failed in 41.3s
      "
    `);
    expect(report(events, {verbosity: 1}).split('\n').length).toBeGreaterThan(1000);
  });

  test('few skips of a large plan still get their lines', () => {
    const stages = Array.from({length: 40}, (_, index) => `s${String(index)}`);
    const events = [
      plan(stages),
      ...stages.slice(0, 38).map((stage) => end(stage, 'ran')),
      end('s38', 'skipped'),
      end('s39', 'skipped'),
      summary({ran: 38, skipped: 2}),
    ];
    expect(report(events)).toContain('✓ s38       skipped\n✓ s39       skipped\n\n38 ran, 2 skipped');
  });

  test('branches of a dynamic stage count when it is decided whether to fold', () => {
    const branches = Array.from({length: 50}, (_, index) => stageName(`train@${String(index)}`));
    const events: RunEvent[] = [
      plan(['split', 'train']),
      {type: 'stage.expand', stage: stageName('train'), branches},
      ...branches.map((branch) => end(branch, 'skipped')),
      end('split', 'ran'),
      summary({ran: 1, skipped: 50}),
    ];
    expect(report(events)).toContain('✓ 50 stages skipped\n');
  });

  test('a failure that scrolled away is named again at the end', () => {
    const stages = Array.from({length: 25}, (_, index) => `s${String(index)}`);
    const events = [
      plan(['bad', ...stages]),
      end('bad', 'failed', {failure: {class: 'exit', exitCode: 2, message: ''}, attempt: attemptOf('bad')}),
      ...stages.map((stage) => end(stage, 'ran')),
      summary({ran: 25, failed: 1}),
    ];
    expect(report(events)).toContain('\n\nfailed:\n✗ bad  exit 2 · mlp logs bad\n\n25 ran, 1 failed in 41.3s\n');
  });

  test('notices, waits, retries and interrupts are said as they come', () => {
    const failure = {class: 'lost', message: 'the worker was lost'} as const;
    const events: RunEvent[] = [
      plan(['train']),
      {
        type: 'notice',
        level: 'warning',
        code: 'x',
        message: 'reads `a.csv`\nundeclared',
        stage: stageName('train'),
        hint: 'add it to `deps`',
      },
      {
        type: 'stage.wait',
        stage: stageName('train'),
        holder: {pid: 77, run: runId(41), sinceMs: fakeContext().now() - 12_000},
      },
      {type: 'stage.retry', stage: stageName('train'), attempt: attemptOf('train'), failure, next: 2, waitMs: 3000},
      {type: 'interrupt', signal: 'SIGINT', running: [stageName('train')], kill: false},
      end('train', 'stopped', {durationMs: 5000, failure: {class: 'interrupted', message: 'stopped by SIGINT'}}),
      summary({stopped: 1}, {status: 'interrupted'}),
    ];
    expect(report(events)).toMatchInlineSnapshot(`
      "warning: train: reads \`a.csv\`\\nundeclared
        hint: add it to \`deps\`
      … train     waiting        for run 41 (process 77), which has held it for 12s
      ↻ train     failed         attempt 2 follows in 3.0s: the worker was lost
      SIGINT: waiting for train to stop (once more kills it)
      ■ train     stopped 5.0s   stopped by SIGINT

      interrupted: 1 stopped in 41.3s
      "
    `);
  });
});

describe('metrics', () => {
  test('names may hold any character, also 300 of them; values may be NaN or infinite', () => {
    const long = 'm'.repeat(300);
    const text = report([
      plan(['evaluate']),
      end('evaluate', 'ran', {
        metrics: [
          metric('log loss', Number.NaN),
          metric('f1@[IoU=0.5], x', 1),
          metric('précision β', Infinity),
          metric('a\nb', 2),
          metric(long, 0.5),
        ],
        previousMetrics: [
          metric('log loss', 0.25),
          metric('f1@[IoU=0.5], x', 0.5),
          metric('précision β', 1),
          metric('gone', 3),
        ],
      }),
      summary({ran: 1}),
    ]);
    expect(text).toContain(`evaluate ${long} 0.5 (new)`);
    expect(text.replace(long, '<long>')).toMatchInlineSnapshot(`
      "✓ evaluate  ran 1.0s       never ran before

      1 ran in 41.3s
      metrics: evaluate "log loss" 0.25 → NaN
               evaluate "f1@[IoU=0.5], x" 0.5 → 1 (+0.5)
               evaluate "précision β" 1 → inf
               evaluate "a\\nb" 2 (new)
               evaluate <long> 0.5 (new)
               evaluate gone no longer reported (was 3)
      "
    `);
  });

  test('a curve counts by its last point, and what did not change is not shown', () => {
    const text = report([
      plan(['train']),
      end('train', 'ran', {
        metrics: [metric('loss', 3, {step: 1}), metric('loss', 1, {step: 2}), metric('same', 1)],
        previousMetrics: [metric('loss', 2, {step: 2}), metric('same', 1)],
      }),
      summary({ran: 1}, {comparedWith: runId(7)}),
    ]);
    expect(text).toContain('metrics: train loss 2 → 1 (-1 against run 7)\n');
    expect(text).not.toContain('same');
  });

  test('more than twelve are counted', () => {
    const metrics = Array.from({length: 40}, (_, index) => metric(`m${String(index)}`, index));
    const text = report([plan(['e']), end('e', 'ran', {metrics}), summary({ran: 1})]);
    expect(text).toContain('         e m11 11 (new)\n         and 28 more\n');
  });

  test('the first declared ones of every stage are shown before the others, and before those that were logged', () => {
    const many = (source: string, count: number) =>
      Array.from({length: count}, (_, index) => metric(`m${String(index)}`, index, {source}));
    const text = report([
      plan(['ingest', 'a', 'b']),
      end('ingest', 'ran', {metrics: many('MLP_METRICS', 20)}),
      end('a', 'ran', {metrics: [...many('MLP_METRICS', 2), ...many('m.json', 20)]}),
      end('b', 'ran', {metrics: many('m.json', 20)}),
      summary({ran: 3}),
    ]);
    const shown = [...text.matchAll(/^(?:metrics: | {9})(\w+ m\d+) /gm)].map(([, name]) => name);
    expect(shown).toEqual(['a', 'b'].flatMap((stage) => [0, 1, 2, 3, 4, 5].map((index) => `${stage} m${index}`)));
    expect(text).toContain('         and 50 more\n');
    const logged = report([plan(['a']), end('a', 'ran', {metrics: many('MLP_METRICS', 2)}), summary({ran: 1})]);
    expect(logged).toContain('metrics: a m0 0 (new)\n         a m1 1 (new)\n');
  });
});

test('odd stage names stay on one line and in their column', () => {
  const names = ['データ整形', 'a\nb', 'x'.repeat(80)];
  expect(report([plan(names), ...names.map((name) => end(name, 'skipped', {savedMs: 1000})), summary({skipped: 3})]))
    .toMatchInlineSnapshot(`
    "✓ データ整形                        skipped                                           (saved 1.0s)
    ✓ a\\nb                              skipped                                           (saved 1.0s)
    ✓ xxxxxxxxxxxxxxxx…xxxxxxxxxxxxxxx  skipped                                           (saved 1.0s)

    3 stages up to date in 41.3s
    "
  `);
});
