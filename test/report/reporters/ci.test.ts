import {describe, expect, test} from 'vitest';
import type {RunEvent} from '../../../src/model/event.ts';
import {stageName} from '../../../src/model/ids.ts';
import {createGithubReporter} from '../../../src/report/reporters/github.ts';
import {createGitlabReporter} from '../../../src/report/reporters/gitlab.ts';
import {createQuietReporter} from '../../../src/report/reporters/quiet.ts';
import type {Reporter, ReporterContext} from '../../../src/report/reporter.ts';
import {attemptOf, end, exampleRun, fakeContext, output, plan, summary} from '../stage-events.ts';
import type {FakeContext} from '../stage-events.ts';

function run(create: (context: ReporterContext) => Reporter, events: readonly RunEvent[]): FakeContext {
  const context = fakeContext();
  const reporter = create(context);
  for (const event of events) reporter.event(event);
  reporter.close();
  return context;
}

function withOutput(events: readonly RunEvent[]): readonly RunEvent[] {
  return events.flatMap((event) =>
    event.type === 'stage.start' ? [event, output(event.stage, 'working\ndone')] : [event],
  );
}

describe('GitHub', () => {
  test('each stage that printed is a group; a failure is an annotation of the pipeline file', () => {
    expect(run(createGithubReporter, withOutput(exampleRun())).printed()).toMatchInlineSnapshot(`
      "✓ ingest     skipped                                           (3 d ago, saved 4m12s)
      ::group::✓ featurize  ran 38.2s      code: lib/text.ts clean() changed  → same bytes as before
      ::stop-commands::mlp-42-featurize-x1
      working
      done
      ::mlp-42-featurize-x1::
      ::endgroup::
      ✓ train      skipped        featurize wrote the same bytes     (saved 11m03s)
      ↺ evaluate   restored 0.2s  same inputs as run 41 (2 days ago)
      ::group::✗ package    failed 1.1s    exit 1 · 2 lines of log below · mlp logs package
      ::stop-commands::mlp-42-package-x1
      working
      done
      ::mlp-42-package-x1::
      ::endgroup::
      ::stop-commands::mlp-42-package-x1
          Traceback:
            no space
          hint: look at \`pack.sh\`
      ::mlp-42-package-x1::
      ::error file=pipeline.yaml,title=package failed::package: exit 1%0Ahint: look at \`pack.sh\`
      · report     not run        needs package

      1 ran, 1 restored, 2 skipped, 1 failed, 1 not run in 41.3s — 15m27s not spent
      metrics: evaluate f1 0.913 → 0.921 (+0.008 against run 41)
      "
    `);
  });

  test('the job summary has a table of what happened', () => {
    expect(run(createGithubReporter, exampleRun()).stepSummaryText()).toMatchInlineSnapshot(`
      "### mlp run 42: 1 ran, 1 restored, 2 skipped, 1 failed, 1 not run in 41.3s — 15m27s not spent

      | | stage | what | time | why |
      |---|---|---|---|---|
      | ✓ | featurize | ran | 38.2s | code: lib/text.ts clean() changed → same bytes as before |
      | ↺ | evaluate | restored | 0.2s | same inputs as run 41 (2 days ago) |
      | ✗ | package | failed | 1.1s | exit 1 |
      | · | report | not run |  | needs package |
      | ✓ | ingest | skipped |  | (3 d ago, saved 4m12s) |
      | ✓ | train | skipped |  | featurize wrote the same bytes (saved 11m03s) |

      **Metrics**

      - evaluate f1 0.913 → 0.921 (+0.008 against run 41)
      "
    `);
  });

  test('what a stage prints gives the runner no commands, and odd text cannot break out of an annotation', () => {
    const stage = 'a,b:c\n::error::x';
    const text = run(createGithubReporter, [
      plan([stage]),
      output(stage, '::set-output name=x::1\n'),
      end(stage, 'failed', {
        attempt: attemptOf('a'),
        failure: {class: 'threw', message: '100 %\n::warning::y', hint: 'look\nagain'},
        logTail: ['::error::z'],
      }),
    ]).printed();
    expect(text).toMatchInlineSnapshot(`
      "::group::✗ a,b:c\\n::error::x  failed 1.0s    100 %25\\n::warning::y · 1 line of log below · mlp logs 'a,b:c\\n::error::x'
      ::stop-commands::mlp-42-a-x1
      ::set-output name=x::1
      ::mlp-42-a-x1::
      ::endgroup::
      ::stop-commands::mlp-42-a-x1
          ::error::z
          hint: look\\nagain
      ::mlp-42-a-x1::
      ::error file=pipeline.yaml,title=a%2Cb%3Ac%0A%3A%3Aerror%3A%3Ax failed::a,b:c%0A::error::x: 100 %25\\n::warning::y%0Ahint: look%0Aagain
      "
    `);
  });

  test('warnings are annotations', () => {
    const notice: RunEvent = {
      type: 'notice',
      level: 'warning',
      code: 'undeclared-input',
      message: 'reads `a.csv`',
      hint: 'declare it',
    };
    expect(run(createGithubReporter, [notice]).printed()).toBe(
      '::warning file=pipeline.yaml,title=undeclared-input::reads `a.csv`%0Ahint: declare it\n',
    );
  });

  test('of a huge log the end is kept, and it says so', () => {
    const events = [
      plan(['a']),
      ...Array.from({length: 100}, (_, block) =>
        output('a', Array.from({length: 100}, (_line, line) => `${String(block * 100 + line)}\n`).join('')),
      ),
      end('a', 'ran', {attempt: attemptOf('a')}),
    ];
    const lines = run(createGithubReporter, events).printed().split('\n');
    expect(lines.slice(2, 4)).toEqual(['(8,000 lines before these: mlp logs a)', '8000']);
  });

  test('a table of 10,000 skips is a sentence, and of as many runs it is cut', () => {
    const names = Array.from({length: 10_000}, (_, index) => `s${String(index)}`);
    const skipped = run(createGithubReporter, [
      plan(names),
      ...names.map((name) => end(name, 'skipped')),
      summary({skipped: 10_000}),
    ]);
    expect(skipped.stepSummaryText()).toContain('10,000 stages skipped\n');
    const ran = run(createGithubReporter, [
      plan(names),
      ...names.map((name) => end(name, 'ran')),
      summary({ran: 10_000}),
    ]);
    expect(ran.stepSummaryText()).toContain('and 9,800 more stages\n');
  });

  test('names cannot break the table', () => {
    const {stepSummaryText} = run(createGithubReporter, [
      plan(['a|b<img>`']),
      end('a|b<img>`', 'ran'),
      summary({ran: 1}),
    ]);
    expect(stepSummaryText()).toContain('| ✓ | a&#124;b&lt;img>&#96; | ran | 1.0s | never ran before |');
  });
});

describe('GitLab', () => {
  test('each stage that printed is a collapsed section with a name of its own', () => {
    const events = [
      plan(['train@a b', 'train@a/b']),
      output('train@a b', 'one\n'),
      end('train@a b', 'ran'),
      output('train@a/b', 'two'),
      end('train@a/b', 'failed', {
        failure: {class: 'exit', exitCode: 3, message: ''},
        logTail: ['two'],
        attempt: attemptOf('x'),
      }),
    ];
    const text = run(createGitlabReporter, events).printed();
    expect(text.replaceAll('\u001b', '<ESC>').replaceAll('\r', '<CR>')).toMatchInlineSnapshot(`
      "<ESC>[0Ksection_start:1768003199:mlp_1_train_a_b[collapsed=true]<CR><ESC>[0K✓ train@a b  ran 1.0s       never ran before
      one
      <ESC>[0Ksection_end:1768003200:mlp_1_train_a_b<CR><ESC>[0K
      <ESC>[0Ksection_start:1768003199:mlp_2_train_a_b[collapsed=true]<CR><ESC>[0K✗ train@a/b  failed 1.0s    exit 3 · 1 line of log below · mlp logs train@a/b
      two
      <ESC>[0Ksection_end:1768003200:mlp_2_train_a_b<CR><ESC>[0K
          two
      "
    `);
  });
});

describe('quiet', () => {
  test('only what failed, and the summary', () => {
    expect(run(createQuietReporter, exampleRun()).printed()).toMatchInlineSnapshot(`
      "✗ package    failed 1.1s    exit 1 · 2 lines of log below · mlp logs package
          Traceback:
            no space
          hint: look at \`pack.sh\`

      1 ran, 1 restored, 2 skipped, 1 failed, 1 not run in 41.3s — 15m27s not spent
      "
    `);
  });

  test('nothing to do is one line', () => {
    expect(
      run(createQuietReporter, [plan(['a']), end('a', 'skipped'), summary({skipped: 1}, {durationMs: 90})]).printed(),
    ).toBe('1 stage up to date in 0.1s\n');
  });

  test('output and interrupts are not shown', () => {
    const interrupt: RunEvent = {type: 'interrupt', signal: 'SIGINT', running: [stageName('a')], kill: false};
    expect(run(createQuietReporter, [plan(['a']), output('a', 'x\n'), interrupt]).printed()).toBe('');
  });
});
