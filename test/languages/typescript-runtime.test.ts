import {execFileSync} from 'node:child_process';
import {renameSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {pathToFileURL} from 'node:url';
import {describe, expect, it} from 'vitest';
import type {CodeEntry, CodeFingerprint} from '../../src/languages/language.ts';
import {createTypescript} from '../../src/languages/typescript.ts';
import {entryOf, project, understood, type TestProject} from './test-host.ts';

const typescript = createTypescript({apiModule: '/nowhere/mlp/dist/api.js'});
const stage = (script: string, exportName = 'default'): CodeEntry => entryOf('typescript', script, '', {exportName});

const read = async (at: TestProject, entry: CodeEntry): Promise<CodeFingerprint> =>
  understood(await typescript.fingerprint(entry, at.host));

describe('the runnable bundle of a function', () => {
  it('runs, exports the function by its name, and knows where its source lies, also after a move', async () => {
    const at = project({
      'src/a.ts':
        "import {where} from './b/b.ts';\nimport old from './old.cjs';\nexport const go = (): unknown => ({where: where(), dir: import.meta.dirname, old});\nexport const no = 1;\n",
      'src/b/b.ts': 'export const where = () => [__filename, import.meta.url];\n',
      'src/old.cjs': "const os = require('node:os');\nmodule.exports = {kind: typeof os.cpus, dir: __dirname};\n",
    });
    const {bundle = ''} = await read(at, stage('src/a.ts', 'go'));
    expect(bundle).toMatch(/^\.mlp\/build\/[0-9a-f]+\.mjs$/);
    const moved = `${at.root} moved`;
    const run = (root: string): unknown => {
      const program = `import(${JSON.stringify(pathToFileURL(join(root, bundle)).href)}).then((m) => console.log(JSON.stringify([m.go(), m.default === m.go, m.no])))`;
      return JSON.parse(execFileSync(process.execPath, ['-e', program], {encoding: 'utf8', cwd: '/'}));
    };
    const expected = (root: string): unknown => [
      {
        where: [`${root}/src/b/b.ts`, pathToFileURL(`${root}/src/b/b.ts`).href],
        dir: `${root}/src`,
        old: {kind: 'function', dir: `${root}/src`},
      },
      true,
      null,
    ];
    expect(run(at.root)).toEqual(expected(at.root));
    renameSync(at.root, moved);
    try {
      expect(run(moved)).toEqual(expected(moved));
    } finally {
      renameSync(moved, at.root);
    }
  });

  it('has a map, so that an error names the line of the source', async () => {
    for (const folder of ['sub', 'plain']) {
      const at = project({
        [`${folder}/a.ts`]:
          "import type {X} from './x';\nimport 'nested';\nconst url = import.meta.url;\ninterface Y { z: X }\nexport default (y: Y) => {\n  throw new Error(url + y);\n};\n",
        'sub/node_modules/nested/package.json': '{"name": "nested", "main": "x.js"}',
        'sub/node_modules/nested/x.js': '',
        'node_modules/nested/package.json': '{"name": "nested", "main": "x.js"}',
        'node_modules/nested/x.js': '',
      });
      const {bundle = ''} = await read(at, stage(`${folder}/a.ts`));
      const program = `import(${JSON.stringify(pathToFileURL(join(at.root, bundle)).href)}).then((m) => { try { m.default(); } catch (e) { console.log(e.stack); } })`;
      const stack = execFileSync(process.execPath, ['--enable-source-maps', '-e', program], {encoding: 'utf8'});
      expect(stack).toContain(`${at.root}/${folder}/a.ts:6:`);
    }
  });

  it('finds mlp-cli wherever mlp is installed, and packages of a nested node_modules', async () => {
    const mlp = project({'dist/api é.js': 'export const defineStage = (x) => x;\n'});
    const at = project({
      'sub/a.ts':
        "import {defineStage} from 'mlp-cli';\nimport {one} from 'nested';\nimport {two} from 'top';\nexport default defineStage(() => [one, two]);\n",
      'sub/node_modules/nested/package.json': '{"name": "nested", "version": "1.0.0", "exports": "./x.mjs"}',
      'sub/node_modules/nested/x.mjs': 'export const one = 1;\n',
      'node_modules/top/package.json': '{"name": "top", "version": "2.0.0", "type": "module", "main": "x.js"}',
      'node_modules/top/x.js': 'export const two = 2;\n',
    });
    const language = createTypescript({apiModule: join(mlp.root, 'dist/api é.js')});
    const found = understood(await language.fingerprint(stage('sub/a.ts'), at.host));
    const program = `import(${JSON.stringify(pathToFileURL(join(at.root, found.bundle ?? '')).href)}).then((m) => console.log(JSON.stringify(m.default())))`;
    expect(execFileSync(process.execPath, ['-e', program], {encoding: 'utf8'}).trim()).toBe('[1,2]');
    const elsewhere = understood(await typescript.fingerprint(stage('sub/a.ts'), at.host));
    expect(elsewhere.fingerprint).toBe(found.fingerprint);
    expect(found.packages).toEqual(['nested', 'top']);
  });
});

describe('the runtime of a function', () => {
  const packageFile = (name: string, version: string, more = ''): string =>
    `{"name": "${name}", "version": "${version}"${more}}`;

  it('holds node and the versions of imported packages with all they depend on', async () => {
    const at = project({
      'src/a.ts': '',
      'node_modules/a/package.json': packageFile(
        'a',
        '1.0.0',
        ', "dependencies": {"b": "*", "gone": "*"}, "optionalDependencies": {"linux": "*"}',
      ),
      'node_modules/b/package.json': packageFile('b', '2.0.0', ', "dependencies": {"a": "*"}'),
      'node_modules/a/node_modules/b/package.json': packageFile('b', '2.5.0'),
      'node_modules/linux/package.json': packageFile('linux', '1.0.0', ', "os": ["linux"]'),
      'node_modules/unrelated/package.json': packageFile('unrelated', '1.0.0'),
      'src/node_modules/c/package.json': packageFile('c', '3.0.0', ', "dependencies": {"b": "*"}'),
    });
    const runtime = await typescript.runtime(stage('src/a.ts'), ['a', 'c', 'none', 'mlp-cli'], at.host);
    expect(runtime).toMatchObject({
      identity: {packages: {a: '1.0.0', b: '2.0.0 2.5.0', c: '3.0.0', gone: null, none: null}},
    });
    if ('kind' in runtime) throw new Error(runtime.message);
    expect(Object.keys(runtime.identity as object).sort()).toEqual(['node', 'packages']);
    expect(JSON.stringify(runtime.identity)).not.toMatch(/mlp-cli|unrelated|linux/);
    expect(runtime.guards).toContain('node_modules/a/package.json');
    // A copy nearer to the script would be taken instead.
    expect(runtime.guards).toContain('src/node_modules/a/package.json');
  });

  it('sees an edit in a package that is linked from elsewhere, whose version stays', async () => {
    const lib = project({'package.json': packageFile('lib', '1.0.0'), 'index.js': 'export const x = 1;\n'});
    const at = project({'src/a.ts': '', 'node_modules/x/package.json': packageFile('x', '1.0.0')});
    symlinkSync(lib.root, join(at.root, 'node_modules/lib'));
    const ask = async (): Promise<string> =>
      JSON.stringify(await typescript.runtime(stage('src/a.ts'), ['lib'], at.host));
    const before = await ask();
    expect(await ask()).toBe(before);
    writeFileSync(join(lib.root, 'index.js'), 'export const x = 2;\n');
    expect(await ask()).not.toBe(before);
  });
});
