/** The table of src/ARCHITECTURE.md: who may import what. If it is in the way, change it in a commit of its own that says why. */
import type {Folder} from './tidy-rules.ts';

/**
 * Who may import what, besides itself: a folder, one file of a folder (without its ending), `node:*`, or a package.
 * `only` gives a package to some files of the folder.
 */
export const table: Readonly<Record<string, Folder>> = {
  base: {may: []},
  model: {may: ['base']},
  host: {
    may: ['base', 'model', 'node:*', 'execa', 'fast-glob', 'xxhash-wasm'],
    // Only from sources: builds the modules of worker threads for tests. And makes CommonJS of a function in a bundle.
    only: {esbuild: ['host/module-entry', 'host/load-function']},
  },
  config: {may: ['base', 'model', 'stages/kind', 'yaml', 'zod']},
  store: {may: ['base', 'model', 'better-sqlite3']},
  cache: {may: ['base', 'model', 'host/host', 'remotes/remote']},
  engine: {
    may: [
      'base',
      'model',
      'host/host',
      'cache',
      'store',
      'review',
      'languages/language',
      'executors/executor',
      'stages/kind',
    ],
  },
  languages: {may: ['base', 'model', 'host/host'], only: {esbuild: ['languages/typescript']}},
  stages: {
    // A stage that writes a page or a list of findings draws it with the same code as the commands.
    may: [
      'base',
      'model',
      'host/host',
      'stats',
      'data',
      'ml',
      'bundle',
      'zod',
      'report/html',
      'report/views',
      'report/render',
    ],
    // The clients of the sources that `ingest` and `sql` read.
    only: {
      'better-sqlite3': ['stages/ingest/'],
      pg: ['stages/ingest/'],
      'pg-cursor': ['stages/ingest/'],
      '@duckdb/node-api': ['stages/sql'],
      // Schemas and other settings that stand in files of their own.
      yaml: ['stages/shared/parse-yaml'],
    },
  },
  executors: {may: ['base', 'model', 'host/host']},
  remotes: {may: ['base', 'model', 'host/host']},
  stats: {may: ['base']},
  data: {
    may: ['base', 'stats'],
    // File formats of others, each by the library that is kept for it.
    only: {
      hyparquet: ['data/parquet'],
      'hyparquet-writer': ['data/parquet'],
      // Its zstd also reads compressed buffers of Arrow.
      'hyparquet-compressors': ['data/parquet', 'data/arrow'],
      '@uwdata/flechette': ['data/arrow'],
    },
  },
  ml: {
    may: ['base', 'stats', 'data'],
    only: {'ml-logistic-regression': ['ml/small/'], 'ml-random-forest': ['ml/small/'], 'ml-matrix': ['ml/small/']},
  },
  bundle: {may: ['base', 'model', 'host/host', 'data', 'ml']},
  report: {
    may: ['base', 'model'],
    only: {chalk: ['report/paint'], ora: ['report/reporters/shared/ora-screen'], zod: ['report/events-schema']},
  },
  serve: {may: ['base', 'model', 'host/host', 'store', 'bundle', 'report/views', 'report/render']},
  web: {may: ['base', 'model', 'host/host', 'store', 'bundle', 'report/views', 'report/render']},
  // Decisions of people: files in YAML, and what Git says of them.
  review: {may: ['base', 'model', 'host/host', 'host/ask-git'], only: {yaml: ['review/']}},
  history: {may: ['base', 'model', 'host/host', 'host/ask-git', 'cache', 'store', 'engine']},
  project: {
    may: [
      'base',
      'model',
      'host',
      'config',
      'store',
      'cache',
      'review',
      'engine',
      'history',
      'languages',
      'stages',
      'executors',
      'remotes',
    ],
    // Handed to the engine, which reads metrics files in YAML.
    only: {yaml: ['project/parse-yaml']},
  },
  // The package's typed entry: stages import it at run time, so all but what it re-exports is imported on use.
  api: {may: ['base', 'model', 'host', 'engine', 'history', 'project', 'store', 'cache', 'stages/define-stage']},
  cli: {
    may: [
      'base',
      'model',
      'host',
      'config',
      'store',
      'cache',
      'review',
      'engine',
      'history',
      'project',
      'languages',
      'stages',
      'executors',
      'remotes',
      'stats',
      'data',
      'ml',
      'bundle',
      'report',
      'serve',
      'web',
      'commander',
    ],
  },
};

/** Leaves: nobody imports them. */
export const leaves = ['api', 'serve', 'web', 'cli'];

/** Families: their list (index.ts) is seen only by who wires or starts things. */
export const families = ['languages', 'stages', 'executors', 'remotes', 'report/reporters', 'cli/commands'];
export const mayImportLists = ['cli/', 'project/', 'stages/run-kind.ts'];

/** Too slow to load at start: `import()` where they are used; the files named may import them at their top. */
export const heavy: Readonly<Record<string, readonly string[]>> = {
  yaml: ['config/'],
  zod: ['config/'],
  chalk: [],
  ora: [],
  esbuild: [],
  execa: [],
  'fast-glob': [],
  'xxhash-wasm': [],
  pg: [],
  'pg-cursor': [],
  '@duckdb/node-api': [],
  hyparquet: [],
  'hyparquet-writer': [],
  'hyparquet-compressors': [],
  '@uwdata/flechette': [],
  'ml-logistic-regression': [],
  'ml-random-forest': [],
  'ml-matrix': [],
};

/** What a built-in stage does is made of these: needed where it runs, not where pipeline.yaml is loaded. */
export const stageWork = ['data', 'ml', 'stats', 'bundle', 'report'];
/** The words that settings are checked against; these files import nothing. */
export const stageWords = ['data/read-options.ts', 'data/table.ts', 'ml/features/spec.ts'];
