import {describe, expect, test, vi} from 'vitest';
import type {RunEvent} from '../../../src/model/event.ts';
import {stageName} from '../../../src/model/ids.ts';
import {createLiveReporter} from '../../../src/report/reporters/live.ts';
import type {Reporter} from '../../../src/report/reporter.ts';
import {
  attemptOf,
  end,
  exampleRun,
  fakeContext,
  metric,
  output,
  plan,
  progress,
  start,
  summary,
} from '../stage-events.ts';
import type {FakeContext} from '../stage-events.ts';
import {Terminal} from '../terminal.ts';

interface Live {
  readonly terminal: Terminal;
  readonly context: FakeContext;
  readonly reporter: Reporter;
  /** What the user sees once the region is there. */
  readonly seen: (...events: readonly RunEvent[]) => Promise<string>;
}

function live(options: Parameters<typeof fakeContext>[0] = {}): Live {
  const terminal = new Terminal(options.width ?? 100);
  const context = fakeContext({...options, out: (text) => terminal.write(text)});
  const reporter = createLiveReporter(context);
  const seen = async (...events: readonly RunEvent[]): Promise<string> => {
    for (const event of events) reporter.event(event);
    await vi.waitFor(() => expect(context.timers()).toBe(1));
    context.pass(100);
    return terminal.text();
  };
  return {terminal, context, reporter, seen};
}

const expected = {ingest: 1000, train: 100_000, evaluate: 20_000};

describe('while stages run', () => {
  test('finished lines are above, the bar and what runs below', async () => {
    const {seen, context, terminal} = live();
    const text = await seen(
      plan(expected),
      end('ingest', 'skipped', {savedMs: 4000}),
      start('train', {kind: 'new'}, 100_000),
    );
    expect(text).toMatchInlineSnapshot(`
      "✓ ingest    skipped                                           (saved 4.0s)
      ⠙ [======------      ] 1/3 · 1 running · 0:00 · about 1:39 left
        train     running 0s     0 % of last time"
    `);
    expect(terminal.cursorVisible).toBe(false);
    context.pass(62_000);
    const later = await seen(
      progress('train', {rssBytes: 1.2e9, cpuMs: 58_000}),
      output('train', 'epoch 1\nepoch 2: 10 %\repoch 2: 90 %'),
    );
    expect(later).toMatchInlineSnapshot(`
      "✓ ingest    skipped                                           (saved 4.0s)
      ⠹ [======------      ] 1/3 · 1 running · 1:02 · about 0:37 left
        train     running 1m02s  62 % of last time · 1.2 GB · 93 % cpu
          epoch 2: 90 %"
    `);
  });

  test('a finished stage leaves the region and its line scrolls up', async () => {
    const {seen, context} = live();
    await seen(plan(expected), start('ingest'), start('train', {kind: 'new'}, 100_000));
    context.pass(5000);
    expect(await seen(end('ingest', 'ran', {durationMs: 5000}))).toMatchInlineSnapshot(`
      "✓ ingest    ran 5.0s       never ran before
      ⠹ [======------      ] 1/3 · 1 running · 0:05 · about 1:34 left
        train     running 5s     5 % of last time"
    `);
  });

  test('what the stage says of its progress counts more than the last time', async () => {
    const {seen} = live();
    const text = await seen(
      plan(expected),
      start('train', {kind: 'new'}, 100_000),
      progress('train', {fraction: 0.45, text: 'epoch 9/20'}),
    );
    expect(text).toContain('running 0s     45 % done · epoch 9/20');
  });

  test('many running stages do not fill the screen', async () => {
    const names = Array.from({length: 20}, (_, index) => `train@${String(index)}`);
    const {seen} = live();
    expect(await seen(plan(names, 20), ...names.map((name) => start(name)))).toMatchInlineSnapshot(`
      "⠙ [------------------] 0/20 · 20 running · 0:00
        train@0   running 0s
        train@1   running 0s
        train@2   running 0s
        train@3   running 0s
        train@4   running 0s
        train@5   running 0s
        train@6   running 0s
        train@7   running 0s
        and 12 more running"
    `);
  });

  test('a low terminal gets a low region', async () => {
    const names = Array.from({length: 20}, (_, index) => `train@${String(index)}`);
    const {seen} = live({height: 8});
    const events = names.flatMap((name) => [start(name), output(name, 'hello\n')]);
    expect((await seen(plan(names, 20), ...events)).split('\n').length).toBeLessThan(8);
  });

  test('everything fits 40 columns', async () => {
    const {seen, context} = live({width: 40});
    await seen(plan({...expected, データを整形する長い名前: 1000}), start('train', {kind: 'new'}, 100_000));
    context.pass(30_000);
    const text = await seen(
      end('ingest', 'ran', {
        reason: {kind: 'changed', changes: [{part: 'params', path: 'ingest.rows', before: 1, after: 2}]},
      }),
      end('データを整形する長い名前', 'skipped', {savedMs: 60_000}),
      output('train', `${'word '.repeat(30)}\n`),
      progress('train', {rssBytes: 2e9, cpuMs: 30_000}),
    );
    expect(text).toMatchInlineSnapshot(`
      "✓ ingest         ran 1.0s  params inges…
      ✓ データ…い名前  skipped  (saved 1m00s)
      ⠹ [====--  ] 2/4 · 0:30
        train          running 30s  30 % of …
          word word word word word word word…"
    `);
  });

  test('a terminal that does not know its size is taken for 80 by 24', async () => {
    const terminal = new Terminal(80);
    const context = fakeContext({width: 0, height: 0, out: (text) => terminal.write(text)});
    const reporter = createLiveReporter(context);
    reporter.event(plan(expected));
    reporter.event(start('train', {kind: 'new'}, 100_000));
    await vi.waitFor(() => expect(terminal.text()).toContain('1 running · 0:00 · about 1:40 left'));
    reporter.close();
    expect(terminal.text()).toBe('');
  });

  test('ASCII only where nothing else can be shown', async () => {
    const {seen, reporter, context} = live({unicode: false});
    await seen(plan(expected), start('train', {kind: 'new'}, 100_000), progress('train', {rssBytes: 2e9}));
    for (const event of exampleRun().slice(1)) reporter.event(event);
    reporter.close();
    expect(context.printed()).toMatch(/^[\x1b\x20-\x7e\n]*$/);
  });

  test('with -v the output of stages scrolls by, with its stage before it', async () => {
    const {seen} = live({verbosity: 1});
    const text = await seen(plan(expected), start('train'), output('train', 'epoch 1\nepo'), output('train', 'ch 2\n'));
    expect(text).toContain('train | epoch 1\ntrain | epoch 2\n');
  });
});

describe('at the end', () => {
  test('the region is gone, the summary and the cursor are there', async () => {
    const {seen, reporter, terminal, context} = live();
    const events = exampleRun();
    await seen(...events.slice(0, -1));
    reporter.event(events.at(-1) ?? summary({}));
    reporter.close();
    expect(terminal.text()).toMatchInlineSnapshot(`
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
      metrics: evaluate f1 0.913 → 0.921 (+0.008 against run 41)"
    `);
    expect(terminal.cursorVisible).toBe(true);
    expect(context.timers()).toBe(0);
  });

  test('a run that ends before the region is there shows the same lines', () => {
    const {reporter, terminal} = live();
    for (const event of exampleRun()) reporter.event(event);
    reporter.close();
    expect(terminal.text()).toContain('✓ featurize  ran 38.2s');
    expect(terminal.text()).toContain('metrics: evaluate f1 0.913 → 0.921');
    expect(terminal.cursorVisible).toBe(true);
  });

  test('closing without a summary, after a crash, gives the terminal back too', async () => {
    const {seen, reporter, terminal, context} = live();
    await seen(plan(expected), start('train'), end('ingest', 'ran'));
    reporter.close();
    expect(terminal.text()).toBe('✓ ingest    ran 1.0s       never ran before');
    expect(terminal.cursorVisible).toBe(true);
    expect(context.timers()).toBe(0);
  });

  test('a metric name of 300 characters loses its middle, not its value', async () => {
    const {seen, reporter, terminal} = live();
    await seen(
      plan(['e']),
      start('e'),
      end('e', 'ran', {metrics: [metric('m'.repeat(300), 0.5)], previousMetrics: [metric('m'.repeat(300), 0.25)]}),
    );
    reporter.event(summary({ran: 1}));
    expect(terminal.text().split('\n').at(-1)).toMatchInlineSnapshot(
      `"metrics: e mmmmmmmmmmmmmmmmmmmm…mmmmmmmmmmmmmmmmmmm 0.25 → 0.5 (+0.25)"`,
    );
  });
});

test('from the first interrupt on the cursor is visible, so that a kill leaves a usable terminal', async () => {
  const {seen, terminal} = live();
  const running = [stageName('train')];
  const text = await seen(plan(expected), start('train'), {type: 'interrupt', signal: 'SIGINT', running, kill: false});
  expect(terminal.cursorVisible).toBe(true);
  expect(text).toContain('SIGINT: waiting for train to stop (once more kills it)');
  expect(text).toContain('stopping 1');
});

test('a run with nothing to do starts no timer and writes no escape sequence', () => {
  const {reporter, context} = live({colour: true});
  const names = Array.from({length: 3}, (_, index) => `s${String(index)}`);
  for (const event of [plan(names), ...names.map((name) => end(name, 'skipped')), summary({skipped: 3})])
    reporter.event(event);
  expect(context.timers()).toBe(0);
  expect(context.printed()).not.toContain('\u001b');
  reporter.close();
  expect(context.printed()).toContain('3 stages up to date in 41.3s');
});

test('colours are painted where they are wanted, and nowhere else', async () => {
  const events = [
    plan(expected),
    start('train'),
    end('train', 'failed', {attempt: attemptOf('train')}),
    summary({failed: 1}),
  ];
  const coloured = live({colour: true});
  await coloured.seen(...events.slice(0, -1));
  expect(coloured.context.printed()).toContain('\u001b[31m✗\u001b[39m');
  const plain = live({colour: false});
  await plain.seen(...events.slice(0, -1));
  expect(plain.context.printed()).not.toMatch(/\u001b\[\d+m/);
  coloured.reporter.close();
  plain.reporter.close();
});

test('lines that come fast are printed together', async () => {
  const names = Array.from({length: 20}, (_, index) => `s${String(index)}`);
  const {seen, reporter, context, terminal} = live();
  await seen(plan(names), start('s0'));
  const before = context.printed().length;
  context.pass(200);
  for (const name of names.slice(0, 19)) reporter.event(end(name, 'ran'));
  const redraws =
    context
      .printed()
      .slice(before)
      .match(/\[[ =-]+\]/g) ?? [];
  expect(redraws.length).toBeLessThan(5);
  context.pass(100);
  expect(terminal.text().match(/✓/g)?.length).toBe(19);
  reporter.close();
});
