import fc from 'fast-check';
import {expect, test} from 'vitest';
import {buildGraph, edgeInput} from '../../src/model/graph.ts';
import type {ProjectPath, StageName} from '../../src/model/ids.ts';
import type {DepSpec, DynamicSpec, NodeSpec, OutSpec, StageSpec} from '../../src/model/stage.ts';

interface Parts {
  readonly deps?: readonly string[];
  readonly outs?: readonly string[];
  readonly after?: readonly string[];
}

const dep = (path: string): DepSpec => ({name: path, kind: /[*?]/.test(path) ? 'glob' : 'path', path, optional: false});
const out = (path: string): OutSpec => ({
  name: path,
  path: path as ProjectPath,
  role: 'out',
  type: 'any',
  cache: true,
  persist: false,
  optional: false,
  push: true,
});

function stage(name: string, {deps = [], outs = [], after = []}: Parts): StageSpec {
  return {
    kind: 'stage',
    name: name as StageName,
    group: name.split('@')[0] ?? name,
    action: {kind: 'argv', argv: ['true']},
    cwd: '.' as ProjectPath,
    deps: deps.map(dep),
    outs: outs.map(out),
    params: {},
    env: {},
    secrets: [],
    after,
    code: [],
    ignoreCode: [],
    retry: {times: 0, on: [], backoff: {firstMs: 0, factor: 1, maxMs: 0}},
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
  };
}

const dynamic = (name: string, deps: readonly string[], outGlobs: readonly string[]): DynamicSpec => ({
  kind: 'dynamic',
  name: name as StageName,
  group: name,
  over: {kind: 'files', folder: 'parts' as ProjectPath, pattern: '**'},
  template: {},
  deps: deps.map(dep),
  after: [],
  outGlobs,
  tags: [],
});

/** `b <- a`: b comes after a. */
function edges(nodes: readonly NodeSpec[]): readonly string[] {
  const {graph} = buildGraph(nodes);
  return graph.upstream.flatMap((sources, id) =>
    sources.map((source) => `${nodes[id]?.name ?? ''} <- ${nodes[source]?.name ?? ''}`),
  );
}

test.each([
  ['the very file', 'build/x.csv', 'build/x.csv'],
  ['a file inside a folder that is written', 'build/x.csv', 'build'],
  ['a folder that holds what is written', 'build', 'build/sub/x.csv'],
  ['a glob that matches it', 'build/*.csv', 'build/x.csv'],
  ['a glob below a folder that is written', 'build/*.csv', 'build'],
  ['a glob that begins above a folder that is written', '*/x.csv', 'build'],
  ['a glob of any depth', '**/*.csv', 'build/sub/x.csv'],
])('a stage comes after another that writes %s', (_, reads, writes) => {
  expect(edges([stage('reader', {deps: [reads]}), stage('writer', {outs: [writes]})])).toEqual(['reader <- writer']);
});

test.each([
  ['build/x.csv', 'build/x.csv.gz'],
  ['build', 'build2/x'],
  ['build/*.csv', 'build/sub/x.csv'],
  ['build/*.csv', 'other'],
])('%s and %s have nothing to do with each other', (reads, writes) => {
  expect(edges([stage('reader', {deps: [reads]}), stage('writer', {outs: [writes]})])).toEqual([]);
});

test('after a group means after all its branches', () => {
  const nodes = [
    stage('report', {after: ['train']}),
    stage('train@a', {}),
    stage('train@b', {}),
    stage('one', {after: ['train@b']}),
  ];
  expect(edges(nodes)).toEqual(['report <- train@a', 'report <- train@b', 'one <- train@b']);
});

test('a dynamic stage stands between what it goes through and who reads what its branches may write', () => {
  const nodes = [
    stage('join', {deps: ['done/*.csv']}),
    dynamic('each', ['parts'], ['done/*.csv']),
    stage('split', {outs: ['parts']}),
    stage('one', {deps: ['done/a.csv']}),
    stage('folder', {deps: ['done']}),
    stage('else', {deps: ['done/a.txt']}),
  ];
  expect(edges(nodes)).toEqual(['join <- each', 'each <- split', 'one <- each', 'folder <- each']);
});

test('stages are sorted after what they need and otherwise stay in the order of the file', () => {
  const nodes = [
    stage('c', {deps: ['b']}),
    stage('z', {}),
    stage('b', {deps: ['a'], outs: ['b']}),
    stage('a', {outs: ['a']}),
  ];
  expect(buildGraph(nodes).graph.order.map((id) => nodes[id]?.name)).toEqual(['a', 'b', 'c', 'z']);
});

test('a cycle is told once, with all its stages', () => {
  const nodes = [
    stage('a', {deps: ['c'], outs: ['a']}),
    stage('b', {deps: ['a'], outs: ['b']}),
    stage('c', {deps: ['b'], outs: ['c']}),
  ];
  expect(buildGraph(nodes).problems).toEqual([{kind: 'cycle', nodes: [0, 2, 1]}]);
});

test('a stage that reads what it writes is a cycle of one', () => {
  expect(buildGraph([stage('a', {deps: ['x/*.json'], outs: ['x/all.json']})]).problems).toEqual([
    {kind: 'cycle', nodes: [0]},
  ]);
});

test('two writers of one path, and an output inside another, are problems', () => {
  const {problems} = buildGraph([stage('a', {outs: ['m']}), stage('b', {outs: ['m', 'm/x']})]);
  expect(problems).toEqual([
    {kind: 'two-writers', path: 'm', first: 0, second: 1},
    {kind: 'nested-outputs', inner: 'm/x', innerNode: 1, outer: 'm', outerNode: 0},
  ]);
});

test('an edge can say which input it comes from', () => {
  const writer = stage('w', {outs: ['build']});
  expect(edgeInput(stage('r', {deps: ['raw', 'build/x']}), writer)?.path).toBe('build/x');
  expect(edgeInput(stage('r', {after: ['w']}), writer)).toBeUndefined();
});

test('in any pipeline each stage is ordered after its upstream, unless there is a cycle', () => {
  const path = fc.constantFrom('a', 'b', 'c', 'a/x', 'b/y', 'a/*', '**');
  const node = fc.record({
    deps: fc.array(path, {maxLength: 2}),
    outs: fc.array(fc.constantFrom('a', 'b', 'c', 'd/x', 'd/y'), {maxLength: 1}),
  });
  fc.assert(
    fc.property(fc.array(node, {maxLength: 6}), (parts) => {
      const {graph, problems} = buildGraph(parts.map((part, index) => stage(`s${index}`, part)));
      expect([...graph.order].sort((a, b) => a - b)).toEqual(parts.map((_, index) => index));
      const rank = new Map(graph.order.map((id, place) => [id, place]));
      const inOrder = graph.upstream.every((sources, id) =>
        sources.every((source) => (rank.get(source) ?? 0) < (rank.get(id) ?? 0)),
      );
      expect(inOrder).toBe(!problems.some((problem) => problem.kind === 'cycle'));
    }),
  );
});

test('a chain of fifty thousand stages, each with a folder and a glob among its inputs, is a graph', () => {
  const nodes = Array.from({length: 50_000}, (_, index) =>
    stage(`s${index}`, {deps: [`d${index}/out.csv`, `raw/${index}/sub`, `in${index}/*.csv`], outs: [`d${index + 1}`]}),
  );
  const {graph, problems} = buildGraph(nodes);
  expect(problems).toEqual([]);
  expect(graph.upstream.reduce((sum, sources) => sum + sources.length, 0)).toBe(49_999);
});
