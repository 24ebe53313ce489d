import {describe, expect, it} from 'vitest';
import type {ForestSetup} from '../../src/ml/trees/forest-setup.ts';
import {binMatrix} from '../../src/ml/trees/bins.ts';
import {denseMatrix} from '../ml/models/sets.ts';
import {tempHost} from './rig.ts';

const setup: ForestSetup = {
  bins: binMatrix(denseMatrix([[1], [2]]), 'columns'),
  target: {kind: 'classes', classes: 2, codes: Int32Array.of(0, 1)},
  weights: Float64Array.of(1, 1),
  settings: {maxFeatures: 1, minLeaf: 1, minSplit: 2, maxDepth: 9, bootstrap: false},
  seed: 1,
};

describe('threads', () => {
  it('answer each call, tell their CPU, and end', async () => {
    const {threads} = tempHost();
    const thread = threads.start('train-member', 'forest', setup);
    const [one, two] = await Promise.all([thread.call('grow', 0), thread.call('grow', 1)]);
    expect(one).toMatchObject({tree: {columns: Int32Array.of(0, -1, -1)}});
    expect(two).toEqual(one);
    expect(threads.usedCpuMs()).toBeGreaterThanOrEqual(0);
    const late = thread.call('grow', 2);
    thread.end();
    await expect(late).rejects.toThrow('a thread ended before its work was done');
    await expect(thread.call('grow', 3)).rejects.toThrow('a thread ended before its work was done');
  });

  it('pass on what is thrown, there and at the start', async () => {
    const {threads} = tempHost();
    const thread = threads.start('train-member', 'forest', {...setup, target: {kind: 'classes', classes: 2}});
    await expect(thread.call('grow', 0)).rejects.toThrow('Cannot read properties of undefined');
    thread.end();
    const broken = threads.start('train-member', 'forest', null);
    await expect(broken.call('grow', 0)).rejects.toThrow('null');
  });
});
