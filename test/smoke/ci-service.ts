/**
 * Stands in for a CI service: takes the steps out of the workflow that `mlp init --ci` wrote and executes them in a fresh
 * clone, with the cache of an earlier job put where the workflow says. What the service would fill in is given by the test;
 * an expression that it does not know is an error, so that the workflow cannot change without it.
 */
import {spawnSync} from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {parse as parseYaml} from 'yaml';

const root = join(import.meta.dirname, '../..');

export interface Job {
  readonly code: number;
  readonly log: string;
  /** Stage -> what happened to it, as the log says. */
  readonly outcomes: Readonly<Record<string, string>>;
  /** What was posted to the pull or merge request. */
  readonly posted: string;
  readonly summary: string;
  /** The folder of the clone. */
  readonly clone: string;
}

export interface JobRequest {
  readonly ref: string;
  /** The branch that a pull request goes into. */
  readonly target?: string;
  /** A folder with what is restored as `.mlp`; nothing when it is not there. */
  readonly cache?: string;
  readonly variables?: Readonly<Record<string, string>>;
}

export class CiService {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), 'mlp-ci-')));
  readonly #env: Record<string, string>;
  #jobs = 0;

  constructor() {
    this.program('mlp', `exec "${process.execPath}" "${join(root, 'bin/mlp.js')}" "$@"`);
    this.#env = {
      PATH: `${join(this.folder, 'bin')}:${process.env['PATH'] ?? ''}`,
      HOME: this.folder,
      CI: 'true',
      LANG: 'C.UTF-8',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_AUTHOR_NAME: 'Ada',
      GIT_AUTHOR_EMAIL: 'ada@example.org',
      GIT_COMMITTER_NAME: 'Ada',
      GIT_COMMITTER_EMAIL: 'ada@example.org',
    };
  }

  /** A program that the steps find before any other of the name. */
  program(name: string, script: string): void {
    const path = join(this.folder, 'bin', name);
    mkdirSync(dirname(path), {recursive: true});
    writeFileSync(path, `#!/bin/sh\n${script}\n`);
    chmodSync(path, 0o755);
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** @throws when the command fails. */
  must(cwd: string, command: string, ...args: readonly string[]): string {
    const {status, stdout, stderr} = spawnSync(command, args, {cwd, env: this.#env, encoding: 'utf8'});
    if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}:\n${stdout}${stderr}`);
    return stdout;
  }

  /** A fresh clone as the service's checkout makes it, a pull request merged into its target; then the cache. */
  checkout(origin: string, {ref, target, cache}: JobRequest): string {
    const clone = this.path(`job-${++this.#jobs}`);
    const merged = `merged-${this.#jobs}`;
    if (target !== undefined) {
      this.must(origin, 'git', 'switch', '--quiet', '--create', merged, target);
      this.must(origin, 'git', 'merge', '--quiet', '--no-ff', '--no-edit', ref);
    }
    const branch = target === undefined ? ref : merged;
    this.must(this.folder, 'git', 'clone', '--quiet', '--depth', '2', '--branch', branch, `file://${origin}`, clone);
    if (target !== undefined) this.must(origin, 'git', 'switch', '--quiet', 'main');
    if (cache !== undefined && existsSync(cache)) cpSync(cache, join(clone, '.mlp'), {recursive: true});
    return clone;
  }

  /** @param script for bash, as the service starts it. */
  step(
    clone: string,
    script: string,
    env: Readonly<Record<string, string>>,
  ): {readonly code: number; readonly log: string} {
    const {status, stdout, stderr} = spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script], {
      cwd: clone,
      env: {...this.#env, ...env},
      encoding: 'utf8',
    });
    return {code: status ?? -1, log: stdout + stderr};
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, {recursive: true, force: true});
  }
}

export function outcomesIn(log: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...log.matchAll(/^(?:::group::)?[✓↺✗] (\S+)\s+(ran|restored|skipped|failed)\b/gm)].map(([, stage, what]) => [
      stage ?? '',
      what ?? '',
    ]),
  );
}

export const readWorkflow = (clone: string, path: string): unknown =>
  parseYaml(readFileSync(join(clone, path), 'utf8'));

export const readIfThere = (path: string): string => (existsSync(path) ? readFileSync(path, 'utf8') : '');
