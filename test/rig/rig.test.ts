import {expect, it} from 'vitest';
import {Rig} from './rig.ts';

it('runs a pipeline in this process and reads its events back', async () => {
  await using rig = new Rig();
  rig.write(
    'pipeline.yaml',
    'mlp: 1\nstages:\n  a:\n    cmd: cat in.txt > a.txt\n    deps: [in.txt]\n    outs: [a.txt]\n',
  );
  rig.write('in.txt', 'hello');
  const first = await rig.run();
  expect(first).toMatchObject({code: 0, outcomes: {a: 'ran'}, ran: ['a']});
  expect(rig.read('a.txt')).toBe('hello');
  expect((await rig.run()).outcomes).toEqual({a: 'skipped'});
});
