import {describe, expect, test} from 'vitest';
import {reporters} from '../../../src/report/reporters/index.ts';
import {sampleEvents} from '../sample-events.ts';
import {end, exampleRun, fakeContext, plan, start, summary} from '../stage-events.ts';

/** What each member must show of a failed stage and of the end of a run. A member without a line here fails. */
const shows: Readonly<Record<string, {readonly failure: string; readonly end: string}>> = {
  live: {failure: '✗ package', end: '1 ran, 1 restored'},
  plain: {failure: '✗ package', end: '1 ran, 1 restored'},
  github: {failure: '::error file=pipeline.yaml', end: '1 ran, 1 restored'},
  gitlab: {failure: '✗ package', end: '1 ran, 1 restored'},
  json: {failure: '"outcome":"failed"', end: '"type":"summary"'},
  quiet: {failure: '✗ package', end: '1 ran, 1 restored'},
};

test('names are unique and each reporter says what it is for', () => {
  expect(new Set(reporters.map(({name}) => name)).size).toBe(reporters.length);
  expect(reporters.map(({name}) => name).sort()).toEqual(Object.keys(shows).sort());
  for (const {summary: text} of reporters) expect(text).not.toBe('');
});

describe.each(reporters)('$name', (member) => {
  test('shows what failed and how the run ended', async () => {
    const context = fakeContext();
    const reporter = await member.create(context);
    expect(reporter.name).toBe(member.name);
    for (const event of exampleRun()) reporter.event(event);
    reporter.close();
    expect(context.printed()).toContain(shows[member.name]?.failure);
    expect(context.printed()).toContain(shows[member.name]?.end);
  });

  test('writes to one stream, so that order is kept: data to stdout, talk to stderr', async () => {
    const context = fakeContext();
    const reporter = await member.create(context);
    for (const event of sampleEvents) reporter.event(event);
    reporter.close();
    expect(context.streams()).toEqual([member.name === 'json' ? 'out' : 'talk']);
  });

  test('takes every event, in any order, and leaves no timer behind', async () => {
    for (const events of [sampleEvents, [...sampleEvents].reverse()]) {
      const context = fakeContext();
      const reporter = await member.create(context);
      for (const event of events) reporter.event(event);
      reporter.close();
      expect(context.timers()).toBe(0);
    }
  });

  test('may be closed in the middle of a run', async () => {
    const context = fakeContext();
    const reporter = await member.create(context);
    reporter.event(plan(['a', 'b']));
    reporter.event(start('a'));
    reporter.close();
    expect(context.timers()).toBe(0);
  });

  test('writes a few large pieces for 10,000 skips, not one for each', async () => {
    let writes = 0;
    const context = fakeContext({out: () => writes++});
    const reporter = await member.create(context);
    const names = Array.from({length: 10_000}, (_, index) => `s${String(index)}`);
    for (const event of [plan(names), ...names.map((name) => end(name, 'skipped')), summary({skipped: 10_000})])
      reporter.event(event);
    reporter.close();
    expect(writes).toBeLessThan(100);
  });
});
