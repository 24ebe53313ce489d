/** Which way of a metric is better, as pipeline.yaml declares it. */
import {describe, expect, it} from 'vitest';
import {Rig} from '../rig/rig.ts';

const NUMBERS = {f1: 0.9, churn: 3, 'val loss': 1, 'a*b': 1, spread: 5};
const LATER = {f1: 0.8, churn: 2, 'val loss': 2, 'a*b': 2, spread: 6};

function pipeline(better: object): string {
  const train = {cmd: 'cat numbers.json > m.json', deps: ['numbers.json'], metrics: ['m.json']};
  return JSON.stringify({mlp: 1, better, stages: {train}});
}

describe('`better` of pipeline.yaml', () => {
  it('decides what is better and worse: a name before a pattern, the last pattern before others; else the name is guessed from', async () => {
    await using rig = new Rig();
    rig.write('pipeline.yaml', pipeline({'train:churn': 'down', '*': 'up', 'a*b': 'down', 's*d': 'down', 'v*': 'up'}));
    rig.write('numbers.json', JSON.stringify(NUMBERS));
    expect((await rig.mlp('run')).code).toBe(0);
    rig.write('numbers.json', JSON.stringify(LATER));
    expect((await rig.mlp('run')).code).toBe(0);
    const {out} = await rig.mlp('diff', 'last~1', 'last', '--only', 'metrics', '--json');
    const {metrics} = JSON.parse(out) as {metrics: {name: string}[]};
    expect(Object.fromEntries(metrics.map((row) => [row.name, row]))).toMatchObject({
      f1: {better: 'up', betterFrom: 'declared', verdict: 'worse'},
      churn: {better: 'down', betterFrom: 'declared', verdict: 'better'},
      'val loss': {better: 'up', betterFrom: 'declared', verdict: 'better'},
      'a*b': {better: 'down', betterFrom: 'declared', verdict: 'worse'},
      spread: {better: 'down', betterFrom: 'declared', verdict: 'worse'},
    });
    expect((await rig.mlp('diff', 'last~1', 'last')).out).not.toContain('guessed');
  });

  it('is part of no key, and says what it did not decide', async () => {
    await using rig = new Rig();
    rig.write('pipeline.yaml', pipeline({}));
    rig.write('numbers.json', JSON.stringify(NUMBERS));
    await rig.mlp('run');
    rig.write('pipeline.yaml', pipeline({churn: 'down'}));
    expect((await rig.run()).outcomes).toEqual({train: 'skipped'});
    rig.write('numbers.json', JSON.stringify(LATER));
    await rig.mlp('run');
    expect((await rig.mlp('diff', 'last~1', 'last')).out).toContain('better and worse of 2 metrics are guessed');
  });

  it('takes up and down only', async () => {
    await using rig = new Rig();
    rig.write('pipeline.yaml', pipeline({f1: 'upp'}));
    const {code, talk} = await rig.mlp('plan');
    expect({code, talk}).toMatchObject({code: 2, talk: expect.stringContaining('`up`')});
  });
});
