import {expect, test} from 'vitest';
import {checkStages} from './check.ts';

const mistakes: readonly (readonly [string, string])[] = [
  ['unknown keys', 'a: {cmd: x, dep: [y], retyr: 1, zzzzzz: 1}'],
  ['a stage without keys', 'a:'],
  ['a stage that is a text', 'a: python x.py'],
  ['no action', 'a: {outs: [x]}'],
  ['several actions', 'a: {cmd: x, run: y.ts}'],
  ['bad names', 'a b: {cmd: x}\n-c: {cmd: x}\n.d: {cmd: x}\n"train@x": {cmd: x}\né: {cmd: x}'],
  ['empty commands', 'a: {cmd: ""}\nb: {cmd: []}\nc: {cmd: "  \\n"}'],
  ['a command with a map in it', 'a: {cmd: [x, {y: 1}]}'],
  ['a run that is no module', 'a: {run: train.py}\nb: {run: src/x.ts#a-b}'],
  [
    'cwd and shell beside run, uses and a list',
    'a: {run: x.ts, cwd: y, shell: bash}\nb: {uses: copy, cwd: y}\nc: {cmd: [x], shell: bash -c}',
  ],
  [
    'approvals that nobody could give',
    'a: {approval: true}\nb: {approval: true, shows: [x], by: [a@x], count: 2, outs: [y, z], params: [p], env: [E]}\nc: {approval: false, shows: [x]}\nd: {cmd: x, shows: [x], by: [a@x]}\ne: {approval: true, shows: [x], by: [a@x], when: never, require: trust, expires: soon}',
  ],
  [
    'excludes of a matrix',
    'a: {matrix: {model: [x, y], size: [1, 2], exclude: [{modle: x}, {size: 3}, {model: x, size: 1}]}, cmd: "x ${matrix.model}"}',
  ],
  ['braces that stand for too many', 'a: {cmd: x, deps: ["d/{1..2000}.csv", {glob: "e/{1..1000}.csv"}]}'],
  ['with beside cmd', 'a: {cmd: x, with: {y: 1}}'],
  ['an unknown built-in stage', 'a: {uses: cpoy}'],
  ['wrong settings of a built-in stage', 'a: {uses: copy, with: {times: many, haeder: x}}'],
  [
    'wrong types everywhere',
    'a: {cmd: 3, deps: x, outs: 3, params: x, env: x, secrets: {a: 1}, cwd: [x], after: x, seed: 1.5, tags: {}, description: 3, always: "yes", on_error: ignore, sandbox: on}',
  ],
  [
    'durations and sizes',
    'a: {cmd: x, timeout: soon, timeout_idle: -1, resources: {memory: much, cpu: 0}, retry: {times: 1, backoff: {first: later}}}\nb: {cmd: x, timeout: 0s}',
  ],
  [
    'retries',
    'a: {cmd: x, retry: {times: -1, on: [sometimes], backof: {}}}\nb: {cmd: x, retry: often}\nc: {cmd: x, retry: {on: [exit]}}',
  ],
  [
    'resources',
    'a: {cmd: x, resources: {memroy: 2G}}\nb: {cmd: x, resources: {gpu: 2}}\nc: {cmd: x, resources: {gpu: lots}}',
  ],
  [
    'paths outside the project or inside .mlp',
    'a: {cmd: x, deps: [../y, /etc/passwd, .mlp/x, ""], outs: [../z, ., .mlp, {path: a/../../b}], cwd: /tmp, code: [../c.py]}',
  ],
  ['an output with a wildcard', 'a: {cmd: x, outs: ["*.csv"]}'],
  [
    'inputs that say too much or nothing',
    'a: {cmd: x, deps: [{path: y, glob: z}, {}, {path: y, sha256: 0}, {pth: y}, 3]}',
  ],
  [
    'an input that is both a path and a glob',
    'a: {cmd: x, deps: [{path: y, glob: z}, {}, {optional: true, url: "https://x.org"}]}',
  ],
  ['one input twice', 'a: {cmd: x, deps: [y, ./y]}'],
  ['two outputs with one name', 'a: {cmd: x, outs: {m: y}, metrics: {m: z}}'],
  ['variables', 'a: {cmd: x, env: ["1X", A-B, TOKEN], secrets: [TOKEN]}'],
  ['always and frozen', 'a: {cmd: x, always: true, frozen: true}'],
  [
    'after a stage that is not there',
    'train: {matrix: {m: [a, b]}, cmd: x}\nb: {cmd: x, after: [trian, train@c, train@a, train]}',
  ],
  ['two writers', 'a: {cmd: x, outs: [m]}\nb: {cmd: x, outs: [y]}\nc: {cmd: x, outs: [./m]}'],
  ['branches that write one path', 'a: {matrix: {m: [x, y]}, cmd: "${matrix.m}", outs: [model.bin]}'],
  ['one stage that declares an output twice', 'a: {cmd: x, outs: [m], metrics: [m]}'],
  ['an output inside another', 'a: {cmd: x, outs: [models, models/a.bin]}\nb: {cmd: x, outs: [models/b.bin]}'],
  [
    'a cycle of files',
    'a: {cmd: x, deps: [c.txt], outs: [a.txt]}\nb: {cmd: x, deps: [a.txt], outs: [b.txt]}\nc: {cmd: x, deps: [b.txt], outs: [c.txt]}',
  ],
  ['a cycle through after', 'a: {cmd: x, after: [b]}\nb: {cmd: x, after: [a]}'],
  ['a stage that reads what it writes', 'a: {cmd: x, deps: ["r/*.json"], outs: [r/all.json]}'],
  ['matrix and foreach', 'a: {matrix: {m: [x]}, foreach: [y], cmd: z}'],
  [
    'a matrix that is none',
    'a: {matrix: [x], cmd: z}\nb: {matrix: {m: x}, cmd: z}\nc: {matrix: {}, cmd: z}\nd: {matrix: {m: [x], include: y}, cmd: z}',
  ],
  ['one value twice', 'a: {matrix: {m: [x, y, x]}, cmd: z}\nb: {foreach: [1, 1.0], cmd: z}'],
  [
    'a matrix that explodes',
    `a: {matrix: {x: [${Array.from({length: 400}, (_, i) => i).join(', ')}], y: [${Array.from({length: 400}, (_, i) => i).join(', ')}]}, cmd: z}`,
  ],
  ['no branches', 'a: {foreach: [], cmd: z, dep: y}'],
  [
    'a foreach over nothing',
    'a: {foreach: 3, cmd: z}\nb: {foreach: somewhere, cmd: z}\nc: {foreach: {json: 3}, cmd: z}',
  ],
  [
    'an item that is not known before the run',
    's: {cmd: x, outs: [p]}\na: {foreach: "${stages.s.outs[0]}", cmd: "z ${item}", retry: "${item.n}", tags: ["${item}"]}',
  ],
  ['an executor that is not there', 'a: {cmd: x, executor: slurm}'],
  ['a foreach over its own output', 'a: {foreach: "${stages.a.outs[0]}", cmd: z, outs: [p]}'],
];

test.each(mistakes)('%s', async (_, stages) => {
  expect(await checkStages(stages)).toMatchSnapshot();
});
