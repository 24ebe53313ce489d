/** `uses: package` in a whole project: what is packed, tried, refused; and what can be done with the bundle. */
import {spawnSync} from 'node:child_process';
import {join} from 'node:path';
import {cpSync, mkdtempSync, readdirSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {describe, expect, it, onTestFinished} from 'vitest';
import {numericColumn, stringColumn, tableOf} from '../../src/data/table-tools.ts';
import {fitFeaturizer} from '../../src/ml/features/featurizer.ts';
import type {FeatureFunction} from '../../src/ml/features/spec.ts';
import {encodeModel} from '../../src/ml/model-file.ts';
import type {Model} from '../../src/ml/model.ts';
import {predictModel} from '../../src/ml/predict.ts';
import {predictionColumns} from '../../src/ml/prediction-columns.ts';
import {createTableFile} from '../../src/stages/shared/table-files.ts';
import {openHost} from '../../src/host/open-host.ts';
import {Rig} from '../rig/rig.ts';

const NAMES = [
  'Anna Schmidt',
  'Acme Ltd',
  'Jürgen "Jo" Groß, Dr.',
  '=cmd|x Inc',
  'NA',
  ' padded ltd ',
  'x'.repeat(300),
];
const VOWELS = 'src/features.ts#vowels';
const vowels: FeatureFunction = ({name}) => String(name).replaceAll(/[^aeiou]/gi, '').length;

const PIPELINE = `
mlp: 1
stages:
  pack:
    uses: package
    deps: {model: model.bin, featurizer: featurizer.json, rows: rows.csv, predictions: predictions.csv}
    with: {name: names, functions: [${VOWELS}]}
    outs: {bundle: bundle}
`;

/** A project with a model that was trained elsewhere, and what it predicted. */
async function project(pipeline = PIPELINE): Promise<Rig> {
  const rig = new Rig();
  const host = openHost(rig.folder);
  const rows = tableOf([
    numericColumn(
      'row_id',
      NAMES.map((_, index) => index),
      'integer',
    ),
    stringColumn('name', NAMES),
    numericColumn('year', [1, 2, 3, null, 5, 6, 7]),
  ]);
  const spec = {
    columns: {
      length: {from: 'name', measure: 'length'},
      year: {impute: 'mean', scale: 'standard'},
      vowels: {from: 'name', fn: VOWELS},
    },
  } as const;
  const {featurizer, matrix} = fitFeaturizer(spec, rows, {seed: 1, functions: new Map([[VOWELS, vowels]])});
  const model: Model = {
    features: matrix.names,
    task: {kind: 'classification', classes: ['B2B', 'B2C']},
    settings: {},
    predictor: {
      kind: 'linear',
      link: 'logistic',
      weights: Float64Array.from([0.01, 0.3, 0.2]),
      intercepts: Float64Array.of(-0.5),
    },
  };
  rig.write('model.bin', encodeModel(model));
  rig.write('featurizer.json', JSON.stringify(featurizer));
  rig.write(
    'src/features.ts',
    "import {all} from './lib.ts';\nexport const vowels = ({name}: {name: string}) => all(String(name)).length;\n",
  );
  rig.write('src/lib.ts', "export const all = (text: string): string => text.replaceAll(/[^aeiou]/gi, '');\n");
  const id = rows.columns[0];
  const predictions = tableOf([...(id === undefined ? [] : [id]), ...predictionColumns(predictModel(model, matrix))]);
  for (const [path, table] of [
    ['rows.csv', rows],
    ['predictions.csv', predictions],
  ] as const) {
    const file = await createTableFile(host, path);
    await file.write(table);
    await file.end();
  }
  rig.write('pipeline.yaml', pipeline);
  return rig;
}

const withLine = (line: string, more = ''): string =>
  PIPELINE.replace('with: {name: names,', `with: {name: names, ${line},`) + more;

describe('package', () => {
  it('packs a model that predicts in a process of its own what was stored, the same bytes each time', async () => {
    await using rig = await project(PIPELINE.replace('bundle: bundle', 'bundle: bundle, archive: bundle.tar.gz'));
    const run = await rig.mlp('run');
    expect(run.talk + run.out).toContain('ran');
    expect(run.code).toBe(0);
    const [folder, archive] = [rig.read('bundle/MANIFEST.json'), readFileSync(rig.path('bundle.tar.gz'))];
    expect((await rig.mlp('run', '--force')).code).toBe(0);
    expect(rig.read('bundle/MANIFEST.json')).toBe(folder);
    expect(readFileSync(rig.path('bundle.tar.gz')).equals(archive)).toBe(true);
    expect((await rig.mlp('verify', 'bundle')).out).toContain('bundle (names) is whole');
    expect((await rig.mlp('verify', 'bundle.tar.gz')).code).toBe(0);
    const card = rig.read('bundle/MODEL_CARD.md');
    expect(card).toContain('tells `B2B` and `B2C` apart');
    expect(card).toContain('gave the stored predictions again for 7 rows');
  });

  it('can be used with nothing but the bundle and mlp, from a folder without a project', async () => {
    await using rig = await project();
    expect((await rig.mlp('run')).code).toBe(0);
    const away = mkdtempSync(join(tmpdir(), 'mlp-away-'));
    onTestFinished(() => rmSync(away, {recursive: true, force: true}));
    cpSync(rig.path('bundle'), join(away, 'model of -- "names"'), {recursive: true});
    const mlp = join(import.meta.dirname, '../../bin/mlp.js');
    const answered = spawnSync(process.execPath, [mlp, 'predict', './model of -- "names"'], {
      cwd: away,
      input: readFileSync(rig.path('rows.csv')),
      encoding: 'utf8',
    });
    expect(answered.stderr).toBe('');
    expect(answered.stdout).toBe(rig.read('predictions.csv'));
    const beside = spawnSync(process.execPath, [mlp, 'predict', './model of -- "names"', '--keep'], {
      cwd: away,
      input: readFileSync(rig.path('rows.csv')),
      encoding: 'utf8',
    });
    expect(beside.stdout.split('\n').slice(0, 2)).toEqual([
      'row_id,name,year,y_pred,p_B2B,p_B2C',
      expect.stringMatching(/^0,Anna Schmidt,1(\.0)?,B2B,/) as unknown,
    ]);
    const wrong = spawnSync(process.execPath, [mlp, 'predict', './model of -- "names"'], {
      cwd: away,
      input: 'nmae\nx\n',
      encoding: 'utf8',
    });
    expect(wrong.stderr).toContain('`stdin` has no column `name`');
    expect(wrong.status).toBe(1);
  });

  it.each([
    [
      'another model',
      (rig: Rig) => {
        const bytes = readFileSync(rig.path('predictions.csv'), 'utf8').replace('\n0,B2B', '\n0,B2C');
        rig.write('predictions.csv', bytes);
      },
      /does not predict what was stored, for 1 of 7 rows:[^]*row 1: `y_pred` was B2C, is B2B/,
    ],
    [
      'other rows',
      (rig: Rig) => rig.write('predictions.csv', 'row_id,y_pred\n1,B2B\n'),
      /`rows` has 7 rows and `predictions` 1/,
    ],
    [
      'a model file cut short',
      (rig: Rig) => rig.write('model.bin', readFileSync(rig.path('model.bin')).subarray(0, 90)),
      /model\.bin/,
    ],
    ['a featurizer as the model', (rig: Rig) => rig.write('model.bin', rig.read('featurizer.json')), /model\.bin/],
  ])('fails with %s, and leaves nothing', async (_what, change, message) => {
    await using rig = await project();
    change(rig);
    const run = await rig.mlp('run');
    expect(run.code).toBe(1);
    expect(run.talk + run.out).toMatch(message);
    expect(rig.exists('bundle')).toBe(false);
  });

  it('is refused when the gates failed, unless somebody says why not', async () => {
    const gated = (line: string): string =>
      withLine(line).replace('rows: rows.csv', 'rows: rows.csv, gates: gates.json');
    await using rig = await project(gated('owner: me'));
    rig.write('gates.json', '{"version": 1, "state": "fail", "gates": []}');
    const run = await rig.mlp('run');
    expect(run.code).toBe(1);
    expect(run.talk + run.out).toContain('the gates failed, so the model is not packaged');
    rig.write('pipeline.yaml', gated('override: "the data is known to be bad"'));
    expect((await rig.mlp('run')).code).toBe(0);
    expect(JSON.parse(rig.read('bundle/MANIFEST.json'))).toMatchObject({
      gates: 'fail',
      override: 'the data is known to be bad',
    });
    expect(rig.read('bundle/MODEL_CARD.md')).toContain('It was packaged all the same: the data is known to be bad');
    const promoted = await rig.mlp('promote', 'names');
    expect(promoted.code).toBe(2);
    expect(promoted.talk).toContain('the gates of `names@1` failed');
  });

  it('says what it lacks', async () => {
    const message = async (pipeline: string): Promise<string> => {
      await using rig = await project(pipeline);
      const {talk, out} = await rig.mlp('run');
      return talk + out;
    };
    expect(await message(PIPELINE.replace(', predictions: predictions.csv', ''))).toContain(
      'name in `deps` held-out `rows`',
    );
    expect(await message(PIPELINE.replace('model: model.bin, ', ''))).toContain('`package` has nothing to pack');
    expect(await message(PIPELINE.replace('name: names', 'name: "na mes"'))).toContain('a name of letters, digits');
    expect(await message(PIPELINE.replace(`, functions: [${VOWELS}]`, ''))).toContain(VOWELS);
    expect(await message(withLine('sign: {key_env: NOT_SET}'))).toContain('the variable `NOT_SET` is not set');
    const withGates = PIPELINE.replace('model: model.bin, ', 'model: model.bin, gates: pipeline.yaml, ');
    expect(await message(withGates)).toContain('`pipeline.yaml` is no JSON: ');
  });

  it('carries lock files, licences and more, and is signed', async () => {
    await using rig = await project(
      withLine(
        'sign: {key: key}, environment: [requirements.txt], licences: [LICENSE], files: ["names of people"], licence: MIT',
      ),
    );
    for (const path of ['requirements.txt', 'LICENSE', 'names of people/a b.txt', 'names of people/"q".txt'])
      rig.write(path, path);
    spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', rig.path('key')]);
    rig.write('allowed', `anna@firm.lt ${rig.read('key.pub')}`);
    const run = await rig.mlp('run');
    expect(run.talk).not.toContain('error');
    expect(run.code).toBe(0);
    expect(rig.read('bundle/names of people/a b.txt')).toBe('names of people/a b.txt');
    const verified = await rig.mlp('verify', 'bundle', '--allowed-signers', 'allowed');
    expect(verified.out).toContain('signed by anna@firm.lt');
    expect(verified.code).toBe(0);
    rig.write('bundle/model.bin', 'x');
    const tampered = await rig.mlp('verify', 'bundle', '--allowed-signers', 'allowed');
    expect(tampered.code).toBe(1);
    expect(tampered.out).toContain('`model.bin` is not as it was packaged');
  });

  it('fails where the lock file names other versions than are installed, and where it grows too large', async () => {
    await using rig = await project(withLine('environment: [requirements.txt]'));
    rig.write('requirements.txt', '# of the service\npip[x]==0.0.1 ; python_version > "3"\nno-such-package==2.0\n');
    const {talk, out} = await rig.mlp('run');
    expect(talk + out).toMatch(/`requirements.txt`: pip 0.0.1, installed is \d/);
    expect(talk + out).toContain('`requirements.txt`: no-such-package 2.0, installed is none');
    rig.write('pipeline.yaml', withLine('max_size: 2K'));
    const large = await rig.mlp('run');
    expect(large.talk + large.out).toMatch(/the bundle takes .*, and `max_size` is 2.0 kB; the largest files are `/);
  });

  it('packs a program as well, and tries it in the same way', async () => {
    await using rig = await project(`
mlp: 1
stages:
  pack:
    uses: package
    deps: {rows: rows.csv, predictions: answers.csv}
    with: {name: shell, command: [sh, predict.sh], files: [predict.sh]}
    outs: [bundle]
`);
    rig.write('predict.sh', 'awk \'NR == 1 {print "y_pred"} NR > 1 {print "B2B"}\'\n');
    rig.write('rows.csv', 'name\na\nb\n');
    rig.write('answers.csv', 'y_pred\nB2B\nB2B\n');
    expect((await rig.mlp('run')).talk).not.toContain('error');
    expect((await rig.mlp('predict', './bundle', 'rows.csv')).out).toBe('y_pred\nB2B\nB2B\n');
    expect((await rig.mlp('predict', 'shell', 'rows.csv')).out).toBe('y_pred\nB2B\nB2B\n');
    expect(readdirSync(rig.path('.mlp/tmp'))).toEqual([]);
    rig.write('answers.csv', 'y_pred\nB2B\nB2C\n');
    const run = await rig.mlp('run');
    expect(run.talk + run.out).toContain('row 2: `y_pred` was B2C, is B2B');
  });
});

describe('versions of a model', () => {
  it('are listed, promoted, rolled back, used, and kept from then on', async () => {
    await using rig = await project();
    await rig.mlp('run');
    rig.write('pipeline.yaml', withLine('owner: somebody'));
    await rig.mlp('run');
    expect((await rig.mlp('models')).out).toMatch(/names +2 .*\nnames +1 /);
    expect((await rig.mlp('promote', 'names@1')).out).toBe('champion is now names@1\n');
    expect((await rig.mlp('promote', 'names')).out).toBe('champion is now names@2, before names@1\n');
    expect((await rig.mlp('rollback', 'names')).out).toBe('champion is now names@1, before names@2\n');
    const one = await rig.mlp('models', 'names@champion');
    expect(one.out).toContain('names@1 (champion)');
    expect(one.out).toContain('classes B2B, B2C, 3 features');
    expect((await rig.mlp('models', 'names@champion', '--json')).out).toContain('"name":"model"');
    await rig.mlp('rm', '1', '2');
    await rig.mlp('gc', '--older-than', '0d');
    const {out} = await rig.mlp('predict', 'names@champion', 'rows.csv');
    expect(out).toBe(rig.read('predictions.csv'));
    expect((await rig.mlp('promote', 'names', '9to5')).talk).toContain('`9to5` is no alias');
    expect((await rig.mlp('models', 'nmaes')).talk).toContain('there is no model `nmaes`: `names`?');
    expect((await rig.mlp('promote', 'names', '--remove')).out).toBe('nothing is champion of names any more\n');
  });
});
