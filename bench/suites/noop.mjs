/** Nothing to do: CPU against `node -e 0`, absolute budgets, against turbo and DVC, linear in stages and in files. */
import {mkdirSync, utimesSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {
  checkMemory,
  interleave,
  leastCpu,
  leastWall,
  mostMemoryMb,
  mustRun,
  newFolder,
  runNodeAlone,
  settleMs,
  skipBroken,
} from '../bench.mjs';
import {sleep} from '../measure.mjs';
import {put} from '../pipelines.mjs';
import {Project} from '../project.mjs';
import {progress, spreadText} from '../report.mjs';
import {turboWithoutLauncher} from '../tools.mjs';

/** @typedef {import('../bench.mjs').Bench} Bench */

/** Largest CPU time of a run with nothing to do, by number of stages. */
const cpuLimitMs = new Map([
  [1000, 200],
  [10_000, 600],
]);

/** @type {import('../bench.mjs').Suite} */
export const noop = {
  name: 'noop',
  about: 'a run with nothing to do',
  run(bench) {
    if (bench.mlp !== undefined) {
      stages(bench, bench.mlp);
      files(bench, bench.mlp);
    }
    peers(bench);
  },
};

/** @param {Bench} bench @param {import('../tools.mjs').Tool} mlp */
function stages(bench, mlp) {
  const sizes = bench.quick ? [10, 1000] : [10, 100, 1000, 10_000, 50_000];
  const rows = [];
  /** @type {Map<number, number>} */
  const least = new Map();
  for (const size of sizes) {
    progress(`${size} stages`);
    const project = new Project(bench.meter, bench.temp, mlp, 'wide', size);
    settle(project);
    const times = bench.quick ? 4 : size <= 1000 ? 9 : size <= 10_000 ? 5 : 3;
    const found = interleave(times, {node: () => runNodeAlone(bench), mlp: () => runFresh(project)});
    const [node = [], runs = []] = [found['node'], found['mlp']];
    const cpu = bench.report.figure(
      `cpu of mlp run, ${size} stages`,
      runs.map((run) => run.cpuMs),
      'ms',
    );
    bench.report.figure(
      `cpu of node -e 0, beside ${size} stages`,
      node.map((run) => run.cpuMs),
      'ms',
    );
    bench.report.figure(
      `wall of mlp run, ${size} stages`,
      runs.map((run) => run.wallMs),
      'ms',
    );
    const memory = mostMemoryMb(runs);
    least.set(size, cpu.min);
    const ratio = cpu.min / leastCpu(node);
    const perStage = size === 10 ? '' : ((cpu.min - (least.get(10) ?? NaN)) * 1000) / (size - 10);
    rows.push([size, spreadText(cpu), leastCpu(node), ratio, perStage, leastWall(runs), memory ?? '–']);
    if (size === 10) bench.report.check('cpu at 10 stages, times `node -e 0`', ratio, '<=', 1.6, '×');
    const limit = cpuLimitMs.get(size);
    if (limit !== undefined) bench.report.check(`cpu at ${size} stages`, cpu.min, '<=', limit, 'ms');
    if (size === 1000) checkMemory(bench, 'peak memory at 1,000 stages', memory, 75);
    if (size === 1000) status(bench, project);
    project.remove();
  }
  bench.report.table(
    'mlp run, wide pipeline (one source a stage), all fresh',
    ['stages', 'CPU ms (min / median / max)', 'node -e 0', '× node', 'µs a stage over 10', 'wall ms', 'RSS MB'],
    rows,
  );
  const cost = (/** @type {number} */ size) => ((least.get(size) ?? NaN) - (least.get(10) ?? NaN)) / (size - 10);
  const largest = sizes.at(-1) ?? 0;
  if (bench.quick) return;
  bench.report.check(
    `CPU a stage at ${largest} against 1,000 stages (linear)`,
    cost(largest) / cost(1000),
    '<=',
    2,
    '×',
  );
}

/** @param {Bench} bench @param {Project} project */
function status(bench, project) {
  const argv = [...project.tool.argv.slice(0, project.tool.argv.indexOf('run')), 'status', '--check'];
  const runs = Array.from({length: bench.quick ? 2 : 5}, () => project.run({argv}));
  bench.report.figure(
    'cpu of mlp status --check, 1000 stages',
    runs.map((run) => run.cpuMs),
    'ms',
  );
  bench.report.note(`mlp status --check at 1,000 stages: ${Math.round(leastCpu(runs))} ms CPU`);
}

/** One stage that depends on a folder. @param {Bench} bench @param {import('../tools.mjs').Tool} mlp */
function files(bench, mlp) {
  const sizes = bench.quick ? [100, 5000] : [100, 1000, 10_000, 50_000];
  const rows = [];
  /** @type {Map<number, number>} */
  const least = new Map();
  for (const size of sizes) {
    progress(`${size} files`);
    const folder = newFolder(bench, `files-${size}`);
    writeFiles(folder, size);
    mustRun(bench, mlp.argv, folder);
    const runs = Array.from({length: bench.quick ? 2 : 5}, () => mustRun(bench, mlp.argv, folder));
    const cpu = bench.report.figure(
      `cpu of mlp run, ${size} files`,
      runs.map((run) => run.cpuMs),
      'ms',
    );
    least.set(size, cpu.min);
    const perFile = size === 100 ? '' : ((cpu.min - (least.get(100) ?? NaN)) * 1000) / (size - 100);
    rows.push([size, spreadText(cpu), perFile, leastWall(runs), mostMemoryMb(runs) ?? '–']);
  }
  const columns = ['files', 'CPU ms (min / median / max)', 'µs a file over 100', 'wall ms', 'RSS MB'];
  bench.report.table('mlp run, one stage that reads a folder, all fresh', columns, rows);
  if (bench.quick) return;
  const cost = (/** @type {number} */ size) => ((least.get(size) ?? NaN) - (least.get(100) ?? NaN)) / (size - 100);
  bench.report.check('CPU a file at 50,000 against 10,000 files (linear)', cost(50_000) / cost(10_000), '<=', 2, '×');
}

/** @param {string} folder @param {number} count */
function writeFiles(folder, count) {
  const longAgo = new Date('2024-01-01T00:00:00Z');
  for (let at = 0; at < count; at += 1) {
    const place = path.join(folder, 'data', String(at % 100));
    if (at < 100) mkdirSync(place, {recursive: true});
    const file = path.join(place, `${at}.txt`);
    writeFileSync(file, `file ${at}\n`);
    utimesSync(file, longAgo, longAgo);
  }
  const lines = ['mlp: 1', 'name: bench', 'stages:', '  count:', '    cmd: "echo done >out.txt"', '    deps: [data]'];
  put(folder, 'pipeline.yaml', `${lines.join('\n')}\n    outs: [out.txt]\n`);
}

/** Everything that is found, at 100 stages. @param {Bench} bench */
function peers(bench) {
  const size = 100;
  const tools = [...(bench.mlp === undefined ? [] : [bench.mlp]), ...bench.peers];
  /** @type {Map<string, number>} */
  const least = new Map();
  const projects = tools.flatMap((tool) =>
    skipBroken(bench, tool, () => {
      progress(`${tool.name}, first run`);
      const project = new Project(bench.meter, bench.temp, tool, 'wide', size);
      settle(project);
      return project;
    }),
  );
  /** @type {Record<string, () => import('../bench.mjs').Sample>} */
  const entries = {};
  for (const project of projects) {
    entries[project.tool.name] = () => runFresh(project);
    const argv = project.tool.name === 'turbo' ? turboWithoutLauncher(project.tool) : undefined;
    if (argv !== undefined) entries['turbo without its launcher'] = () => runFresh(project, argv);
  }
  const found = interleave(bench.quick ? 3 : 5, entries);
  const rows = Object.entries(found).map(([name, runs]) => {
    const cpu = bench.report.figure(
      `cpu of ${name}, ${size} stages`,
      runs.map((run) => run.cpuMs),
      'ms',
    );
    least.set(name, cpu.min);
    const ratio = bench.mlp === undefined ? '–' : cpu.min / (least.get('mlp') ?? NaN);
    return [name, spreadText(cpu), ratio, leastWall(runs), mostMemoryMb(runs) ?? '–'];
  });
  const columns = ['tool', 'CPU ms (min / median / max)', '× mlp', 'wall ms', 'RSS MB'];
  bench.report.table(`${size} stages, nothing to do`, columns, rows);
  for (const project of projects) project.remove();
  const own = least.get('mlp');
  if (own === undefined) return;
  for (const [name, limit] of /** @type {const} */ ([
    ['turbo', 1],
    ['dvc', 0.1],
  ])) {
    const other = least.get(name);
    const title = `cpu of mlp at 100 stages against ${name}'s`;
    if (other === undefined) bench.report.skipCheck(title, '<=', limit, '×', bench.absent.get(name) ?? 'not found');
    else bench.report.check(title, own / other, '<=', limit, '×');
  }
}

/** Runs everything, waits until no file is too young to be trusted, and lets the tool note that. @param {Project} project */
function settle(project) {
  project.run();
  sleep(settleMs);
  project.run();
}

/** @param {Project} project @param {string[]} [argv] */
function runFresh(project, argv) {
  const run = project.run(argv === undefined ? {} : {argv});
  if (run.ran > 0) throw new Error(`${project.tool.name} ran ${run.ran} stages although nothing had changed.`);
  return run;
}
