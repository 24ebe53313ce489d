/** What stages can be: TypeScript functions, Python, R; their metrics, outputs, environment, secrets and branches. */
import {execFileSync} from 'node:child_process';
import {describe, expect, it} from 'vitest';
import type {Metric} from '../../src/model/metric.ts';
import {Rig, type RunResult} from '../rig/rig.ts';
import {edit} from '../rules/project.ts';

function rigWith(pipeline: string, files: Readonly<Record<string, string>> = {}): Rig {
  const rig = new Rig();
  rig.write('pipeline.yaml', `mlp: 1\n${pipeline}`);
  for (const [name, text] of Object.entries(files)) rig.write(name, text);
  return rig;
}

function metricsOf(result: RunResult, stage: string): readonly Metric[] {
  return result.events.flatMap((event) =>
    event.type === 'stage.end' && event.stage === stage ? (event.metrics ?? []) : [],
  );
}

describe('TypeScript functions', () => {
  const TRAIN = `import {writeFileSync} from 'node:fs';
import {defineStage} from 'mlp-cli';
import {double} from './lib/middle.ts';

export default defineStage<{trees: number}>(async ({params, inputs, outputs, metric, progress, log, seed, signal}) => {
  log('training');
  progress(0.5, 'half');
  metric('f1', double(params.trees));
  metric('loss', 0.25, 1);
  writeFileSync(outputs['model'] as string, JSON.stringify({params, inputs, seed, aborted: signal.aborted}));
});
`;
  const pipeline = `params: [params.yaml]
stages:
  train:
    run: src/train.ts
    params: [trees]
    deps: {table: in.csv}
    outs: {model: model.json}
    seed: 7
`;
  const files = {
    'src/train.ts': TRAIN,
    'src/lib/middle.ts': "export {double} from './deep.ts';\n",
    'src/lib/deep.ts': '/** Twice. */\nexport function double(x: number): number {\n  return x * 2;\n}\n',
    'params.yaml': 'trees: 3\n',
    'in.csv': 'a\n1\n',
  };

  it('get the context that is promised, and import defineStage from mlp-cli', async () => {
    await using rig = rigWith(pipeline, files);
    const result = await rig.run();
    expect(result.talk).toBe('');
    expect(result.outcomes).toEqual({train: 'ran'});
    expect(JSON.parse(rig.read('model.json'))).toEqual({
      params: {trees: 3},
      inputs: {table: 'in.csv'},
      seed: 7,
      aborted: false,
    });
    expect(metricsOf(result, 'train')).toMatchObject([{name: 'f1', value: 6}]);
    expect((await rig.mlp('logs', 'train')).out).toContain('training');
  });

  it('a code change two imports deep runs the stage, comments, layout and types do not', async () => {
    await using rig = rigWith(pipeline, files);
    await rig.run();
    edit(rig, 'src/lib/deep.ts', '/** Twice. */', '// Two times.\nexport type Unused = string;\n');
    edit(rig, 'src/train.ts', "log('training');", "log('training'); // says so");
    expect((await rig.run()).outcomes).toEqual({train: 'skipped'});
    edit(rig, 'src/lib/deep.ts', 'x * 2', 'x * 3');
    const changed = await rig.mlp('run');
    expect(changed.talk).toMatch(/train +ran .*code: .*deep\.ts/);
    expect((await rig.mlp('run', '--expect-noop')).code).toBe(0);
  });

  it('one that throws fails alone, with its message and place', async () => {
    await using rig = rigWith('stages:\n  bad: {run: bad.ts, outs: [b]}\n  good: {run: good.ts#make, outs: [g]}\n', {
      'bad.ts': "export default function (): void {\n  throw new TypeError('no columns');\n}\n",
      'good.ts':
        "import {writeFileSync} from 'node:fs';\nexport function make(): void {\n  writeFileSync('g', 'x');\n}\n",
    });
    const result = await rig.mlp('run', '--keep-going');
    expect(result.code).toBe(1);
    expect(result.talk).toContain('no columns');
    expect(result.talk).toMatch(/bad\.ts:2/);
    expect(rig.read('g')).toBe('x');
  });

  it('a module or an export that is not there is told before anything runs', async () => {
    await using rig = rigWith('stages:\n  a: {run: nothing.ts, outs: [a]}\n');
    const result = await rig.mlp('run');
    expect(result.code).not.toBe(0);
    expect(result.talk).toContain('nothing.ts');
    rig.write('nothing.ts', 'export const other = 1;\n');
    const other = await rig.mlp('run');
    expect(other.code).toBe(1);
    expect(other.talk).toContain('default');
  });
});

describe('Python and R', () => {
  it('Python: a comment, a docstring and layout are free, a function edit runs', async () => {
    await using rig = rigWith('stages:\n  a: {cmd: python3 src/train.py, outs: [a]}\n', {
      'src/train.py': 'from helper import f\nopen("a", "w").write(str(f(1)))\n',
      'src/helper.py': 'def f(x):\n    """Adds."""\n    return x + 1  # one\n',
    });
    expect((await rig.run()).outcomes).toEqual({a: 'ran'});
    rig.write('src/helper.py', 'def f(x):\n    """Other words."""\n\n    return (x +\n            1)\n');
    expect((await rig.run()).outcomes).toEqual({a: 'skipped'});
    rig.write('src/helper.py', 'def f(x):\n    return x + 2\n');
    const changed = await rig.mlp('run');
    expect(changed.talk).toMatch(/a +ran .*code: .*helper\.py/);
    expect(rig.read('a')).toBe('3');
  });

  it('R: a comment and layout are free, a function edit runs', async () => {
    await using rig = rigWith('stages:\n  a: {cmd: [Rscript, train.R], outs: [a]}\n', {
      'train.R': 'source("helper.R")\nwriteLines(as.character(f(1)), "a")\n',
      'helper.R': 'f <- function(x) x + 1\n',
    });
    expect((await rig.run()).outcomes).toEqual({a: 'ran'});
    rig.write('helper.R', '# Adds.\nf <- function(x)\n  x + 1\n');
    expect((await rig.run()).outcomes).toEqual({a: 'skipped'});
    rig.write('helper.R', 'f <- function(x) x + 2\n');
    expect((await rig.run()).outcomes).toEqual({a: 'ran'});
    expect(rig.read('a')).toBe('3\n');
  });
});

describe('metrics, outputs, environment', () => {
  it('metrics with odd names and special numbers are exact', async () => {
    const name = `loss "a" = 'b' / ${'n'.repeat(300)}\u00e9`;
    await using rig = rigWith('stages:\n  a: {cmd: cat src.json > m.json, deps: [src.json], metrics: [m.json]}\n', {
      'src.json': `{${JSON.stringify(name)}: 0.1, "x": {"y": NaN, "z": -Infinity}, "list": [1e300, true]}`,
    });
    const found = metricsOf(await rig.run(), 'a').map((metric) => [metric.name, metric.value]);
    expect(found).toEqual([
      [name, 0.1],
      ['x.y', 'NaN'],
      ['x.z', '-Infinity'],
      ['list[0]', 1e300],
      ['list[1]', 1],
    ]);
  });

  it('lines of MLP_METRICS are metrics, in CSV, YAML and JSON files too', async () => {
    await using rig = rigWith(
      `stages:\n  a:\n    cmd: |\n      echo '{"name": "f1", "value": 0.5}' >> "$MLP_METRICS"\n      printf 'name,value\\nauc,0.75\\n' > m.csv\n      echo 'acc: .5' > m.yaml\n    metrics: [m.csv, m.yaml]\n`,
    );
    const found = metricsOf(await rig.run(), 'a').map((metric) => `${metric.name}=${metric.value}`);
    expect(found.sort()).toEqual(['acc=0.5', 'auc=0.75', 'f1=0.5']);
  });

  it('an optional output may be missing, and goes when the next result has none', async () => {
    await using rig = rigWith(
      'stages:\n  a: {cmd: "if [ -s in ]; then cat in > o; fi; echo > always", deps: [in], outs: [always, {path: o, optional: true}]}\n',
      {in: 'x'},
    );
    await rig.run();
    expect(rig.exists('o')).toBe(true);
    rig.write('in', '');
    expect((await rig.run()).outcomes).toEqual({a: 'ran'});
    expect(rig.exists('o')).toBe(false);
    expect((await rig.run()).outcomes).toEqual({a: 'skipped'});
    rig.write('in', 'x');
    expect((await rig.run()).outcomes).toEqual({a: 'restored'});
    expect(rig.read('o')).toBe('x');
  });

  it('a persistent output stays while the stage runs again', async () => {
    await using rig = rigWith(
      'stages:\n  a: {cmd: "cat in >> log", deps: [in], outs: [{path: log, persist: true}]}\n',
      {in: '1'},
    );
    await rig.run();
    rig.write('in', '2');
    await rig.run();
    expect(rig.read('log')).toBe('12');
  });

  it('an output with `cache: false` is recorded and never restored', async () => {
    await using rig = rigWith('stages:\n  a: {cmd: echo x > o, outs: [{path: o, cache: false}]}\n');
    await rig.run();
    expect((await rig.run()).outcomes).toEqual({a: 'skipped'});
    rig.remove('o');
    const again = await rig.mlp('run');
    expect(again.talk).toMatch(/a +ran .*o was missing/);
  });

  it('a stage with `cache: false` is skipped when fresh and never restored', async () => {
    await using rig = rigWith('stages:\n  a: {cmd: echo x > o, outs: [o], cache: false}\n');
    await rig.run();
    expect((await rig.run()).outcomes).toEqual({a: 'skipped'});
    rig.remove('o');
    expect((await rig.run()).outcomes).toEqual({a: 'ran'});
  });

  it('`always` runs every time, `frozen` not even when its input changed', async () => {
    await using rig = rigWith(
      'stages:\n  a: {cmd: cat in > a, deps: [in], outs: [a], always: true}\n  f: {cmd: cat in > f, deps: [in], outs: [f], frozen: true}\n',
      {in: '1'},
    );
    await rig.run();
    rig.write('in', '2');
    expect((await rig.run()).outcomes).toEqual({a: 'ran', f: 'skipped'});
    expect((await rig.run()).outcomes).toEqual({a: 'ran', f: 'skipped'});
    expect(rig.read('f')).toBe('1');
    expect((await rig.run('f', '--force')).outcomes).toEqual({f: 'ran'});
  });

  it('`after` orders stages that no file connects', async () => {
    await using rig = rigWith(
      'stages:\n  b: {cmd: "test -e a; echo > b", outs: [b], after: [a]}\n  a: {cmd: echo > a, outs: [a]}\n',
    );
    expect((await rig.run('-j', '4')).ran).toEqual(['a', 'b']);
  });

  it('a secret reaches the stage, and no file below .mlp nor mlp.lock; another value runs nothing', async () => {
    await using rig = rigWith('stages:\n  a: {cmd: \'printf %s "$TOKEN" | wc -c > a\', outs: [a], secrets: [TOKEN]}\n');
    rig.env['TOKEN'] = 'tops3cretvalue';
    const result = await rig.run();
    expect(result.code).toBe(0);
    expect(rig.read('a')).toBe('14\n');
    const found = execFileSync('sh', ['-c', 'grep -rl tops3cretvalue . || true'], {cwd: rig.folder, encoding: 'utf8'});
    expect(found).toBe('');
    rig.env['TOKEN'] = 'other';
    expect((await rig.run()).outcomes).toEqual({a: 'skipped'});
  });

  it('mlp exec does from a job file what a run does: the same key and the same outputs', async () => {
    await using rig = rigWith('stages:\n  a: {cmd: "cat in > o; echo $MLP_STAGE >> o", deps: [in], outs: [o]}\n', {
      in: 'x\n',
    });
    await rig.run();
    const lock = rig.read('mlp.lock');
    const output = rig.read('o');
    const key = /[0-9a-f]{64}/.exec(lock)?.[0] ?? '';
    const hash = execFileSync('sha256sum', [rig.path('in')], {encoding: 'utf8'}).slice(0, 64);
    rig.write(
      'job.json',
      JSON.stringify({
        ...{job_version: 1, attempt: 'x-1', run: 9, stage: 'a', key, cwd: '.', env: {}, secrets: [], envMode: 'strict'},
        action: {kind: 'script', text: 'cat in > o; echo $MLP_STAGE >> o', shell: ['sh', '-eu', '-c']},
        inputs: [{name: 'in', path: 'in', type: 'file', exec: false, hash, size: 2}],
        outs: [
          {name: 'o', path: 'o', role: 'out', type: 'any', cache: true, persist: false, optional: false, push: true},
        ],
        ...{
          params: {},
          inputNames: {in: 'in'},
          seed: 1,
          resources: {cpu: 1, tokens: {}},
          sandbox: 'off',
          publish: true,
        },
        ...{keepFailed: false, workFolder: '.mlp/work/x-1', logFile: '.mlp/logs/x-1.log'},
      }),
    );
    rig.remove('.mlp/logs');
    const result = await rig.mlp('exec', 'job.json', '--receipt', 'receipt.json');
    expect(result.code).toBe(0);
    const receipt = JSON.parse(rig.read('receipt.json')) as {outcome: string; manifest: {outputs: {hash: string}[]}};
    expect(receipt.outcome).toBe('succeeded');
    expect(lock).toContain(receipt.manifest.outputs[0]?.hash ?? 'no hash');
    expect(rig.read('o')).toBe(output);
    expect((await rig.run()).outcomes).toEqual({a: 'skipped'});
    rig.write('in', 'y\n');
    const other = await rig.mlp('exec', 'job.json');
    expect(other.code).toBe(1);
    expect(JSON.parse(other.out)).toMatchObject({outcome: 'failed', failure: {class: 'infrastructure'}});
    expect(rig.read('o')).toBe(output);
    rig.write('job.json', '{"job_version": 99}');
    expect((await rig.mlp('exec', 'job.json')).code).toBe(2);
  });
});
