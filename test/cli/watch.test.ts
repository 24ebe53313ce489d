/** `mlp watch` as a process of its own: it runs again for what the stages depend on, and for nothing else. */
import {appendFileSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import {describe, expect, it} from 'vitest';
import {execFileSync} from 'node:child_process';
import {Rig} from '../rig/rig.ts';
import {pipelineText, SpawnedCli} from '../safety/spawned-cli.ts';

const PROJECT = {
  a: {
    cmd: 'cat in.txt d/* g/*.csv > a.txt; echo ${params.n} >> a.txt',
    deps: ['in.txt', 'd', 'g/*.csv'],
    outs: ['a.txt'],
  },
  b: {run: 'src/b.ts', deps: {a: 'a.txt'}, outs: {o: 'out/b.txt'}},
  other: {cmd: 'cat other.txt > o.txt', deps: ['other.txt'], outs: ['o.txt']},
};

function project(): Rig {
  const rig = new Rig();
  rig.write('pipeline.yaml', pipelineText(PROJECT, {params: ['params.yaml']}));
  rig.write('params.yaml', 'n: 1\n');
  rig.write(
    'src/b.ts',
    "import {mark} from './mark.ts';\nimport {writeFileSync} from 'node:fs';\nexport default ({outputs}) => writeFileSync(outputs.o, mark);\n",
  );
  rig.write('src/mark.ts', "export const mark = 'first';\n");
  for (const path of ['in.txt', 'd/x', 'g/1.csv', 'other.txt']) rig.write(path, `${path}\n`);
  return rig;
}

/** Lines of `mlp watch --json`. */
type Line = {readonly type: string; readonly paths?: readonly string[]};

class Watching extends SpawnedCli {
  readonly #rig: Rig;
  #rounds = 0;

  constructor(rig: Rig, ...argv: readonly string[]) {
    super(rig, ['watch', '--json', ...argv]);
    this.#rig = rig;
  }

  get lines(): readonly Line[] {
    return this.events() as unknown as readonly Line[];
  }

  /** Waits until it waits again. @returns the files that it saw change before, and how the stages of the round ended. */
  async round(): Promise<{readonly changed: readonly string[]; readonly outcomes: Record<string, string>}> {
    const count = ++this.#rounds;
    const ends = (): readonly number[] => this.lines.flatMap(({type}, index) => (type === 'watch' ? [index] : []));
    await this.event(`round ${count}`, () => ends().length >= count);
    const [from, to] = [ends()[count - 2] ?? 0, ends()[count - 1] ?? 0];
    const lines = this.lines.slice(from, to);
    const outcomes = lines.flatMap((line) =>
      line.type === 'stage.end' ? [line as unknown as {readonly stage: string; readonly outcome: string}] : [],
    );
    return {
      changed: lines.find(({type}) => type === 'changed')?.paths ?? [],
      outcomes: Object.fromEntries(outcomes.map(({stage, outcome}) => [stage, outcome])),
    };
  }

  write(path: string, text: string): void {
    writeFileSync(this.#rig.path(path), text);
  }
}

describe('mlp watch', () => {
  it.each([['told by the system'], ['looking by itself', '--poll']])(
    '%s: runs again for inputs, params, code, folders, globs and the pipeline',
    async (_, ...argv) => {
      await using rig = project();
      await using cli = new Watching(rig, ...argv, 'b');
      expect(await cli.round()).toEqual({changed: [], outcomes: {a: 'ran', b: 'ran'}});
      cli.write('in.txt', 'second\n');
      expect(await cli.round()).toEqual({changed: ['in.txt'], outcomes: {a: 'ran', b: 'ran'}});
      // As many editors save: a new file takes the place of the old one.
      cli.write('params.yaml~', 'n: 2\n');
      renameSync(rig.path('params.yaml~'), rig.path('params.yaml'));
      expect(await cli.round()).toMatchObject({changed: ['params.yaml'], outcomes: {a: 'ran'}});
      cli.write('src/mark.ts', "export const mark = 'second';\n");
      expect(await cli.round()).toEqual({changed: ['src/mark.ts'], outcomes: {a: 'skipped', b: 'ran'}});
      cli.write('d/new "file"', 'd\n');
      expect(await cli.round()).toMatchObject({changed: ['d/new "file"'], outcomes: {a: 'ran'}});
      cli.write('g/2.csv', 'two\n');
      expect(await cli.round()).toMatchObject({changed: ['g/2.csv'], outcomes: {a: 'ran'}});
      rmSync(rig.path('g/1.csv'));
      expect(await cli.round()).toMatchObject({changed: ['g/1.csv'], outcomes: {a: 'ran'}});
      // Of no concern: what no selected stage reads, and what the stages write.
      cli.write('other.txt', 'x');
      cli.write('a.txt', 'edited');
      cli.write('pipeline.yaml', pipelineText({...PROJECT, b: {...PROJECT.b, version: 2}}, {params: ['params.yaml']}));
      expect(await cli.round()).toEqual({changed: ['pipeline.yaml'], outcomes: {a: 'restored', b: 'ran'}});
      cli.kill('SIGINT');
      expect(await cli.ended).toMatchObject({code: 130, signal: null});
    },
  );

  it('shows mistakes and goes on, also when the first of all is one', async () => {
    await using rig = project();
    const good = rig.read('pipeline.yaml');
    rig.write('params.yaml', 'n: [\n');
    await using cli = new Watching(rig);
    expect(await cli.round()).toEqual({changed: [], outcomes: {}});
    expect(cli.out).toContain('params.yaml');
    cli.write('params.yaml', 'n: 1\n');
    expect((await cli.round()).outcomes).toEqual({a: 'ran', b: 'ran', other: 'ran'});
    cli.write('pipeline.yaml', 'mlp: 1\nstages: {a: {}}\n');
    expect((await cli.round()).outcomes).toEqual({});
    rmSync(rig.path('pipeline.yaml'));
    expect((await cli.round()).changed).toEqual(['pipeline.yaml']);
    cli.write('pipeline.yaml', good);
    expect((await cli.round()).outcomes).toEqual({a: 'skipped', b: 'skipped', other: 'skipped'});
    cli.kill('SIGTERM');
    expect(await cli.ended).toMatchObject({code: 143});
  });

  it('runs once more for what changed during a run, and runs again when a missing input comes', async () => {
    await using rig = new Rig();
    rig.write(
      'pipeline.yaml',
      pipelineText({a: {cmd: 'cat in.txt > a.txt; touch begun; cat pipe', deps: ['in.txt'], outs: ['a.txt']}}),
    );
    execFileSync('mkfifo', [rig.path('pipe')]);
    await using cli = new Watching(rig);
    expect((await cli.round()).outcomes).toEqual({a: 'failed'});
    cli.write('in.txt', 'one');
    await cli.file(rig.path('begun'));
    appendFileSync(rig.path('in.txt'), ' two');
    writeFileSync(rig.path('pipe'), 'go');
    expect((await cli.round()).changed).toEqual(['in.txt']);
    writeFileSync(rig.path('pipe'), 'go');
    expect(await cli.round()).toEqual({changed: ['in.txt'], outcomes: {a: 'ran'}});
    expect(rig.read('a.txt')).toBe('one two');
  });

  it('is stopped by Ctrl-C in the middle of a run, and leaves no process', async () => {
    await using rig = new Rig();
    rig.write('pipeline.yaml', pipelineText({a: {cmd: 'touch begun; exec sleep 600', outs: ['o']}}));
    await using cli = new Watching(rig);
    await cli.file(rig.path('begun'));
    cli.kill('SIGINT');
    expect(await cli.ended).toMatchObject({code: 130});
    await cli.marker.allGone();
  });

  it('refuses a stage that is not there', async () => {
    await using rig = project();
    await using cli = new SpawnedCli(rig, ['watch', 'nothing']);
    expect(await cli.ended).toMatchObject({code: 2});
  });
});
