import {spawnSync} from 'node:child_process';
import {gzipSync} from 'node:zlib';
import {describe, expect, it} from 'vitest';
import type {Json, JsonObject} from '../../src/base/json.ts';
import type {Host} from '../../src/host/host.ts';
import {featurize} from '../../src/stages/featurize.ts';
import {train} from '../../src/stages/train.ts';
import {readFeatures} from '../../src/stages/shared/feature-files.ts';
import {tempHost} from '../host/rig.ts';
import {rowsOf as rowsOfMatrix} from '../ml/features/tables.ts';
import {canTestSklearn} from '../rig/needs.ts';
import {Rig} from '../rig/rig.ts';
import {type KindFiles, type KindRun, rowsOf, runKind} from './kind-rig.ts';

const TRAIN = 'row_id,age,zip,name,label\n1,30,007,Ann Lee,B2C\n2,,010,Acme Ltd,B2B\n3,50,007,Bo,B2C\n';
const TEST = 'row_id,age,zip,name\n9,40.5,999,"Cy, Ltd"\n8,,,\n';
const COLUMNS = {
  age: {impute: 'mean', scale: 'minmax'},
  zip: {one_hot: {}},
  grams: {from: 'name', n_grams: {analyzer: 'char_wb', range: [2, 2], min_df: 2}},
};
const FILES = {
  inputs: {train: 'train.csv', test: 'test.csv'},
  outputs: {train: 'f/train', test: 'f/test', featurizer: 'f/featurizer.json'},
};

function project(train = TRAIN, test = TEST): Host {
  const host = tempHost();
  host.files.writeAtomic('train.csv', train);
  host.files.writeAtomic('test.csv', test);
  return host;
}

const run = (host: Host, settings: Json, files: KindFiles = FILES): Promise<KindRun> =>
  runKind(host, featurize, settings, files);

async function trouble(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'nothing';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

describe('featurize', () => {
  it('makes folders of which `train` learns from all features', async () => {
    const host = project();
    await run(host, {keep: ['label'], columns: COLUMNS});
    const settings = {label: 'label', model: 'majority', features: ['age']};
    const fit = runKind(host, train, settings, {inputs: {features: 'f/train'}, outputs: {model: 'm'}});
    expect(await trouble(fit)).toContain('`f/train` is a feature folder, of which all are learnt from');
  });

  it('learns from train and makes features of train and test, with the columns that are kept', async () => {
    const host = project();
    const {log} = await run(host, {name: 'people', keep: ['row_id', 'label'], columns: COLUMNS});
    expect(log).toEqual(['train: 3 rows of 6 features', 'test: 2 rows of 6 features']);
    const train = await readFeatures(host, 'f/train');
    expect(train.matrix.names).toEqual(['age', 'zip=007', 'zip=010', 'grams= a', 'grams= l', 'grams=e ']);
    expect(train.name).toBe('people');
    expect(train.kept.columns.map(({name}) => name)).toEqual(['row_id', 'label']);
    expect(train.from?.slice(0, 4)).toEqual([['age'], ['zip'], ['zip'], ['name']]);
    const test = await readFeatures(host, 'f/test');
    expect(rowsOfMatrix(test.matrix).map((row) => row.slice(0, 3))).toEqual([
      [Math.fround(10.5 / 20), 0, 0],
      [0.5, 0, 0],
    ]);
    // The label is not there when it is asked for later.
    expect(test.kept.columns.map(({name}) => name)).toEqual(['row_id']);
  });

  it('a featurizer that was learnt makes the same features', async () => {
    const host = project();
    await run(host, {keep: ['row_id'], columns: COLUMNS});
    await run(
      host,
      {keep: ['row_id']},
      {
        inputs: {featurizer: 'f/featurizer.json', later: 'test.csv'},
        outputs: {later: 'g/later'},
      },
    );
    for (const {name} of host.files.list('f/test'))
      expect(host.files.readBytes(`g/later/${name}`), name).toEqual(host.files.readBytes(`f/test/${name}`));
  });

  it('writes one table when the out is the name of one', async () => {
    const host = project();
    await run(
      host,
      {keep: ['row_id'], columns: {age: {}, zip: {one_hot: {sparse: true}}}},
      {
        inputs: FILES.inputs,
        outputs: {test: 'test-features.csv'},
      },
    );
    expect(host.files.readText('test-features.csv')).toBe('row_id,age,zip=007,zip=010\n9,40.5,0.0,0.0\n8,,0.0,0.0\n');
    expect(
      await trouble(run(host, {keep: ['age'], columns: {age: {}}}, {inputs: FILES.inputs, outputs: {test: 't.csv'}})),
    ).toBe('`age` is both a feature and a kept column: rename the feature');
  });

  it('reads columns of later tables as those of training: codes stay texts', async () => {
    const host = project(TRAIN, 'row_id,age,zip,name\n9,1e1,7,x\n');
    await run(host, {columns: {zip: {one_hot: {}}, age: {}}});
    expect(rowsOfMatrix((await readFeatures(host, 'f/test')).matrix)).toEqual([[0, 0, 10]]);
    const bad = project(TRAIN, 'row_id,age,zip,name\n9,old,007,x\n');
    expect(await trouble(run(bad, {columns: {age: {}}}))).toBe(
      '`old` in row 1 of the column `age` of `test.csv` is no number, as the training rows have: ' +
        'mend the row, or give the column a type by `types`',
    );
    const lacking = project(TRAIN, 'row_id,zip\n9,7\n');
    expect(await trouble(run(lacking, {columns: {age: {}}}))).toBe(
      'in `test`: the table has no column `age`, which the features are made from: it has `row_id`, `zip`',
    );
  });

  it('looks up in texts and tables', async () => {
    const host = project();
    host.files.writeAtomic('first.txt.gz', gzipSync('# by frequency\nann\n\ncy\n'));
    host.files.writeAtomic('forms.txt', 'ltd inc\ngmbh\n');
    host.files.writeAtomic('scores.csv', 'who,score,other\nAnn,0.5,x\nbo,,y\nBo,2,z\n');
    const settings = {
      texts: {clean: {from: 'name', fold: ['case'], replace: [{pattern: '[^a-z]+', by: ' '}]}},
      tables: {
        first: {file: 'first.txt.gz', value: 'rank'},
        forms: {file: 'forms.txt', entries: 'words'},
        scores: {file: 'scores.csv', value: 'score'},
      },
      columns: {
        first: {from: 'clean', look_up: {in: 'first', words: 'first', as: 'value'}},
        form: {from: 'clean', look_up: {in: 'forms', words: 'last', skip_first: true}},
        score: {from: 'name', look_up: {in: 'scores', words: 'any', as: 'value'}},
      },
    };
    expect(featurize.reads?.({...settings, functions: []} as unknown as Json)).toMatchObject({
      deps: {first: {path: 'first.txt.gz'}, forms: {path: 'forms.txt'}, scores: {path: 'scores.csv'}},
    });
    await run(host, settings);
    expect(rowsOfMatrix((await readFeatures(host, 'f/train')).matrix)).toEqual([
      [1, 0, 0.5],
      [0, 1, 0],
      [0, 0, 2],
    ]);
    expect(rowsOfMatrix((await readFeatures(host, 'f/test')).matrix)).toEqual([
      [Math.fround(1 - Math.log(2) / Math.log(3)), 1, 0],
      [null, null, null],
    ]);
    expect(
      await trouble(run(host, {...settings, tables: {...settings.tables, forms: {file: 'forms.txt', key: 'a'}}})),
    ).toBe('`forms.txt` is a text, which has no columns: `key` and `value` are for tables');
    expect(
      await trouble(
        run(host, {...settings, tables: {...settings.tables, scores: {file: 'scores.csv', value: 'other'}}}),
      ),
    ).toBe('the column `other` of `scores.csv` is string, not numbers');
  });

  it('says what does not fit', async () => {
    const host = project();
    const columns = {age: {}};
    const {inputs, outputs} = FILES;
    expect(await trouble(run(host, {}))).toContain('`featurize` needs `columns`, which say what features to make');
    expect(await trouble(run(host, {columns}, {inputs: {...inputs, featurizer: 'f.json'}, outputs}))).toContain(
      'remove one of them',
    );
    expect(await trouble(run(host, {columns, fit: 'all'}))).toContain('learns from the dep `all`, which is not there');
    expect(await trouble(run(host, {columns}, {inputs, outputs: {valid: 'x'}}))).toBe(
      'the out `valid` has no dep of its name, of which to make features; there are `train`, `test`: write `outs: {train: ...}`',
    );
    expect(await trouble(run(host, {columns}, {inputs: {train: ['a', 'b']}, outputs: {train: 'x'}}))).toContain(
      '`featurize` takes one file as `train`, not 2: make them one with `ingest`',
    );
    expect(await trouble(run(host, {columns, keep: ['id']}))).toContain(
      '`keep` names the column `id`, which `train` does not have',
    );
    expect(await trouble(run(project('age\n'), {columns}))).toBe('in `train`: the table has no rows to learn from');
    host.files.writeAtomic('f.json', '{"version": 1, "recipes": [{"way": "fn", "details": "src/x.ts#f"}]}');
    expect(await trouble(run(host, {}, {inputs: {...inputs, featurizer: 'f.json'}, outputs}))).toBe(
      'the featurizer calls `src/x.ts#f`: name it under `functions`',
    );
  });

  it('tells what it reads, and nothing of where it lies', () => {
    const settings = {
      columns: {a: {fn: 'src/f.ts#a'}},
      tables: {t: {file: 'x/t.csv', value: 'v'}},
      functions: ['src/g.ts'],
    };
    const reads = featurize.reads?.(settings as unknown as Json);
    expect(reads?.functions).toEqual(['src/f.ts#a', 'src/g.ts']);
    expect((reads?.pathFree as JsonObject)['tables']).toEqual({t: {value: 'v'}});
  });

  it('calls functions of the project, at training and later', async () => {
    await using rig = new Rig();
    rig.write('train.csv', TRAIN);
    rig.write('test.csv', TEST);
    rig.write('src/f.ts', 'export const letters = ({name}: {name: string | null}) => name?.length ?? null;\n');
    rig.write(
      'pipeline.yaml',
      `mlp: 1
stages:
  features:
    uses: featurize
    deps: {train: train.csv, test: test.csv}
    with: {columns: {letters: {from: name, fn: 'src/f.ts#letters', impute: 0}}}
    outs: {train: train-features.csv, test: test-features.csv, featurizer: featurizer.json}
  later:
    uses: featurize
    deps: {featurizer: featurizer.json, now: test.csv}
    with: {functions: ['src/f.ts#letters']}
    outs: {now: now.csv}
`,
    );
    const result = await rig.run();
    expect(result.talk).toBe('');
    expect(result.ran).toEqual(['features', 'later']);
    expect(rig.read('train-features.csv')).toBe('letters\n7.0\n8.0\n2.0\n');
    expect(rig.read('now.csv')).toBe('letters\n7.0\n0.0\n');
    expect(rig.read('now.csv')).toBe(rig.read('test-features.csv'));
    rig.write('src/f.ts', 'export const letters = ({name}: {name: string | null}) => (name?.length ?? 0) * 2;\n');
    expect((await rig.run()).ran).toEqual(['features', 'later']);
  });

  it('makes a feature set once for all projects with one cache folder, wherever their files lie', async () => {
    await using cache = new Rig();
    const made = async (train: string, words: string, out: string, stage: string) => {
      const rig = new Rig();
      rig.write(train, TRAIN);
      rig.write(words, 'ann\nbo\n');
      rig.write(
        'pipeline.yaml',
        `mlp: 1
cache: {folder: ${cache.folder}/cache}
stages:
  ${stage}:
    uses: featurize
    deps: {train: ${train}}
    with:
      columns: {known: {from: name, look_up: {in: words, words: any}}, zip: {target: {}}}
      label: label
      tables: {words: {file: ${words}}}
    outs: {train: ${out}, featurizer: ${out}.json}
`,
      );
      return rig;
    };
    await using one = await made('train.csv', 'data/words.txt', 'features', 'features');
    await using two = await made('raw/t.csv', 'w.txt', 'build/f', 'make');
    expect((await one.run()).outcomes).toEqual({features: 'ran'});
    expect((await two.run()).outcomes).toEqual({make: 'restored'});
    expect(two.read('build/f.json')).toBe(one.read('features.json'));
    // Words of another table make other features.
    two.write('w.txt', 'ann\n');
    expect((await two.run()).outcomes).toEqual({make: 'ran'});
  });

  it.runIf(canTestSklearn)('writes what Python reads', async () => {
    const host = project();
    await run(host, {keep: ['row_id', 'label'], columns: COLUMNS});
    const script = `
import sys, json, numpy as np, pandas as pd, scipy.sparse as sp
f = sys.argv[1]
dense = np.load(f'{f}/dense.npy')
sparse = sp.csr_matrix(tuple(np.load(f'{f}/sparse-{part}.npy') for part in ('data', 'indices', 'indptr')))
rows = pd.read_csv(f'{f}/rows.csv')
print(sp.hstack([dense, sparse]).shape, dense[:, 0].tolist(), rows.label.tolist())
`;
    const {stdout, stderr} = spawnSync('python3', ['-c', script, host.files.absolute('f/train')], {encoding: 'utf8'});
    expect(stdout + stderr).toBe(`(3, 6) [0.0, 0.5, 1.0] ['B2C', 'B2B', 'B2C']\n`);
    expect(await rowsOf(host, 'f/train/rows.csv')).toHaveLength(3);
  });
});
