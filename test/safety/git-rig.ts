/** A project under Git with a fixed identity: a chain of shell stages, branches, merges, clones with or without a cache. */
import {spawnSync} from 'node:child_process';
import {cpSync, existsSync} from 'node:fs';
import {expect} from 'vitest';
import {parseLock} from '../../src/model/lock-file.ts';
import {Rig} from '../rig/rig.ts';

const identity = {
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.org',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.org',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_SYSTEM: '/dev/null',
  GIT_EDITOR: 'true',
};

export interface GitResult {
  readonly code: number;
  readonly out: string;
}

export class GitRig extends Rig {
  /** Any git command; the caller looks at the code. */
  tryGit(...args: readonly string[]): GitResult {
    const {status, stdout, stderr} = spawnSync('git', args, {
      cwd: this.folder,
      encoding: 'utf8',
      env: {PATH: process.env['PATH'], HOME: this.folder, ...identity},
    });
    return {code: status ?? -1, out: stdout + stderr};
  }

  /** A git command that must work. @returns what it printed. */
  git(...args: readonly string[]): string {
    const {code, out} = this.tryGit(...args);
    if (code !== 0) throw new Error(`git ${args.join(' ')} ended with ${code}:\n${out}`);
    return out;
  }

  commit(message: string): void {
    this.git('add', '--all');
    this.git('commit', '--quiet', '--allow-empty', '--message', message);
  }

  /** On a new branch from `from`: the edits, `mlp run`, a commit. @returns the stages that ran. */
  async branch(name: string, edits: (rig: GitRig) => void, from = 'main'): Promise<readonly string[]> {
    this.git('switch', '--quiet', '--create', name, from);
    edits(this);
    const {ran, code, talk} = await this.run();
    if (code !== 0) throw new Error(`mlp run on ${name} ended with ${code}:\n${talk}`);
    this.commit(name);
    this.git('switch', '--quiet', 'main');
    return ran;
  }

  /** Leaves what another machine has that shares the cache: history is gone, objects are there. */
  forgetHistory(): void {
    for (const name of ['mlp.db', 'mlp.db-wal', 'mlp.db-shm', 'plan.json', 'plan-stages.json'])
      this.remove(`.mlp/${name}`);
  }

  /** Paths that Git says are in conflict. */
  conflicts(): readonly string[] {
    return this.git('diff', '--name-only', '--diff-filter=U', '--relative')
      .split('\n')
      .filter((path) => path !== '');
  }
}

/** Each stage reads a params file of its own and, but for the first, what the one before wrote. */
export function chainText(names: readonly string[]): string {
  const stages = names.map((name, index) => {
    const before = names[index - 1];
    const deps = [`params/${name}.txt`, ...(before === undefined ? [] : [`out/${before}.txt`])];
    return [
      `  ${name}:`,
      `    cmd: cat ${deps.join(' ')} > out/${name}.txt`,
      `    deps: [${deps.join(', ')}]`,
      `    outs: [out/${name}.txt]`,
      '',
    ].join('\n');
  });
  return `mlp: 1\nstages:\n${stages.join('\n')}`;
}

/** Like a chain, but all stages stand beside each other. */
export function independentText(names: readonly string[]): string {
  return names.length === 0
    ? 'mlp: 1\nstages: {}\n'
    : `mlp: 1\nstages:\n${names
        .map(
          (name) =>
            `  ${name}:\n    cmd: cat params/${name}.txt > out/${name}.txt\n    deps: [params/${name}.txt]\n    outs: [out/${name}.txt]\n`,
        )
        .join('\n')}`;
}

/** A repository on `main` in which everything ran and was committed. */
export async function gitProject(pipeline: string, names: readonly string[]): Promise<GitRig> {
  const rig = new GitRig();
  rig.git('init', '--quiet', '--initial-branch=main');
  rig.write('.gitignore', '.mlp/\nout/\n');
  rig.write('pipeline.yaml', pipeline);
  for (const name of names) rig.write(`params/${name}.txt`, `${name} 1\n`);
  const {code, talk} = await rig.run();
  if (code !== 0) throw new Error(talk);
  rig.commit('first');
  return rig;
}

/** A fresh clone of what is committed, with the objects of `from` and nothing else of its `.mlp`. */
export function cloneWithCache(from: GitRig): GitRig {
  const clone = new GitRig();
  clone.git('clone', '--quiet', from.folder, '.');
  if (existsSync(from.path('.mlp/cache'))) cpSync(from.path('.mlp/cache'), clone.path('.mlp/cache'), {recursive: true});
  return clone;
}

export const FOUR = ['ingest', 'featurize', 'train', 'evaluate'];
/** An edit of a stage's params file. */
export const set = (name: string, value: number) => (rig: GitRig) =>
  rig.write(`params/${name}.txt`, `${name} ${value}\n`);
export const hasMarkers = (rig: GitRig): boolean => /^<{7}|^={7}|^>{7}/m.test(rig.read('mlp.lock'));
export const lockedNames = (rig: GitRig): readonly string[] =>
  parseLock(rig.read('mlp.lock')).candidates[0]?.stages.map(({name}) => name) ?? [];

/** The lock is whole, one run changes nothing in it, and another machine with the cache has nothing to run either. */
export async function expectSettled(rig: GitRig, stages: readonly string[]): Promise<void> {
  const text = rig.read('mlp.lock');
  expect(parseLock(text).problem).toBeUndefined();
  expect(hasMarkers(rig)).toBe(false);
  expect(lockedNames(rig)).toEqual(stages);
  expect(await rig.run()).toMatchObject({code: 0, ran: []});
  expect(rig.read('mlp.lock')).toBe(text);
  rig.commit('settled');
  await using clone = cloneWithCache(rig);
  const there = await clone.run();
  expect(there).toMatchObject({code: 0, ran: []});
  expect(Object.keys(there.outcomes).sort()).toEqual([...stages].sort());
  expect(clone.read('mlp.lock')).toBe(text);
}
