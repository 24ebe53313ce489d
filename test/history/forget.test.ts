/**
 * Properties of forgetting: whatever is deleted and collected, what a kept run, a pinned run, the mlp.lock of any branch or
 * the workspace needs comes back byte for byte.
 */
import {execFileSync} from 'node:child_process';
import {lstatSync, readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, it} from 'vitest';
import {Random} from '../fakes/random.ts';
import {Rig} from '../rig/rig.ts';

const OUTPUTS = ['a.txt', 'd', 'e.txt'];
const PIPELINE = `mlp: 1
stages:
  first: {cmd: cat one.txt two.txt > a.txt, deps: [one.txt, two.txt], outs: [a.txt]}
  # A folder that holds the bytes of other outputs as files of its own.
  second: {cmd: mkdir -p d/x && cp a.txt d/x/a && cp two.txt d/two, deps: [a.txt, two.txt], outs: [d]}
  third: {cmd: cp three.txt e.txt, deps: [three.txt], outs: [e.txt]}
`;

function imageOf(path: string): unknown {
  const stat = lstatSync(path, {throwIfNoEntry: false});
  if (stat === undefined) return 'absent';
  if (stat.isFile()) return readFileSync(path, 'utf8');
  return Object.fromEntries(readdirSync(path).map((name) => [name, imageOf(join(path, name))]));
}

class Project {
  readonly rig = new Rig();
  readonly random: Random;
  /** What must come back: run -> outputs. */
  readonly runs = new Map<number, unknown>();
  readonly pinned = new Set<number>();
  /** Branch -> outputs of its mlp.lock. */
  readonly branches = new Map<string, unknown>();

  constructor(seed: number) {
    this.random = new Random(seed);
    this.rig.write('pipeline.yaml', PIPELINE);
    this.rig.write('.gitignore', '/a.txt\n/d\n/e.txt\n/back\n');
    for (const name of ['one', 'two', 'three']) this.rig.write(`${name}.txt`, 'begin\n');
    this.git('init', '--quiet', '-b', 'main');
  }

  git(...argv: string[]): void {
    const author = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org'];
    execFileSync('git', [...author, ...argv], {cwd: this.rig.folder, stdio: 'ignore'});
  }

  image(folder: string): unknown {
    return OUTPUTS.map((path) => imageOf(join(folder, path)));
  }

  async run(): Promise<void> {
    // Few contents, so that runs share results and files of folders.
    this.rig.write(`${this.random.pick(['one', 'two', 'three'])}.txt`, `${this.random.below(3)}\n`);
    expect((await this.rig.run()).code).toBe(0);
    const {runs} = JSON.parse((await this.rig.mlp('runs', '-n', '1', '--json')).out) as {runs: {id: number}[]};
    this.runs.set(runs[0]?.id ?? 0, this.image(this.rig.folder));
  }

  commit(): void {
    const name = `branch-${this.branches.size}`;
    this.git('checkout', '--quiet', '-b', name);
    this.git('add', '-A');
    this.git('commit', '--quiet', '--allow-empty', '-m', name);
    this.branches.set(name, this.image(this.rig.folder));
  }

  async remove(ids: readonly number[]): Promise<void> {
    if (ids.length === 0) return;
    const {code, talk} = await this.rig.mlp('rm', '--force', ...ids.map(String));
    expect([code, talk]).toEqual([0, '']);
    for (const id of ids) {
      this.runs.delete(id);
      this.pinned.delete(id);
    }
  }

  async collect(): Promise<void> {
    const keep = 1 + this.random.below(3);
    const how = this.random.pick([['--max-size', '1'], ['--older-than', '0s'], []]);
    const {code, talk} = await this.rig.mlp('gc', '--keep-runs', String(keep), ...how);
    expect([code, talk]).toEqual([0, '']);
    if (how.length === 0) return;
    const {runs} = JSON.parse((await this.rig.mlp('runs', '-n', String(keep), '--json')).out) as {runs: {id: number}[]};
    const kept = new Set([...runs.map(({id}) => id), ...this.pinned]);
    for (const id of this.runs.keys()) if (!kept.has(id)) this.runs.delete(id);
  }

  async step(): Promise<void> {
    const ids = [...this.runs.keys()];
    switch (this.random.below(8)) {
      case 0:
        return this.commit();
      case 1:
        return this.collect();
      case 2:
        return this.remove(ids.filter(() => this.random.chance(0.3)));
      case 3: {
        const id = this.random.pick(ids);
        await this.rig.mlp('edit', String(id), '--pin');
        this.pinned.add(id);
        return;
      }
      default:
        return this.run();
    }
  }

  /** All that must come back comes back. */
  async check(): Promise<void> {
    for (const [ref, image] of [...this.runs, ...this.branches]) {
      this.rig.remove('back');
      const {code, talk} = await this.rig.mlp('restore', '--run', String(ref), '--to', 'back');
      expect([ref, code, talk]).toEqual([ref, 0, '']);
      expect([ref, this.image(this.rig.path('back'))]).toEqual([ref, image]);
    }
    const now = this.image(this.rig.folder);
    for (const path of OUTPUTS) this.rig.remove(path);
    expect((await this.rig.run()).ran).toEqual([]);
    expect(this.image(this.rig.folder)).toEqual(now);
  }
}

it.each([[1], [2], [3], [4]])('what is kept comes back, whatever goes (seed %i)', async (seed) => {
  const project = new Project(seed * 7919);
  await using rig = project.rig;
  await project.run();
  for (let round = 0; round < 2; round++) {
    for (let steps = 0; steps < 10; steps++) await project.step();
    await project.check();
  }
  expect((await rig.mlp('doctor')).out).toContain('.mlp/mlp.db is sound');
});

it.each([[11], [12], [13], [14], [15]])(
  'of ten runs every second is deleted, and the others come back (seed %i)',
  async (seed) => {
    const project = new Project(seed * 104_729);
    await using rig = project.rig;
    for (let runs = 0; runs < 10; runs++) await project.run();
    await project.remove([...project.runs.keys()].filter((id) => id % 2 === 0));
    await project.check();
    expect((await rig.mlp('gc')).out).toMatch(/^nothing to free, kept \d+ objects/);
  },
);
