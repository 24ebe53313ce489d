import {expect, it} from 'vitest';
import {stageEnvironment} from '../../src/engine/environment.ts';
import {jobOf} from '../fakes/jobs.ts';

const FILES = {params: '/p', metrics: '/m', progress: '/g', inputs: '/i.json', outputs: '/o.json'};
const HOST = {root: '/project', env: {get: () => undefined, all: () => ({})}};

it.each([
  ['ASCII', 'a', 90_000, 110_000],
  ['three bytes a sign', '名', 30_000, 60_000],
])('paths that no variable can hold stand in a file (%s)', (_, sign, fits, tooMany) => {
  const inputsOf = (count: number): string | undefined =>
    stageEnvironment({...jobOf('1'), inputNames: {x: [sign.repeat(count)]}}, FILES, HOST)['MLP_INPUTS'];
  expect(inputsOf(fits)).toBe(JSON.stringify({x: [sign.repeat(fits)]}));
  expect(inputsOf(tooMany)).toBe('@/i.json');
});
