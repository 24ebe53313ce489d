/**
 * Features of names: the 29 of examples/b2b-b2c, and character n-grams. The names are those of the table that
 * MLP_BENCH_ENTITIES is the path of (columns name,label; 376,617 rows in the study), else the example's 84,829.
 */
import {spawnSync} from 'node:child_process';
import {copyFileSync, cpSync, existsSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {parse} from 'yaml';
import {interleave, leastCpu, leastWall, mostMemoryMb, mustRun, newFolder} from '../bench.mjs';
import {put} from '../pipelines.mjs';
import {spreadText} from '../report.mjs';

/** @typedef {import('../bench.mjs').Bench} Bench */
/** @typedef {import('../measure.mjs').Sample} Sample */

const example = fileURLToPath(new URL('../../examples/b2b-b2c', import.meta.url));
const peer = (/** @type {string} */ name) => fileURLToPath(new URL(`../features/${name}`, import.meta.url));
const N_GRAMS = {columns: {grams: {from: 'name', n_grams: {analyzer: 'char_wb', range: [2, 4], min_df: 5}}}};
/** The study's hand features took plain Python 24 seconds on its machine. */
const STUDY_SECONDS = 24;

/** @type {import('../bench.mjs').Suite} */
export const features = {
  name: 'features',
  about: 'features of names, by hand and n-grams',
  run(bench) {
    const given = process.env['MLP_BENCH_ENTITIES'];
    const isFull = !bench.quick && given !== undefined && existsSync(given);
    const names = isFull ? given : path.join(example, 'data/names.csv.gz');
    const hand = parse(readFileSync(path.join(example, 'pipeline.yaml'), 'utf8')).stages.words.with;
    const hasPeer = spawnSync('python3', ['-c', 'import sklearn']).status === 0;
    /** @type {Record<string, () => Sample>} */
    const runs = {};
    if (bench.mlp !== undefined) {
      const {argv} = bench.mlp;
      runs['mlp, by hand'] = () => mustRun(bench, argv, project(bench, names, hand));
      runs['mlp, n-grams'] = () => mustRun(bench, argv, project(bench, names, N_GRAMS));
    }
    if (hasPeer) {
      const folder = newFolder(bench, 'features-peer');
      const tables = path.join(example, 'data');
      runs['plain Python, by hand'] = () =>
        mustRun(bench, ['python3', peer('hand_features.py'), names, tables, 'hand.bin'], folder);
      runs['scikit-learn, n-grams'] = () => mustRun(bench, ['python3', peer('n_grams.py'), names, 'grams'], folder);
    }
    const found = interleave(bench.quick ? 1 : 3, runs);
    const rows = Object.entries(found).map(([what, samples]) => {
      const seconds = samples.map(({cpuMs}) => cpuMs / 1000);
      const cpu = bench.report.figure(`cpu of ${what}`, seconds, 's');
      return [what, spreadText(cpu), leastWall(samples) / 1000, mostMemoryMb(samples) ?? '–'];
    });
    bench.report.table(
      `features of ${isFull ? 'the full table' : "the example's 84,829 names"}`,
      ['what', 'CPU s', 'wall s', 'RSS MB'],
      rows,
    );
    if (bench.mlp === undefined) return;
    const least = (/** @type {string} */ what) => leastCpu(found[what]) / 1000;
    const title = "hand features: mlp's cpu, the study's Python took 24 s";
    if (isFull) bench.report.check(title, least('mlp, by hand'), '<=', STUDY_SECONDS / 5, 's');
    else bench.report.skipCheck(title, '<=', STUDY_SECONDS / 5, 's', 'set MLP_BENCH_ENTITIES to the full table');
    for (const [kind, name] of /** @type {const} */ ([
      ['by hand', 'plain Python'],
      ['n-grams', 'scikit-learn'],
    ])) {
      const check = `${kind}: ${name}'s cpu against mlp's`;
      if (hasPeer) bench.report.check(check, least(`${name}, ${kind}`) / least(`mlp, ${kind}`), '>=', 1, '×');
      else bench.report.skipCheck(check, '>=', 1, '×', 'scikit-learn is not installed, or peers are left out');
    }
  },
};

/** A new project with one stage. @param {Bench} bench @param {string} names @param {object} settings */
function project(bench, names, settings) {
  const folder = newFolder(bench, 'features');
  cpSync(path.join(example, 'data'), path.join(folder, 'data'), {recursive: true});
  copyFileSync(names, path.join(folder, 'names.csv.gz'));
  const {keep: _, ...rest} = /** @type {{keep?: unknown}} */ (settings);
  const stage = {
    uses: 'featurize',
    deps: {train: 'names.csv.gz'},
    with: rest,
    outs: {train: 'features', featurizer: 'featurizer.json'},
  };
  put(folder, 'pipeline.yaml', JSON.stringify({mlp: 1, name: 'bench', stages: {featurize: stage}}));
  return folder;
}
