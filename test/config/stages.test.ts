import fc from 'fast-check';
import {expect, test} from 'vitest';
import type {Json} from '../../src/base/json.ts';
import {check, commandOf, load, nodesOf, stageOf, stagesOf} from './check.ts';

const params = {
  head: 'params: params.yaml\n',
  files: {'params.yaml': 'train: {trees: 200, lr: 1e-5, deep: {on: true, off: false, none: null}}\nlist: [a b, c]\n'},
};

test('the example of the documentation loads', async () => {
  const yaml = `
mlp: 1
name: b2b-b2c
params: [params.yaml]
env: [OMP_NUM_THREADS]
cache: {salt: "", link: [reflink, copy]}
remote: {url: "s3://bucket/prefix"}
stages:
  ingest: {uses: copy, with: {times: 2}, outs: {entities: data/entities.csv}}
  featurize:
    run: src/featurize.ts
    deps: {entities: data/entities.csv, names: data/names.csv}
    params: [features]
    outs: {features: build/features.parquet}
    resources: {cpu: 1, memory: 2G}
  train:
    matrix: {model: [logistic, forest]}
    cmd: python src/train.py --model \${matrix.model} --trees \${params.train.trees}
    deps: {features: build/features.parquet}
    params: [train]
    outs: {model: "models/\${matrix.model}.onnx"}
    metrics: ["metrics/\${matrix.model}.json"]
    timeout: 30m
    retry: {times: 2, on: [timeout, signal]}
  train-r: {cmd: [Rscript, src/train.R], deps: [build/features.parquet], outs: [models/ranger.rds]}
`;
  const {pipeline, diagnostics, read} = await load(yaml, {
    files: {'params.yaml': 'features: {n: 1}\ntrain: {trees: 200}\n'},
  });
  expect(diagnostics.map(({code}) => code)).toEqual(['not-in-force']);
  expect(pipeline?.nodes.map((node) => node.name)).toEqual([
    'ingest',
    'featurize',
    'train@logistic',
    'train@forest',
    'train-r',
  ]);
  expect(pipeline?.settings).toEqual({
    salt: '',
    link: ['reflink', 'copy'],
    remote: {url: 's3://bucket/prefix'},
    tokens: {},
    better: {},
  });
  expect(read.map(({path}) => path)).toEqual(['pipeline.yaml', 'params.yaml']);
  expect(read.slice(1)).toEqual([{path: 'params.yaml', text: 'features: {n: 1}\ntrain: {trees: 200}\n'}]);
  const forest = pipeline?.nodes[3];
  expect(forest).toMatchObject({
    kind: 'stage',
    group: 'train',
    action: {kind: 'script', text: 'python src/train.py --model forest --trees 200', shell: ['sh', '-eu', '-c']},
    params: {train: {trees: 200}},
    env: {OMP_NUM_THREADS: null},
    timeoutMs: 1_800_000,
    retry: {times: 2, on: ['timeout', 'signal'], backoff: {firstMs: 1000, factor: 2, maxMs: 60_000}},
  });
});

test('a stage with nothing but a command has the defaults of the documentation', async () => {
  const {place, ...stage} = await stageOf('a: {cmd: x}');
  expect(place).toEqual({file: 'pipeline.yaml', line: 3, column: 3, length: 1, lineText: '  a: {cmd: x}'});
  expect(stage).toEqual({
    kind: 'stage',
    name: 'a',
    group: 'a',
    action: {kind: 'script', text: 'x', shell: ['sh', '-eu', '-c']},
    cwd: '.',
    deps: [],
    outs: [],
    params: {},
    env: {},
    secrets: [],
    after: [],
    code: [],
    ignoreCode: [],
    retry: {
      times: 0,
      on: ['exit', 'timeout', 'signal', 'oom', 'lost'],
      backoff: {firstMs: 1000, factor: 2, maxMs: 60_000},
    },
    resources: {cpu: 1, tokens: {}},
    onError: 'stop',
    deterministic: false,
    cache: true,
    always: false,
    frozen: false,
    platform: false,
    sandbox: 'off',
    executor: 'local',
    tags: [],
  });
});

test('inputs may be files, globs, URLs and lists under one name; outputs have options', async () => {
  const stage = await stageOf(
    'a:\n  cmd: x\n  deps: {t: data/t.csv, g: "raw/*.csv", u: "https://x.org/a?b=[1]", l: {path: "odd [1].txt", optional: true}, m: [p, q/], h: {url: "https://y.org", sha256: ' +
      'a'.repeat(64) +
      '}}\n  outs: [folder/, {path: "what?.txt", cache: false, persist: true, optional: true, push: false, type: file, description: d}]\n  metrics: {m: m.json}\n',
  );
  expect(stage.deps.map(({name, kind, path, optional}) => [name, kind, path, optional])).toEqual([
    ['t', 'path', 'data/t.csv', false],
    ['g', 'glob', 'raw/*.csv', false],
    ['u', 'url', 'https://x.org/a?b=[1]', false],
    ['l', 'path', 'odd [1].txt', true],
    ['m', 'path', 'p', false],
    ['m', 'path', 'q', false],
    ['h', 'url', 'https://y.org', false],
  ]);
  expect(stage.outs[0]).toMatchObject({path: 'folder', type: 'dir', role: 'out', cache: true, push: true});
  expect(stage.outs[1]).toEqual({
    name: 'what?.txt',
    path: 'what?.txt',
    role: 'out',
    cache: false,
    persist: true,
    optional: true,
    push: false,
    type: 'file',
    description: 'd',
  });
  expect(stage.outs[2]).toMatchObject({name: 'm', role: 'metrics', cache: true});
});

test.each([
  ['a number as written', 'x --lr ${params.train.lr}', 'x --lr 1e-5'],
  ['a list as words', 'x ${params.list}', "x 'a b' c"],
  ['a map as options', 'x ${params.train}', 'x --trees 200 --lr 1e-5 --deep.on'],
  ['an element of a list', 'x ${params.list[1]} ${params["list"][0]}', "x c 'a b'"],
  ['a default', 'x ${params.no:-3} ${params.no:-"a b"} ${params.train.deep.none:-n}', "x 3 'a b' n"],
  ['raw text', 'x ${raw:params.list}', 'x a b c'],
  ['inside double quotes', 'x "--name=${params.list[0]}"', 'x "--name=a b"'],
  ['an escape', 'x \\${HOME} $HOME $(pwd)', 'x ${HOME} $HOME $(pwd)'],
])('a script takes %s', async (_, cmd, expected) => {
  expect(commandOf(await stageOf(`a:\n  cmd: '${cmd}'\n`, params))).toBe(expected);
});

test('a list of words takes lists and maps as several words', async () => {
  const stage = await stageOf(
    'a: {cmd: [prog, 1e-5, true, "--l=${params.train.lr}", "${params.list}", "${params.train}", "${deps[0]}"], deps: [-odd.csv]}',
    params,
  );
  expect(commandOf(stage)).toEqual([
    'prog',
    '1e-5',
    'true',
    '--l=1e-5',
    'a b',
    'c',
    '--trees',
    '200',
    '--lr',
    '1e-5',
    '--deep.on',
    './-odd.csv',
  ]);
});

test('a command names its own files as seen from its folder', async () => {
  const stage = await stageOf(
    'a: {cwd: sub/dir, cmd: "x ${deps.t} ${outs.m} ${outs}", deps: {t: data/t.csv}, outs: {m: sub/out.bin}}',
  );
  expect(commandOf(stage)).toBe('x ../../data/t.csv ../out.bin ../out.bin');
});

test('outputs of another stage: one, all branches, odd names, and inside a longer path', async () => {
  const stages = await stagesOf(
    'train: {matrix: {m: [a, b]}, cmd: x, outs: {model: "models/${matrix.m}.bin"}}\nodd: {cmd: x, outs: {f: {path: "a[1].txt"}, d: dir}}\n' +
      'eval: {cmd: "x ${stages.train.outs.model} ${stages.train@b.outs.model}", deps: ["${stages.train.outs.model}", "${stages.odd.outs.f}", "${stages.odd.outs.d}/in.csv"]}',
  );
  const evaluate = stages.at(-1);
  expect(evaluate === undefined ? [] : evaluate.deps.map(({kind, path}) => [kind, path])).toEqual([
    ['path', 'models/a.bin'],
    ['path', 'models/b.bin'],
    ['path', 'a[1].txt'],
    ['path', 'dir/in.csv'],
  ]);
  expect(evaluate === undefined ? '' : commandOf(evaluate)).toBe('x models/a.bin models/b.bin models/b.bin');
});

test('variables: declared for all, changed by a stage, given by the caller, and what was read is told', async () => {
  const yaml =
    'mlp: 1\nenv: {A: 1e-5, B: null}\nstages:\n  a: {cmd: "x ${env.A} ${env.B} ${env.C:-c}", env: {A: two, C: null}}\n';
  const {pipeline, envRead} = await load(yaml, {env: {B: 'b b'}});
  expect(pipeline?.nodes[0]).toMatchObject({env: {A: 'two', B: null, C: null}, action: {text: "x two 'b b' c"}});
  expect(envRead).toEqual({B: 'b b', C: null});
});

test('later params files and --set override earlier ones, deeply', async () => {
  const files = {'a.yaml': 'x: {a: 1, b: 2}\nl: [1, 2]\n', 'b.json': '{"x": {"b": 3}}'};
  const {pipeline, diagnostics} = await load('mlp: 1\nparams: [a.yaml, b.json]\nstages: {}\n', {
    files,
    set: ['x.c=[1, two]', 'l[1]=9', 'x.a=', 'x.b=true'],
  });
  expect(pipeline?.params).toEqual({x: {a: '', b: true, c: [1, 'two']}, l: [1, 9]});
  expect(diagnostics.map(({code, severity}) => `${severity} ${code}`)).toEqual(['warning set-new-param']);
});

test('--set takes a text that YAML would read as a comment, and an element of a list in either way to write it', async () => {
  const {pipeline, diagnostics} = await load('mlp: 1\nparams: p.yaml\nstages: {}\n', {
    files: {'p.yaml': 'colour: red\nl: [1, {a: 2}]\n'},
    set: ['colour=#fff', 'l.0=5', 'l.1.a=6'],
  });
  expect(pipeline?.params).toEqual({colour: '#fff', l: [5, {a: 6}]});
  expect(diagnostics).toEqual([]);
});

test('a whole template keeps its type anywhere, and a built-in stage gets its defaults', async () => {
  const stage = await stageOf(
    'a: {uses: copy, with: {header: "${outs.o}"}, outs: {o: p}, version: "${params.train.deep}", seed: "${params.train.trees}", always: "${params.train.deep.on}"}',
    params,
  );
  expect(stage).toMatchObject({
    action: {kind: 'builtin', uses: 'copy', version: 3, settings: {times: 1, header: 'p'}},
    version: {on: true, off: false, none: null},
    seed: 200,
    always: true,
  });
});

test('branches are named by their values', async () => {
  const stages = await stagesOf(
    'a: {matrix: {m: [forest, 2, 1e-5, "a b", {name: x y, n: 1}], s: [1, 2], exclude: [{m: 2}, {s: 2}], include: [{m: svm, s: 7}]}, cmd: "x ${matrix.m}"}\nb: {foreach: {k: {v: 1}, l: {v: 2}}, cmd: "${key} ${item.v}"}\nc: {foreach: [1, "1"], cmd: "${item}"}',
  );
  expect(stages.map((stage) => stage.name)).toMatchInlineSnapshot(`
    [
      "a@forest-1",
      "a@1e-5-1",
      "a@a-b-01e59676-1",
      "a@x-y-29a3f815-1",
      "a@svm-7",
      "b@k",
      "b@l",
      "c@1-57799ef57f53bbc5",
      "c@1-3206f5ea33320815",
    ]
  `);
  expect(stages.slice(-4, -2).map(commandOf)).toEqual(['k 1', 'l 2']);
});

test('an element put in the middle renames no branch', async () => {
  const names = async (list: string): Promise<readonly string[]> =>
    (await stagesOf(`a: {foreach: [${list}], cmd: "x \${item.p}"}`)).map((stage) => stage.name);
  const before = await names('{p: 1}, {p: 2}');
  const after = await names('{p: 1}, {p: 1.5}, {p: 2}');
  expect([after[0], after[2]]).toEqual(before);
});

test('the order of keys in the file changes no stage', async () => {
  const keys: readonly (readonly [string, Json])[] = [
    ['cmd', 'x ${deps.t} ${matrix.m} ${env.E} ${stages.b.outs.o}'],
    ['matrix', {m: ['p', 'q']}],
    ['deps', {t: 'data/t.csv', o: '${stages.b.outs.o}'}],
    ['outs', ['out/${matrix.m}']],
    ['env', {E: '${params.e}'}],
    ['cwd', 'sub'],
    ['params', ['e']],
    ['retry', 2],
  ];
  const loadWith = async (order: readonly (readonly [string, Json])[]): Promise<unknown> =>
    (
      await nodesOf(
        JSON.stringify({
          mlp: 1,
          params: 'p.json',
          stages: {a: Object.fromEntries(order), b: {cmd: 'y', outs: {o: 'o.csv'}}},
        }),
        {files: {'p.json': '{"e": "v"}'}},
      )
    ).map(({place: _, ...node}) => node);
  const expected = await loadWith(keys);
  await fc.assert(
    fc.asyncProperty(fc.shuffledSubarray([...keys], {minLength: keys.length}), async (order) => {
      expect(await loadWith(order)).toEqual(expected);
    }),
    {numRuns: 20},
  );
});

test('tokens without a declared number exist once; others as often as the file says', async () => {
  expect((await stageOf('a: {cmd: x, resources: {gpu: 1, cpu: 2, memory: 1.5K}}')).resources).toEqual({
    cpu: 2,
    memoryBytes: 1536,
    tokens: {gpu: 1},
  });
  expect(await check('mlp: 1\nresources: {gpu: 2}\nstages: {a: {cmd: x, resources: {gpu: 2}}}\n')).toBe('fine');
});
