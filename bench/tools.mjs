/** The tools that are compared: how each is found, prepared and started. A tool that is not found is listed as absent. */
import {spawnSync} from 'node:child_process';
import {existsSync, readFileSync, symlinkSync} from 'node:fs';
import {createRequire} from 'node:module';
import os from 'node:os';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import * as pipelines from './pipelines.mjs';

/** @typedef {import('./pipelines.mjs').Plan} Plan */

/**
 * @typedef {object} Tool
 * @property {string} name
 * @property {string} version
 * @property {string[]} argv what brings everything up to date
 * @property {Record<string, string>} env
 * @property {(folder: string, plan: Plan) => void} prepare writes the pipeline and its sources
 * @property {(index: number) => string} source a stage's source file, project-relative
 * @property {(index: number) => string} output
 * @property {number} coldLimit the largest pipeline it is run cold on here: above, a run takes many minutes
 */

/** @typedef {{name: string, hint: string}} AbsentTool */

const here = fileURLToPath(new URL('.', import.meta.url));
export const jobs = os.availableParallelism();

/** What every tool writes its pipeline for. */
const plain = {source: pipelines.sourceOf, output: pipelines.outputOf, env: {}, coldLimit: Infinity};

/** First line of what a program says of its version. @param {string[]} argv @param {Record<string, string>} [env] */
export function versionOf([program = '', ...args], env = {}) {
  const done = spawnSync(program, args, {encoding: 'utf8', env: {...process.env, ...env}});
  if (done.status !== 0) return undefined;
  return /\d+(\.\d+)+\S*/.exec(done.stdout)?.[0] ?? 'unknown';
}

/** @param {string} folder @param {string[][]} commands */
function shell(folder, commands) {
  for (const [program = '', ...args] of commands) {
    const done = spawnSync(program, args, {
      cwd: folder,
      encoding: 'utf8',
      env: {...process.env, DVC_NO_ANALYTICS: '1'},
    });
    if (done.status !== 0) throw new Error(`\`${program} ${args.join(' ')}\` failed in ${folder}:\n${done.stderr}`);
  }
}

/** Path of a Python tool: beside the interpreter named by MLP_BENCH_PYTHON, else on PATH. @param {string} name */
function pythonTool(name) {
  const python = process.env['MLP_BENCH_PYTHON'];
  if (python === undefined) return name;
  const beside = path.join(path.dirname(path.resolve(python)), name);
  return existsSync(beside) ? beside : name;
}

/** Version of a package installed under bench/peers. @param {string} modules @param {string} name */
function installed(modules, name) {
  const file = path.join(modules, name, 'package.json');
  return existsSync(file) ? String(JSON.parse(readFileSync(file, 'utf8')).version) : undefined;
}

/**
 * The command line under test.
 * @returns {Tool | AbsentTool}
 */
export function findMlp() {
  const named = process.env['MLP'];
  const program = path.resolve(named ?? path.join(here, '..', 'bin', 'mlp.js'));
  const argv = /\.[cm]?js$/.test(program) ? [process.execPath, program] : [program];
  const version = existsSync(program) ? versionOf([...argv, '--version']) : undefined;
  if (version === undefined)
    return {name: 'mlp', hint: `\`${program}\` does not answer to --version; \`npm run build\` makes it`};
  return {
    ...plain,
    name: 'mlp',
    version,
    argv: [...argv, 'run', '-j', String(jobs)],
    prepare(folder, plan) {
      pipelines.writeSources(folder, plan);
      pipelines.writeMlp(folder, plan);
    },
  };
}

/** @returns {(Tool | AbsentTool)[]} every peer, in the order of the tables */
export function findPeers() {
  return [findMake(), findNinja(), findDvc(), findSnakemake(), ...findNodePeers()];
}

/** @returns {Tool | AbsentTool} */
function findMake() {
  const version = versionOf(['make', '--version']);
  if (version === undefined) return {name: 'make', hint: 'apt-get install make'};
  return {
    ...plain,
    name: 'make',
    version,
    argv: ['make', '-j', String(jobs)],
    prepare(folder, plan) {
      pipelines.writeSources(folder, plan);
      pipelines.writeMake(folder, plan);
    },
  };
}

/** @returns {Tool | AbsentTool} */
function findNinja() {
  const version = versionOf(['ninja', '--version']);
  if (version === undefined) return {name: 'ninja', hint: 'apt-get install ninja-build'};
  return {
    ...plain,
    name: 'ninja',
    version,
    argv: ['ninja', '-j', String(jobs), '--quiet'],
    prepare(folder, plan) {
      pipelines.writeSources(folder, plan);
      pipelines.writeNinja(folder, plan);
    },
  };
}

/** @returns {Tool | AbsentTool} */
function findDvc() {
  const program = pythonTool('dvc');
  const env = {DVC_NO_ANALYTICS: '1'};
  const version = versionOf([program, '--version'], env);
  if (version === undefined) return {name: 'dvc', hint: 'pip install dvc into a venv, MLP_BENCH_PYTHON=<its python>'};
  return {
    ...plain,
    name: 'dvc',
    version,
    env,
    argv: [program, 'repro', '--quiet'],
    coldLimit: 300,
    prepare(folder, plan) {
      pipelines.writeSources(folder, plan);
      pipelines.writeDvc(folder, plan);
      shell(folder, [[program, 'init', '--no-scm', '--quiet']]);
    },
  };
}

/** @returns {Tool | AbsentTool} */
function findSnakemake() {
  const program = pythonTool('snakemake');
  const version = versionOf([program, '--version']);
  if (version === undefined) {
    return {name: 'snakemake', hint: 'pip install snakemake into a venv, MLP_BENCH_PYTHON=<its python>'};
  }
  return {
    ...plain,
    name: 'snakemake',
    version,
    argv: [program, '--cores', String(jobs), '--quiet', 'all'],
    coldLimit: 1000,
    prepare(folder, plan) {
      pipelines.writeSources(folder, plan);
      pipelines.writeSnakemake(folder, plan);
    },
  };
}

/** turbo and wireit, where they are installed under bench/peers. @returns {(Tool | AbsentTool)[]} */
function findNodePeers() {
  const modules = path.join(here, 'peers', 'node_modules');
  const hint = 'npm install --prefix bench/peers turbo wireit';
  const turbo = installed(modules, 'turbo');
  const wireit = installed(modules, 'wireit');
  return [
    turbo === undefined ? {name: 'turbo', hint} : turboTool(modules, turbo),
    wireit === undefined ? {name: 'wireit', hint} : wireitTool(modules, wireit),
  ];
}

/**
 * The program that turbo's launcher starts. Most people start the launcher (`npx turbo`, npm scripts); the program
 * alone is shown beside it, because half of the launcher's cost is Node.
 * @param {Tool} turbo
 * @returns {string[] | undefined} argv
 */
export function turboWithoutLauncher(turbo) {
  const [launcher = '', ...args] = turbo.argv;
  const require = createRequire(path.join(launcher, '..', '..', 'turbo', 'package.json'));
  const machine = `${process.platform}-${process.arch === 'x64' ? '64' : process.arch}`;
  for (const name of [`@turbo/${machine}`, `turbo-${machine}`]) {
    try {
      return [path.join(path.dirname(require.resolve(`${name}/package.json`)), 'bin', 'turbo'), ...args];
    } catch {
      continue;
    }
  }
  return undefined;
}

/** @param {string} modules @param {string} version @returns {Tool} */
function turboTool(modules, version) {
  const options = [`--concurrency=${jobs}`, '--no-daemon', '--ui=stream', '--output-logs=errors-only'];
  const author = ['-c', 'user.name=bench', '-c', 'user.email=bench@example.invalid'];
  return {
    name: 'turbo',
    version,
    argv: [path.join(modules, '.bin', 'turbo'), 'run', 'build', ...options],
    env: {TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1', TURBO_NO_UPDATE_NOTIFIER: '1'},
    source: (index) => `packages/p${index}/source.txt`,
    output: (index) => `packages/p${index}/out.txt`,
    coldLimit: 100,
    prepare(folder, plan) {
      pipelines.writeTurbo(folder, plan);
      shell(folder, [
        ['git', 'init', '--quiet'],
        ['git', 'add', '.'],
        ['git', ...author, 'commit', '--quiet', '-m', 'bench'],
      ]);
    },
  };
}

/** @param {string} modules @param {string} version @returns {Tool} */
function wireitTool(modules, version) {
  return {
    ...plain,
    name: 'wireit',
    version,
    argv: ['npm', 'run', '--silent', 'all'],
    env: {
      WIREIT_PARALLEL: String(jobs),
      WIREIT_CACHE: 'local',
      WIREIT_LOGGER: 'quiet',
      npm_config_update_notifier: 'false',
    },
    coldLimit: 1000,
    prepare(folder, plan) {
      pipelines.writeSources(folder, plan);
      pipelines.writeWireit(folder, plan);
      symlinkSync(modules, path.join(folder, 'node_modules'));
    },
  };
}
