/** `mlp run`: what happens when a stage fails, with the cache left out, with another environment. */
import {describe, expect, it} from 'vitest';
import {gate} from '../rig/gate.ts';
import {Rig} from '../rig/rig.ts';

describe('mlp run: failures', () => {
  const failing = (policy: string): string =>
    `mlp: 1\nstages:\n  bad: {cmd: exit 4, outs: [bad]${policy}}\n  needs: {cmd: cat bad > n, deps: [bad], outs: [n]}\n  other: {cmd: echo > o, outs: [o], after: [first]}\n  first: {cmd: echo > f, outs: [f]}\n`;

  it('`stop`: nothing new is started, what depends is not run, exit 1', async () => {
    await using rig = new Rig();
    rig.write('pipeline.yaml', failing(''));
    const result = await rig.mlp('run', '-j', '1');
    expect(result.code).toBe(1);
    expect(result.talk).toMatch(/bad +failed .*exit 4/);
    expect(result.talk).toMatch(/needs +not run +needs bad/);
    expect(result.talk).toContain('mlp logs bad');
  });

  it('`--keep-going` and `on_error: continue`: what does not depend on it goes on, still exit 1', async () => {
    for (const [policy, argv] of [
      ['', ['--keep-going']],
      [', on_error: continue', []],
    ] as const) {
      await using rig = new Rig();
      rig.write('pipeline.yaml', failing(policy));
      const result = await rig.run('-j', '1', ...argv);
      expect(result.code).toBe(1);
      expect(result.outcomes).toEqual({bad: 'failed', needs: 'not-run', other: 'ran', first: 'ran'});
    }
  });

  it('`on_error: kill` ends what runs', async () => {
    await using rig = new Rig();
    const [held, go] = [gate(rig, 'long'), gate(rig, 'bad')];
    rig.write(
      'pipeline.yaml',
      `mlp: 1\nstages:\n  long: {cmd: "${held.command}; echo > l", outs: [l]}\n  bad: {cmd: "${go.command}; exit 1", outs: [b], on_error: kill}\n`,
    );
    const running = rig.run('-j', '4', '--grace', '1');
    await Promise.all([held.begun(running), go.begun(running)]);
    await go.open();
    const result = await running;
    expect(result.outcomes).toEqual({long: 'stopped', bad: 'failed'});
    expect(result.code).toBe(1);
  });

  it('retries: an attempt that fails is followed by others, after a backoff', async () => {
    await using rig = new Rig();
    rig.write(
      'pipeline.yaml',
      'mlp: 1\nstages:\n  flaky:\n    cmd: echo x >> tries; test $(wc -l < tries) -ge 3; echo > out\n    outs: [out]\n    retry: {times: 3, on: [exit], backoff: {first: 0.01, factor: 2, max: 1}}\n',
    );
    const result = await rig.run();
    expect(result.outcomes).toEqual({flaky: 'ran'});
    expect(rig.read('tries')).toBe('x\nx\nx\n');
    expect(result.events.flatMap((event) => (event.type === 'stage.retry' ? [event.waitMs] : []))).toEqual([10, 20]);
    const list = JSON.parse((await rig.mlp('logs', 'flaky', '--list', '--json')).out) as {attempts: unknown[]};
    expect(list.attempts).toHaveLength(3);
  });

  it('retries: only after the causes that are named', async () => {
    await using rig = new Rig();
    const stage = (on: string): string =>
      `mlp: 1\nstages:\n  flaky: {cmd: "echo x >> tries; exit 7", outs: [out], retry: {times: 2, on: ${on}, backoff: {first: 0.01}}}\n`;
    rig.write('pipeline.yaml', stage('[timeout, signal]'));
    await rig.run();
    expect(rig.read('tries')).toBe('x\n');
    rig.remove('tries');
    rig.write('pipeline.yaml', stage('[7]'));
    await rig.run();
    expect(rig.read('tries')).toBe('x\n'.repeat(3));
  });

  it('`timeout_idle` ends a stage that neither prints nor computes', async () => {
    await using rig = new Rig();
    rig.write(
      'pipeline.yaml',
      'mlp: 1\nstages:\n  a: {cmd: "echo begins; exec sleep 100", outs: [a], timeout_idle: 0.2}\n',
    );
    const result = await rig.mlp('run', '--grace', '1');
    expect(result.code).toBe(1);
    expect(result.talk).toContain('neither printed nor computed anything for 0.2 s');
  });

  it('a stage killed by a signal is told by its signal', async () => {
    await using rig = new Rig();
    rig.write('pipeline.yaml', 'mlp: 1\nstages:\n  a: {cmd: "kill -USR1 $$", outs: [a]}\n');
    const result = await rig.mlp('run');
    expect(result.code).toBe(1);
    expect(result.talk).toContain('killed by SIGUSR1');
  });

  it('--keep-failed leaves what a failed stage wrote', async () => {
    await using rig = new Rig();
    rig.write('pipeline.yaml', 'mlp: 1\nstages:\n  a: {cmd: "echo half > a; exit 1", outs: [a]}\n');
    await rig.run();
    expect(rig.exists('a')).toBe(false);
    await rig.run('--keep-failed');
    expect(rig.read('a')).toBe('half\n');
  });

  it('a program that is not there is named', async () => {
    await using rig = new Rig();
    rig.write('pipeline.yaml', 'mlp: 1\nstages:\n  a: {cmd: [no-such-program, x], outs: [a]}\n');
    const result = await rig.mlp('run');
    expect(result.code).toBe(1);
    expect(result.talk).toContain('`no-such-program`');
  });
});

describe('mlp run: cache, environment, params, reporters', () => {
  const one = 'mlp: 1\nstages:\n  a: {cmd: "echo run >> count; echo x > a", outs: [a]}\n';

  it('--no-cache=read runs instead of restoring, --no-cache=write leaves nothing to restore', async () => {
    await using rig = new Rig();
    rig.write('pipeline.yaml', one);
    await rig.run('--no-cache=write');
    rig.remove('a');
    expect((await rig.run('--no-cache=read')).ran).toEqual(['a']);
    rig.remove('a');
    expect((await rig.run()).outcomes).toEqual({a: 'restored'});
    rig.remove('a');
    expect((await rig.run('--no-cache')).ran).toEqual(['a']);
    expect(rig.read('count')).toBe('run\n'.repeat(3));
  });

  it('--no-cache says what it takes', async () => {
    await using rig = new Rig();
    rig.write('pipeline.yaml', one);
    const result = await rig.mlp('run', '--no-cache=sometimes');
    expect(result.code).toBe(2);
    expect(result.talk).toContain('sometimes');
    expect(result.talk).toContain('write');
  });

  it('the environment is strict, the hint of a failed stage names --env loose, and that helps', async () => {
    await using rig = new Rig();
    rig.write('pipeline.yaml', 'mlp: 1\nstages:\n  a: {cmd: "echo $TOKEN_NAME > a", outs: [a]}\n');
    rig.env['TOKEN_NAME'] = 'abc';
    const strict = await rig.mlp('run');
    expect(strict.code).toBe(1);
    expect(strict.talk).toContain('TOKEN_NAME');
    expect(strict.talk).toContain('`mlp run --env loose`');
    expect((await rig.mlp('run', '--env', 'loose')).code).toBe(0);
    expect(rig.read('a')).toBe('abc\n');
  });

  it('the fixed environment is the same everywhere', async () => {
    await using rig = new Rig();
    rig.write(
      'pipeline.yaml',
      'mlp: 1\nstages:\n  a: {cmd: "echo $LANG $LC_ALL $TZ $PYTHONHASHSEED $MLP_STAGE > a; umask >> a", outs: [a]}\n',
    );
    rig.env['TZ'] = 'Asia/Tokyo';
    await rig.run();
    expect(rig.read('a')).toBe('C.UTF-8 C.UTF-8 UTC 0 a\n0022\n');
  });

  it('--set and later params files override earlier ones', async () => {
    await using rig = new Rig();
    rig.write('one.yaml', 'x: 1\ny: 1\nz: 1\n');
    rig.write('two.json', '{"y": 2, "z": 2}');
    rig.write(
      'pipeline.yaml',
      'mlp: 1\nparams: [one.yaml, two.json]\nstages:\n  a: {cmd: "echo ${params.x} ${params.y} ${params.z} > a", outs: [a]}\n',
    );
    await rig.run('--set', 'z=3');
    expect(rig.read('a')).toBe('1 2 3\n');
    expect((await rig.run()).ran).toEqual(['a']);
    expect((await rig.run('--set', 'z=3')).outcomes).toEqual({a: 'restored'});
    const wrong = await rig.mlp('run', '--set', 'z');
    expect(wrong.code).toBe(2);
    expect(wrong.talk).toContain('--set');
  });

  it('--profile writes a trace that browsers open', async () => {
    await using rig = new Rig();
    rig.write('pipeline.yaml', one);
    await rig.run('--profile', 'trace.json');
    expect(JSON.stringify(JSON.parse(rig.read('trace.json')))).toContain('"a"');
  });

  it.each(['plain', 'github', 'gitlab', 'quiet', 'live'])('--reporter %s says that a stage failed', async (name) => {
    await using rig = new Rig();
    rig.write('pipeline.yaml', 'mlp: 1\nstages:\n  a: {cmd: exit 3, outs: [a]}\n');
    const result = await rig.mlp('run', '--reporter', name);
    expect(result.code).toBe(1);
    expect(`${result.talk}${result.out}`).toContain('exit 3');
    expect((await rig.mlp('run', '--reporter', 'fancy')).code).toBe(2);
  });
});
