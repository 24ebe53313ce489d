/**
 * Builds dist/ from src/: the bundled command line, the packages' licences, the JSON Schemas and the types of the API.
 * Everything but better-sqlite3 and esbuild is bundled, so that an installed mlp has these two dependencies only.
 * Does nothing when no source changed; `--fresh` builds all the same.
 */
import {spawnSync} from 'node:child_process';
import {existsSync, mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {pathToFileURL} from 'node:url';
import {build} from 'esbuild';
import {writeCommandLine} from './command-line.mjs';
import {removeUnreachableTypes} from './types.mjs';
import {hashOfFiles, isUnchanged, root} from './sources.mjs';
import {thirdPartyNotices} from './third-party.mjs';

const dist = join(root, 'dist');
const stamp = join(dist, '.built-from');

/** The command line: CommonJS in dist/cli/. It must reach statically only what a run with nothing to do needs. */
const commandLine = {main: 'src/cli/main.ts'};

/** Modules that a stage or a worker thread imports: ES modules in dist/. */
const modules = {
  api: 'src/api/index.ts',
  'function-worker': 'src/host/function-worker.ts',
  'function-process': 'src/host/function-process.ts',
  'hash-worker': 'src/host/hash-worker.ts',
  'thread-worker': 'src/host/thread-worker.ts',
  'train-member': 'src/ml/crew.ts',
  'run-kind': 'src/stages/run-kind.ts',
};

/** Each published schema, with the expression that makes it. */
const schemas = {
  'pipeline.schema.json': {
    sources: ['src/config/json-schema.ts', 'src/stages/index.ts'],
    program: `import {pipelineJsonSchema} from './src/config/json-schema.ts';
      import {stageKinds} from './src/stages/index.ts';
      export const schema = await pipelineJsonSchema(stageKinds);`,
  },
  'events.schema.json': {
    sources: ['src/report/events-schema.ts'],
    program: `import {eventsJsonSchema} from './src/report/events-schema.ts';
      export const schema = await eventsJsonSchema();`,
  },
};

/** Of all sources: what a build is known by. */
const hash = hashOfFiles(['src', '.build', 'package.json']);

const shared = {
  absWorkingDir: root,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.17',
  external: ['better-sqlite3', 'esbuild', 'danfojs-node', '@duckdb/node-api'],
  // What pg would use if somebody asked for it: nobody does.
  alias: {'pg-native': join(root, '.build/nothing.cjs')},
  define: {
    'process.env.MLP_BUILD': JSON.stringify(hash),
    'process.env.MLP_VERSION': JSON.stringify(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version),
  },
  logLevel: 'warning',
};

/** Bundled CommonJS packages call require, which an ES module does not have. */
const requireBanner =
  "import {createRequire as createRequireOfBundle} from 'node:module'; const require = createRequireOfBundle(import.meta.url);";

const missing = (sources) => sources.filter((source) => !existsSync(join(root, source)));

function complain(what, files) {
  process.exitCode = 1;
  console.error(`\n*** BUILD INCOMPLETE: ${what} is left out because ${files.join(', ')} is not there ***\n`);
}

function presentOf(entries, folder) {
  const present = {};
  for (const [name, source] of Object.entries(entries)) {
    if (missing([source]).length > 0) complain(`${folder}/${name}`, [source]);
    else present[name] = source;
  }
  return present;
}

async function bundle() {
  const options = {...shared, splitting: true, legalComments: 'none', metafile: true};
  const threads = await build({
    ...options,
    entryPoints: presentOf(modules, 'dist'),
    outdir: 'dist',
    chunkNames: 'chunks/[name]-[hash]',
    banner: {js: requireBanner},
    minifyWhitespace: true,
    minifySyntax: true,
    // The ES modules of packages that have both: an import() of the others, which are CommonJS, gives no names here.
    mainFields: ['module', 'main'],
    alias: {...shared.alias, yaml: join(root, 'node_modules/yaml/browser/index.js')},
  });
  const main = await build({
    ...options,
    entryPoints: presentOf(commandLine, 'dist/cli'),
    outdir: 'dist/cli',
    chunkNames: '[name]-[hash]',
    // Its own ending, since the package is one of ES modules.
    outExtension: {'.js': '.cjs'},
    write: false,
  });
  await writeCommandLine(main, join(dist, 'cli'), shared.target);
  const outputs = {...threads.metafile.outputs, ...main.metafile.outputs};
  const inputs = {...threads.metafile.inputs, ...main.metafile.inputs};
  writeFileSync(join(dist, 'THIRD-PARTY.txt'), thirdPartyNotices(Object.keys(inputs)));
  writeFileSync(join(dist, '.metafile.json'), JSON.stringify({outputs}));
}

async function writeSchemas() {
  for (const [file, {sources, program}] of Object.entries(schemas)) {
    const absent = missing(sources);
    if (absent.length > 0) {
      complain(`dist/${file}`, absent);
      continue;
    }
    const outfile = join(dist, `.${file}.mjs`);
    await build({
      ...shared,
      banner: {js: requireBanner},
      stdin: {contents: program, resolveDir: root, loader: 'ts'},
      outfile,
    });
    const {schema} = await import(pathToFileURL(outfile).href);
    writeFileSync(join(dist, file), `${JSON.stringify(schema, null, 1)}\n`);
    rmSync(outfile);
  }
}

function writeTypes() {
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  const {status} = spawnSync(process.execPath, [compiler, '-p', join(root, '.build/tsconfig.api.json')], {
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error('the types of the API could not be made; see above');
  removeUnreachableTypes(join(dist, 'types'), 'api/index.d.ts');
}

if (!process.argv.includes('--fresh') && isUnchanged(stamp, hash)) process.exit(0);
rmSync(dist, {recursive: true, force: true});
mkdirSync(dist, {recursive: true});
await bundle();
await writeSchemas();
writeTypes();
// Last, and only for a whole build: a build that was interrupted or incomplete is done again.
if (process.exitCode === undefined) writeFileSync(stamp, hash);
