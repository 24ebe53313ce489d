/** Clocks that jump, and time stamps that lie: the bytes decide. */
import {utimesSync, writeFileSync} from 'node:fs';
import {expect, it} from 'vitest';
import {createClock} from '../../src/host/clock.ts';
import {Rig} from '../rig/rig.ts';
import {pipelineText} from './spawned-cli.ts';

const HOUR = 3_600_000;

function project(): Rig {
  const rig = new Rig();
  rig.write(
    'pipeline.yaml',
    pipelineText({
      a: {cmd: 'cat in.txt > a.txt', deps: ['in.txt'], outs: ['a.txt']},
      b: {cmd: 'cat a.txt > b.txt', deps: ['a.txt'], outs: ['b.txt']},
    }),
  );
  rig.write('in.txt', 'first\n');
  return rig;
}

it('a clock that jumps between runs, and while one goes on, makes nothing stale and nothing fresh', async () => {
  await using rig = project();
  const real = createClock();
  let ahead = 0;
  let calls = 0;
  rig.host = {
    clock: {
      ...real,
      now: () => real.now() + ahead + (calls++ % 3 === 0 ? -5 * HOUR : 7 * HOUR),
      monotonic: () => real.monotonic(),
      sleep: (ms, signal) => real.sleep(ms, signal),
      every: (ms, callback) => real.every(ms, callback),
    },
  };
  let at = 0;
  for (const jump of [0, -400 * 24 * HOUR, 400 * 24 * HOUR, -1, 90 * 24 * HOUR, -90 * 24 * HOUR]) {
    ahead = jump;
    rig.write('in.txt', `text ${at++}\n`);
    expect(await rig.run()).toMatchObject({code: 0, outcomes: {a: 'ran', b: 'ran'}});
    expect(rig.read('b.txt')).toBe(rig.read('in.txt'));
    expect(await rig.run()).toMatchObject({code: 0, outcomes: {a: 'skipped', b: 'skipped'}});
    const shown = [await rig.mlp('status'), await rig.mlp('runs'), await rig.mlp('why', 'a'), await rig.mlp('gc')];
    for (const {code, out, talk} of shown)
      expect({code, odd: /NaN|Infinity|-\d+ (d|h|min|s) ago/.test(out + talk)}).toEqual({code: 0, odd: false});
  }
});

it('time stamps in the future or at the beginning of time say nothing', async () => {
  await using rig = project();
  await rig.run();
  for (const seconds of [4_000_000_000, 0, 1, Date.now() / 1000 + 86_400]) {
    utimesSync(rig.path('in.txt'), seconds, seconds);
    utimesSync(rig.path('a.txt'), 1, 1);
    expect((await rig.run()).outcomes).toEqual({a: 'skipped', b: 'skipped'});
    rig.write('in.txt', `at ${seconds}\n`);
    utimesSync(rig.path('in.txt'), seconds, seconds);
    expect((await rig.run()).outcomes).toEqual({a: 'ran', b: 'ran'});
    expect(rig.read('b.txt')).toBe(`at ${seconds}\n`);
  }
});

it('another text of the same length, with the same time stamp, right after a run, is seen', async () => {
  await using rig = project();
  for (let at = 0; at < 10; at++) {
    writeFileSync(rig.path('in.txt'), `text ${at}\n`);
    utimesSync(rig.path('in.txt'), 1_700_000_000, 1_700_000_000);
    expect((await rig.run()).outcomes).toEqual({a: 'ran', b: 'ran'});
    expect(rig.read('b.txt')).toBe(`text ${at}\n`);
  }
});

it('another text of the same length in an output, right after a run, is seen', async () => {
  await using rig = project();
  await rig.run();
  rig.write('a.txt', 'forge\n');
  expect((await rig.run()).outcomes).toEqual({a: 'restored', b: 'skipped'});
  expect(rig.read('a.txt')).toBe('first\n');
});
