import {expect, test} from 'vitest';
import {check, checkStages} from './check.ts';

const mistakes: readonly (readonly [string, string])[] = [
  ['a variable of the shell', 'a: {cmd: "echo ${HOME} ${x%y} ${params"}'],
  ['a mistyped first word', 'a: {cmd: "echo ${param.x}"}'],
  ['matrix without a matrix', 'a: {cmd: "echo ${matrix.m}"}'],
  ['an unknown axis', 'a: {matrix: {model: [x]}, cmd: "echo ${matrix.modle}"}'],
  ['item without foreach', 'a: {cmd: "echo ${item} ${key}"}'],
  ['an item without this part', 'a: {foreach: [{name: x}], cmd: "echo ${item.nmae}"}'],
  ['an undeclared variable', 'a: {env: [THREADS], cmd: "echo ${env.THREDS}"}'],
  ['a declared variable that is not set', 'a: {env: [THREADS], cmd: "echo ${env.THREADS}"}'],
  [
    'an unknown stage or output',
    'a: {cmd: x, outs: {model: m}}\nb: {cmd: x, deps: ["${stages.aa.outs.model}", "${stages.a.outs.modle}", "${stages.a.metrics.model}", "${stages.a.model}", "${stages.a.outs[1]}"]}',
  ],
  ['an unknown file of the stage itself', 'a: {cmd: "x ${deps.tabel} ${outs.y}", deps: {table: t}}'],
  ['files in a key that is no command', 'a: {cmd: x, deps: {t: u}, description: "${deps.t}"}'],
  ['a glob in a command', 'a: {cmd: "x ${deps.all}", deps: {all: "*.csv"}}'],
  [
    'outputs that need each other',
    'a: {cmd: x, outs: {p: "${stages.b.outs.p}.1"}}\nb: {cmd: x, outs: {p: "${stages.a.outs.p}.2"}}',
  ],
  [
    'outputs that may be anywhere',
    's: {cmd: x, outs: [l.json]}\na: {foreach: {json: l.json}, cmd: x, outs: ["${item}/x.csv"]}\nb: {cmd: x, deps: ["${stages.a.outs}"]}',
  ],
  ['a map in the middle of a text', 'a: {foreach: [{a: 1}], cmd: [x, "--x=${item}"], description: "${item} y"}'],
  ['a list inside quotes', 'a: {foreach: [[1, 2]], cmd: "x \\"${item}\\" ${item}"}'],
  [
    'a value between back-ticks, unless no shell knows a sign of it',
    'a: {cmd: "x \\"`y ${item}`\\" $(y ${item}) `y z` ${item}", foreach: ["a; b"]}\nb: {cmd: "x `y ${item}`", foreach: [plain/name]}',
  ],
  ['a NUL', 'a: {foreach: ["a\\0b"], cmd: "x ${item}"}'],
];

test.each(mistakes)('%s', async (_, stages) => {
  expect(await checkStages(stages)).toMatchSnapshot();
});

const head =
  'mlp: 1\nparams: [params.yaml, more.json]\nstages:\n  a: {cmd: x, params: [train.treees, a b], deps: ["${params.train.tree}"]}\n';

test('params that are not there, with the names that are', async () => {
  expect(await check(head, {files: {'params.yaml': 'train: {trees: 200, lr: 0.1}\n', 'more.json': '{}'}}))
    .toMatchInlineSnapshot(`
    "
    pipeline.yaml:4:24: error missing-param: there is no param \`train.treees\`
          a: {cmd: x, params: [train.treees, a b], deps: ["\${params.train.tree}"]}
                               ~~~~~~~~~~~~
      hint: did you mean \`train.trees\`?
    pipeline.yaml:4:38: error wrong-type: a param must be a dotted path such as \`train.trees\`, not the text \`a b\`
          a: {cmd: x, params: [train.treees, a b], deps: ["\${params.train.tree}"]}
                                             ~~~
    pipeline.yaml:4:52: error missing-param: there is no param \`train.tree\`
          a: {cmd: x, params: [train.treees, a b], deps: ["\${params.train.tree}"]}
                                                           ~~~~~~~~~~~~~~~~~~~~
      hint: did you mean \`train.trees\`?
    "
  `);
});

test('mistakes in params files stand at their place in that file', async () => {
  const files = {'params.yaml': 'train:\n  trees: .nan\n  trees: 2\n', 'more.json': '{"id": 123456789012345678}'};
  expect(await check('mlp: 1\nparams: [params.yaml, more.json, gone.yaml, ../x.yaml]\nstages: {}\n', {files}))
    .toMatchInlineSnapshot(`
    "
    pipeline.yaml:2:34: error params-file-missing: the params file \`gone.yaml\` is not there
        params: [params.yaml, more.json, gone.yaml, ../x.yaml]
                                         ~~~~~~~~~
      hint: paths are relative to pipeline.yaml
    pipeline.yaml:2:45: error params-file-missing: the params file \`../x.yaml\` is not a path inside the project
        params: [params.yaml, more.json, gone.yaml, ../x.yaml]
                                                    ~~~~~~~~~
      hint: paths are relative to pipeline.yaml
    more.json:1:8: error unsafe-integer: the integer \`123456789012345678\` is larger than 2^53 and would lose digits
        {"id": 123456789012345678}
               ~~~~~~~~~~~~~~~~~~
      hint: put it in quotes: "123456789012345678"
    params.yaml:2:10: error not-finite: \`.nan\` is not a finite number
          trees: .nan
                 ~~~~
      hint: leave the key out, write \`null\`, or put the word in quotes
    params.yaml:3:3: error duplicate-key: the key \`trees\` is written twice in one map
          trees: 2
          ~~~~~
      params.yaml:2:3: first written here
      hint: remove one of the two
    "
  `);
  expect(await check('mlp: 1\nparams: params.yaml\nstages: {}\n', {files: {'params.yaml': '- a\n'}}))
    .toMatchInlineSnapshot(`
    "
    params.yaml:1:1: error params-not-a-map: the params file \`params.yaml\` must hold a map of names
        - a
        ~~~
      hint: for example \`train: {trees: 200}\`
    "
  `);
});

test('--set that is wrong, or names what no file has', async () => {
  const files = {'params.yaml': 'train: {trees: 200}\nlist: [1]\n'};
  const set = ['train.trees', '=3', 'train.treees=3', 'list[4]=2', 'a..b=1', 'x=[1', 'y=.inf'];
  expect(await check('mlp: 1\nparams: params.yaml\nstages: {}\n', {files, set})).toMatchInlineSnapshot(`
    "
    error bad-set: \`--set train.trees\`: there is no \`=\`
      hint: write it as \`--set train.trees=300\`
    error bad-set: \`--set =3\`: the name before \`=\` is not a dotted path
      hint: write it as \`--set train.trees=300\`
    warning set-new-param: \`--set train.treees=...\` makes a param that no params file has
    warning set-new-param: \`--set list[4]=...\` makes a param that no params file has
    error bad-set: \`--set list[4]=2\`: there is no such element in the list
      hint: write it as \`--set train.trees=300\`
    error bad-set: \`--set a..b=1\`: the name before \`=\` is not a dotted path
      hint: write it as \`--set train.trees=300\`
    warning set-new-param: \`--set y=...\` makes a param that no params file has
    --set:1:1: error not-finite: \`.inf\` is not a finite number
        .inf
        ~~~~
      hint: leave the key out, write \`null\`, or put the word in quotes
    --set:1:3: error yaml-syntax: a closing quote or bracket is missing
        [1
          ~
    "
  `);
});
