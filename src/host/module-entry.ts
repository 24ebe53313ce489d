/**
 * Finds the module of a worker thread. In the package every entry is a file beside the bundle; run from TypeScript
 * sources (tests), a thread cannot load them, so they are bundled, once for each state of the sources, to where the packages
 * that they import are found: native ones cannot be bundled.
 */
import {existsSync, mkdirSync, readdirSync, renameSync, statSync} from 'node:fs';
import {createRequire} from 'node:module';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {hash} from 'node:crypto';

/** Entries with their source below src/. */
const SOURCES = {
  'function-worker': 'host/function-worker.ts',
  'function-process': 'host/function-process.ts',
  'hash-worker': 'host/hash-worker.ts',
  'thread-worker': 'host/thread-worker.ts',
  'train-member': 'ml/crew.ts',
  'run-kind': 'stages/run-kind.ts',
  api: 'api/index.ts',
} as const;

export type ModuleEntry = keyof typeof SOURCES;

/** Absolute path of the JavaScript module. */
export function moduleEntry(entry: ModuleEntry): string {
  const here = fileURLToPath(import.meta.url);
  if (here.endsWith('.ts')) return bundledSource(dirname(dirname(here)), entry);
  const beside = join(dirname(here), `${entry}.js`);
  // A chunk that several entries share may lie one folder deeper than they do.
  return existsSync(beside) ? beside : join(dirname(dirname(here)), `${entry}.js`);
}

/** What runs mlp itself. */
export const nodeProgram: string = process.execPath;

/** Absolute path of a file that mlp ships, such as `templates/minimal`. */
export function packageFile(name: string): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return join(folder, name);
}

function bundledSource(sources: string, entry: ModuleEntry): string {
  const state = hash('sha256', stateOf(sources)).slice(0, 16);
  const folder = join(dirname(sources), 'node_modules/.cache/mlp-source-modules');
  const bundle = join(folder, `${entry}-${state}.mjs`);
  if (existsSync(bundle)) return bundle;
  mkdirSync(folder, {recursive: true});
  // It remembers the folder in which it was loaded: not one of a project, which a test removes.
  const folderNow = process.cwd();
  process.chdir(sources);
  const esbuild = createRequire(import.meta.url)('esbuild') as typeof import('esbuild');
  process.chdir(folderNow);
  const temp = `${bundle}.${process.pid}`;
  esbuild.buildSync({
    entryPoints: [join(sources, SOURCES[entry])],
    outfile: temp,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    // What `openProject` loads on use is no part of a stage.
    external: ['*/project.ts'],
    logLevel: 'silent',
  });
  renameSync(temp, bundle);
  return bundle;
}

/** Changes whenever a source file does. */
function stateOf(sources: string): string {
  const files = readdirSync(sources, {recursive: true, encoding: 'utf8'})
    .filter((file) => file.endsWith('.ts'))
    .sort();
  return [sources, ...files.map((file) => `${file} ${statSync(join(sources, file)).mtimeMs}`)].join('\n');
}
