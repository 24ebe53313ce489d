import {afterEach, expect, test, vi} from 'vitest';
import {reporters} from '../../../src/report/reporters/index.ts';
import {end, fakeContext, plan, start, summary} from '../stage-events.ts';

const loaded: string[] = [];
vi.mock('chalk', async (original) => {
  loaded.push('chalk');
  return await original();
});
vi.mock('ora', async (original) => {
  loaded.push('ora');
  return await original();
});

afterEach(() => {
  loaded.length = 0;
});

const names = ['ingest', 'train'];

test('a run with nothing to do loads neither chalk nor ora, whoever reports it', async () => {
  for (const member of reporters) {
    const reporter = await member.create(fakeContext({colour: true}));
    const events = [plan(names), ...names.map((name) => end(name, 'skipped')), summary({skipped: 2})];
    for (const event of events) reporter.event(event);
    reporter.close();
  }
  // What would be loaded is loaded in later turns of the loop; the live reporter's own case below shows that it comes.
  await new Promise((resolve) => setImmediate(resolve));
  expect(loaded).toEqual([]);
});

test('the first stage that starts brings both', async () => {
  const context = fakeContext({colour: true});
  const live = await reporters.find(({name}) => name === 'live')?.create(context);
  live?.event(plan(names));
  live?.event(start('ingest'));
  await vi.waitFor(() => expect(context.timers()).toBe(1));
  expect([...loaded].sort()).toEqual(['chalk', 'ora']);
  live?.close();
});
