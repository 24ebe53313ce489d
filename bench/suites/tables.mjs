/** Tables: from a CSV to matrices of floats, against Polars and pandas; memory of a scan as the table grows. */
import {spawnSync} from 'node:child_process';
import {existsSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {buildSync} from 'esbuild';
import {checkMemory, interleave, leastCpu, mostMemoryMb, mustRun, newFolder, runNodeAlone} from '../bench.mjs';
import {progress, spreadText} from '../report.mjs';

/** @typedef {import('../bench.mjs').Bench} Bench */
/** @typedef {import('../measure.mjs').Sample} Sample */

const here = fileURLToPath(new URL('../tables/', import.meta.url));
const nodePolars = fileURLToPath(new URL('../peers/node_modules/nodejs-polars', import.meta.url));
const python = process.env['MLP_BENCH_PYTHON'] ?? 'python3';

/** Of the CPU and of the memory of Polars for Node. */
const cpuShare = 0.5;
const memoryShare = 0.2;
/** How much more memory ten times the rows may take. */
const growthLimit = 1.1;

/** @type {import('../bench.mjs').Suite} */
export const tables = {
  name: 'tables',
  about: 'a CSV of 20 columns to matrices of 32-bit floats, against Polars and pandas; scans with flat memory',
  run(bench) {
    const folder = newFolder(bench, 'tables');
    againstPeers(bench, folder);
    scans(bench, folder);
  },
};

/** Bundles a program of bench/tables. @param {string} name @param {string} folder */
function built(name, folder) {
  const outfile = path.join(folder, `${name}.mjs`);
  const entry = path.join(here, `${name}.ts`);
  buildSync({entryPoints: [entry], bundle: true, platform: 'node', format: 'esm', outfile, logLevel: 'error'});
  return outfile;
}

/** @param {Bench} bench @param {string} folder @param {number} rows */
function tableOf(bench, folder, rows) {
  progress(`${rows} rows`);
  const file = path.join(folder, `table-${rows}.csv`);
  mustRun(bench, [process.execPath, path.join(here, 'make-table.mjs'), file, String(rows)], folder);
  return file;
}

/** @param {Bench} bench @param {string} folder */
function againstPeers(bench, folder) {
  const rows = bench.quick ? 40_000 : 376_617;
  const file = tableOf(bench, folder, rows);
  const matrix = built('matrix', folder);
  /** @type {Record<string, string[]>} */
  const commands = {
    'mlp, whole table': [process.execPath, matrix, file, 'whole'],
    'mlp, in batches': [process.execPath, matrix, file, 'batches'],
    ...peers(bench, file),
  };
  const found = interleave(
    bench.quick ? 2 : 5,
    Object.fromEntries(Object.entries(commands).map(([name, argv]) => [name, () => mustRun(bench, argv, folder)])),
  );
  sameResult(found);
  const node = runNodeAlone(bench);
  const lines = Object.entries(found).map(([name, runs]) => {
    const cpu = bench.report.figure(
      `cpu, ${name}`,
      runs.map((run) => run.cpuMs),
      'ms',
    );
    bench.report.figure(
      `memory, ${name}`,
      runs.map((run) => (run.rssBytes ?? NaN) / 1e6),
      'MB',
    );
    return [name, spreadText(cpu), mostMemoryMb(runs) ?? '–'];
  });
  const columns = ['program', 'CPU ms (min / median / max)', 'RSS MB'];
  bench.report.table(`${rows} rows × 20 columns to two matrices, whole processes`, columns, lines);
  bench.report.note(
    `of that starting Node: ${Math.round(node.cpuMs)} ms, ${Math.round((node.rssBytes ?? NaN) / 1e6)} MB`,
  );
  for (const peer of ['Polars (Node)', 'Polars (Python)', 'pandas']) compare(bench, found, peer);
}

/** @param {Bench} bench @param {string} file @returns {Record<string, string[]>} */
function peers(bench, file) {
  const has = (/** @type {string} */ module) => spawnSync(python, ['-c', `import ${module}`]).status === 0;
  /** @type {Record<string, string[]>} */
  const commands = {};
  if (has('polars, numpy')) commands['Polars (Python)'] = [python, path.join(here, 'peer_polars.py'), file];
  else bench.absent.set('Polars (Python)', 'pip install polars numpy, MLP_BENCH_PYTHON=<its python>');
  if (has('pandas')) commands['pandas'] = [python, path.join(here, 'peer_pandas.py'), file];
  else bench.absent.set('pandas', 'pip install pandas, MLP_BENCH_PYTHON=<its python>');
  if (existsSync(nodePolars)) {
    commands['Polars (Node)'] = [process.execPath, path.join(here, 'peer-nodejs-polars.mjs'), file];
  } else bench.absent.set('Polars (Node)', 'npm install --prefix bench/peers nodejs-polars@0.24.1');
  return commands;
}

/** All must have made the same of the table. @param {Record<string, Sample[]>} found */
function sameResult(found) {
  const results = Object.entries(found).map(([name, [run]]) => {
    const {shapes, sum} = JSON.parse(readFileSync(run?.stdout ?? '', 'utf8'));
    return {name, text: JSON.stringify({shapes, sum})};
  });
  const other = results.find(({text}) => text !== results[0]?.text);
  if (other !== undefined) throw new Error(`${other.name} made ${other.text} of the table, mlp ${results[0]?.text}`);
}

/**
 * The goal stands against Polars for Node, which it was set by; the other two are told and held to not being slower.
 * @param {Bench} bench @param {Record<string, Sample[]>} found @param {string} peer
 */
function compare(bench, found, peer) {
  const isGoal = peer === 'Polars (Node)';
  const cpuTitle = `cpu against ${peer}`;
  const memoryTitle = `memory in batches against ${peer}`;
  const [cpuLimit, memoryLimit] = isGoal ? [cpuShare, memoryShare] : [1, 0.5];
  const runs = found[peer];
  if (runs === undefined) {
    const why = bench.absent.get(peer) ?? 'not there';
    bench.report.skipCheck(cpuTitle, '<=', cpuLimit, '×', why);
    bench.report.skipCheck(memoryTitle, '<=', memoryLimit, '×', why);
    return;
  }
  bench.report.check(cpuTitle, leastCpu(found['mlp, whole table']) / leastCpu(runs), '<=', cpuLimit, '×');
  const [own, theirs] = [mostMemoryMb(found['mlp, in batches'] ?? []), mostMemoryMb(runs)];
  if (bench.quick) bench.report.skipCheck(memoryTitle, '<=', memoryLimit, '×', 'a small table says nothing of memory');
  else if (own === null || theirs === null) {
    bench.report.skipCheck(memoryTitle, '<=', memoryLimit, '×', 'peak memory is not measured here');
  } else bench.report.check(memoryTitle, own / theirs, '<=', memoryLimit, '×');
}

/** @param {Bench} bench @param {string} folder */
function scans(bench, folder) {
  const scan = built('scan', folder);
  const sizes = bench.quick ? [50_000, 500_000] : [1_000_000, 10_000_000];
  const lines = sizes.map((rows) => {
    const file = tableOf(bench, folder, rows);
    const run = mustRun(bench, [process.execPath, scan, file], folder);
    const {rows: read} = JSON.parse(readFileSync(run.stdout, 'utf8'));
    if (read !== rows) throw new Error(`the scan saw ${read} rows of ${rows}`);
    return {rows, run};
  });
  bench.report.table(
    'a scan of all cells, batches of 32,768 rows',
    ['rows', 'CPU s', 'RSS MB'],
    lines.map(({rows, run}) => [rows, run.cpuMs / 1000, (run.rssBytes ?? NaN) / 1e6]),
  );
  const [few, many] = lines.map(({run}) => (run.rssBytes === null ? null : run.rssBytes / 1e6));
  const growth = few == null || many == null ? null : many / few;
  const title = `memory of a scan of ${sizes[1]} rows against ${sizes[0]}`;
  if (bench.quick) bench.report.skipCheck(title, '<=', growthLimit, '×', 'small tables say nothing of memory');
  else if (growth === null) bench.report.skipCheck(title, '<=', growthLimit, '×', 'peak memory is not measured here');
  else bench.report.check(title, growth, '<=', growthLimit, '×');
  checkMemory(bench, `memory of a scan of ${sizes[1]} rows`, many ?? null, 150);
}
