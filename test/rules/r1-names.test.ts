/** R1: under which name a stage finds a file is part of its question, in which order a list stands is not. */
import {expect, it} from 'vitest';
import {Rig} from '../rig/rig.ts';

const FUNCTION = `import {readFileSync, writeFileSync} from 'node:fs';
export default ({inputs, outputs}) => writeFileSync(outputs.out, readFileSync(inputs.old, 'utf8') + readFileSync(inputs.now, 'utf8'));
`;

it('R1 two inputs that change their names run the stage, and why says so', async () => {
  await using rig = new Rig();
  const write = (deps: string): void => {
    rig.write('pipeline.yaml', `mlp: 1\nstages:\n  join: {run: join.ts, deps: ${deps}, outs: {out: out.txt}}\n`);
  };
  rig.write('join.ts', FUNCTION);
  rig.write('a', 'A');
  rig.write('b', 'B');
  write('{old: a, now: b}');
  expect((await rig.run()).ran).toEqual(['join']);
  write('{now: b, old: a}');
  expect((await rig.run()).outcomes).toEqual({join: 'skipped'});
  write('{old: b, now: a}');
  expect((await rig.mlp('why', 'join')).out).toContain('name  input now  b → a');
  expect((await rig.run()).ran).toEqual(['join']);
  expect(rig.read('out.txt')).toBe('BA');
});

it('R1 the order of a list matters to a built-in stage that goes by it, and to no command', async () => {
  await using rig = new Rig();
  const write = (deps: string): void => {
    rig.write(
      'pipeline.yaml',
      `mlp: 1\nstages:\n  both: {uses: copy, deps: ${deps}, outs: [x, y]}\n  cat: {cmd: cat a b > z, deps: ${deps}, outs: [z]}\n`,
    );
  };
  rig.write('a', 'A');
  rig.write('b', 'B');
  write('[a, b]');
  await rig.run();
  write('[b, a]');
  expect((await rig.mlp('why', 'both')).out).toContain('name  order  changed');
  expect((await rig.run()).outcomes).toEqual({both: 'ran', cat: 'skipped'});
  expect(rig.read('x')).toBe('B');
});
