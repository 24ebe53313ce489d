/** R7: inputs must hold still while their stage runs. */
import {expect, it} from 'vitest';
import {gate} from '../rig/gate.ts';
import {Rig} from '../rig/rig.ts';

it('R7 an input edited while its stage runs: outputs stay, nothing is recorded, the stage is stale', async () => {
  await using rig = new Rig();
  const held = gate(rig, 'train');
  rig.write(
    'pipeline.yaml',
    `mlp: 1\nstages:\n  train:\n    cmd: |\n      cat in.txt > model.txt\n      if [ -e hold ]; then ${held.command}; fi\n    deps: [in.txt]\n    outs: [model.txt]\n`,
  );
  rig.write('in.txt', 'old');
  rig.write('hold', '');
  const running = rig.mlp('run');
  await held.begun(running);
  rig.write('in.txt', 'new');
  await held.open();
  const result = await running;
  expect(result.talk).toContain('train is stale: `in.txt` changed while it ran, so its result was not recorded');
  expect(rig.read('model.txt')).toBe('old');
  expect((await rig.mlp('status', '--check')).code).toBe(3);
  rig.remove('hold');
  expect((await rig.run()).ran).toEqual(['train']);
  expect(rig.read('model.txt')).toBe('new');
  rig.write('in.txt', 'old');
  // Nothing was recorded under the key of `old`.
  expect((await rig.run()).ran).toEqual(['train']);
  expect(rig.read('model.txt')).toBe('old');
});

it('R7 an input touched but not changed while its stage runs is no trouble', async () => {
  await using rig = new Rig();
  const held = gate(rig, 'train');
  rig.write(
    'pipeline.yaml',
    `mlp: 1\nstages:\n  train:\n    cmd: cat in.txt > model.txt; ${held.command}\n    deps: [in.txt]\n    outs: [model.txt]\n`,
  );
  rig.write('in.txt', 'same');
  const running = rig.run();
  await held.begun(running);
  rig.write('in.txt', 'same');
  await held.open();
  expect((await running).outcomes).toEqual({train: 'ran'});
  expect((await rig.run()).outcomes).toEqual({train: 'skipped'});
});

it('R7 a script edited while its stage waits to start or runs is no result of the old code', async () => {
  await using rig = new Rig();
  const held = gate(rig, 'train');
  rig.write(
    'pipeline.yaml',
    `mlp: 1\nstages:\n  train:\n    cmd: |\n      if [ -e hold ]; then ${held.command}; fi\n      python3 train.py\n    outs: [model.txt]\n`,
  );
  rig.write('train.py', 'open("model.txt", "w").write("old")\n');
  rig.write('hold', '');
  const running = rig.mlp('run');
  await held.begun(running);
  rig.write('train.py', 'open("model.txt", "w").write("new")\n');
  await held.open();
  const result = await running;
  expect(result.talk).toContain('train is stale: `train.py` changed while it ran, so its result was not recorded');
  rig.remove('hold');
  rig.write('train.py', 'open("model.txt", "w").write("old")\n');
  await rig.run();
  expect(rig.read('model.txt')).toBe('old');
});

it('R7 an input that vanishes while its stage runs', async () => {
  await using rig = new Rig();
  const held = gate(rig, 'train');
  rig.write(
    'pipeline.yaml',
    `mlp: 1\nstages:\n  train:\n    cmd: cat in.txt > model.txt; ${held.command}\n    deps: [in.txt]\n    outs: [model.txt]\n`,
  );
  rig.write('in.txt', 'x');
  const running = rig.mlp('run');
  await held.begun(running);
  rig.remove('in.txt');
  await held.open();
  expect((await running).talk).toContain('`in.txt` changed while it ran');
  const next = await rig.mlp('run');
  expect(next.code).toBe(1);
  expect(next.talk).toContain('in.txt');
});
