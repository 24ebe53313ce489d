/** What `mlp watch` looks at. */
import {expect, it} from 'vitest';
import {loadPipeline} from '../../src/config/load-pipeline.ts';
import {changedPaths, watchSet, watchState} from '../../src/engine/watch-set.ts';
import {tempHost} from '../host/rig.ts';

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

it('links in a folder that lead back to it are looked at themselves, not followed', async () => {
  const host = tempHost();
  host.files.append('data/a', 'x');
  host.files.makeLink('.', 'data/one');
  host.files.makeLink('..', 'data/two');
  const set = {paths: ['data'], globs: [], outs: ['data/out']};
  const before = await watchState(set, host);
  expect([...before.keys()]).toEqual(['data/a', 'data/one', 'data/two']);
  host.files.remove('data/two');
  host.files.makeLink('nowhere', 'data/two');
  host.files.append('data/out', 'made');
  expect(changedPaths(before, await watchState(set, host))).toEqual(['data/two']);
});
