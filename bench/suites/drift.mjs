/** Profiles and drift: how fast, in how much memory, and how often the default rule is right. */
import {readFileSync} from 'node:fs';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {buildSync} from 'esbuild';
import {checkMemory, mostMemoryMb, mustRun, newFolder} from '../bench.mjs';
import {progress} from '../report.mjs';

/** CPU of 30 columns of 376,617 rows against a stored profile. */
const cpuLimitMs = 1000;
const memoryLimitMb = 400;
/** How much more memory ten times the rows may take. */
const growthLimit = 1.25;
/** False alarms in a window of 30 columns, from 500 rows on. */
const alarmLimit = 0.1;

const program = fileURLToPath(new URL('../drift/program.ts', import.meta.url));

/** @type {import('../bench.mjs').Suite} */
export const drift = {
  name: 'drift',
  about: 'profile and drift of tables; false alarms and detection of the default rule',
  run(bench) {
    const folder = newFolder(bench, 'drift');
    const outfile = path.join(folder, 'program.mjs');
    buildSync({entryPoints: [program], bundle: true, platform: 'node', format: 'esm', outfile, logLevel: 'error'});
    /** @param {string[]} words */
    const run = (...words) => {
      progress(words.join(' '));
      const sample = mustRun(bench, [process.execPath, outfile, ...words], folder);
      return {sample, result: JSON.parse(readFileSync(sample.stdout, 'utf8'))};
    };
    speed(bench, run('speed').result);
    memory(bench, run);
    alarms(bench, run('alarms', bench.quick ? '100' : '400').result);
  },
};

/**
 * @param {import('../bench.mjs').Bench} bench
 * @param {{runs: {all: number, alarms: number}[], compare: number, profileBytes: number}} measured
 */
function speed(bench, {runs, compare, profileBytes}) {
  const all = bench.report.figure(
    'cpu of profile and drift, 30 columns × 376,617 rows',
    runs.map((one) => one.all),
    'ms',
  );
  bench.report.note(
    `profile and drift ${Math.round(all.min)} ms, of that comparing ${Math.round(compare)} ms; profile.json ${Math.round(profileBytes / 1000)} kB`,
  );
  bench.report.check('cpu of drift, 30 columns × 376,617 rows', all.min, '<=', cpuLimitMs, 'ms');
  bench.report.check('alarms between two such tables without a change', runs[0]?.alarms ?? NaN, '==', 0, '');
}

/**
 * @param {import('../bench.mjs').Bench} bench
 * @param {(...words: string[]) => {sample: import('../measure.mjs').Sample, result: {bytes: number, names: number}}} run
 */
function memory(bench, run) {
  const sizes = bench.quick ? [300_000, 3_000_000] : [1_000_000, 10_000_000];
  const runs = sizes.map((size) => run('memory', String(size)));
  const memories = runs.map(({sample}) => mostMemoryMb([sample]));
  const columns = ['rows', 'CPU s', 'RSS MB', 'profile kB', 'different names, estimated'];
  const rows = runs.map(({sample, result}, index) => [
    sizes[index] ?? 0,
    sample.cpuMs / 1000,
    memories[index] ?? '–',
    Math.round(result.bytes / 1000),
    result.names,
  ]);
  bench.report.table('profile of 8 columns in batches (the rows are made as they are read)', columns, rows);
  const [small, large] = memories;
  checkMemory(bench, `peak memory of a profile, ${sizes[1]} rows`, large ?? null, memoryLimitMb);
  if (typeof small === 'number' && typeof large === 'number')
    bench.report.check('memory of a profile at ten times the rows', large / small, '<=', growthLimit, '×');
}

/**
 * @param {import('../bench.mjs').Bench} bench
 * @param {{size: number, shift: number, detected: number, falseAlarms: number}[]} measured
 */
function alarms(bench, measured) {
  const columns = ['rows', 'shift of 3 columns', 'of them found', 'false alarms in a window of 30'];
  const rows = measured.map(({size, shift, detected, falseAlarms}) => [
    size,
    shift === 0 ? 'none' : `${shift} sd`,
    shift === 0 ? '–' : `${(detected * 100).toFixed(0)} %`,
    falseAlarms.toFixed(3),
  ]);
  bench.report.table('the default rule, reference of 10,000 rows', columns, rows);
  for (const size of [...new Set(measured.map((one) => one.size))]) {
    const worst = Math.max(...measured.filter((one) => one.size === size).map((one) => one.falseAlarms));
    if (size >= 500) bench.report.check(`false alarms in a window of ${size} rows`, worst, '<=', alarmLimit, '');
    else bench.report.figure(`false alarms in a window of ${size} rows`, [worst], '');
    const calm = measured.find((one) => one.size === size && one.shift === 0)?.falseAlarms ?? NaN;
    bench.report.check(`false alarms in a window of ${size} rows without any change`, calm, '<=', alarmLimit, '');
  }
  const at = (/** @type {number} */ size, /** @type {number} */ shift) =>
    measured.find((one) => one.size === size && one.shift === shift)?.detected ?? NaN;
  bench.report.check('a shift of 1 sd found in 100 rows', at(100, 1), '>=', 0.99, '');
  bench.report.check('a shift of 0.5 sd found in 200 rows', at(200, 0.5), '>=', 0.95, '');
  bench.report.check('a shift of 0.5 sd found in 1,000 rows', at(1000, 0.5), '>=', 0.99, '');
}
