/**
 * Models against scikit-learn, a net against Keras and PyTorch too: the same rows and the same features from the same files,
 * in turns, and of each figure the smallest. The names are those of the
 * table that MLP_BENCH_ENTITIES is the path of (columns name,label; 376,617 rows in the study), else the example's 84,829.
 */
import {spawnSync} from 'node:child_process';
import {copyFileSync, cpSync, existsSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {buildSync} from 'esbuild';
import {parse} from 'yaml';
import {interleave, mustRun, newFolder} from '../bench.mjs';
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
const netPeer = fileURLToPath(new URL('../models/peer_net.py', import.meta.url));
/** Libraries for nets, by what peer_net.py calls them: what they import, and what they are called. */
const netLibraries = {
  keras: {modules: 'jax, keras', shown: 'Keras on JAX'},
  torch: {modules: 'torch', shown: 'PyTorch'},
};
const kerasBackend = {KERAS_BACKEND: 'jax'};
const epochs = 10;
const python = process.env['MLP_BENCH_PYTHON'] ?? 'python3';

/** How mlp's CPU may compare with that of scikit-learn. */
const cpuLimits = {logistic: 1, forest: 0.5, boosting: 2, net: 1};
const forestWallLimit = 0.5;
/** Turns; what takes half a second needs more of them. */
const repeats = {logistic: 5, forest: 2, boosting: 2, net: 2};
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
    const hasPeer = canImport('sklearn, pandas');
    const libraries = Object.entries(netLibraries).filter(([, {modules}]) => hasPeer && canImport(modules));
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
      const env = {OMP_NUM_THREADS: String(threads), OPENBLAS_NUM_THREADS: String(threads), ...kerasBackend};
      /** @param {(string | number)[]} argv */
      const by =
        (...argv) =>
        () => {
          progress(argv.map((word) => path.basename(String(word))).join(' '));
          return /** @type {Outcome} */ (
            JSON.parse(readFileSync(mustRun(bench, argv.map(String), folder, env).stdout, 'utf8'))
          );
        };
      const turns = interleave(bench.quick ? 1 : repeats[name], {
        mlp: by(process.execPath, program, ...words),
        ...(hasPeer ? {'scikit-learn': by(python, peer, ...words)} : {}),
        ...(name === 'net'
          ? Object.fromEntries(
              libraries.map(([library, {shown}]) => [shown, by(python, netPeer, folder, library, epochs)]),
            )
          : {}),
      });
      const what = `${name}, ${threads} thread${threads === 1 ? '' : 's'}`;
      for (const [who, outcomes] of Object.entries(turns)) rows.push(line(`${who} ${what}`, least(outcomes)));
      const own = least(turns['mlp'] ?? []);
      const theirs = turns['scikit-learn'] && least(turns['scikit-learn']);
      bench.report.figure(
        `cpu of ${what}`,
        (turns['mlp'] ?? []).map(({cpu}) => cpu),
        's',
      );
      compare(bench, what, 'scikit-learn', theirs, limitsOf(name, own));
      if (name === 'net') {
        for (const {shown} of Object.values(netLibraries)) {
          const other = turns[shown] && least(turns[shown]);
          compare(bench, what, shown, other, {cpu: [cpuLimits.net, '×', (peer) => own.cpu / peer.cpu]});
        }
      }
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

/** @param {string} modules */
const canImport = (modules) =>
  spawnSync(python, ['-c', `import ${modules}`], {env: {...process.env, ...kerasBackend}}).status === 0;

/** The smallest of each time; what is learnt is the same in each turn. @param {Outcome[]} outcomes @returns {Outcome} */
function least(outcomes) {
  const [first] = outcomes;
  if (first === undefined) throw new Error('nothing was measured');
  const of = (/** @type {'cpu' | 'wall' | 'predictCpu'} */ key) => Math.min(...outcomes.map((outcome) => outcome[key]));
  return {...first, cpu: of('cpu'), wall: of('wall'), predictCpu: of('predictCpu')};
}

/** @param {string} what @param {Outcome} outcome */
function line(what, {cpu, wall, predictCpu, accuracy, auc, rssMb, bytes}) {
  const digits = (/** @type {number} */ value, /** @type {number} */ count) => value.toFixed(count);
  return [
    what,
    digits(cpu, 2),
    digits(wall, 2),
    digits(predictCpu, 3),
    digits(accuracy, 4),
    digits(auc, 5),
    Math.round(rssMb),
    bytes === undefined ? '–' : digits(bytes / 1e6, 2),
  ];
}

/** @typedef {Record<string, [limit: number, unit: string, value: (other: Outcome) => number]>} Limits */

/** How mlp may compare with scikit-learn. @param {keyof typeof cpuLimits} name @param {Outcome} own @returns {Limits} */
const limitsOf = (name, own) => ({
  cpu: [cpuLimits[name], '×', (other) => own.cpu / other.cpu],
  ...(name === 'forest' ? {wall: [forestWallLimit, '×', (other) => own.wall / other.wall]} : {}),
  prediction: [1, '×', (other) => own.predictCpu / other.predictCpu],
  'accuracy lost': [accuracyLimit, '', (other) => other.accuracy - own.accuracy],
  'AUC lost': [aucLimit, '', (other) => other.auc - own.auc],
});

/** @param {Bench} bench @param {string} what @param {string} peer @param {Outcome | undefined} theirs @param {Limits} limits */
function compare(bench, what, peer, theirs, limits) {
  for (const [name, [limit, unit, value]] of Object.entries(limits)) {
    const check = `${what}: ${name} against ${peer}`;
    if (theirs === undefined) bench.report.skipCheck(check, '<=', limit, unit, `${peer} is not installed`);
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
