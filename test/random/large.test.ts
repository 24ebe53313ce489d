/** Large shapes: what a run asks of the disk and the database may grow with the number of stages, and no faster. */
import {readFileSync, utimesSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import type {ProcessSpec, RunningWork} from '../../src/host/host.ts';
import {Rig} from '../rig/rig.ts';
import {tempFolder} from './temp-folder.ts';

interface Counted {
  readonly ran: number;
  readonly skipped: number;
  /** Calls of the host's files and hashing, and statements that were executed. */
  readonly calls: number;
}

let calls = 0;
const unpatch: (() => void)[] = [];

beforeAll(() => {
  const memory = new SqliteDatabase(':memory:');
  const statement = Object.getPrototypeOf(memory.prepare('SELECT 1')) as Record<
    string,
    (...cells: unknown[]) => unknown
  >;
  memory.close();
  for (const name of ['run', 'get', 'all']) {
    const real = statement[name];
    if (real === undefined) throw new Error(`statements have no ${name}`);
    statement[name] = function (...cells) {
      calls++;
      return Reflect.apply(real, this, cells);
    };
    unpatch.push(() => (statement[name] = real));
  }
});

afterAll(() => {
  for (const undo of unpatch) undo();
});

function countCalls<T extends object>(real: T): T {
  return new Proxy(real, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      return (...given: unknown[]): unknown => {
        calls++;
        return Reflect.apply(value, target, given) as unknown;
      };
    },
  });
}

/** A file of this moment is looked at again by the next run, so that counts would depend on how fast this machine is. */
const age = (path: string): void => utimesSync(path, 1e9, 1e9);

/** `first-word FROM TO` without a process: thousands of real ones would take minutes and tell nothing more. */
function perform({argv, cwd}: ProcessSpec): RunningWork {
  const [, from = '', to = ''] = (argv.at(-1) ?? '').split(' ');
  const [word = ''] = readFileSync(join(cwd, from), 'utf8').split(' ');
  writeFileSync(join(cwd, to), word);
  age(join(cwd, to));
  const exited = Promise.resolve({code: 0, signal: undefined, use: {wallMs: 1}});
  return {pid: 1, exited, stop: () => undefined, sample: () => undefined};
}

async function run(rig: Rig): Promise<Counted> {
  rig.wrap = (host) => ({
    ...host,
    processes: {...host.processes, start: perform},
    files: countCalls(host.files),
    hashing: countCalls(host.hashing),
  });
  calls = 0;
  const {code, talk, outcomes} = await rig.run();
  expect(`${code} ${talk}`).toBe('0 ');
  const count = (wanted: string): number => Object.values(outcomes).filter((outcome) => outcome === wanted).length;
  return {ran: count('ran'), skipped: count('skipped'), calls};
}

const stage = (from: string, to: string): object => ({cmd: `first-word ${from} ${to}`, deps: [from], outs: [to]});

/** One stage at the head, `size - 1` that read its output. */
const wide = (size: number): object =>
  Object.fromEntries([
    ['head', stage('in.txt', 'head.txt')],
    ...Array.from({length: size - 1}, (_, n) => [`s${n}`, stage('head.txt', `out/${n}.txt`)]),
  ]) as object;

/** Each reads what the one before it wrote. */
const deep = (size: number): object =>
  Object.fromEntries(
    Array.from({length: size}, (_, n) => [`s${n}`, stage(n === 0 ? 'in.txt' : `out/${n - 1}.txt`, `out/${n}.txt`)]),
  ) as object;

/** First run, nothing to do, an edit that the head's output does not show. */
async function measure(stages: object): Promise<Readonly<Record<'first' | 'noop' | 'cutoff', Counted>>> {
  await using rig = new Rig(tempFolder());
  rig.write('pipeline.yaml', JSON.stringify({mlp: 1, stages}));
  rig.write('out/.keep', '');
  rig.write('in.txt', 'word one');
  age(rig.path('in.txt'));
  const first = await run(rig);
  const noop = await run(rig);
  rig.write('in.txt', 'word two, edited');
  age(rig.path('in.txt'));
  return {first, noop, cutoff: await run(rig)};
}

describe.each([
  ['2,000 stages beside each other', wide, 2000],
  ['a chain of 1,000 stages', deep, 1000],
] as const)('%s', (_, shape, size) => {
  it('run once each, then none, then only the head, and ask four times as much when there are four times as many', async () => {
    const quarter = await measure(shape(size / 4));
    const whole = await measure(shape(size));
    expect(whole.first).toMatchObject({ran: size, skipped: 0});
    expect(whole.noop).toMatchObject({ran: 0, skipped: size});
    expect(whole.cutoff).toMatchObject({ran: 1, skipped: size - 1});
    for (const step of ['first', 'noop', 'cutoff'] as const) {
      expect(
        whole[step].calls / quarter[step].calls,
        `${step}: ${quarter[step].calls} calls, then ${whole[step].calls}`,
      ).toBeLessThan(4.2);
    }
  });
});
