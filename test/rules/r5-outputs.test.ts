/** R5: outputs are part of the truth. */
import {expect, it} from 'vitest';
import {Rig} from '../rig/rig.ts';
import {project} from './project.ts';

it('R5 a hand-edited output is restored by default, and the line says that it was edited', async () => {
  await using rig = project();
  await rig.run();
  const model = rig.read('model.txt');
  rig.write('model.txt', 'mine');
  const result = await rig.mlp('run');
  expect(result.talk).toMatch(/train +restored .*model\.txt was edited after the stage wrote it/);
  expect(rig.read('model.txt')).toBe(model);
});

it('R5 an edited output of a stage in the middle: what follows goes on from what was restored', async () => {
  await using rig = project();
  await rig.run();
  rig.write('clean.txt', 'mine');
  expect((await rig.run()).outcomes).toEqual({prepare: 'restored', train: 'skipped'});
});

it('R5 `--keep` adopts the edit: it is a known result, and what follows runs on it', async () => {
  await using rig = project();
  await rig.run();
  rig.write('clean.txt', 'mine\n');
  const kept = await rig.mlp('run', '--keep');
  expect(kept.code).toBe(0);
  expect(kept.talk).toContain('the edited outputs of prepare are its result now');
  expect(rig.read('clean.txt')).toBe('mine\n');
  expect(rig.read('model.txt')).toMatch(/^mine\n/);
  expect((await rig.run()).ran).toEqual([]);
  rig.remove('clean.txt');
  await rig.run();
  expect(rig.read('clean.txt')).toBe('mine\n');
});

it('R5 a deleted output comes back from the cache', async () => {
  await using rig = project();
  await rig.run();
  rig.remove('clean.txt');
  rig.remove('model.txt');
  const result = await rig.mlp('run');
  expect(result.talk).toMatch(/prepare +restored .*clean\.txt was missing/);
  expect(rig.exists('model.txt')).toBe(true);
});

it('R5 an output whose exec bit was taken away is not what the stage wrote', async () => {
  await using rig = new Rig();
  rig.write(
    'pipeline.yaml',
    "mlp: 1\nstages:\n  tool:\n    cmd: printf 'true' > tool.sh && chmod +x tool.sh\n    outs: [tool.sh]\n",
  );
  await rig.run();
  rig.write('tool.sh', 'true', 0o644);
  expect((await rig.run()).outcomes).toEqual({tool: 'restored'});
  const {statSync} = await import('node:fs');
  expect(statSync(rig.path('tool.sh')).mode & 0o100).toBe(0o100);
});

it('R5 an output that was a file, becomes a folder by hand, and a file again', async () => {
  await using rig = project();
  await rig.run();
  const clean = rig.read('clean.txt');
  rig.remove('clean.txt');
  rig.write('clean.txt/inside.txt', 'a folder now');
  expect((await rig.run()).outcomes).toEqual({prepare: 'restored', train: 'skipped'});
  expect(rig.read('clean.txt')).toBe(clean);
});

it('R5 a stage whose output turns from a file into a folder and back', async () => {
  await using rig = new Rig();
  const pipeline = (cmd: string): string =>
    `mlp: 1\nstages:\n  make:\n    cmd: ${cmd}\n    outs: [out]\n  use:\n    cmd: find out | sort > used.txt\n    deps: [out]\n    outs: [used.txt]\n`;
  rig.write('pipeline.yaml', pipeline('echo file > out'));
  expect((await rig.run()).ran).toEqual(['make', 'use']);
  rig.write('pipeline.yaml', pipeline('mkdir out && echo a > out/a && mkdir out/empty'));
  expect((await rig.run()).ran).toEqual(['make', 'use']);
  expect(rig.read('used.txt')).toBe('out\nout/a\nout/empty\n');
  rig.write('pipeline.yaml', pipeline('echo file > out'));
  expect((await rig.run()).outcomes).toEqual({make: 'restored', use: 'restored'});
  expect(rig.read('out')).toBe('file\n');
  rig.write('pipeline.yaml', pipeline('mkdir out && echo a > out/a && mkdir out/empty'));
  expect((await rig.run()).outcomes).toEqual({make: 'restored', use: 'restored'});
  expect(rig.exists('out/empty')).toBe(true);
});

it('R5 a file that was added to or edited in a folder output is noticed', async () => {
  await using rig = new Rig();
  rig.write('pipeline.yaml', 'mlp: 1\nstages:\n  make:\n    cmd: mkdir out && echo a > out/a\n    outs: [out]\n');
  await rig.run();
  rig.write('out/stray', 'x');
  expect((await rig.run()).outcomes).toEqual({make: 'restored'});
  expect(rig.exists('out/stray')).toBe(false);
  rig.write('out/a', 'edited');
  expect((await rig.run()).outcomes).toEqual({make: 'restored'});
  expect(rig.read('out/a')).toBe('a\n');
});
