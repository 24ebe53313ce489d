/** R6: complete or failed. */
import {expect, it} from 'vitest';
import {Rig} from '../rig/rig.ts';

const pipeline = (body: string): string => `mlp: 1\nstages:\n  make:\n${body}`;

it('R6 exit 0 with a declared output missing is a failure and is never cached', async () => {
  await using rig = new Rig();
  rig.write('pipeline.yaml', pipeline('    cmd: echo x > a.txt\n    outs: [a.txt, b.txt]\n'));
  const first = await rig.mlp('run');
  expect(first.code).toBe(1);
  expect(first.talk).toContain('the stage succeeded but did not write `b.txt`');
  expect(rig.exists('a.txt')).toBe(false);
  expect((await rig.run()).outcomes).toEqual({make: 'failed'});
});

it('R6 a declared metrics file that is missing is a failure with its own words', async () => {
  await using rig = new Rig();
  rig.write('pipeline.yaml', pipeline('    cmd: "true"\n    metrics: [m.json]\n'));
  const result = await rig.mlp('run');
  expect(result.code).toBe(1);
  expect(result.talk).toContain('did not write its metrics file `m.json`');
});

it('R6 a metrics file that cannot be read is a failure', async () => {
  await using rig = new Rig();
  rig.write('pipeline.yaml', pipeline("    cmd: printf '{broken' > m.json\n    metrics: [m.json]\n"));
  const result = await rig.mlp('run');
  expect(result.code).toBe(1);
  expect(result.talk).toContain('the metrics file `m.json` cannot be read');
});

it('R6 an output of the wrong type is a failure', async () => {
  await using rig = new Rig();
  rig.write('pipeline.yaml', pipeline('    cmd: echo x > out\n    outs: [{path: out, type: dir}]\n'));
  const result = await rig.mlp('run');
  expect(result.code).toBe(1);
  expect(result.talk).toContain('`out` should be a folder and is a file');
});

it('R6 a failed attempt leaves the earlier good outputs where they were', async () => {
  await using rig = new Rig();
  rig.write(
    'pipeline.yaml',
    pipeline('    cmd: echo good > a.txt; cat in.txt\n    deps: [in.txt]\n    outs: [a.txt]\n'),
  );
  rig.write('in.txt', '1');
  await rig.run();
  rig.write('pipeline.yaml', pipeline('    cmd: echo half > a.txt; exit 3\n    deps: [in.txt]\n    outs: [a.txt]\n'));
  const failed = await rig.mlp('run');
  expect(failed.code).toBe(1);
  expect(failed.talk).toMatch(/make +failed .*exit 3/);
  expect(rig.read('a.txt')).toBe('good\n');
});
