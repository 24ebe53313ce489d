/** Features that one project has made are not made again in another: "recomputed in every project" must not happen. */
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect, it} from 'vitest';
import {Rig} from '../rig/rig.ts';

const TRAIN = 'id,name,kind\n1,Acme Ltd,b2b\n2,Anna,b2c\n3,Widget GmbH,b2b\n4,Ben,b2c\n';
const COLUMNS = `columns:
        length: {from: name, measure: length}
      keep: [id, kind]`;

function project(name: string, cache: string, train: string, features: string): Rig {
  const rig = new Rig();
  rig.write(
    'pipeline.yaml',
    `mlp: 1
name: ${name}
cache: {folder: ${cache}}
stages:
  ${name}-features:
    uses: featurize
    deps: {train: ${train}}
    with:
      fit: train
      ${COLUMNS}
    outs: {train: ${features}}
`,
  );
  rig.write(train, TRAIN);
  return rig;
}

it('a second project with other folders executes nothing and has the same features', async () => {
  const cache = mkdtempSync(join(tmpdir(), 'mlp-shared-'));
  try {
    await using one = project('one', cache, 'data/train.csv', 'build/features');
    const first = await one.run();
    expect(first.out).not.toContain('failure');
    expect(first.ran).toEqual(['one-features']);
    await using two = project('two', cache, 'input/companies.csv', 'out/f');
    const second = await two.run();
    expect(second.outcomes).toEqual({'two-features': 'restored'});
    expect(second.ran).toEqual([]);
    expect(two.read('out/f/features.json')).toBe(one.read('build/features/features.json'));
    expect(two.read('out/f/rows.csv')).toBe(one.read('build/features/rows.csv'));
  } finally {
    rmSync(cache, {recursive: true, force: true});
  }
});
