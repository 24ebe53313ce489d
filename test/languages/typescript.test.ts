import {join} from 'node:path';
import {pathToFileURL} from 'node:url';
import {version as esbuild} from 'esbuild';
import {describe, expect, it} from 'vitest';
import type {CodeEntry, CodeFingerprint} from '../../src/languages/language.ts';
import {createTypescript} from '../../src/languages/typescript.ts';
import {entryOf, project, troubled, understood, type FilesOfProject, type TestProject} from './test-host.ts';

const typescript = createTypescript({apiModule: '/nowhere/mlp/dist/api.js'});
const stage = (script: string, exportName = 'default'): CodeEntry => entryOf('typescript', script, '', {exportName});

const FILES: FilesOfProject = {
  'src/train.ts': [
    "import {readFileSync} from 'node:fs';",
    "import {clean, type Row} from './lib/clean';",
    "import words from './words.json' with {type: 'json'};",
    '',
    '/** Learns. */',
    'const rate = 0.1; // per step',
    'export default function train(rows: Row[], steps: number = 10): number {',
    '  return rows.map((row) => clean(row)).length * rate * steps + words.length + readFileSync.length;',
    '}',
    'export const other = () => 1;',
    '',
  ].join('\n'),
  'src/lib/clean.ts':
    "import {half} from './deep.js';\nexport interface Row { value: number }\nexport const clean = (row: Row) => half(row.value);\nexport const unused = () => 2;\n",
  'src/lib/deep.ts': 'export function half(x: number) {\n  return x / 2;\n}\nfunction nobody() { return 1; }\n',
  'src/words.json': '["a", "b"]',
};
const train = FILES['src/train.ts'] ?? '';
const clean = FILES['src/lib/clean.ts'] ?? '';

const read = async (at: TestProject, entry: CodeEntry = stage('src/train.ts')): Promise<CodeFingerprint> =>
  understood(await typescript.fingerprint(entry, at.host));

describe('the code of a TypeScript stage is what it means', () => {
  it.each<[string, Readonly<Record<string, string | undefined>>]>([
    [
      'a comment',
      {'src/train.ts': train.replace('// per step', '// each step').replace('/** Learns. */', '/*! Learns more. */')},
    ],
    ['other line breaks', {'src/train.ts': train.replace('(rows: Row[], steps', '(\n  rows: Row[],\n  steps')}],
    ['other quotes', {'src/train.ts': train.replaceAll("'", '"')}],
    [
      'a type annotation',
      {'src/train.ts': train.replace('rows: Row[]', 'rows: readonly Row[]').replace('rate =', 'rate: number =')},
    ],
    ['an interface', {'src/lib/clean.ts': clean.replace('value: number', 'value: number; more?: string')}],
    ['an unused export of a helper', {'src/lib/clean.ts': clean.replace('=> 2', '=> 3')}],
    ['an unused helper', {'src/lib/deep.ts': (FILES['src/lib/deep.ts'] ?? '').replace('return 1', 'return 2')}],
    ['another export of the module', {'src/train.ts': train.replace('=> 1', '=> 2')}],
    ['layout of imported JSON', {'src/words.json': '[\n"a",\n"b"]\n'}],
    [
      'a helper in a file of another name',
      {
        'src/lib/deep.ts': undefined,
        'src/lib/half.ts': FILES['src/lib/deep.ts'] ?? '',
        'src/lib/clean.ts': clean.replace('deep.js', 'half.js'),
      },
    ],
  ])('%s changes nothing', async (_, changes) => {
    const at = project(FILES);
    const before = await read(at);
    at.write(changes);
    expect((await read(at)).fingerprint).toBe(before.fingerprint);
  });

  it.each<[string, Readonly<Record<string, string>>]>([
    ['a helper two imports deep', {'src/lib/deep.ts': 'export function half(x: number) {\n  return x / 3;\n}\n'}],
    ['a constant', {'src/train.ts': train.replace('0.1', '0.2')}],
    ['a default argument', {'src/train.ts': train.replace('= 10', '= 11')}],
    ['imported data', {'src/words.json': '["a", "b", "c"]'}],
    ['a new file that shadows an import by a better ending', {'src/lib/clean.tsx': 'export const clean = () => 7;\n'}],
    ['a new file that has the very name of an import', {'src/lib/deep.js': 'export const half = () => 7;\n'}],
  ])('%s changes it', async (_, changes) => {
    const at = project(FILES);
    const before = await read(at);
    at.write(changes);
    expect((await read(at)).fingerprint).not.toBe(before.fingerprint);
    const noticed = Object.keys(changes).filter((path) => path in before.modules || before.absent.includes(path));
    expect(noticed).not.toEqual([]);
  });

  it('follows aliases of tsconfig.json, and notices its change and files that would come first', async () => {
    const options = (target: string): string =>
      JSON.stringify({extends: './base', compilerOptions: {paths: {'@lib/*': [`./${target}/*`]}}});
    const at = project({
      'src/a.ts': "import {x} from '@lib/x';\nexport default () => x;\n",
      'base.json': '{}',
      'tsconfig.json': options('one'),
      'one/x.ts': 'export const x = 1;\n',
      'two/x.ts': 'export const x = 2;\n',
    });
    const before = await read(at, stage('src/a.ts'));
    expect(Object.keys(before.modules).sort()).toEqual(['base.json', 'one/x.ts', 'src/a.ts', 'tsconfig.json']);
    expect(before.absent).toContain('one/x.tsx');
    at.write({'tsconfig.json': options('two')});
    expect((await read(at, stage('src/a.ts'))).fingerprint).not.toBe(before.fingerprint);
  });

  it('is one export: two exports of a module differ', async () => {
    const at = project(FILES);
    const other = await read(at, stage('src/train.ts', 'other'));
    expect(other.fingerprint).not.toBe((await read(at)).fingerprint);
    at.write({'src/lib/deep.ts': 'export function half(x: number) {\n  return x / 3;\n}\n'});
    expect((await read(at, stage('src/train.ts', 'other'))).fingerprint).toBe(other.fingerprint);
  });

  it('is the same in a project at another place', async () => {
    const placed = {...FILES, 'src/train.ts': `${train}export const place = () => [import.meta.url, __dirname];\n`};
    for (const name of ['default', 'place']) {
      expect(await read(project(placed), stage('src/train.ts', name))).toEqual(
        await read(project(placed), stage('src/train.ts', name)),
      );
    }
  });

  it('names modules, packages, pieces and what it cannot follow', async () => {
    const at = project({
      ...FILES,
      'src/all.ts':
        "import {z} from 'zod/v4';\nimport x from '@scope/pkg/deep.js';\nimport fs from 'fs';\nimport {defineStage} from 'mlp-cli';\nimport type {T} from 'types-only';\nimport {clean} from './lib/clean';\n\nexport default defineStage(async (name: T) => [z, x, fs, clean, await import(name)]);\nexport const later = 3;\n",
    });
    const found = await read(at, stage('src/all.ts'));
    expect(Object.keys(found.modules).sort()).toEqual(['src/all.ts', 'src/lib/clean.ts', 'src/lib/deep.ts']);
    expect(found.packages).toEqual(['@scope/pkg', 'zod']);
    expect(found.untracked).toEqual([{path: 'src/all.ts', line: 8, what: 'import() of a computed path'}]);
    const before = await read(at);
    expect(Object.keys(before.pieces)).toContain('src/train.ts#rate');
    at.write({
      'src/lib/deep.ts':
        '// halves\nexport function half(x: number): number {\n  return x / 3;\n}\nfunction nobody() { return 1; }\n',
    });
    const after = await read(at);
    expect(Object.keys(after.pieces).filter((name) => after.pieces[name] !== before.pieces[name])).toEqual([
      'src/lib/deep.ts#half',
    ]);
  });

  it('reads modules beside the project by their relative path', async () => {
    const at = project({
      'inner/a.ts': "import {x} from '../shared.ts';\nexport default () => x;\n",
      'shared.ts': 'export const x = 1;\n',
    });
    const inner = project({
      'src/a.ts': `import {x} from '../../${at.root.split('/').at(-1)}/shared.ts';\nexport default () => x;\n`,
    });
    expect(Object.keys((await read(inner, stage('src/a.ts'))).modules)).toContain(
      `../${at.root.split('/').at(-1)}/shared.ts`,
    );
  });

  it('copes with odd names', async () => {
    for (const name of ['a b.ts', 'it\'s "q".ts', 'sö ✓.ts', '-dash.ts', '#hash$.ts', 'x\ny.ts']) {
      const at = project({[name]: 'export default () => import.meta.url;\n'});
      const found = await read(at, stage(name));
      expect(Object.keys(found.modules)).toEqual([name]);
      const loaded = (await import(/* @vite-ignore */ pathToFileURL(join(at.root, found.bundle ?? '')).href)) as {
        default: () => string;
      };
      expect(loaded.default()).toBe(pathToFileURL(join(at.root, name)).href);
    }
  });
});

it('has a behaviour number that belongs to one version of esbuild', () => {
  // A new esbuild may print the same program in another way: raise the number together with this text.
  expect(`${typescript.version} with esbuild ${esbuild}`).toBe('1 with esbuild 0.28.2');
});

describe('programs that node and its kin run', () => {
  it('are read as a whole, without a runnable bundle', async () => {
    const at = project({
      'a.mjs': "import {x} from './b.mjs';\nprocess.stdout.write(x);\n",
      'b.mjs': "export const x = 'a'; // x\n",
    });
    const entry = entryOf('typescript', 'a.mjs', 'node');
    const before = await read(at, entry);
    expect(before.bundle).toBeUndefined();
    at.write({'b.mjs': "export const x = 'a';\n"});
    expect((await read(at, entry)).fingerprint).toBe(before.fingerprint);
    at.write({'b.mjs': "export const x = 'b';\n"});
    expect((await read(at, entry)).fingerprint).not.toBe(before.fingerprint);
    expect(await typescript.runtime(entry, [], at.host)).toMatchObject({
      identity: {node: /^\d+\.\d+/.exec(process.versions.node)?.[0]},
    });
  });
});

describe('trouble with TypeScript is told with its place', () => {
  it.each([
    ['src/a.ts', 'export default 1 +;\n', /^src\/a\.ts:1:19: Unexpected ";"/, /Mend the syntax/],
    [
      'src/a.ts',
      "import {x} from './none';\nexport default () => x;\n",
      /^src\/a\.ts:1:17: Could not resolve "\.\/none"\.$/,
      /Create `\.\/none`/,
    ],
    [
      'src/a.ts',
      'export const x = 1;\n',
      /^src\/a\.ts:1:1: it has no export named `default`\.$/,
      /Write `export default/,
    ],
  ])('%s: %s', async (path, text, message, hint) => {
    const trouble = troubled(await typescript.fingerprint(stage('src/a.ts'), project({[path]: text}).host));
    expect(trouble).toMatchObject({kind: 'syntax'});
    expect(trouble.message).toMatch(message);
    expect(trouble.hint).toMatch(hint);
  });

  it('says that a module is missing, and that an interpreter is', async () => {
    const at = project({}, {path: '/nowhere'});
    expect(troubled(await typescript.fingerprint(stage('src/a.ts'), at.host))).toMatchObject({
      kind: 'missing',
      message: '`src/a.ts` is not there, but `run` starts it.',
    });
    expect(troubled(await typescript.runtime(entryOf('typescript', 'a.ts', 'deno'), [], at.host))).toMatchObject({
      kind: 'interpreter',
      message: '`deno` cannot be started: `deno` is not on PATH.',
    });
  });
});
