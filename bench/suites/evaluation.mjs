/** Evaluation: how fast, how often its intervals hold the truth, and how often its gates are wrong. */
import {readFileSync} from 'node:fs';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {buildSync} from 'esbuild';
import {mustRun, newFolder} from '../bench.mjs';
import {progress} from '../report.mjs';

/** All metrics with all intervals on the 112,986 test rows of the study. */
const cpuLimitMs = 2000;
/** Of intervals that are to hold the truth in 95 of 100 samples, from 500 rows on. */
const leastCoverage = 0.92;
/** A gate may be wrong in one of twenty cases, on either side. */
const wrongLimit = 0.05;

const program = fileURLToPath(new URL('../evaluation/program.ts', import.meta.url));

/** @typedef {{pass?: number, inconclusive?: number, fail?: number}} Outcomes */

/** @type {import('../bench.mjs').Suite} */
export const evaluation = {
  name: 'evaluation',
  about: 'evaluation of predictions: speed, coverage of the intervals, errors of the gates',
  run(bench) {
    const folder = newFolder(bench, 'evaluation');
    const outfile = path.join(folder, 'program.mjs');
    buildSync({entryPoints: [program], bundle: true, platform: 'node', format: 'esm', outfile, logLevel: 'error'});
    /** @param {string[]} words */
    const run = (...words) => {
      progress(words.join(' '));
      return JSON.parse(readFileSync(mustRun(bench, [process.execPath, outfile, ...words], folder).stdout, 'utf8'));
    };
    speed(bench, run('speed'));
    coverage(bench, run('coverage', bench.quick ? '200' : '1000'));
    gates(bench, run('gates', bench.quick ? '200' : '1000'));
    fairness(bench, run('fairness', bench.quick ? '100' : '500'));
  },
};

/** @param {import('../bench.mjs').Bench} bench @param {{whole: number[], compared: number[]}} measured */
function speed(bench, {whole, compared}) {
  const first = bench.report.figure('cpu of all metrics with intervals, 112,986 rows', whole, 'ms');
  bench.report.figure('cpu of the same with a baseline and five slices', compared, 'ms');
  // The first one is what a stage pays: nothing is compiled yet.
  bench.report.check('cpu of all metrics with intervals, 112,986 rows', whole[0] ?? first.max, '<=', cpuLimitMs, 'ms');
}

/** @param {import('../bench.mjs').Bench} bench @param {{rows: number, held: Record<string, number>}[]} measured */
function coverage(bench, measured) {
  const names = Object.keys(measured[0]?.held ?? {});
  bench.report.table(
    'share of 95 % intervals that hold the true value',
    ['rows', ...names],
    measured.map(({rows, held}) => [rows, ...names.map((name) => (held[name] ?? NaN).toFixed(3))]),
  );
  for (const {rows, held} of measured) {
    const worst = Math.min(...Object.values(held));
    if (rows >= 500)
      bench.report.check(`coverage of the worst interval at ${rows} rows`, worst, '>=', leastCoverage, '');
    else bench.report.figure(`coverage of the worst interval at ${rows} rows`, [worst], '');
  }
}

/** @param {number | undefined} share */
const percent = (share) => `${((share ?? 0) * 100).toFixed(0)} %`;

/** @param {Outcomes} outcomes */
const cells = ({pass, inconclusive, fail}) => [percent(pass), percent(inconclusive), percent(fail)];

/**
 * @param {import('../bench.mjs').Bench} bench
 * @param {{single: {rows: number, worse: number, outcomes: Outcomes}[], sliced: {size: number, outcomes: Outcomes}[]}} measured
 */
function gates(bench, {single, sliced}) {
  bench.report.table(
    '`accuracy drop_max 0.01` on the same rows as a baseline with accuracy 0.9',
    ['rows', 'truly', 'pass', 'inconclusive', 'fail'],
    single.map(({rows, worse, outcomes}) => [rows, worse === 0 ? 'as good' : `${worse} worse`, ...cells(outcomes)]),
  );
  bench.report.table(
    '20 slices, each `accuracy drop_max 0.02`, of a model that is as good',
    ['rows a slice', 'pass', 'inconclusive', 'fail'],
    sliced.map(({size, outcomes}) => [size, ...cells(outcomes)]),
  );
  const failed = Math.max(...single.filter(({worse}) => worse === 0).map(({outcomes}) => outcomes.fail ?? 0));
  const passed = Math.max(...single.filter(({worse}) => worse > 0).map(({outcomes}) => outcomes.pass ?? 0));
  bench.report.check('a model that is as good fails', failed, '<=', wrongLimit, '');
  bench.report.check('a model that is 0.02 worse passes', passed, '<=', wrongLimit, '');
  bench.report.figure(
    'one of 20 slices of a model that is as good fails, 50 rows each',
    [sliced[0]?.outcomes.fail ?? 0],
    '',
  );
}

/**
 * @param {import('../bench.mjs').Bench} bench
 * @param {{groups: number, size: number, apart: number, difference: number, outcomes: Outcomes}[]} measured
 */
function fairness(bench, measured) {
  bench.report.table(
    '`demographic_parity_difference max 0.1`',
    ['groups', 'rows each', 'truly apart', 'mean difference seen', 'pass', 'inconclusive', 'fail'],
    measured.map(({groups, size, apart, difference, outcomes}) => [
      groups,
      size,
      apart,
      difference.toFixed(3),
      ...cells(outcomes),
    ]),
  );
  const failed = Math.max(...measured.filter(({apart}) => apart === 0).map(({outcomes}) => outcomes.fail ?? 0));
  const passed = Math.max(...measured.filter(({apart}) => apart > 0).map(({outcomes}) => outcomes.pass ?? 0));
  bench.report.check('groups that are treated alike fail', failed, '<=', wrongLimit, '');
  bench.report.check('groups that are 0.25 apart pass', passed, '<=', wrongLimit, '');
}
