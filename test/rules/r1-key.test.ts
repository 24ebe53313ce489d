/** R1: the key is what a result depends on, and nothing else. */
import {renameSync, utimesSync} from 'node:fs';
import {describe, expect, it} from 'vitest';
import type {ProcessIdentity} from '../../src/host/host.ts';
import {createMachine} from '../../src/host/machine.ts';
import type {Rig} from '../rig/rig.ts';
import {copyOf, edit, PIPELINE, project} from './project.ts';

type Change = (rig: Rig) => void;
const ALL_SKIPPED = {prepare: 'skipped', train: 'skipped'};

describe('R1 what is never in the key: nothing runs', () => {
  const free: Readonly<Record<string, Change>> = {
    'the order of the stages in the file': (rig) => {
      const [head = '', prepare = '', train = ''] = PIPELINE.split(/(?= {2}prepare:)|(?= {2}train:)/);
      rig.write('pipeline.yaml', head + train + prepare);
    },
    'the layout of the YAML': (rig) =>
      edit(rig, 'pipeline.yaml', '    deps: [clean.txt]', '    # why\n    deps:\n\n      - "clean.txt"'),
    'the order of the keys of a stage': (rig) =>
      edit(
        rig,
        'pipeline.yaml',
        '    params: [train.trees]\n    outs: [model.txt]\n',
        '    outs: [model.txt]\n    params: [train.trees]\n',
      ),
    'the description, tags and meta': (rig) =>
      edit(rig, 'pipeline.yaml', '  train:\n', '  train:\n    description: x\n    tags: [a]\n    meta: {b: 1}\n'),
    retries: (rig) => edit(rig, 'pipeline.yaml', '  train:\n', '  train:\n    retry: 3\n'),
    timeouts: (rig) => edit(rig, 'pipeline.yaml', '  train:\n', '  train:\n    timeout: 1h\n    timeout_idle: 10m\n'),
    resources: (rig) => edit(rig, 'pipeline.yaml', '  train:\n', '  train:\n    resources: {cpu: 2, gpu: 1}\n'),
    'the error policy': (rig) => edit(rig, 'pipeline.yaml', '  train:\n', '  train:\n    on_error: continue\n'),
    'the name of the pipeline': (rig) => edit(rig, 'pipeline.yaml', 'mlp: 1\n', 'mlp: 1\nname: other\n'),
    'params that the stage does not name': (rig) => edit(rig, 'params.yaml', 'depth: 3', 'depth: 4'),
    'the layout of the params file': (rig) => rig.write('params.yaml', 'other: 7\ntrain:\n  trees: 200.0\n'),
    secrets: (rig) => {
      edit(rig, 'pipeline.yaml', '  train:\n', '  train:\n    secrets: [TOKEN]\n');
      rig.env['TOKEN'] = 's3cret';
    },
    'undeclared environment': (rig) => void (rig.env['UNDECLARED'] = 'x'),
    'time stamps of inputs and outputs': (rig) => {
      for (const file of ['raw.txt', 'clean.txt', 'model.txt']) utimesSync(rig.path(file), 1, 1);
    },
    'the inode of an input': (rig) => {
      rig.write('raw.new', rig.read('raw.txt'));
      renameSync(rig.path('raw.new'), rig.path('raw.txt'));
    },
  };
  it.each(Object.entries(free))('R1 never in the key: %s', async (_, change) => {
    await using rig = project();
    expect((await rig.run()).ran).toEqual(['prepare', 'train']);
    change(rig);
    expect((await rig.run()).outcomes).toEqual(ALL_SKIPPED);
  });

  it('R1 never in the key: the number of jobs, the verbosity and the reporter', async () => {
    await using rig = project();
    await rig.run('-j', '1');
    expect((await rig.run('-j', '4', '-v')).outcomes).toEqual(ALL_SKIPPED);
    expect((await rig.mlp('run', '--expect-noop', '--reporter', 'plain')).code).toBe(0);
  });

  it("R1 never in the key: the stage's name", async () => {
    await using rig = project();
    await rig.run();
    edit(rig, 'pipeline.yaml', '  train:\n', '  fit:\n');
    const result = await rig.run();
    expect(result.outcomes).toEqual({prepare: 'skipped', fit: 'skipped'});
    expect(rig.read('mlp.lock')).not.toContain('"train"');
  });

  it('R1 never in the key: the absolute path (a project folder that was moved)', async () => {
    await using rig = project();
    await rig.run();
    await using moved = copyOf(rig);
    expect((await moved.run()).outcomes).toEqual(ALL_SKIPPED);
  });

  it('R1 never in the key: the machine (a clone with mlp.lock and cache, but no database)', async () => {
    await using rig = project();
    await rig.run();
    await using clone = copyOf(rig, ['.mlp/mlp.db', '.mlp/mlp.db-wal', '.mlp/mlp.db-shm', '.mlp/plan.json']);
    expect((await clone.run()).outcomes).toEqual(ALL_SKIPPED);
    await using bare = copyOf(rig, ['.mlp/mlp.db', '.mlp/mlp.db-wal', '.mlp/mlp.db-shm', 'clean.txt', 'model.txt']);
    expect((await bare.run()).outcomes).toEqual({prepare: 'restored', train: 'restored'});
    expect(bare.read('model.txt')).toBe(rig.read('model.txt'));
  });

  it('R1 never in the key: the operating system, unless the stage says `platform: true`', async () => {
    await using rig = project(PIPELINE.replace('  train:\n', '  train:\n    platform: true\n'));
    await rig.run();
    const real = createMachine((path) => path);
    const {self, cores, memoryBytes, hostName, nodeVersion} = real;
    const other = {
      ...{self, cores, memoryBytes, hostName, nodeVersion, os: 'plan9', arch: 'mips'},
      isAlive: (identity: ProcessIdentity) => real.isAlive(identity),
      isNetworkFileSystem: () => false,
    };
    rig.host = {machine: other};
    expect((await rig.run()).outcomes).toEqual({prepare: 'skipped', train: 'ran'});
  });
});

describe('R1 what is in the key: the stage runs', () => {
  const counts: Readonly<Record<string, Change>> = {
    'the command': (rig) => edit(rig, 'pipeline.yaml', 'cat clean.txt >', 'cat -u clean.txt >'),
    'a param that the stage names': (rig) => edit(rig, 'params.yaml', 'trees: 200', 'trees: 300'),
    'the type of a param': (rig) => edit(rig, 'params.yaml', 'trees: 200', 'trees: "200"'),
    'a param that was added to the list': (rig) =>
      edit(rig, 'pipeline.yaml', 'params: [train.trees]', 'params: [train.trees, other]'),
    'a param that was removed from the list': (rig) => edit(rig, 'pipeline.yaml', '    params: [train.trees]\n', ''),
    'a dependency that was added': (rig) =>
      edit(rig, 'pipeline.yaml', 'deps: [clean.txt]', 'deps: [clean.txt, params.yaml]'),
    'the content of a dependency': (rig) => edit(rig, 'raw.txt', 'one', 'won'),
    'the exec bit of a dependency': (rig) => {
      edit(rig, 'pipeline.yaml', 'deps: [clean.txt]', 'deps: [clean.txt, tool.sh]');
      rig.write('tool.sh', 'true', 0o755);
    },
    'an output that was added': (rig) =>
      edit(rig, 'pipeline.yaml', 'outs: [model.txt]', 'outs: [model.txt, {path: x.txt, optional: true}]'),
    'a declared variable': (rig) => edit(rig, 'pipeline.yaml', '  train:\n', '  train:\n    env: {MODE: fast}\n'),
    'the seed': (rig) => edit(rig, 'pipeline.yaml', '  train:\n', '  train:\n    seed: 7\n'),
    'the version': (rig) => edit(rig, 'pipeline.yaml', '  train:\n', '  train:\n    version: 2\n'),
    'extra code files': (rig) => edit(rig, 'pipeline.yaml', '  train:\n', '  train:\n    code: [params.yaml]\n'),
    'the shell': (rig) => edit(rig, 'pipeline.yaml', '  train:\n', '  train:\n    shell: bash -eu -c\n'),
  };
  it.each(Object.entries(counts))('R1 in the key: %s', async (_, change) => {
    await using rig = project();
    await rig.run();
    change(rig);
    expect((await rig.run()).ran).toContain('train');
    expect((await rig.run()).outcomes).toEqual(ALL_SKIPPED);
  });

  it('R1 in the key: a declared variable that the caller sets, and that it is not set', async () => {
    await using rig = project(PIPELINE.replace('  train:\n', '  train:\n    env: [MODE]\n'));
    await rig.run();
    rig.env['MODE'] = 'fast';
    expect((await rig.run()).ran).toEqual(['train']);
    rig.env['MODE'] = '';
    expect((await rig.run()).ran).toEqual(['train']);
    delete rig.env['MODE'];
    expect((await rig.run()).outcomes).toEqual({prepare: 'skipped', train: 'skipped'});
  });

  it('R1 in the key: an optional input, as `absent` while it is not there', async () => {
    await using rig = project(
      PIPELINE.replace('deps: [clean.txt]', 'deps: [clean.txt, {path: hints.txt, optional: true}]'),
    );
    expect((await rig.run()).code).toBe(0);
    expect((await rig.run()).ran).toEqual([]);
    rig.write('hints.txt', '');
    expect((await rig.run()).ran).toEqual(['train']);
    rig.remove('hints.txt');
    expect((await rig.run()).ran).toEqual([]);
  });

  it('R1 in the key: a file that begins or ceases to match a glob, and the pattern itself', async () => {
    await using rig = project(PIPELINE.replace('deps: [clean.txt]', "deps: [clean.txt, 'parts/*.csv']"));
    rig.write('parts/a.csv', 'a');
    await rig.run();
    rig.write('parts/b.txt', 'no match');
    expect((await rig.run()).ran).toEqual([]);
    rig.write('parts/b.csv', '');
    expect((await rig.run()).ran).toEqual(['train']);
    rig.remove('parts/b.csv');
    expect((await rig.run()).ran).toEqual([]);
    edit(rig, 'pipeline.yaml', 'parts/*.csv', 'parts/?.csv');
    expect((await rig.run()).ran).toEqual(['train']);
  });

  it('R1 dependency hashes are the contents now on disk, never the key of the stage before', async () => {
    await using rig = project();
    await rig.run();
    rig.write('clean.txt', 'by hand\n');
    expect((await rig.run('train', '--only')).ran).toEqual(['train']);
    expect(rig.read('model.txt')).toMatch(/^by hand\n/);
  });

  it('R1 NaN is refused as a param', async () => {
    await using rig = project();
    edit(rig, 'params.yaml', 'trees: 200', 'trees: .nan');
    const result = await rig.mlp('run');
    expect(result.code).toBe(2);
    expect(result.talk).toContain('params.yaml:1:');
  });
});
