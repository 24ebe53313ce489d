/**
 * What a command costs: CPU of its whole process tree, wall time, peak memory, bytes read.
 *
 * Node only knows its own resource use, so a small wrapper waits for the command: python3 (microseconds, memory and
 * bytes read) or, where there is none, bash's `time` (milliseconds; memory with GNU time). Both count descendants that
 * somebody waited for. A process that was left to init (mlp's guards, daemons) is only counted by a control group,
 * which is used on top where one can be made.
 */
import {spawnSync} from 'node:child_process';
import {existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync} from 'node:fs';
import {performance} from 'node:perf_hooks';
import path from 'node:path';
import {fileURLToPath} from 'node:url';

/**
 * @typedef {object} Sample
 * @property {number} exitCode
 * @property {boolean} timedOut
 * @property {number} cpuMs user + system time of the tree
 * @property {number | null} strayCpuMs the part of `cpuMs` that nobody waited for; null without a control group
 * @property {number} wallMs
 * @property {number | null} rssBytes peak resident memory of the largest process of the tree
 * @property {number | null} readBytes bytes that read(2) returned in the tree (page cache included)
 * @property {string} stdout file
 * @property {string} stderr file
 */

/** @typedef {{cwd: string, env?: Record<string, string>, timeoutMs?: number, name?: string}} MeasureOptions */

const wrapper = fileURLToPath(new URL('measure.py', import.meta.url));
const variableOfNpmOrCi = /^(npm_|CI$|GITHUB_|GITLAB_|FORCE_COLOR$|MAKEFLAGS$|MLP_|NODE_OPTIONS$|TURBO_|WIREIT_)/;

/** The caller's environment without what would change how a tool behaves. */
function cleanEnvironment() {
  /** @type {Record<string, string>} */
  const environment = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (value !== undefined && !variableOfNpmOrCi.test(name)) environment[name] = value;
  }
  return {...environment, NO_COLOR: '1', LC_ALL: 'C.UTF-8'};
}

/** @param {string} program @param {string[]} args */
function outputOf(program, args) {
  const result = spawnSync(program, args, {encoding: 'utf8'});
  return result.status === 0 ? result.stdout.trim() : undefined;
}

/**
 * The folder under which control groups that count CPU time can be made, and how its counter is read.
 * @returns {{folder: string, readMs: (group: string) => number} | undefined}
 */
function findControlGroup() {
  let own = '';
  try {
    own = readFileSync('/proc/self/cgroup', 'utf8');
  } catch {
    return undefined;
  }
  const candidates = [];
  for (const line of own.split('\n')) {
    const [, controllers = '', place = '/'] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (controllers.split(',').includes('cpuacct')) {
      candidates.push({
        folder: path.join('/sys/fs/cgroup/cpuacct', place),
        readMs: (/** @type {string} */ group) => Number(readFileSync(path.join(group, 'cpuacct.usage'), 'utf8')) / 1e6,
      });
    } else if (line.startsWith('0::')) {
      candidates.push({
        folder: path.join('/sys/fs/cgroup', place),
        readMs: (/** @type {string} */ group) => {
          const found = /usage_usec (\d+)/.exec(readFileSync(path.join(group, 'cpu.stat'), 'utf8'));
          return Number(found?.[1]) / 1e3;
        },
      });
    }
  }
  for (const candidate of candidates) {
    const group = path.join(candidate.folder, `mlp-bench-${process.pid}-try`);
    try {
      mkdirSync(group);
      // A program that moves itself proves both that the group takes members and that its counter moves.
      const moved = spawnSync('sh', ['-c', 'echo $$ >"$1" && :', 'sh', path.join(group, 'cgroup.procs')]);
      const works = moved.status === 0 && candidate.readMs(group) > 0;
      rmdirSync(group);
      if (works) return candidate;
    } catch {
      continue;
    }
  }
  return undefined;
}

/** The bench was asked to stop while a command ran; the command's process group has been killed. */
export class Interrupted extends Error {
  constructor() {
    super('The bench was interrupted.');
  }
}

const sleepCell = new Int32Array(new SharedArrayBuffer(4));

/** Blocks this thread. @param {number} milliseconds */
export function sleep(milliseconds) {
  Atomics.wait(sleepCell, 0, 0, milliseconds);
}

/**
 * @param {string} temp folder for the wrapper's files
 * @returns {{how: string, measure: (argv: string[], options: MeasureOptions) => Sample}}
 */
export function createMeter(temp) {
  const python = outputOf('python3', ['-c', 'import sys; print(sys.executable)']);
  const bash = outputOf('bash', ['-c', 'command -v bash']);
  const gnuTime = spawnSync('/usr/bin/time', ['-f', '%M', 'true'], {encoding: 'utf8'}).status === 0;
  if (python === undefined && bash === undefined) {
    throw new Error('The bench needs `python3` or `bash` on PATH to measure the CPU time of a process tree.');
  }
  const group = python === undefined ? undefined : findControlGroup();
  const environment = cleanEnvironment();
  let count = 0;

  /** @param {string[]} argv @param {MeasureOptions} options @returns {Sample} */
  function measure(argv, options) {
    count += 1;
    const base = path.join(temp, `${options.name ?? 'command'}-${count % 50}`);
    const [result, stdout, stderr] = [`${base}.result`, `${base}.out`, `${base}.err`];
    const timeoutMs = options.timeoutMs ?? 1_200_000;
    const spawnOptions = {cwd: options.cwd, env: {...environment, ...options.env}};
    if (python === undefined) return measureWithBash(argv, {result, stdout, stderr, timeoutMs, gnuTime}, spawnOptions);

    const place = group === undefined ? undefined : path.join(group.folder, `mlp-bench-${process.pid}-${count}`);
    if (place !== undefined) mkdirSync(place);
    const procs = place === undefined ? '-' : path.join(place, 'cgroup.procs');
    const timeout = String(Math.ceil(timeoutMs / 1000));
    const done = spawnSync(python, ['-I', '-S', wrapper, result, stdout, stderr, procs, timeout, ...argv], {
      ...spawnOptions,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    if (done.status !== 0) throw new Error(`The measuring wrapper failed at \`${argv.join(' ')}\`.`);
    const {stopped, ...waited} = JSON.parse(readFileSync(result, 'utf8'));
    if (stopped) throw new Interrupted();
    if (place === undefined || group === undefined) return {...waited, strayCpuMs: null, stdout, stderr};

    // A guard or daemon ends a moment after the command; what it spends then belongs to the command.
    for (let tries = 0; tries < 150 && readFileSync(procs, 'utf8') !== ''; tries += 1) sleep(20);
    const cpuMs = group.readMs(place);
    try {
      rmdirSync(place);
    } catch {
      process.stderr.write(`bench: \`${argv[0]}\` left a process behind in ${place}\n`);
    }
    return {...waited, cpuMs, strayCpuMs: Math.max(0, cpuMs - waited.cpuMs), stdout, stderr};
  }

  const counted =
    group === undefined
      ? '; descendants left to init are not counted'
      : ' and a control group, which counts every descendant';
  const how =
    python === undefined
      ? `bash \`time\`, milliseconds${gnuTime ? ', memory by GNU time' : ', no memory'}; descendants left to init are not counted`
      : `python3 wait4${counted}`;
  return {how, measure};
}

/**
 * @param {string[]} argv
 * @param {{result: string, stdout: string, stderr: string, timeoutMs: number, gnuTime: boolean}} files
 * @param {{cwd: string, env: Record<string, string>}} spawnOptions
 * @returns {Sample}
 */
function measureWithBash(argv, files, spawnOptions) {
  const memory = `${files.result}.memory`;
  if (existsSync(memory)) writeFileSync(memory, '');
  const script = `TIMEFORMAT='%3R %3U %3S'; result=$1 out=$2 err=$3; shift 3; { time "$@" >"$out" 2>"$err" </dev/null; } 2>"$result"`;
  const timed = files.gnuTime ? ['/usr/bin/time', '-q', '-f', '%M', '-o', memory, ...argv] : argv;
  const started = performance.now();
  const done = spawnSync('bash', ['-c', script, 'bash', files.result, files.stdout, files.stderr, ...timed], {
    ...spawnOptions,
    timeout: files.timeoutMs,
    killSignal: 'SIGKILL',
  });
  const wallMs = performance.now() - started;
  if (done.signal === 'SIGINT' || done.signal === 'SIGTERM' || done.status === 130) throw new Interrupted();
  const timedOut = done.error !== undefined;
  const times = timedOut ? [0, 0, 0] : readFileSync(files.result, 'utf8').trim().split(' ').map(Number);
  return {
    exitCode: done.status ?? -1,
    timedOut,
    cpuMs: ((times[1] ?? 0) + (times[2] ?? 0)) * 1000,
    strayCpuMs: null,
    wallMs,
    rssBytes: files.gnuTime && !timedOut ? Number(readFileSync(memory, 'utf8')) * 1024 : null,
    readBytes: null,
    stdout: files.stdout,
    stderr: files.stderr,
  };
}
