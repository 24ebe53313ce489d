/** Commands that look: plan, status, why, logs, runs, dag. */
import {describe, expect, it} from 'vitest';
import {gate} from '../rig/gate.ts';
import {Rig} from '../rig/rig.ts';
import {edit, project} from '../rules/project.ts';

describe('mlp plan and status', () => {
  it('say fresh, run, may run and restore, and a run then does that', async () => {
    await using rig = project();
    expect((await rig.mlp('plan')).out).toMatch(/prepare +run .*never ran before\ntrain +may run .*depends on prepare/);
    await rig.run();
    expect((await rig.mlp('plan')).out).toMatch(/2 stages? (are )?up to date|nothing to run|2 fresh/);
    rig.remove('model.txt');
    expect((await rig.mlp('plan', '-v')).out).toMatch(/train +restore .*model\.txt is missing/);
    edit(rig, 'params.yaml', '200', '300');
    expect((await rig.mlp('plan', 'train')).out).toMatch(/train +run .*params train\.trees 200 → 300/);
  });

  it('plan --set and --force ask what if', async () => {
    await using rig = project();
    await rig.run();
    expect((await rig.mlp('plan', '--set', 'train.trees=7')).out).toMatch(/train +run .*200 → 7/);
    expect((await rig.mlp('plan', 'prepare', '--force')).out).toMatch(/prepare +run .*forced/);
    expect((await rig.run()).ran).toEqual([]);
  });

  it('status --check exits 3 when something is stale, 0 when nothing is, and -q prints nothing', async () => {
    await using rig = project();
    expect((await rig.mlp('status', '--check')).code).toBe(3);
    expect((await rig.mlp('status')).code).toBe(0);
    await rig.run();
    expect((await rig.mlp('status', '--check')).code).toBe(0);
    edit(rig, 'raw.txt', 'two', 'three');
    const quiet = await rig.mlp('status', '--check', '-q');
    expect(quiet).toEqual({code: 3, out: '', talk: ''});
  });

  it('an input that is missing is an error of the plan and of the run, in the same words', async () => {
    await using rig = project();
    rig.remove('raw.txt');
    const plan = await rig.mlp('plan');
    expect(plan.out).toMatch(/prepare +error .*raw\.txt is missing/);
    const run = await rig.mlp('run');
    expect(run.code).toBe(1);
    expect(run.talk).toContain('an input is not there: `raw.txt`');
  });
});

describe('mlp why', () => {
  it('a stage that is stale: what changed, and what did not', async () => {
    await using rig = project();
    await rig.run();
    edit(rig, 'params.yaml', '200', '300');
    const why = await rig.mlp('why', 'train');
    expect(why.out).toMatch(/^train is stale because 1 of \d+ things in its key changed since run 1/);
    expect(why.out).toMatch(/params +train\.trees +200 → 300/);
    expect(why.out).toMatch(/unchanged: /);
  });

  it('a stage that is fresh, one that will be restored, one that never ran', async () => {
    await using rig = project();
    expect((await rig.mlp('why', 'prepare')).out).toMatch(/never ran/);
    await rig.run();
    expect((await rig.mlp('why', 'train')).out).toMatch(/^train is (fresh|up to date)/);
    rig.remove('model.txt');
    expect((await rig.mlp('why', 'train')).out).toMatch(/restored[^]*run 1/);
  });

  it('an earlier run', async () => {
    await using rig = project();
    await rig.run();
    edit(rig, 'params.yaml', '200', '300');
    await rig.run();
    await rig.run();
    expect((await rig.mlp('why', 'train', '--run', '2')).out).toMatch(/run 2.*200 → 300/s);
    expect((await rig.mlp('why', 'train', '--run', '3')).out).toMatch(/run 3/);
    const none = await rig.mlp('why', 'train', '--run', '9');
    expect(none.code).toBe(2);
    expect(none.talk).toContain('there is no run 9');
  });

  it('a stage that an earlier run did not come to, and one that has branches', async () => {
    await using rig = new Rig();
    rig.write(
      'pipeline.yaml',
      `mlp: 1\nstages:\n  a: {matrix: {m: [x]}, cmd: 'exit 1', outs: [o]}\n  b: {cmd: 'true', deps: [o], outs: [p]}\n`,
    );
    await rig.run();
    expect((await rig.mlp('why', 'b', '--run', '1')).out).toBe('b was not run in run 1 because it needs a@x\n');
    for (const command of [
      ['logs', 'a'],
      ['why', 'a', '--run', '1'],
    ])
      expect((await rig.mlp(...command)).talk).toMatch(/^mlp: `?a`? has branches: name one, such as `?a@x`?\n/);
  });

  it('an unknown stage', async () => {
    await using rig = project();
    const result = await rig.mlp('why', 'trian');
    expect(result.code).toBe(2);
    expect(result.talk).toContain('did you mean `train`?');
  });
});

describe('mlp logs and runs', () => {
  const talkative =
    'mlp: 1\nstages:\n  a: {cmd: "echo out; echo err >&2; cat in", deps: [in], outs: [{path: o, optional: true}]}\n';

  it('print what a stage wrote to stdout and stderr, of the newest or of a named run', async () => {
    await using rig = new Rig();
    rig.write('pipeline.yaml', talkative);
    rig.write('in', 'first\n');
    await rig.run();
    rig.write('in', 'second\n');
    await rig.run();
    expect((await rig.mlp('logs', 'a')).out).toBe('out\nerr\nsecond\n');
    expect((await rig.mlp('logs', 'a', '--run', '1')).out).toBe('out\nerr\nfirst\n');
    const path = (await rig.mlp('logs', 'a', '--path')).out.trim();
    expect(path).toMatch(/\.mlp\/logs\/.*\.log$/);
    const list = (await rig.mlp('logs', 'a', '--list')).out;
    expect(list).toContain('committed');
    const {attempts} = JSON.parse((await rig.mlp('logs', 'a', '--list', '--json')).out) as {attempts: {id: string}[]};
    expect((await rig.mlp('logs', 'a', '--attempt', attempts[1]?.id ?? '')).out).toBe('out\nerr\nfirst\n');
  });

  it('-f follows a stage until it ends', async () => {
    await using rig = new Rig();
    const held = gate(rig, 'a');
    rig.write(
      'pipeline.yaml',
      `mlp: 1\nstages:\n  a: {cmd: "echo one; ${held.command}; echo two", outs: [{path: o, optional: true}]}\n`,
    );
    const running = rig.run();
    await held.begun(running);
    const following = rig.mlp('logs', 'a', '-f');
    await held.open();
    await running;
    expect((await following).out).toBe('one\ntwo\n');
  });

  it('a stage that never ran, a run when there is none', async () => {
    await using rig = new Rig();
    rig.write('pipeline.yaml', talkative);
    const never = await rig.mlp('logs', 'a');
    expect(never.code).toBe(2);
    expect(never.talk).toContain('`a` never started');
    const odd = await rig.mlp('logs', 'a', '--run', 'last');
    expect(odd.code).toBe(2);
    expect(odd.talk).toContain('no run has ended yet');
  });

  it('runs lists what happened, newest first', async () => {
    await using rig = project();
    await rig.run();
    await rig.run();
    const {runs} = JSON.parse((await rig.mlp('runs', '--json')).out) as {runs: {id: number; status: string}[]};
    expect(runs.map(({id, status}) => [id, status])).toEqual([
      [2, 'done'],
      [1, 'done'],
    ]);
    expect((await rig.mlp('runs', '-n', '1')).out).not.toMatch(/^ *1 /m);
    const wrong = await rig.mlp('runs', '-n', 'x');
    expect(wrong.code).toBe(2);
    expect(wrong.talk).not.toContain('-j');
  });
});

describe('mlp dag', () => {
  it('text, Mermaid, DOT and JSON name every stage and edge', async () => {
    await using rig = project();
    expect((await rig.mlp('dag')).out).toMatch(/prepare[^]*train/);
    expect((await rig.mlp('dag', '--format', 'mermaid')).out).toMatch(/^(flowchart|graph) [^]*-->/);
    expect((await rig.mlp('dag', '--format', 'dot')).out).toMatch(/^digraph [^]*"prepare"[^]*"train"[^]* -> /);
    const json = JSON.parse((await rig.mlp('dag', '--format', 'json')).out) as {
      stages: {name: string; needs: string[]}[];
    };
    expect(json.stages.map(({name, needs}) => [name, needs])).toEqual([
      ['prepare', []],
      ['train', ['prepare']],
    ]);
    expect((await rig.mlp('dag', '--stale')).out).toMatch(/prepare.*run/);
    const wrong = await rig.mlp('dag', '--format', 'png');
    expect(wrong.code).toBe(2);
    expect(wrong.talk).toContain('mermaid');
  });
});
