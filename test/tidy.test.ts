/** The rules of src/ARCHITECTURE.md as tests; the table of imports is in tidy-table.ts. */
import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {parseSource, readSources} from './tidy-source.ts';
import {families, heavy, leaves, mayImportLists, stageWords, stageWork, table} from './tidy-table.ts';
import {
  brokenImports,
  contractBreaches,
  cycles,
  eagerFolders,
  eagerHeavyPackages,
  filesTooLong,
  forbiddenWords,
  heavyStaticImports,
  reachedAtStart,
  type Folder,
} from './tidy-rules.ts';

const root = join(import.meta.dirname, '..');
const files = readSources(join(root, 'src'));

describe('the source keeps to the map', () => {
  it('has a row in the table for every folder', () => {
    const folders = [...new Set(files.map((file) => file.path.split('/')[0] ?? ''))];
    expect(folders.filter((folder) => !Object.hasOwn(table, folder))).toEqual([]);
  });

  it('imports only what the table allows', () => {
    expect(brokenImports(files, table, leaves)).toEqual([]);
  });

  it('has no import cycle', () => {
    expect(cycles(files)).toEqual([]);
  });

  it('imports family lists only where things are wired, and no member from another member', () => {
    expect(contractBreaches(files, families, mayImportLists)).toEqual([]);
  });

  it('has no file over 300 lines', () => {
    const all = ['src', 'test', 'bench', 'bin', '.build'].flatMap((folder) =>
      existsSync(join(root, folder))
        ? readSources(join(root, folder)).map((file) => ({...file, path: `${folder}/${file.path}`}))
        : [],
    );
    expect(filesTooLong(all, 300)).toEqual([]);
  });

  it('touches clock, terminal, process, randomness, locale, network and SQL only in their places', () => {
    expect(forbiddenWords(files)).toEqual([]);
  });

  it('loads heavy packages on use', () => {
    expect(heavyStaticImports(files, heavy)).toEqual([]);
  });

  it('reaches no heavy package from the command line without an import()', () => {
    expect(reachedAtStart(files, 'cli/main.ts').length).toBeGreaterThan(5);
    expect(eagerHeavyPackages(files, 'cli/main.ts', [...Object.keys(heavy), 'zod'])).toEqual([]);
  });

  it('reaches nothing of what built-in stages do from their list without an import()', () => {
    expect(reachedAtStart(files, 'stages/index.ts').length).toBeGreaterThan(20);
    expect(eagerFolders(files, 'stages/index.ts', stageWork, stageWords)).toEqual([]);
    expect(stageWords.filter((path) => reachedAtStart(files, path).length !== 1)).toEqual([]);
  });

  it('names every folder in ARCHITECTURE.md', () => {
    const map = readFileSync(join(root, 'src/ARCHITECTURE.md'), 'utf8');
    expect(map.trimEnd().split('\n').length).toBeLessThanOrEqual(150);
    const folders = [...new Set(files.map((file) => file.path.split('/').slice(0, -1).join('/')))].filter(
      (folder) => !folder.includes('/') || families.includes(folder),
    );
    expect(folders.filter((folder) => !map.includes(`\`${folder}/\``))).toEqual([]);
  });
});

describe('the rules themselves notice', () => {
  const at = (path: string, source: string) => parseSource(path, source);
  const small: Readonly<Record<string, Folder>> = {
    base: {may: []},
    model: {may: ['base', 'node:*'], only: {esbuild: ['model/one']}},
  };

  it.each([
    ["import {x} from '../model/x.ts';", 'base/a.ts'],
    ["import type {x} from '../model/x.ts';", 'base/a.ts'],
    ["export * from '../model/x.ts';", 'base/a.ts'],
    ["export {\n  one,\n  two,\n} from '../model/x.ts';", 'base/a.ts'],
    ["import '../model/x.ts';", 'base/a.ts'],
    ["const y = await import('../model/x.ts');", 'base/a.ts'],
    ["type Y = import('../model/x.ts').Y;", 'base/a.ts'],
    ["import fs from 'node:fs';", 'base/a.ts'],
    ["import fs from 'fs';", 'model/a.ts'],
    ["import zod from 'zod';", 'model/a.ts'],
    ["import {build} from 'esbuild';", 'model/two.ts'],
    ["import {x} from '../elsewhere/x.ts';", 'model/a.ts'],
    ['const y = await import(name);', 'base/a.ts'],
    ["/* c */ const t = `${`in ${1}`}`; import {x} from '../model/x.ts';", 'base/a.ts'],
  ])('a forbidden import: %s', (source, path) => {
    expect(brokenImports([at(path, source)], small, [])).toHaveLength(1);
  });

  it.each([
    ["// import {x} from '../model/x.ts';", 'base/a.ts'],
    ['const text = "import {x} from \'../model/x.ts\'";', 'base/a.ts'],
    ["const text = `import {x} from '../model/x.ts'`;", 'base/a.ts'],
    ["const pattern = /['\"`]/; export const from = 'here';", 'base/a.ts'],
    ["import {x} from './x.ts';", 'base/a.ts'],
    ["import {x} from '../base/x.ts'; import 'node:fs';", 'model/a.ts'],
    ["import {build} from 'esbuild';", 'model/one.ts'],
  ])('no forbidden import in: %s', (source, path) => {
    expect(brokenImports([at(path, source)], small, [])).toEqual([]);
  });

  it('an import of a leaf', () => {
    const own = {...small, web: {may: []}, model: {may: ['web']}};
    expect(brokenImports([at('model/a.ts', "import '../web/a.ts';")], own, ['web'])[0]).toContain('leaf');
  });

  it('a cycle, through types and folders too', () => {
    const ring = [
      at('base/a.ts', "import type {b} from './b.ts';"),
      at('base/b.ts', "export {c} from '../model/c.ts';"),
      at('model/c.ts', "import '../base/a.ts';"),
    ];
    expect(cycles(ring)).toEqual(['base/a.ts -> base/b.ts -> model/c.ts -> base/a.ts']);
  });

  it.each([
    ['Date.now()', 'engine/a.ts'],
    ['new Date()', 'engine/a.ts'],
    ['performance.now()', 'engine/a.ts'],
    ['setTimeout(go, 1)', 'engine/a.ts'],
    ['console.log(1)', 'engine/a.ts'],
    ['process.exit(1)', 'engine/a.ts'],
    ['globalThis.process', 'engine/a.ts'],
    ['Math.random()', 'engine/a.ts'],
    ['crypto.randomUUID()', 'engine/a.ts'],
    ['a.localeCompare(b)', 'engine/a.ts'],
    ['n.toLocaleString()', 'engine/a.ts'],
    ["fetch('http://example.org')", 'engine/a.ts'],
    ["db.all('SELECT id FROM runs')", 'engine/a.ts'],
    ['db.all(`INSERT OR IGNORE INTO runs VALUES (1)`)', 'engine/a.ts'],
    ['process.env', 'cli/commands/run.ts'],
  ])('a forbidden word: %s', (source, path) => {
    expect(forbiddenWords([at(path, `export const x = ${source};`)])).toHaveLength(1);
  });

  it.each([
    ['Date.now()', 'host/a.ts'],
    ["db.all('SELECT id FROM runs')", 'store/a.ts'],
    ["say('Select one from the list')", 'engine/a.ts'],
    ["'console.log'", 'engine/a.ts'],
    ['host.clock.now() // Date.now()', 'engine/a.ts'],
    ['host.processes.start(spec)', 'engine/a.ts'],
    ['new Date(atMs).toISOString()', 'engine/a.ts'],
    ['process.argv', 'cli/main.ts'],
  ])('no forbidden word in: %s', (source, path) => {
    expect(forbiddenWords([at(path, `export const x = ${source};`)])).toEqual([]);
  });

  it('a heavy package at the top of a file, and one that is reached through another file', () => {
    const main = at('cli/main.ts', "import './wire.ts'; import type {z} from 'zod'; const y = await import('yaml');");
    const wire = at('cli/wire.ts', "import {z} from 'zod';");
    expect(heavyStaticImports([main, wire], {zod: [], yaml: []})).toHaveLength(1);
    expect(eagerHeavyPackages([main, wire], 'cli/main.ts', ['zod', 'yaml'])).toEqual([
      'cli/main.ts -> cli/wire.ts -> zod',
    ]);
  });

  it('work of a stage that its list reaches, through other files too', () => {
    const list = at('stages/index.ts', "import './train.ts'; import type {t} from '../data/table.ts';");
    const train = at('stages/train.ts', "import './train/settings.ts'; const run = import('./train/run-train.ts');");
    const settings = at('stages/train/settings.ts', "import {words} from '../../data/words.ts';");
    const work = at('stages/train/run-train.ts', "import {fit} from '../../ml/fit.ts';");
    const files = [list, train, settings, work, at('data/words.ts', ''), at('data/table.ts', ''), at('ml/fit.ts', '')];
    expect(eagerFolders(files, 'stages/index.ts', ['data', 'ml'], [])).toEqual([
      'stages/index.ts -> stages/train.ts -> stages/train/settings.ts -> data/words.ts',
    ]);
    expect(eagerFolders(files, 'stages/index.ts', ['data', 'ml'], ['data/words.ts'])).toEqual([]);
  });

  it('a family list that a layer imports, and a member that imports a member', () => {
    const family = [
      at('languages/index.ts', "import {r} from './r.ts'; import {python} from './python.ts';"),
      at('languages/python.ts', "import type {Language} from './language.ts'; import {x} from './shared/x.ts';"),
      at('languages/r.ts', "import {python} from './python.ts';"),
      at('languages/language.ts', ''),
      at('engine/a.ts', "import {languages} from '../languages/index.ts';"),
      at('cli/wire.ts', "import {languages} from '../languages/index.ts';"),
    ];
    expect(contractBreaches(family, ['languages'], ['cli/'])).toEqual([
      'languages/r.ts:1 imports languages/python.ts, another member of the family `languages`: move what they share to languages/shared/',
      'engine/a.ts:1 imports languages/index.ts, the list of a family: take the members as an argument',
    ]);
  });

  it('a long file', () => {
    expect(filesTooLong([at('base/a.ts', 'x;\n'.repeat(301))], 300)).toEqual(['base/a.ts has 301 lines, at most 300']);
    expect(filesTooLong([at('base/a.ts', 'x;\n'.repeat(300))], 300)).toEqual([]);
  });
});
