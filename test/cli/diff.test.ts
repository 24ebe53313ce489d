/** `mlp diff`: two runs, revisions, files, the workspace; what is shown of each section; conditions that fail. */
import {describe, expect, it} from 'vitest';
import {GitRig} from '../safety/git-rig.ts';
import {Rig} from '../rig/rig.ts';
import {edit} from '../rules/project.ts';
import {change, PIPELINE, rows, twoRuns, write} from './diff-project.ts';

describe('mlp diff between two runs', () => {
  it('shows every section, with enough digits, and hides what is unchanged', async () => {
    await using rig = await twoRuns();
    const {code, out} = await rig.mlp('diff', '1', '2');
    expect(code).toBe(0);
    expect(out).toMatch(/^run 1 → run 2, main [0-9a-f]{7}/);
    expect(out).toMatch(/train +f1 +0\.91 +0\.9101 +↑ \+1e-4 \(\+0\.011%\) +better/);
    expect(out).toMatch(/train +latency_ms +10 +11 +↑ \+1 \(\+10%\) +worse/);
    expect(out).toMatch(/train +a "b"\\n\|c +3 +4 .*changed/);
    expect(out).toMatch(/train +broke +2 +NaN +changed/);
    expect(out).toMatch(/train +came +-inf +new/);
    expect(out).toMatch(/train +went +1 +gone/);
    expect(out).toMatch(/train +loss +0\.25 +0\.125 .*better +█▃ → █▁/);
    expect(out).toContain('better and worse are guessed from the names of the metrics');
    expect(out).not.toContain('deep.loss');
    expect(out).toMatch(/lr +0\.1 +0\.2 +changed +train/);
    expect(out).toMatch(/model\.depths +\[1,2\] +\[1,2,3\]/);
    expect(out).not.toContain('model.trees');
    expect(out).toMatch(/raw\.csv +source +16 B, 2 rows +20 B, 3 rows +changed/);
    expect(out).toMatch(/out\/parts +output +2 files, 2 B +2 files, 2 B +changed.*\n +\+ three *\n +- one/);
    expect(out).toMatch(/prepare +ran <?[\d.]+s +ran <?[\d.]+s +changed +inputs, outputs/);
    const all = (await rig.mlp('diff', '1', '2', '--all')).out;
    expect(all).toContain('deep.loss');
    expect(all).toContain('model.trees');
  });

  it('--json holds exact numbers, directions that are guessed, and counts of what was left out', async () => {
    await using rig = await twoRuns();
    const {metrics, params, ...rest} = await rows(rig, 'last~1', 'last', '--only', 'metrics,params');
    const of = (name: string) => metrics?.find((row) => row['name'] === name);
    expect(of('f1')).toMatchObject({
      before: 0.91,
      after: 0.9101,
      better: 'up',
      betterFrom: 'guessed',
      verdict: 'better',
    });
    expect(of('came')).toMatchObject({change: 'added', after: '-Infinity'});
    expect(of('broke')).toMatchObject({change: 'changed', before: 2, after: 'NaN'});
    expect(of('loss')).toMatchObject({better: 'down', curve: {before: [{}, {step: 2, value: 0.25}]}});
    expect(params).toMatchObject([{path: 'lr', before: 0.1, after: 0.2, stages: ['train']}, {path: 'model.depths'}]);
    expect(rest).toMatchObject({schema_version: 1, type: 'diff', stages: [], unchanged: {metrics: 1, params: 1}});
  });

  it('code by what it means: a comment is nothing, a command and a function are rows', async () => {
    await using rig = new Rig();
    rig.write(
      'pipeline.yaml',
      'mlp: 1\nstages:\n  a: {cmd: node a.mjs x, outs: [o]}\n  b: {cmd: echo 1 > p, outs: [p]}\n',
    );
    rig.write(
      'a.mjs',
      "import {writeFileSync} from 'node:fs';\nfunction f() { return '1'; }\nwriteFileSync('o', f());\n",
    );
    await rig.run();
    edit(rig, 'a.mjs', 'function', '// said\nfunction');
    edit(rig, 'pipeline.yaml', 'echo 1', 'echo 2');
    expect((await rows(rig, '--only', 'code'))['code']).toMatchObject([
      {what: 'command', change: 'changed', before: 'echo 1 > p', after: 'echo 2 > p', stages: ['b']},
    ]);
    edit(rig, 'a.mjs', "'1'", "'2'");
    const {code} = await rows(rig, '--only', 'code');
    expect(code?.map(({what}) => what)).toContain('a.mjs#f');
  });
});

describe('mlp diff with the workspace', () => {
  it('by default against the last run on main, and says so', async () => {
    await using rig = await twoRuns();
    rig.git('switch', '--quiet', '--create', 'topic');
    edit(rig, 'params.yaml', '0.2', '0.3');
    const stale = await rig.mlp('diff');
    expect(stale.out).toMatch(/^run 2, main [0-9a-f]{7}\+? → workspace; compared with the last run on main\n/);
    expect(stale.out).toMatch(/lr +0\.2 +0\.3/);
    expect(stale.out).toMatch(/train +ran \S+ +run +changed +params/);
    await rig.run();
    expect((await rig.mlp('diff')).out).toMatch(/^run 2, /);
    edit(rig, 'params.yaml', '0.3', '0.2');
    await rig.run();
    expect((await rig.mlp('diff')).out).toContain('nothing differs; `mlp diff last~1 last`');
  });

  it('without such a run against what main committed, without Git against the last run', async () => {
    await using rig = await twoRuns();
    rig.forgetHistory();
    expect((await rig.mlp('diff')).out).toMatch(/^main \([0-9a-f]{7}\) → workspace; compared with what main committed/);
    await using plain = write(new Rig());
    const nothing = await plain.mlp('diff');
    expect(nothing.code).toBe(2);
    expect(nothing.talk).toContain('there is nothing to compare the workspace with');
    await plain.run();
    expect((await plain.mlp('diff')).out).toMatch(/^run 1 → workspace; compared with the last run\n/);
  });

  it('reads metrics files that were edited or made elsewhere, and changes nothing', async () => {
    await using rig = await twoRuns();
    rig.write('metrics.json', '{"f1": 0.5}');
    const {metrics} = await rows(rig, 'last', '--only', 'metrics');
    expect(metrics?.find(({name}) => name === 'f1')).toMatchObject({before: 0.9101, after: 0.5, verdict: 'worse'});
    rig.write('metrics.json', '{"f1": ');
    const broken = await rig.mlp('diff', 'last', '--only', 'metrics');
    expect(broken.code).toBe(0);
    expect(broken.out).toMatch(/note: workspace: the metrics file `metrics\.json` cannot be read/);
    expect(rig.read('metrics.json')).toBe('{"f1": ');
    expect((await rig.mlp('runs', '--json')).out).not.toContain('"id":3');
  });

  it('shows mistakes of pipeline.yaml, and compares runs in spite of them', async () => {
    await using rig = await twoRuns();
    rig.write('pipeline.yaml', `${PIPELINE}    outz: [x]\n`);
    const workspace = await rig.mlp('diff');
    expect(workspace).toMatchObject({code: 2, out: ''});
    expect(workspace.talk).toContain('outz');
    expect((await rig.mlp('diff', '1', '2')).code).toBe(0);
  });
});

describe('mlp diff between revisions and files', () => {
  it('reads mlp.lock of a commit without a checkout, in a subfolder of the repository and without history', async () => {
    await using repository = new GitRig();
    repository.git('init', '--quiet', '--initial-branch=main');
    repository.write('.gitignore', '.mlp/\nout/\nmodel\n');
    repository.write('other/mlp.lock', 'not ours');
    const rig = write(new GitRig(`${repository.folder}/other`));
    await rig.run();
    repository.commit('first');
    change(rig);
    await rig.run();
    repository.commit('second');
    repository.git('tag', 'v2');
    rig.forgetHistory();
    const {out} = await rig.mlp('diff', 'HEAD~1', 'v2');
    expect(out).toMatch(/^HEAD~1 \([0-9a-f]{7}\) → v2 \([0-9a-f]{7}\)\n/);
    expect(out).toMatch(/train +f1 +0\.91 +0\.9101/);
    expect(out).toMatch(/lr +0\.1 +0\.2/);
    expect(out).toMatch(/train +changed +params, inputs, outputs/);
    expect(out).toMatch(/code and command +not known +prepare and train/);
    // The lock holds no curves: that is not said to be a loss of them.
    expect(out).not.toMatch(/ loss .*gone/);
  });

  it('against a lock file and a metrics file', async () => {
    await using rig = await twoRuns();
    rig.write('old.lock', rig.git('show', 'HEAD:mlp.lock'));
    expect((await rig.mlp('diff', 'old.lock', '2')).out).toMatch(/train +f1 +0\.91 +0\.9101/);
    rig.write('there/best.json', '{"f1": 0.95}');
    const {out} = await rig.mlp('diff', 'there/best.json');
    expect(out).toMatch(/train +f1 +0\.95 +0\.9101 .*worse/);
    expect(out).toContain('Params: not compared: one side is metrics alone');
    const elsewhere = await rig.mlp('diff', '-C', 'there', 'best.json', '--only', 'metrics');
    expect(elsewhere.out).toMatch(/train +f1 +0\.95/);
  });

  it('a file in which nothing can be read is refused: everything would look new', async () => {
    await using rig = await twoRuns();
    rig.write('x.json', new Uint8Array([0xff, 0xfe]));
    rig.write('x.lock', 'mlp-lock: 1\nstages:\n  a:\n    key: zz\n');
    rig.write('new.lock', 'mlp-lock: 99\nstages: {}\n');
    for (const [file, why] of [
      ['x.json', 'the metrics file `x.json` cannot be read'],
      ['x.lock', 'is not used for `a`'],
      ['new.lock', 'has the version 99'],
    ] as const) {
      const refused = await rig.mlp('diff', file, '--fail-if', 'f1 drop > 0.01');
      expect(refused).toMatchObject({code: 2, out: ''});
      expect(refused.talk).toContain(why);
    }
  });

  it('of a commit without mlp.lock its metrics files; with neither it says what to do', async () => {
    await using rig = write(new GitRig());
    rig.git('init', '--quiet', '--initial-branch=main');
    rig.write('.gitignore', '.mlp/\nout/\nmodel\nmlp.lock\n');
    rig.commit('nothing');
    rig.write('metrics.json', '{"f1": 0.8}');
    rig.commit('metrics');
    await rig.run();
    const {out} = await rig.mlp('diff', 'HEAD');
    expect(out).toMatch(/no `mlp\.lock` is committed there: only its metrics files are compared/);
    expect(out).toMatch(/train +f1 +0\.8 +0\.91/);
    const none = await rig.mlp('diff', 'HEAD~1');
    expect(none.code).toBe(2);
    expect(none.talk).toContain('has neither `mlp.lock` nor a metrics file');
  });
});
