/** Wrong results that DVC still gives: each item must be right here. */
import {chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {gate} from '../rig/gate.ts';
import {Rig} from '../rig/rig.ts';
import {edit} from './project.ts';

const stages = (text: string): string => `mlp: 1\nparams: [params.yaml]\nstages:\n${text}`;

/** The files of the cache that hold bytes. */
function objects(rig: Rig): readonly string[] {
  const folder = rig.path('.mlp/cache/objects');
  return readdirSync(folder, {recursive: true, encoding: 'utf8'})
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());
}

function damage(path: string): void {
  chmodSync(path, 0o644);
  // As long as it was, so that only reading it tells.
  writeFileSync(path, 'x'.repeat(statSync(path).size));
  chmodSync(path, 0o444);
}

/** Zombies that nobody collected yet are dead. */
function isAlive(pid: string): boolean {
  if (!existsSync(`/proc/${pid}/stat`)) return false;
  return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
}

describe('wrong results that DVC still gives', () => {
  it.each(['size', 'nfiles', 'hash', 'md5', 'isexec', 'path'])('a param named `%s` counts', async (name) => {
    await using rig = new Rig();
    const use = `  a: {cmd: 'cat "$MLP_PARAMS" > a.json', params: [model], outs: [a.json]}\n`;
    rig.write('pipeline.yaml', stages(use));
    rig.write('params.yaml', `model: {${name}: 1}\n`);
    await rig.run();
    rig.write('params.yaml', `model: {${name}: 2}\n`);
    expect((await rig.run()).ran).toEqual(['a']);
    expect(JSON.parse(rig.read('a.json'))).toEqual({model: {[name]: 2}});
  });

  it('an input edited while its stage runs gives no result for the old or the new content', async () => {
    await using rig = new Rig();
    const held = gate(rig, 'a');
    rig.write(
      'pipeline.yaml',
      stages(`  a:\n    cmd: cat in > out; ${held.command}\n    deps: [in]\n    outs: [out]\n`),
    );
    rig.write('params.yaml', '{}\n');
    rig.write('in', 'one');
    const running = rig.run();
    await held.begun(running);
    rig.write('in', 'two');
    await held.open();
    await running;
    expect((await rig.mlp('status', '--check')).code).toBe(3);
  });

  it('a corrupted object with mode 0444 is noticed and the stage runs again', async () => {
    await using rig = new Rig();
    rig.write('pipeline.yaml', stages('  a: {cmd: cat in > out, deps: [in], outs: [out]}\n'));
    rig.write('params.yaml', '{}\n');
    rig.write('in', 'right');
    await rig.run();
    for (const object of objects(rig)) damage(object);
    rig.remove('out');
    const result = await rig.mlp('run');
    expect(result.talk).toContain('the cached copy of `out` is damaged');
    expect(result.talk).toMatch(/a +ran /);
    expect(rig.read('out')).toBe('right');
    rig.remove('out');
    expect((await rig.run()).outcomes).toEqual({a: 'restored'});
    expect(rig.read('out')).toBe('right');
  });

  it('a dry run promises no cache hit that does not come: the object is damaged', async () => {
    await using rig = new Rig();
    rig.write('pipeline.yaml', stages('  a: {cmd: cat in > out, deps: [in], outs: [out]}\n'));
    rig.write('params.yaml', '{}\n');
    rig.write('in', 'right');
    await rig.run();
    rig.remove('out');
    expect((await rig.mlp('run', '--dry-run')).out).toMatch(/a +restore /);
    for (const object of objects(rig)) damage(object);
    const plan = await rig.mlp('run', '--dry-run');
    expect(plan.out).toMatch(/a +run .*out is damaged in the cache/);
    expect((await rig.run()).ran).toEqual(['a']);
  });

  it('a dry run promises no cache hit that does not come: the object is gone', async () => {
    await using rig = new Rig();
    rig.write('pipeline.yaml', stages('  a: {cmd: cat in > out, deps: [in], outs: [out]}\n'));
    rig.write('params.yaml', '{}\n');
    rig.write('in', 'right');
    await rig.run();
    rig.remove('out');
    rig.remove('.mlp/cache');
    expect((await rig.mlp('plan')).out).toMatch(/a +run .*out is no longer in the cache/);
    expect((await rig.run()).ran).toEqual(['a']);
  });

  it('dependents of a failed stage do not run and are not up to date', async () => {
    await using rig = new Rig();
    rig.write(
      'pipeline.yaml',
      stages(
        '  a: {cmd: cat in > a; test ! -e bad, deps: [in], outs: [a]}\n  b: {cmd: cat a > b, deps: [a], outs: [b]}\n',
      ),
    );
    rig.write('params.yaml', '{}\n');
    rig.write('in', '1');
    await rig.run();
    rig.write('in', '2');
    rig.write('bad', '');
    const failed = await rig.run('--keep-going');
    expect(failed.code).toBe(1);
    expect(failed.outcomes).toEqual({a: 'failed', b: 'not-run'});
    const status = await rig.mlp('status', '--check');
    expect(status.code).toBe(3);
    expect(status.out).toMatch(/b +may run .*depends on a/);
    rig.remove('bad');
    expect((await rig.run()).ran).toEqual(['a', 'b']);
  });

  it('a removed dependency or param makes the stage run', async () => {
    await using rig = new Rig();
    const full = stages('  a: {cmd: ls > out, deps: [in, more], params: [x, y], outs: [out]}\n');
    rig.write('params.yaml', 'x: 1\ny: 2\n');
    rig.write('in', '1');
    rig.write('more', '2');
    rig.write('pipeline.yaml', full);
    await rig.run();
    edit(rig, 'pipeline.yaml', '[in, more]', '[in]');
    expect((await rig.run()).ran).toEqual(['a']);
    edit(rig, 'pipeline.yaml', '[x, y]', '[x]');
    const result = await rig.mlp('run');
    expect(result.talk).toMatch(/a +ran .*params y removed \(was 2\)/);
  });

  it('a changed `cwd` makes the stage run', async () => {
    await using rig = new Rig();
    const at = (cwd: string): string =>
      stages(`  a: {cmd: 'pwd > "$OUT"', cwd: ${cwd}, env: {OUT: ../out}, outs: [out]}\n`);
    rig.write('params.yaml', '{}\n');
    rig.write('one/.keep', '');
    rig.write('two/.keep', '');
    rig.write('pipeline.yaml', at('one'));
    await rig.run();
    expect(rig.read('out')).toBe(`${rig.folder}/one\n`);
    rig.write('pipeline.yaml', at('two'));
    expect((await rig.run()).ran).toEqual(['a']);
    expect(rig.read('out')).toBe(`${rig.folder}/two\n`);
  });

  it('an integer turned into a boolean, a text or a list makes the stage run', async () => {
    await using rig = new Rig();
    rig.write('pipeline.yaml', stages(`  a: {cmd: 'cat "$MLP_PARAMS" > out', params: [x], outs: [out]}\n`));
    for (const value of ['1', 'true', '"1"', '[1]', '"true"', '0', 'false', 'null', '""', '{}', '[]']) {
      rig.write('params.yaml', `x: ${value}\n`);
      expect((await rig.run()).ran).toEqual(['a']);
      expect(JSON.parse(rig.read('out'))).toEqual({x: JSON.parse(value) as unknown});
    }
  });

  it('a process that survives SIGTERM is killed by the timeout, with its children', async () => {
    await using rig = new Rig();
    rig.write(
      'pipeline.yaml',
      stages(
        `  a:\n    cmd: |\n      trap '' TERM INT\n      sh -c 'echo $$ > child; while :; do sleep 1; done' &\n      echo $$ > parent\n      while :; do sleep 1; done\n    timeout: 1\n    outs: [out]\n`,
      ),
    );
    rig.write('params.yaml', '{}\n');
    const result = await rig.mlp('run', '--grace', '1');
    expect(result.code).toBe(1);
    expect(result.talk).toContain('took longer than its timeout of 1 s');
    for (const file of ['parent', 'child']) await expect.poll(() => isAlive(rig.read(file).trim())).toBe(false);
  });

  it('a multi-line command is one script: if, heredocs, variables, functions and line ends go through', async () => {
    await using rig = new Rig();
    rig.write(
      'pipeline.yaml',
      stages(`  a:
    cmd: |
      NAME=world
      greet() {
        echo "hello $1"
      }
      if [ "$NAME" = world ]; then
        greet "$NAME" > out
      else
        exit 9
      fi
      cat >> out <<END
      from $NAME
      END
      printf '%s\\n' one \\
        two >> out
      for n in 1 2; do
        echo "$n" >> out
      done
    outs: [out]
`),
    );
    rig.write('params.yaml', '{}\n');
    expect((await rig.mlp('run')).code).toBe(0);
    expect(rig.read('out')).toBe('hello world\nfrom world\none\ntwo\n1\n2\n');
  });

  it('a command that fails on an early line fails the stage', async () => {
    await using rig = new Rig();
    rig.write(
      'pipeline.yaml',
      stages('  a:\n    cmd: |\n      cat nothing-there\n      echo x > out\n    outs: [out]\n'),
    );
    rig.write('params.yaml', '{}\n');
    const result = await rig.mlp('run');
    expect(result.code).toBe(1);
    expect(result.talk).toContain('nothing-there');
    expect(rig.exists('out')).toBe(false);
  });
});
