/** Commands that tidy and help: clean, gc, doctor, completion, init; and what all commands share. */
import {execFileSync} from 'node:child_process';
import SqliteDatabase from 'better-sqlite3';
import {describe, expect, it} from 'vitest';
import {Rig} from '../rig/rig.ts';
import {edit, project} from '../rules/project.ts';

describe('mlp clean', () => {
  it('removes outputs that no stage owns any more, and never one that was edited', async () => {
    await using rig = project();
    await rig.run();
    edit(rig, 'pipeline.yaml', 'outs: [model.txt]', 'outs: [model2.txt]');
    edit(
      rig,
      'pipeline.yaml',
      'cat clean.txt > model.txt && cat "$MLP_PARAMS" >> model.txt',
      'cat clean.txt > model2.txt',
    );
    await rig.run();
    expect((await rig.mlp('clean', '--dry-run')).out).toBe('would remove model.txt\n');
    rig.write('model.txt', 'edited');
    expect((await rig.mlp('clean')).out).toMatch(/^kept model\.txt: /);
    expect(rig.read('model.txt')).toBe('edited');
    rig.remove('model.txt');
    expect((await rig.mlp('clean')).out).toBe('nothing to clean\n');
  });

  it('leaves what is an input now, also by a glob', async () => {
    await using rig = new Rig();
    const stage = (name: string, rest: string): string => `  ${name}: {cmd: "echo ${name} > ${name}.csv", ${rest}}\n`;
    rig.write('pipeline.yaml', `mlp: 1\nstages:\n${stage('a', 'outs: [a.csv]')}${stage('b', 'outs: [b.csv]')}`);
    await rig.run();
    const all = `  all: {cmd: "cat b*.csv > all.txt", deps: ["b*.csv"], outs: [all.txt]}\n`;
    rig.write('pipeline.yaml', `mlp: 1\nstages:\n${all}`);
    expect((await rig.mlp('clean')).out).toBe('removed a.csv\n');
  });

  it('removes the outputs of a named stage, and a run brings them back', async () => {
    await using rig = project();
    await rig.run();
    expect((await rig.mlp('clean', 'train')).out).toBe('removed model.txt\n');
    expect(rig.exists('clean.txt')).toBe(true);
    expect((await rig.run()).outcomes).toEqual({prepare: 'skipped', train: 'restored'});
    await rig.mlp('clean', '--all');
    expect(rig.exists('clean.txt') || rig.exists('model.txt')).toBe(false);
    expect(rig.exists('raw.txt')).toBe(true);
  });
});

describe('mlp gc', () => {
  it('a dry run says what the real run then does, and what is known can still be restored', async () => {
    await using rig = project();
    await rig.run();
    edit(rig, 'params.yaml', '200', '300');
    await rig.run();
    type Gc = {freed: unknown; kept: unknown};
    const gc = async (...argv: string[]): Promise<Gc> => {
      const {freed, kept} = JSON.parse((await rig.mlp('gc', '--json', ...argv)).out) as Gc;
      return {freed, kept};
    };
    const without = await gc('--dry-run');
    expect(await gc()).toEqual(without);
    rig.remove('model.txt');
    expect((await rig.run()).outcomes).toMatchObject({train: 'restored'});
    for (const argv of [
      ['--max-size', '1'],
      ['--older-than', '0s', '--keep-runs', '1'],
    ]) {
      const dry = await gc('--dry-run', ...argv);
      expect(await gc(...argv)).toEqual(dry);
    }
    rig.remove('model.txt');
    expect((await rig.run()).outcomes).toMatchObject({train: 'restored'});
  });

  it('what was freed is run again, not missed', async () => {
    await using rig = project();
    await rig.run();
    edit(rig, 'params.yaml', '200', '300');
    await rig.run();
    await rig.mlp('gc', '--max-size', '1');
    edit(rig, 'params.yaml', '300', '200');
    expect((await rig.run()).ran).toEqual(['train']);
  });

  it('what a run that goes on has just made and not recorded stays, also between two of its stages', async () => {
    await using rig = project();
    await rig.run();
    const database = new SqliteDatabase(rig.path('.mlp/mlp.db'));
    const object = `.mlp/cache/objects/ab/${'0'.repeat(62)}`;
    rig.write(object, 'not recorded');
    database.exec("UPDATE runs SET status = 'running'");
    await rig.mlp('gc');
    expect(rig.exists(object)).toBe(true);
    database.exec("UPDATE runs SET status = 'done'");
    database.close();
    await rig.mlp('gc');
    expect(rig.exists(object)).toBe(false);
  });

  it('sizes and ages are checked', async () => {
    await using rig = project();
    expect((await rig.mlp('gc', '--max-size', 'big')).code).toBe(2);
    expect((await rig.mlp('gc', '--older-than', '3 moons')).code).toBe(2);
  });
});

describe('mlp doctor', () => {
  it('is content with a sound project, and names the interpreter that is not there', async () => {
    await using rig = project();
    await rig.run();
    const well = await rig.mlp('doctor');
    expect(well.code).toBe(0);
    expect(well.out).toContain('.mlp/mlp.db is sound');
    edit(rig, 'pipeline.yaml', 'cmd: grep', 'cmd: python9 x.py; grep');
    rig.write('x.py', '');
    const ill = await rig.mlp('doctor');
    expect(ill.code).toBe(1);
    expect(ill.out).toContain('python9');
  });

  it('asks interpreters as the stages do: through a launcher, where the stage starts', async () => {
    await using rig = project();
    // Has a Python in one folder only.
    rig.write('.bin/uv', '#!/bin/sh\n[ "${PWD##*/}" = model ] && echo Python 3.99.1\n', 0o755);
    rig.write('model/x.py', '');
    rig.env = {...rig.env, PATH: `${rig.path('.bin')}:${rig.env['PATH'] ?? ''}`};
    edit(rig, 'pipeline.yaml', 'cmd: grep', 'cmd: (cd model && uv run python x.py); grep');
    const well = await rig.mlp('doctor');
    expect([well.code, well.out]).toEqual([0, expect.stringContaining('`uv run python` is Python 3.99.1.')]);
    edit(rig, 'pipeline.yaml', 'cd model && uv run', 'uv run');
    edit(rig, 'pipeline.yaml', 'python x.py', 'python model/x.py');
    const ill = await rig.mlp('doctor');
    expect([ill.code, ill.out]).toEqual([1, expect.stringContaining('`uv run python`, which a stage needs')]);
  });
});

describe('mlp completion', () => {
  it.each([['bash'], ['zsh'], ['fish']])('gives a script for %s', async (shell) => {
    await using rig = project();
    const script = (await rig.mlp('completion', shell)).out;
    expect(script).toContain('mlp completion --words');
    if (shell === 'bash') execFileSync('bash', ['-n'], {input: script});
  });

  it('completes commands, options, stages, runs and params, and in bash itself', async () => {
    await using rig = project();
    await rig.run();
    const words = async (...typed: string[]): Promise<readonly string[]> =>
      (await rig.mlp('completion', '--words', ...typed)).out.trim().split('\n');
    expect(await words('pl')).toEqual(['plan']);
    for (const command of ['run', 'watch', 'accept', 'verify', 'check', 'lineage'])
      expect(await words(command, 'tr')).toEqual(['train']);
    expect(await words('run', '--forc')).toEqual(['--force']);
    expect(await words('run', '--set', 'train.')).toEqual(['train.trees=', 'train.depth=']);
    expect(await words('why', 'train', '--run', '')).toEqual(['1']);
    expect(await words('run', '--from', 'pre')).toEqual(['prepare']);
    const script = (await rig.mlp('completion', 'bash')).out;
    const test = `${script}\nmlp() { printf '%s\\n' "$@"; }\nCOMP_WORDS=(mlp run tr)\nCOMP_CWORD=2\n_mlp\nprintf '%s|' "\${COMPREPLY[@]}"`;
    expect(execFileSync('bash', ['-c', test], {encoding: 'utf8'})).toBe('completion|--words|run|tr|');
    expect((await rig.mlp('completion', 'tcsh')).code).toBe(2);
  });
});

describe('mlp init', () => {
  it.each([['minimal'], ['tabular-ts']])(
    'the template %s is written whole, and nothing is overwritten',
    async (name) => {
      await using rig = new Rig();
      expect((await rig.mlp('init', 'new', '--template', name)).code).toBe(0);
      expect(rig.exists('new/pipeline.yaml')).toBe(true);
      expect(rig.exists('new/.gitignore')).toBe(true);
      expect((await rig.mlp('plan', '-C', 'new')).code).toBe(0);
      const again = await rig.mlp('init', 'new', '--template', name);
      expect(again.code).toBe(2);
      expect(again.talk).toContain('`new/pipeline.yaml`');
      expect((await rig.mlp('init', 'new', '--template', name, '--force')).code).toBe(0);
    },
  );

  it('the minimal template runs, and then skips', async () => {
    await using rig = new Rig();
    await rig.mlp('init');
    const first = await rig.run();
    expect(first.code).toBe(0);
    expect((await rig.run()).ran).toEqual([]);
  });

  it('an unknown template', async () => {
    await using rig = new Rig();
    expect((await rig.mlp('init', '--list')).out).toContain('minimal\n');
    const result = await rig.mlp('init', '--template', 'huge');
    expect(result.code).toBe(2);
    expect(result.talk).toContain('minimal');
  });
});

describe('every command', () => {
  const commands: readonly (readonly string[])[] = [
    ['plan'],
    ['status'],
    ['why', 'train'],
    ['logs', 'train', '--list'],
    ['dag'],
    ['lineage', 'model.txt'],
    ['check'],
    ['runs'],
    ['show'],
    ['edit', '1', '--tag', 'x'],
    ['rm', '1', '--dry-run'],
    ['diff'],
    ['metrics'],
    ['params'],
    ['add', 'raw.txt'],
    ['restore'],
    ['accept', 'train', '--because', 'x'],
    ['verify'],
    ['clean', '--dry-run'],
    ['gc', '--dry-run'],
    ['doctor'],
    ['init', 'elsewhere'],
  ];
  it.each(commands)('%s --json is JSON with a schema_version', async (...argv) => {
    await using rig = project();
    await rig.run();
    const result = await rig.mlp(...argv, '--json');
    expect(result.code).toBe(0);
    expect(JSON.parse(result.out)).toMatchObject({schema_version: 1});
  });

  it('run --json gives lines that all have a schema_version', async () => {
    await using rig = project();
    const {out} = await rig.run();
    for (const line of out.trim().split('\n')) expect(JSON.parse(line)).toMatchObject({schema_version: 1});
  });

  it('an unknown command and an unknown option: exit 2 and what was meant', async () => {
    await using rig = project();
    const command = await rig.mlp('rnu');
    expect(command.code).toBe(2);
    expect(command.talk).toMatch(/run/);
    const option = await rig.mlp('run', '--forse');
    expect(option.code).toBe(2);
    expect(option.talk).toContain('--force');
  });

  it('a wrong pipeline.yaml: every mistake with its place, exit 2', async () => {
    await using rig = project();
    edit(rig, 'pipeline.yaml', 'deps: [raw.txt]', 'dpes: [raw.txt]');
    edit(rig, 'pipeline.yaml', 'train.trees', 'train.leaves');
    const result = await rig.mlp('run');
    expect(result.code).toBe(2);
    expect(result.talk).toMatch(/pipeline\.yaml:6:5: error unknown-key/);
    expect(result.talk).toContain('train.leaves');
  });
});
