import {readFileSync} from 'node:fs';
import {expect, test} from 'vitest';
import type {Json} from '../../src/base/json.ts';
import {expandDynamic, expandItems} from '../../src/config/expand.ts';
import type {DynamicSpec, StageSpec} from '../../src/model/stage.ts';
import {buildGraph} from '../../src/model/graph.ts';
import {commandOf, dynamicOf, nodesOf, withHead, testKinds} from './check.ts';

const FILES = `
split: {cmd: split, outs: {parts: build/parts}}
each:
  foreach: \${stages.split.outs.parts}
  cmd: clean \${deps.in} "\${item.stem}" --lr \${params.lr} > \${outs.out}
  deps: {in: "\${item}", words: lib/words.txt}
  outs: {out: "clean/\${item.stem}.csv"}
  env: {PART: "\${item.name}"}
join: {cmd: cat, deps: ["clean/*.csv"], outs: [all.csv]}
`;
const params = {head: 'params: p.yaml\n', files: {'p.yaml': 'lr: 1e-5\n'}};

function expanded(dynamic: DynamicSpec, items: readonly Json[]): readonly StageSpec[] {
  const result = expandDynamic(dynamic, items, testKinds);
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  // The template is kept in a file between two runs.
  const again = expandDynamic(JSON.parse(JSON.stringify(dynamic)) as DynamicSpec, items, testKinds);
  expect(again).toEqual(result);
  return result.value;
}

const problemsOf = (dynamic: DynamicSpec, items: readonly Json[]): readonly string[] => {
  const result = expandDynamic(dynamic, items, testKinds);
  return result.ok ? [] : result.error.map(({code, message, place}) => `${place?.line ?? 0} ${code}: ${message}`);
};

test('before the run a dynamic stage stands between what it goes through and who reads its results', async () => {
  const nodes = await nodesOf(withHead(FILES).replace('mlp: 1\n', `mlp: 1\n${params.head}`), params);
  expect(nodes[1]).toMatchObject({
    kind: 'dynamic',
    over: {kind: 'files', folder: 'build/parts', pattern: '**'},
    outGlobs: ['clean/*.csv'],
    deps: [{path: 'build/parts'}, {path: 'lib/words.txt'}],
  });
  expect(buildGraph(nodes).graph.upstream).toEqual([[], [0], [1]]);
});

test('each file of a folder becomes a branch that has that file only as its input', async () => {
  const dynamic = await dynamicOf(FILES, 'each', params);
  const items = expandItems(['b.csv', "it's [1].csv", 'a.csv'], dynamic);
  const stages = expanded(dynamic, items.ok ? items.value : []);
  expect(stages.map((stage) => stage.name)).toEqual([
    'each@a.csv',
    'each@b.csv',
    expect.stringMatching(/^each@it-s-1-.csv-[0-9a-f]{8}$/),
  ]);
  expect(stages[2]?.deps.map(({name, kind, path}) => [name, kind, path])).toEqual([
    ['in', 'path', "build/parts/it's [1].csv"],
    ['words', 'path', 'lib/words.txt'],
  ]);
  expect(stages.map(commandOf)).toEqual([
    'clean build/parts/a.csv "a" --lr 1e-5 > clean/a.csv',
    'clean build/parts/b.csv "b" --lr 1e-5 > clean/b.csv',
    `clean 'build/parts/it'\\''s [1].csv' "it's [1]" --lr 1e-5 > 'clean/it'\\''s [1].csv'`,
  ]);
  expect(stages[0]).toMatchObject({group: 'each', env: {PART: 'a.csv'}});
});

test('the name of a file is never a pattern, in whatever form the input is written', async () => {
  const dynamic = await dynamicOf(
    `
split: {cmd: split, outs: [parts]}
each:
  foreach: {files: parts}
  cmd: x
  deps:
    plain: "\${item}"
    path: {path: "\${item}"}
    list: ["\${item}", {path: "more/\${item.name}"}]
    near: "more/\${item.stem}-*.csv"
    glob: {glob: "\${item}*"}
  outs: ["out/\${item.name}"]
`,
    'each',
  );
  const [plain, odd] = expanded(dynamic, ['parts/a.csv', 'parts/[b].csv']);
  const depsOf = (stage?: StageSpec) => stage?.deps.map(({name, kind, path}) => `${name}: ${kind} ${path}`);
  expect(depsOf(plain)).toEqual([
    'plain: path parts/a.csv',
    'path: path parts/a.csv',
    'list: path parts/a.csv',
    'list: path more/a.csv',
    'near: glob more/a-*.csv',
    'glob: glob parts/a.csv*',
  ]);
  expect(depsOf(odd)).toEqual([
    'plain: path parts/[b].csv',
    'path: path parts/[b].csv',
    'list: path parts/[b].csv',
    'list: path more/[b].csv',
    'near: glob more/\\[b\\]-*.csv',
    'glob: glob parts/\\[b\\].csv*',
  ]);
});

test('variables are the same, written as a list or as a map', async () => {
  const yaml = (env: string) => `
s: {cmd: x, outs: [l.json]}
each: {foreach: {json: l.json}, cmd: x, env: ${env}}
`;
  for (const env of ['[A, B]', '{A: null, B: }'])
    expect(expanded(await dynamicOf(yaml(env), 'each'), ['i'])[0]?.env).toEqual({A: null, B: null});
});

test('a branch of a dynamic stage is the same stage as one written out', async () => {
  const dynamic = await dynamicOf(
    's: {cmd: x, outs: [l.json]}\na: {foreach: "${stages.s.outs[0]}", cmd: [p, "${item.n}"], outs: ["o/${item.n}"], timeout: "${item.t}"}',
    'a',
  );
  const [branch] = expanded(dynamic, [{n: 1, t: '5m'}]);
  const {
    place: _,
    name,
    ...rest
  } = (
    await nodesOf(
      withHead('a: {foreach: [{n: 1, t: 5m}], cmd: [p, "${item.n}"], outs: ["o/${item.n}"], timeout: "${item.t}"}'),
    )
  )[0] as StageSpec;
  expect(branch).toMatchObject({...rest, name});
});

test('only files that match the pattern are items', async () => {
  const dynamic = await dynamicOf("a: {foreach: {files: raw, pattern: '*.csv'}, cmd: 'x ${item}'}", 'a');
  expect(expandItems(['b.csv', 'a.csv', 'c.txt', 'sub/d.csv'], dynamic)).toEqual({
    ok: true,
    value: ['raw/a.csv', 'raw/b.csv'],
  });
});

test('a JSON list is found by its pointer; what is no list is a mistake', async () => {
  const dynamic = await dynamicOf('a: {foreach: {json: plan.json, pointer: a.b}, cmd: "x ${item}"}', 'a');
  expect(expandItems('{"a": {"b": [1, "x", {"k": 2}]}}', dynamic)).toEqual({ok: true, value: [1, 'x', {k: 2}]});
  const messages = ['{', '{"a": 1}', '{"a": {"b": {}}}', '{"a": {"b": [[1]]}}'].map((text) => {
    const result = expandItems(text, dynamic);
    return result.ok ? 'fine' : `${result.error.code}: ${result.error.message}`;
  });
  expect(messages).toMatchInlineSnapshot(`
    [
      "bad-items: \`plan.json\`, which \`a\` goes through, is not JSON",
      "bad-items: \`plan.json\`, which \`a\` goes through, has nothing at \`a.b\`",
      "bad-items: \`plan.json\`, which \`a\` goes through, must hold a list at \`a.b\`, not an empty map",
      "bad-items: element 0 of \`plan.json\`, which \`a\` goes through, must be a text, a number or a map, not a list",
    ]
  `);
});

test('items with lists and maps become several words, inputs and typed settings', async () => {
  const dynamic = await dynamicOf(
    's: {cmd: x, outs: [l.json]}\na: {foreach: "${stages.s.outs[0]}", cmd: [p, "${item.args}", "${deps.in}", --end], deps: {in: "${item.in}", more: x.csv}, outs: ["o/${item.id}"], seed: "${item.seed:-7}"}',
    'a',
  );
  const [one, two] = expanded(dynamic, [
    {id: 1, args: {fast: true, n: 2}, in: 'a b.csv'},
    {id: 2, args: [], in: 'c.csv', seed: 3},
  ]);
  expect([one, two].map((stage) => (stage === undefined ? '' : commandOf(stage)))).toEqual([
    ['p', '--fast', '--n', '2', 'a b.csv', '--end'],
    ['p', 'c.csv', '--end'],
  ]);
  expect([one?.seed, two?.seed]).toEqual([7, 3]);
});

test('settings of a built-in stage that wait for an item keep the defaults of the others', async () => {
  const dynamic = await dynamicOf(
    's: {cmd: x, outs: [l.json]}\na: {foreach: "${stages.s.outs[0]}", uses: copy, with: {header: "${item}"}}',
    'a',
  );
  expect(expanded(dynamic, ['h'])[0]?.action).toEqual({
    kind: 'builtin',
    uses: 'copy',
    version: 3,
    settings: {header: 'h', times: 1},
  });
});

test('settings that name files, and an item that does not fit them', async () => {
  const dynamic = await dynamicOf(
    's: {cmd: x, outs: [l.json]}\na: {foreach: "${stages.s.outs[0]}", uses: lookup, with: {table: "t/${item}.csv"}}',
    'a',
  );
  expect(dynamic.deps.map(({path}) => path)).toEqual(['l.json', 't/*.csv']);
  expect(expanded(dynamic, ['h'])[0]?.deps).toMatchObject([{name: 'table', kind: 'path', path: 't/h.csv'}]);
  const any = await dynamicOf(
    's: {cmd: x, outs: [l.json]}\na: {foreach: "${stages.s.outs[0]}", uses: lookup, with: {table: "${item.t}"}}',
    'a',
  );
  expect(problemsOf(any, [{t: [1]}, {t: '/x'}])).toMatchInlineSnapshot(`
    [
      "4 bad-settings: \`with\` does not fit \`lookup\` with the values of this item (in \`a@7c7b4997\`)",
      "4 bad-path: \`/x\` is an absolute path (in \`a@a9de3ff4\`)",
    ]
  `);
});

test('items that do not fit are mistakes at the stage, never exceptions', async () => {
  const dynamic = await dynamicOf(
    's: {cmd: x, outs: [l.json]}\na: {foreach: "${stages.s.outs[0]}", cmd: "x ${item.k}", outs: ["${item.p}"], timeout: "${item.t}"}',
    'a',
  );
  expect(
    problemsOf(dynamic, [
      {k: 1, p: '../x', t: 'soon'},
      {k: [[1]], p: 'ok', t: 1},
      {p: 3, t: []},
      5,
      {k: 1, p: 'p', t: 1},
      {t: 1, p: 'p', k: 1},
    ]),
  ).toMatchInlineSnapshot(`
    [
      "4 duplicate-branch: the value \`3747770b\` stands twice in the list",
      "4 bad-path: \`../x\` lies outside the project (in \`a@6650c3d9\`)",
      "4 wrong-type: \`timeout\` must be a duration such as \`90s\`, \`30m\` or \`1h30m\`, or a number of seconds, not the text \`soon\` (in \`a@6650c3d9\`)",
      "4 not-a-scalar: \`x \${item.k}\` is a list or a map, which cannot stand here in a text (in \`a@ea096aab\`)",
      "4 wrong-type: \`outs\` must be a path, or a map with \`path\`, not the number 3 (in \`a@f7a78103\`)",
      "4 no-item: an item has no \`k\`, so \`\${item.k}\` has no value (in \`a@f7a78103\`)",
      "4 no-item: an item has no \`t\`, so \`\${item.t}\` has no value (in \`a@5\`)",
      "4 no-item: an item has no \`p\`, so \`\${item.p}\` has no value (in \`a@5\`)",
      "4 no-item: an item has no \`k\`, so \`\${item.k}\` has no value (in \`a@5\`)",
    ]
  `);
});

test('expanding loads neither yaml nor zod', () => {
  const seen = new Set<string>();
  const visit = (url: URL): void => {
    if (seen.has(url.href)) return;
    seen.add(url.href);
    for (const [, specifier] of readFileSync(url, 'utf8').matchAll(/^import (?!type\b)[^;]*?from '([^']+)';/gms)) {
      expect(specifier, url.href).toMatch(/^\./);
      if (specifier !== undefined) visit(new URL(specifier, url));
    }
  };
  visit(new URL('../../src/config/expand.ts', import.meta.url));
  expect(seen.size).toBeGreaterThan(8);
});
