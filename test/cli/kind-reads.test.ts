/** Built-in stages whose settings name files and functions: they belong to the stage as its deps and its code do. */
import {describe, expect, it, vi} from 'vitest';
import {Rig} from '../rig/rig.ts';
import {edit} from '../rules/project.ts';

vi.mock('../../src/stages/index.ts', async () => ({stageKinds: [(await import('../fakes/apply-kind.ts')).applyKind]}));
vi.mock('../../src/host/module-entry.ts', async (original) =>
  (await import('../fakes/apply-kind.ts')).withFakeKinds(await original()),
);

function rigWith(stages: string, files: Readonly<Record<string, string>> = {}): Rig {
  const rig = new Rig();
  rig.write('pipeline.yaml', `mlp: 1\nstages:\n${stages}`);
  rig.write('in.csv', 'abc');
  for (const [name, text] of Object.entries(files)) rig.write(name, text);
  return rig;
}

const outOf = (rig: Rig): unknown => JSON.parse(rig.read('out.json'));

describe('files that settings name', () => {
  it('are deps: after the stage that writes them, part of the key, found under their name', async () => {
    await using rig = rigWith(
      `  use: {uses: apply, deps: {table: in.csv}, with: {schema: made.yaml, words: 'w/*.txt'}, outs: [out.json]}
  make: {cmd: cp from.yaml made.yaml, deps: [from.yaml], outs: [made.yaml]}
`,
      {'from.yaml': 'one', 'w/b.txt': '', 'w/a.txt': ''},
    );
    expect((await rig.run()).ran).toEqual(['make', 'use']);
    expect(outOf(rig)).toEqual({
      schema: 'one',
      inputs: {table: ['in.csv'], schema: ['made.yaml'], words: ['w/a.txt', 'w/b.txt']},
    });
    rig.write('from.yaml', 'two');
    expect((await rig.run()).ran).toEqual(['make', 'use']);
    rig.write('w/c.txt', '');
    expect((await rig.run()).ran).toEqual(['use']);
    expect((await rig.run()).ran).toEqual([]);
  });

  it('are no duplicates of a dep of the same name, nor of one of the same path', async () => {
    await using rig = rigWith(
      `  same: {uses: apply, deps: {table: in.csv, schema: s.yaml}, with: {schema: ./s.yaml}, outs: [out.json]}
  path: {uses: apply, deps: [in.csv, s.yaml], with: {schema: s.yaml}, outs: [out2.json]}
`,
      {'s.yaml': 'one'},
    );
    const result = await rig.run();
    expect(result.talk).toBe('');
    expect(outOf(rig)).toMatchObject({inputs: {table: ['in.csv'], schema: ['s.yaml']}});
    expect(JSON.parse(rig.read('out2.json'))).toMatchObject({
      inputs: {'in.csv': ['in.csv'], 's.yaml': ['s.yaml'], schema: ['s.yaml']},
    });
  });

  it('of another file than the dep of that name, or outside the project, are mistakes with their place', async () => {
    await using rig = rigWith(
      `  use:
    uses: apply
    deps: {table: in.csv, schema: other.yaml}
    with: {schema: s.yaml}
    outs: [out.json]
  out:
    uses: apply
    with: {schema: ../s.yaml}
    outs: [out2.json]
`,
    );
    const result = await rig.mlp('run');
    expect(result.code).toBe(2);
    expect(result.talk).toContain(
      'pipeline.yaml:6:20: error duplicate-name: the settings read `s.yaml` as the input `schema`, but `deps` has `other.yaml` under that name',
    );
    expect(result.talk).toContain('pipeline.yaml:10:20: error bad-path: `../s.yaml` lies outside the project');
  });

  it('are those of the item in a branch that is known only during the run', async () => {
    await using rig = rigWith(
      `  list: {cmd: cp names.json l.json, deps: [names.json], outs: {l: l.json}}
  each:
    foreach: '\${stages.list.outs.l}'
    uses: apply
    deps: {table: in.csv}
    with: {schema: 's/\${item}.yaml', functions: {f: 'f.ts#\${item}'}}
    outs: ['out/\${item}.json']
`,
      {
        'names.json': '["x", "y"]',
        's/x.yaml': 'X',
        's/y.yaml': 'Y',
        'f.ts': "export const x = () => 'fx';\nexport const y = () => 'fy';\n",
      },
    );
    expect((await rig.run()).outcomes).toMatchObject({'each@x': 'ran', 'each@y': 'ran'});
    expect(JSON.parse(rig.read('out/y.json'))).toMatchObject({f: 'fy', schema: 'Y'});
    rig.write('s/y.yaml', 'Z');
    expect((await rig.run()).ran).toEqual(['each@y']);
    edit(rig, 'f.ts', "'fx'", "'fxx'");
    expect((await rig.run()).ran).toEqual(['each@x']);
  });
});

describe('functions that settings name', () => {
  const stage =
    "  use: {uses: apply, deps: {table: in.csv}, with: {functions: {a: src/f.ts, b: 'src/f.ts#half'}}, outs: [out.json]}\n";
  const files = {
    'src/f.ts': `import {double} from './lib/middle.ts';
export default (text: string): string => double(text);
export async function half(text: string): Promise<string> {
  return text.slice(0, 1);
}
export const unused = 1;
`,
    'src/lib/middle.ts': "export {double} from './deep.ts';\n",
    'src/lib/deep.ts': 'export function double(x: string): string {\n  return x + x;\n}\n',
  };

  it('are built and called, also asynchronous ones', async () => {
    await using rig = rigWith(stage, files);
    expect((await rig.run()).outcomes).toEqual({use: 'ran'});
    expect(outOf(rig)).toMatchObject({a: 'abcabc', b: 'a'});
  });

  it('are code of the stage: a change two imports deep runs it and is told, comments and unused exports do not', async () => {
    await using rig = rigWith(stage, files);
    await rig.run();
    edit(rig, 'src/f.ts', 'export const unused = 1;', '// a remark\nexport const unused = 2;');
    expect((await rig.run()).outcomes).toEqual({use: 'skipped'});
    edit(rig, 'src/lib/deep.ts', 'x + x', "x + '-' + x");
    expect((await rig.mlp('why', 'use')).out + (await rig.mlp('why', 'use')).talk).toMatch(/deep\.ts/);
    expect((await rig.mlp('run')).talk).toMatch(/use +ran .*code: .*deep\.ts/);
    expect(outOf(rig)).toMatchObject({a: 'abc-abc', b: 'a'});
    edit(rig, 'src/f.ts', 'slice(0, 1)', 'slice(0, 2)');
    expect((await rig.run()).ran).toEqual(['use']);
    expect((await rig.run('--expect-noop')).code).toBe(0);
    // Back again: both results are known.
    edit(rig, 'src/f.ts', 'slice(0, 2)', 'slice(0, 1)');
    expect((await rig.run()).outcomes).toEqual({use: 'restored'});
  });

  it('that are not there fail the stage before it runs, with what to do', async () => {
    await using rig = rigWith(stage, {'src/f.ts': 'export default 1;\n'});
    const noExport = await rig.mlp('run');
    expect(noExport.code).toBe(1);
    expect(noExport.talk).toContain('src/f.ts:1:1: it has no export named `half`.');
    rig.remove('src/f.ts');
    expect((await rig.mlp('run')).talk).toContain('`src/f.ts` is not there, but `with` names it.');
    rig.write('src/f.ts', 'export default 1;\nexport const half = () => 1;\n');
    const result = await rig.mlp('run');
    expect(result.code).toBe(1);
    expect(result.talk).toContain('exports something that is no function');
    expect(result.talk).toContain('src/f.ts');
  });

  it('in no module of TypeScript or JavaScript are a mistake with its place', async () => {
    await using rig = rigWith(
      '  use:\n    uses: apply\n    with:\n      functions: {a: src/f.py#x}\n    outs: [out.json]\n',
    );
    expect((await rig.mlp('run')).talk).toContain(
      'pipeline.yaml:6:22: error bad-module: `src/f.py#x` is not a TypeScript or JavaScript module',
    );
  });
});
