/** What `mlp watch` looks at, for stages that people decide. */
import {expect, it} from 'vitest';
import {loadPipeline} from '../../src/config/load-pipeline.ts';
import {watchSet} from '../../src/engine/watch-set.ts';

it('the answers to an approval are watched, and who may give them', async () => {
  const {pipeline} = await loadPipeline({
    file: 'pipeline.yaml',
    text: 'mlp: 1\nstages:\n  review: {approval: true, shows: [model.txt], by: [a@x], reviewers: who.yaml, outs: [record.json]}\n',
    readFile: () => undefined,
    set: [],
    env: () => undefined,
    kinds: [],
    executors: ['local'],
  });
  const set = await watchSet(pipeline?.nodes ?? [], ['pipeline.yaml'], {filesOf: () => Promise.resolve([])});
  expect([...set.paths].sort()).toEqual([
    'allowed_signers',
    'model.txt',
    'pipeline.yaml',
    'reviews/review',
    'who.yaml',
  ]);
  expect(set.outs).toEqual(['record.json']);
});
