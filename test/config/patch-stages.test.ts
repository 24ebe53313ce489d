/** Files are added to stages in the shape in which their author wrote them. */
import {expect, it} from 'vitest';
import {parse} from 'yaml';
import {patchStages, type Additions} from '../../src/config/patch-stages.ts';

const none: Additions = {deps: [], code: [], outs: []};
const patch = (text: string, additions: Partial<Additions>, ...groups: readonly string[]) =>
  patchStages(text, new Map((groups.length === 0 ? ['a'] : groups).map((group) => [group, {...none, ...additions}])));

it.each([
  [
    'a block list',
    'stages:\n  a:\n    cmd: x\n    deps:\n      - one # why\n      # and\n    outs: [o]\n',
    'stages:\n  a:\n    cmd: x\n    deps:\n      - one # why\n      - new.csv\n      # and\n    outs: [o]\n',
  ],
  ['a flow list', 'stages:\n  a: {cmd: x, deps: [one]}\n', 'stages:\n  a: {cmd: x, deps: [one, new.csv]}\n'],
  ['an empty list', 'stages:\n  a:\n    deps: []\n    cmd: x\n', 'stages:\n  a:\n    deps: [new.csv]\n    cmd: x\n'],
  [
    'a map of names',
    'stages:\n  a:\n    deps:\n      new: one\n    cmd: x\n',
    'stages:\n  a:\n    deps:\n      new: one\n      new_2: new.csv\n    cmd: x\n',
  ],
  [
    'no list, below a script of several lines',
    'stages:\n  a:\n    cmd: |\n      one\n      two\n\n    outs: [o]\n',
    'stages:\n  a:\n    cmd: |\n      one\n      two\n    deps: [new.csv]\n\n    outs: [o]\n',
  ],
  ['no list, in one line', 'stages: {a: {cmd: x}}', 'stages: {a: {cmd: x, deps: [new.csv]}}'],
  [
    'a list at the depth of its key, Windows line ends',
    'stages:\r\n  a:\r\n    deps:\r\n    - one\r\n    cmd: x\r\n',
    'stages:\r\n  a:\r\n    deps:\r\n    - one\n    - new.csv\r\n    cmd: x\r\n',
  ],
  ['no line end at the end', 'stages:\n  a:\n    cmd: x', 'stages:\n  a:\n    cmd: x\n    deps: [new.csv]'],
])('%s', async (_, before, after) => {
  expect(await patch(before, {deps: ['new.csv']})).toEqual({text: after, left: []});
});

it('writes names so that they are read as they are', async () => {
  const odd = ['a b', 'x: y', '- z', '*.csv', 'true', '1e3', 'new\nline', "it's", '#c', 'ä', '@x', '\u2028', '[a]'];
  const {text} = await patch('stages:\n  a:\n    cmd: x\n    outs:\n      - o\n', {deps: odd, outs: odd});
  const {deps, outs} = (parse(text) as {stages: {a: {deps: (string | {path: string})[]; outs: string[]}}}).stages.a;
  expect(deps.map((dep) => (typeof dep === 'string' ? dep : dep.path))).toEqual(odd);
  expect(outs).toEqual(['o', ...odd]);
});

it.each([
  'stages:\n  b: &b {cmd: x}\n  a: *b\n',
  'base: &b {deps: [x]}\nstages:\n  a:\n    <<: *b\n    cmd: x\n',
  'd: &d [x]\nstages:\n  a:\n    cmd: x\n    deps: *d\n',
  'stages:\n  a:\n    cmd: x\n    deps:\n',
  'stages:\n  b: {cmd: x}\n',
  'stages: [\n',
  '',
])('leaves to the author what it cannot place surely: %j', async (text) => {
  expect(await patch(text, {deps: ['new.csv']})).toEqual({text, left: ['a']});
});

it('adds to several stages and keys at once', async () => {
  const text = 'stages:\n  a:\n    cmd: x\n  b:\n    cmd: y\n';
  expect((await patch(text, {deps: ['d'], code: ['c.py'], outs: ['o']}, 'b', 'a')).text).toBe(
    'stages:\n  a:\n    cmd: x\n    deps: [d]\n    code: [c.py]\n    outs: [o]\n  b:\n    cmd: y\n    deps: [d]\n    code: [c.py]\n    outs: [o]\n',
  );
});
