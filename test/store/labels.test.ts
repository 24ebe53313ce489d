import {describe, expect, test} from 'vitest';
import {runId} from '../../src/model/ids.ts';
import {begin, open} from './store-rig.ts';

const atMs = 9_000;

describe('what a person says of a run', () => {
  test('name, tags, note and pin are there with the run, and nothing where nothing was said', () => {
    const store = open();
    const run = begin(store);
    const silent = begin(store);
    const said = {name: 'the "best"\none', tag: ['b', 'a', 'précision β'], note: 'two\nlines', pinned: true, atMs};
    expect(store.labelRun(run, said)).toBe(true);
    expect(store.run(run)).toMatchObject({
      name: 'the "best"\none',
      tags: ['a', 'b', 'précision β'],
      note: 'two\nlines',
      pinned: true,
    });
    const row = store.run(silent) ?? {};
    for (const label of ['name', 'tags', 'note', 'pinned']) expect(row).not.toHaveProperty(label);
    expect(store.pinnedRuns()).toEqual([run]);
  });

  test('what is not named stays; null, untag and pinned: false take away', () => {
    const store = open();
    const run = begin(store);
    store.labelRun(run, {name: 'a', tag: ['x', 'y'], note: 'n', pinned: true, atMs});
    store.labelRun(run, {tag: ['y', 'z'], untag: ['x', 'never there'], atMs});
    expect(store.run(run)).toMatchObject({name: 'a', tags: ['y', 'z'], note: 'n', pinned: true});
    store.labelRun(run, {name: null, note: null, untag: ['y', 'z'], pinned: false, atMs});
    expect(Object.keys(store.run(run) ?? {})).not.toEqual(expect.arrayContaining(['name']));
    expect(store.run(run)?.tags).toBeUndefined();
    expect(store.pinnedRuns()).toEqual([]);
  });

  test('a run that is not there is told', () => {
    expect(open().labelRun(runId(7), {name: 'x', atMs})).toBe(false);
  });
});

describe('names', () => {
  test('every earlier name is kept with the time of its end, newest first; the same name again is no change', () => {
    const store = open();
    const run = begin(store);
    for (const [name, at] of [
      ['a', 1],
      ['a', 2],
      ['b', 3],
      ['a', 4],
    ] as const)
      store.labelRun(run, {name, atMs: at});
    store.labelRun(run, {name: null, atMs: 5});
    expect(store.earlierNames(run)).toEqual([
      {name: 'a', untilMs: 5},
      {name: 'b', untilMs: 4},
      {name: 'a', untilMs: 3},
    ]);
  });

  test('the newest run comes first; a name that nobody has stands for those that had it', () => {
    const store = open();
    const [first, second] = [begin(store), begin(store)];
    store.labelRun(first, {name: 'best', tag: ['t'], atMs});
    store.labelRun(second, {name: 'best', tag: ['t', 'u'], atMs});
    expect(store.runsNamed('best')).toEqual([second, first]);
    expect([store.runsTagged('t'), store.runsTagged('u'), store.runsTagged('T')]).toEqual([
      [second, first],
      [second],
      [],
    ]);
    store.labelRun(second, {name: 'other', atMs});
    expect(store.runsNamed('best')).toEqual([first]);
    store.labelRun(first, {name: null, atMs});
    expect(store.runsNamed('best')).toEqual([second, first]);
    expect(store.runsNamed('never')).toEqual([]);
  });
});
