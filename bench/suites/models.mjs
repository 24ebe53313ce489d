/**
 * Models against scikit-learn: the same rows and the same features from the same files, in turns. The names are those of the
 * table that MLP_BENCH_ENTITIES is the path of (columns name,label; 376,617 rows in the study), else the example's 84,829.
 */
import {spawnSync} from 'node:child_process';
import {copyFileSync, cpSync, existsSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {buildSync} from 'esbuild';
import {parse} from 'yaml';
import {mustRun, newFolder} from '../bench.mjs';
import {put} from '../pipelines.mjs';
import {progress} from '../report.mjs';

/** @typedef {import('../bench.mjs').Bench} Bench */
/**
 * @typedef {object} Outcome
 * @property {number} cpu @property {number} wall @property {number} predictCpu @property {number} accuracy
 * @property {number} auc @property {number} rssMb @property {number} [bytes]
 */

const root = fileURLToPath(new URL('../..', import.meta.url));
const example = path.join(root, 'examples/b2b-b2c');
const peer = fileURLToPath(new URL('../models/peer_sklearn.py', import.meta.url));
const python = process.env['MLP_BENCH_PYTHON'] ?? 'python3';

/** How mlp's CPU may compare with that of scikit-learn. */
const cpuLimits = {logistic: 1, forest: 0.5, boosting: 2, net: 1};
const accuracyLimit = 0.002;
const aucLimit = 0.001;

/** @type {import('../bench.mjs').Suite} */
export const models = {
  name: 'models',
  about: 'logistic regression, forest, boosting, net against scikit-learn',
  run(bench) {
    if (bench.mlp === undefined) return;
    const given = process.env['MLP_BENCH_ENTITIES'];
    const isFull = !bench.quick && given !== undefined && existsSync(given);
    const trees = bench.quick ? 30 : 200;
    const hasPeer = spawnSync(python, ['-c', 'import sklearn, pandas']).status === 0;
    progress('features');
    const folder = features(bench, isFull ? given : path.join(example, 'data/names.csv.gz'));
    const program = build(bench);
    /** @type {(string | number)[][]} */
    const rows = [];
    for (const [name, threads] of /** @type {const} */ ([
      ['logistic', 1],
      ['forest', 1],
      ['forest', 2],
      ['boosting', 1],
      ['boosting', 2],
      ['net', 1],
    ])) {
      const words = [folder, name, String(threads), String(trees)];
      const env = {OMP_NUM_THREADS: String(threads), OPENBLAS_NUM_THREADS: String(threads)};
      /** @param {string[]} argv @returns {Outcome} */
      const run = (argv) => {
        progress([path.basename(argv[0] ?? ''), ...words.slice(1)].join(' '));
        return JSON.parse(readFileSync(mustRun(bench, [...argv, ...words], folder, env).stdout, 'utf8'));
      };
      const own = run([process.execPath, program]);
      const theirs = hasPeer ? run([python, peer]) : undefined;
      const what = `${name}, ${threads} thread${threads === 1 ? '' : 's'}`;
      rows.push(line(`mlp ${what}`, own), ...(theirs === undefined ? [] : [line(`scikit-learn ${what}`, theirs)]));
      bench.report.figure(`cpu of ${what}`, [own.cpu], 's');
      compare(bench, what, cpuLimits[name], own, theirs);
      if (name !== 'forest') continue;
      bench.report.check(`memory of ${what}`, own.rssMb, '<=', 600, 'MB');
      bench.report.check(`model file of ${what}`, (own.bytes ?? 0) / 1e6, '<=', 60, 'MB');
    }
    bench.report.table(
      `models of ${isFull ? 'the full table' : "the example's 84,829 names"}, ${trees} trees`,
      ['what', 'CPU s', 'wall s', 'predict CPU s', 'accuracy', 'AUC', 'RSS MB', 'file MB'],
      rows,
    );
  },
};

/** @param {string} what @param {Outcome} outcome */
function line(what, {cpu, wall, predictCpu, accuracy, auc, rssMb, bytes}) {
  const digits = (/** @type {number} */ value, /** @type {number} */ count) => value.toFixed(count);
  return [
    what,
    digits(cpu, 2),
    digits(wall, 2),
    digits(predictCpu, 2),
    digits(accuracy, 4),
    digits(auc, 5),
    Math.round(rssMb),
    bytes === undefined ? '–' : digits(bytes / 1e6, 2),
  ];
}

/** @param {Bench} bench @param {string} what @param {number} cpuLimit @param {Outcome} own @param {Outcome | undefined} theirs */
function compare(bench, what, cpuLimit, own, theirs) {
  const limits = /** @type {const} */ ([
    ['cpu against scikit-learn', cpuLimit, '×', (/** @type {Outcome} */ other) => own.cpu / other.cpu],
    ['prediction against scikit-learn', 1, '×', (/** @type {Outcome} */ other) => own.predictCpu / other.predictCpu],
    ['accuracy lost', accuracyLimit, '', (/** @type {Outcome} */ other) => other.accuracy - own.accuracy],
    ['AUC lost', aucLimit, '', (/** @type {Outcome} */ other) => other.auc - own.auc],
  ]);
  for (const [name, limit, unit, value] of limits) {
    const check = `${what}: ${name}`;
    if (theirs === undefined) bench.report.skipCheck(check, '<=', limit, unit, 'scikit-learn is not installed');
    else bench.report.check(check, value(theirs), '<=', limit, unit);
  }
}

/** Makes the 29 features of the example, by mlp. @param {Bench} bench @param {string} names @returns {string} a folder with `train` and `test` */
function features(bench, names) {
  const folder = newFolder(bench, 'models');
  cpSync(path.join(example, 'data'), path.join(folder, 'data'), {recursive: true});
  copyFileSync(names, path.join(folder, 'names.csv.gz'));
  const hand = parse(readFileSync(path.join(example, 'pipeline.yaml'), 'utf8')).stages.words.with;
  const split = {
    uses: 'split',
    deps: ['names.csv.gz'],
    with: {
      parts: [{train: 0.7}, {test: 0.3}],
      hash: 'name',
      missing_values: [''],
      types: {name: 'string', label: 'string'},
    },
    outs: {train: 'train.parquet', test: 'test.parquet'},
  };
  const featurize = {
    uses: 'featurize',
    deps: {train: 'train.parquet', test: 'test.parquet'},
    with: {...hand, keep: ['label']},
    outs: {train: 'train', test: 'test', featurizer: 'featurizer.json'},
  };
  put(folder, 'pipeline.yaml', JSON.stringify({mlp: 1, name: 'bench', stages: {split, featurize}}));
  mustRun(bench, bench.mlp?.argv ?? [], folder);
  return folder;
}

/** @param {Bench} bench @returns {string} the program, with the modules of its threads beside it */
function build(bench) {
  const outdir = newFolder(bench, 'models-program');
  put(outdir, 'package.json', '{"type": "module"}');
  buildSync({
    entryPoints: {
      program: path.join(root, 'bench/models/program.ts'),
      'thread-worker': path.join(root, 'src/host/thread-worker.ts'),
      'train-member': path.join(root, 'src/ml/crew.ts'),
    },
    bundle: true,
    platform: 'node',
    format: 'esm',
    outdir,
    external: ['esbuild', '@duckdb/node-api'],
    banner: {js: "import {createRequire as requireOf} from 'node:module'; const require = requireOf(import.meta.url);"},
    logLevel: 'error',
  });
  return path.join(outdir, 'program.js');
}
