/** How fast inputs are hashed, against programs that do sha256 of the same files and nothing else, in the same minutes. */
import {closeSync, mkdirSync, openSync, readFileSync, rmSync, utimesSync, writeFileSync, writeSync} from 'node:fs';
import {randomBytes} from 'node:crypto';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {interleave, leastCpu, leastWall, mostMemoryMb, mustRun, newFolder, runNodeAlone} from '../bench.mjs';
import {put} from '../pipelines.mjs';
import {jobs, versionOf} from '../tools.mjs';

/** @typedef {import('../bench.mjs').Bench} Bench */
/** @typedef {import('../measure.mjs').Sample} Sample */

/**
 * @typedef {object} Case
 * @property {string} name
 * @property {string} folder a project whose one stage reads `data`
 * @property {number} bytes
 * @property {string} list file with the paths of the data
 * @property {number} threads how many can work: a single sha256 is a chain, so one file keeps one core busy
 */

const calibrate = fileURLToPath(new URL('../calibrate.mjs', import.meta.url));

/** @type {import('../bench.mjs').Suite} */
export const hashing = {
  name: 'hashing',
  about: 'first look, second look and a touched file, against sha256 of the same bytes',
  run(bench) {
    if (bench.mlp === undefined) return;
    const cases = [
      oneFile(bench, bench.quick ? 512 * 2 ** 20 : 4 * 2 ** 30),
      manyFiles(bench, bench.quick ? 5000 : 100_000),
    ];
    const empty = oneFile(bench, 1);
    memory(bench);
    const rows = cases.flatMap((one) => measureCase(bench, one, empty, bench.mlp?.argv ?? []));
    const columns = ['what', 'wall s', 'MB/s', 'CPU s', 'MB read', 'RSS MB'];
    bench.report.table('hashing (start-up of mlp and of node taken off wall and CPU)', columns, rows);
    for (const one of [...cases, empty]) rmSync(one.folder, {recursive: true, force: true});
  },
};

/** sha256 without any file. @param {Bench} bench */
function memory(bench) {
  const bytes = bench.quick ? 2 ** 29 : 2 ** 31;
  for (const threads of new Set([1, jobs])) {
    const runs = Array.from({length: 2}, () => calibration(bench, 'memory', threads, String(bytes)));
    const rate = bench.report.figure(
      `sha256 over memory, ${threads} threads`,
      runs.map((run) => run.rate),
      'MB/s',
    );
    bench.report.note(`sha256 over memory, ${threads} thread${threads === 1 ? '' : 's'}: ${Math.round(rate.max)} MB/s`);
  }
}

/**
 * @param {Bench} bench @param {Case} one @param {Case} empty @param {string[]} mlp
 * @returns {(string | number)[][]}
 */
function measureCase(bench, one, empty, mlp) {
  const rounds = interleave(bench.quick ? 2 : 3, {
    node: () => runNodeAlone(bench),
    sha256: () => calibration(bench, 'sha256', one.threads, one.list),
    xxh64: () => calibration(bench, 'xxh64', one.threads, one.list),
    ...(hasOpenssl ? {openssl: () => mustRun(bench, openssl(one.threads), one.folder)} : {}),
    startPlan: () => firstLook(bench, empty, planOf(mlp)),
    plan: () => firstLook(bench, one, planOf(mlp)),
    startFirst: () => firstLook(bench, empty, mlp),
    first: () => firstLook(bench, one, mlp),
    startSecond: () => mustRun(bench, mlp, empty.folder),
    second: () => mustRun(bench, mlp, one.folder),
    startTouched: () => touchedLook(bench, empty, mlp),
    touched: () => touchedLook(bench, one, mlp),
  });
  const mb = one.bytes / 1e6;
  /** @param {string} name @param {string} start */
  const net = (name, start) => ({
    wall: Math.max(0, leastWall(rounds[name]) - leastWall(rounds[start])),
    cpu: Math.max(0, leastCpu(rounds[name]) - leastCpu(rounds[start])),
    read: readMb(rounds[name]) - readMb(rounds[start]),
    memory: mostMemoryMb(rounds[name] ?? []) ?? '–',
  });
  const [sha, xxh, plan, first, second, touched] = [
    net('sha256', 'node'),
    net('xxh64', 'node'),
    net('plan', 'startPlan'),
    net('first', 'startFirst'),
    net('second', 'startSecond'),
    net('touched', 'startTouched'),
  ];
  for (const [name, runs] of Object.entries(rounds)) {
    bench.report.figure(
      `${one.name}: cpu of ${name}`,
      runs.map((run) => run.cpuMs),
      'ms',
    );
    bench.report.figure(
      `${one.name}: wall of ${name}`,
      runs.map((run) => run.wallMs),
      'ms',
    );
  }
  bench.report.check(
    `${one.name}: rate of the first look against sha256 of the same files`,
    sha.wall / plan.wall,
    '>=',
    0.8,
    '×',
  );
  const loop = Math.min(.../** @type {Calibration[]} */ (rounds['sha256']).map(({loopMs}) => loopMs));
  // With many files the memo that is read instead is itself some percent of the data.
  const partLimit = one.threads === 1 ? 0.01 : 0.1;
  const partTitle = `${one.name}: part of the bytes that the second look reads`;
  if (Number.isFinite(second.read)) bench.report.check(partTitle, second.read / mb, '<=', partLimit, '');
  else bench.report.skipCheck(partTitle, '<=', partLimit, '', 'bytes read are not measured here');
  if (one.threads === 1) checkTouched(bench, one.name, {touched: touched.cpu, sha256: sha.cpu, xxh64: xxh.cpu});
  /** @param {string} what @param {{wall: number, cpu?: number, read?: number, memory?: number | string}} cost */
  const row = (what, cost) => [
    `${one.name}: ${what}`,
    cost.wall / 1000,
    (mb / cost.wall) * 1000,
    cost.cpu === undefined ? '' : cost.cpu / 1000,
    cost.read === undefined || !Number.isFinite(cost.read) ? '' : cost.read,
    cost.memory ?? '',
  ];
  const threads = `${one.threads} thread${one.threads === 1 ? '' : 's'}`;
  return [
    row(`sha256 of the same, ${threads}`, sha),
    row('its loop alone, threads ready', {wall: loop}),
    row(`xxh64 of the same, ${threads}`, xxh),
    ...(hasOpenssl
      ? [
          row(`find, xargs and openssl dgst -sha256, ${threads}`, {
            wall: leastWall(rounds['openssl']),
            cpu: leastCpu(rounds['openssl']),
          }),
        ]
      : []),
    row('mlp, first look (plan)', plan),
    row('mlp, first look and run', first),
    row('mlp, second look', second),
    row('mlp, touched, equal bytes', touched),
  ];
}

/**
 * Nearer to xxh64 than to sha256. Only for one large file: with small ones both vanish behind opening them.
 * @param {Bench} bench @param {string} name @param {{touched: number, sha256: number, xxh64: number}} cpuMs
 */
function checkTouched(bench, name, cpuMs) {
  const title = `${name}: cpu of a touched but equal look against the middle of xxh64 and sha256`;
  const ratio = cpuMs.touched / ((cpuMs.sha256 + cpuMs.xxh64) / 2);
  if (cpuMs.xxh64 < 0.8 * cpuMs.sha256) bench.report.check(title, ratio, '<=', 1, '×');
  else bench.report.skipCheck(title, '<=', 1, '×', 'sha256 is as fast as xxh64 on this machine');
}

/** @param {readonly Sample[] | undefined} samples */
const readMb = (samples) => Math.min(...(samples ?? []).map((sample) => (sample.readBytes ?? NaN) / 1e6));

/** @typedef {Sample & {loopMs: number, rate: number}} Calibration loopMs: without start-up; rate of that, in MB/s */

/** @param {Bench} bench @param {string} what @param {number} threads @param {string} argument @returns {Calibration} */
function calibration(bench, what, threads, argument) {
  const sample = mustRun(bench, [process.execPath, calibrate, what, String(threads), argument], bench.temp);
  const {bytes, ms} = JSON.parse(readFileSync(sample.stdout, 'utf8'));
  return {...sample, loopMs: ms, rate: bytes / 1e3 / ms};
}

const hasOpenssl = versionOf(['openssl', 'version']) !== undefined && versionOf(['xargs', '--version']) !== undefined;

/** A program in C that lists and hashes the same folder. @param {number} threads */
const openssl = (threads) => [
  'sh',
  '-c',
  `find data -type f -print0 | xargs -0 -n 1000 -P ${threads} openssl dgst -sha256 >digests.txt`,
];

/** mlp in a project that it has never seen. @param {Bench} bench @param {Case} one @param {string[]} mlp */
function firstLook(bench, one, mlp) {
  for (const name of ['.mlp', 'mlp.lock', 'out.txt'])
    rmSync(path.join(one.folder, name), {recursive: true, force: true});
  return mustRun(bench, mlp, one.folder);
}

/** What looks at the inputs, as a run does, and runs nothing. @param {string[]} mlp */
const planOf = (mlp) => [...mlp.slice(0, mlp.indexOf('run')), 'plan'];

let touches = 0;

/** New modification times, long ago but other than before. @param {Bench} bench @param {Case} one @param {string[]} mlp */
function touchedLook(bench, one, mlp) {
  touches += 1;
  const time = new Date(Date.parse('2024-02-01T00:00:00Z') + touches * 60_000);
  for (const file of readFileSync(one.list, 'utf8').split('\n').filter(Boolean)) utimesSync(file, time, time);
  return mustRun(bench, mlp, one.folder);
}

/** @param {Bench} bench @param {number} bytes @returns {Case} */
function oneFile(bench, bytes) {
  const folder = newFolder(bench, 'one-file');
  const file = path.join(folder, 'data');
  const block = randomBytes(Math.min(bytes, 2 ** 24));
  const handle = openSync(file, 'w');
  for (let done = 0; done < bytes; done += block.length) writeSync(handle, block);
  closeSync(handle);
  return finish(folder, `one file of ${sizeText(bytes)}`, bytes, [file], 1);
}

/** @param {Bench} bench @param {number} count @returns {Case} */
function manyFiles(bench, count) {
  const folder = newFolder(bench, 'many-files');
  const size = 8192;
  const noise = randomBytes(2 ** 20 + size);
  const files = [];
  for (let at = 0; at < count; at += 1) {
    const place = path.join(folder, 'data', String(at % 100));
    if (at < 100) mkdirSync(place, {recursive: true});
    const file = path.join(place, `${at}.bin`);
    const from = (at * 7919) % 2 ** 20;
    writeFileSync(file, noise.subarray(from, from + size));
    files.push(file);
  }
  return finish(folder, `${count.toLocaleString('en')} files of 8 KiB`, count * size, files, jobs);
}

/** @param {string} folder @param {string} name @param {number} bytes @param {string[]} files @param {number} threads */
function finish(folder, name, bytes, files, threads) {
  const longAgo = new Date('2024-01-01T00:00:00Z');
  for (const file of files) utimesSync(file, longAgo, longAgo);
  const list = path.join(folder, 'files.txt');
  writeFileSync(list, files.join('\n'));
  const stage = ['  look:', '    cmd: "echo done >out.txt"', '    deps: [data]', '    outs: [out.txt]'];
  put(folder, 'pipeline.yaml', ['mlp: 1', 'name: bench', 'stages:', ...stage, ''].join('\n'));
  return {name, folder, bytes, list, threads};
}

/** @param {number} bytes */
const sizeText = (bytes) => (bytes >= 2 ** 30 ? `${bytes / 2 ** 30} GiB` : `${Math.round(bytes / 2 ** 20)} MiB`);
