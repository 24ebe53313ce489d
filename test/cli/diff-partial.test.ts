/** `mlp diff` of runs that are not whole: some stages only, branches that went, stages that failed. */
import {describe, expect, it} from 'vitest';
import {isPartial} from '../../src/history/snapshot-earlier.ts';
import {Rig} from '../rig/rig.ts';
import {edit} from '../rules/project.ts';
import {rows, twoRuns} from './diff-project.ts';

it.each([
  ['run', false],
  ['run -j 4 --set a.b=3 --no-cache read --json', false],
  ['run train', true],
  ['run -j 4 train', true],
  ['run --from train', true],
  ['run --only=x', true],
  ['-C there run', false],
  ['-C there run train', true],
  ['openProject', false],
  ['openProject train', true],
  ['watch', false],
])('mlp %s names stages: %s', (typed, partial) => {
  expect(isPartial(typed.split(' '))).toBe(partial);
});

describe('runs that are not whole', () => {
  it('a run of some stages has the results that the others had then', async () => {
    await using rig = await twoRuns();
    await rig.run('prepare');
    const partial = await rig.mlp('diff', '1', '3', '--fail-if', 'latency_ms rise > 5%');
    expect(partial.code).toBe(1);
    expect(partial.out).toContain('note: run 3 did not come to `train`: taken from the run before it that did');
    expect(partial.out).toMatch(/train +f1 +0\.91 +0\.9101/);
  });

  it('a branch that is no more is gone, and nothing is made up for it', async () => {
    await using rig = new Rig();
    rig.write(
      'pipeline.yaml',
      `mlp: 1
stages:
  list: {cmd: cp in list.json, deps: [in], outs: [list.json]}
  each: {foreach: {json: list.json}, cmd: "echo '{\\"f1\\": 1}' > \${item}.json", metrics: ["\${item}.json"]}
`,
    );
    rig.write('in', '["a", "b"]');
    await rig.run('-j', '2');
    rig.write('in', '["b", "c"]');
    await rig.run('-j', '2');
    const {stages, metrics, notices} = await rows(rig, '1', '2');
    expect(stages?.map(({stage, change: how}) => [stage, how])).toEqual([
      ['list', 'changed'],
      ['each@c', 'added'],
      ['each@a', 'removed'],
    ]);
    expect(metrics?.map(({stage, change: how}) => [stage, how])).toEqual([
      ['each@c', 'added'],
      ['each@a', 'removed'],
    ]);
    expect(notices).toEqual([]);
  });

  it('a stage that failed has no metrics, and says so', async () => {
    await using rig = await twoRuns();
    edit(rig, 'pipeline.yaml', 'cp scores.json', 'exit 3; cp scores.json');
    expect((await rig.run()).code).toBe(1);
    const failed = await rig.mlp('diff', '2', '3', '--fail-if', 'f1 drop > 0.5');
    expect(failed.code).toBe(1);
    expect(failed.out).toMatch(/train +f1 +0\.9101 +gone/);
    expect(failed.out).toMatch(/train +ran \S+ +failed +changed/);
    expect(failed.out).toMatch(/train f1 is missing on the new side/);
    expect(failed.out).toMatch(/model +output +20 B +not known/);
  });
});
