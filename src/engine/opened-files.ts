/**
 * Around one attempt: has the hooks of the languages note which project files its processes open, and reads their notes
 * afterwards. What is left out here could never be declared, or is never data: tools' own folders and settings.
 */
import {byCodeUnits} from '../base/compare.ts';
import type {Host} from '../host/host.ts';
import type {FileHook} from '../languages/language.ts';
import type {Job} from '../model/job.ts';
import type {Opened} from '../model/opened.ts';
import {traceArgv, tracedFiles, traceLines} from './trace.ts';

const HOOK_FOLDER = '.mlp/build/hooks';
/** Variable that leads a hook to its two files; see FileHook. */
const VARIABLE = 'MLP_OPENED';
/** Single inputs that a hook is told of; of more it tells, and they are recognised afterwards. */
const MOST_TOLD = 5000;

/** Folders that belong to tools, by name. */
const TOOL_FOLDERS = new Set(
  '.mlp .git .hg .svn node_modules site-packages .venv renv packrat .Rproj.user .ipynb_checkpoints .pytest_cache .mypy_cache .ruff_cache .idea .vscode'.split(
    ' ',
  ),
);
/** Files in which tools find their settings, by name. */
const TOOL_FILES = new Set(
  'pipeline.yaml mlp.lock package.json package-lock.json tsconfig.json jsconfig.json pyvenv.cfg pyproject.toml setup.cfg .python-version .node-version .nvmrc .gitignore .gitattributes .npmrc .Rprofile .Renviron .RData .Rhistory .editorconfig'.split(
    ' ',
  ),
);

export interface Watching {
  /** Of all languages: a shell script may start any interpreter. */
  readonly hooks: readonly FileHook[];
  /** pipeline.yaml and the files that it was loaded with: their values are in keys where they matter. */
  readonly ofPipeline: readonly string[];
  /** Processes run below this program, the absolute path of `strace`. `quick`: see traceArgv. */
  readonly tracer?: {readonly strace: string; readonly quick: boolean};
}

export interface FilesWatch {
  /** `env` with what makes processes load the hooks. */
  environment(env: {readonly [name: string]: string}): {readonly [name: string]: string};
  /** The same for the thread of a function: its own hook is `preload`. */
  readonly preload?: string;
  /** `argv`, traced where that was asked for. */
  command(argv: readonly string[]): readonly string[];
  /** What was opened and not declared by the job. To be asked before what the attempt wrote is moved away. */
  opened(): Opened;
}

export function watchFiles(job: Job, {hooks, ofPipeline, tracer}: Watching, {files, root}: Host): FilesWatch {
  const base = `${job.workFolder}/opened`;
  const placed = placedHooks(hooks, files);
  files.append(`${base}.known`, [root, ...declaredPaths(job).slice(0, MOST_TOLD)].join('\0'));
  const isFunction = job.action.kind === 'function';
  const preload = isFunction ? placed.find(({hook}) => hook.preloadsFunctions === true)?.path : undefined;
  return {
    environment: (env) => {
      const all: Record<string, string> = {...env, [VARIABLE]: files.absolute(base)};
      for (const {hook, path} of placed)
        if (preload === undefined || hook.preloadsFunctions !== true) Object.assign(all, hook.variables(path, all));
      return all;
    },
    ...(preload === undefined ? {} : {preload}),
    command: (argv) =>
      tracer === undefined ? argv : traceArgv(tracer.strace, files.absolute(`${base}.trace`), argv, tracer.quick),
    opened: () => {
      const traced = tracer !== undefined && files.exists(`${base}.trace`);
      const seen = records(files.readTextIfThere(`${base}.log`) ?? '');
      const more = traced
        ? inProject(tracedFiles(traceLines(files, `${base}.trace`), files.absolute(job.cwd)), root)
        : [];
      return {...openedOf(both(seen, more), {...job, ofPipeline}, files), ...(traced ? {traced} : {})};
    },
  };
}

interface PlacedHook {
  readonly hook: FileHook;
  /** Absolute. */
  readonly path: string;
}

const placedBefore = new WeakMap<readonly FileHook[], readonly PlacedHook[]>();

/** Hooks lie in the project as files; they are looked at once in a process, not once a stage. */
function placedHooks(hooks: readonly FileHook[], files: Host['files']): readonly PlacedHook[] {
  const before = placedBefore.get(hooks);
  if (before !== undefined) return before;
  const placed = hooks.map((hook) => {
    const path = `${HOOK_FOLDER}/${hook.file}`;
    if (files.readTextIfThere(path) !== hook.text) files.writeAtomic(path, hook.text);
    return {hook, path: files.absolute(path)};
  });
  placedBefore.set(hooks, placed);
  return placed;
}

/** `R` or `W`, and the path; the last record may be cut off. */
function* records(log: string): Seen {
  for (const record of log.split('\0').slice(0, -1)) yield [record.slice(0, 1), record.slice(1)];
}

type Seen = Iterable<readonly [letter: string, path: string]>;

function* both(first: Seen, second: Seen): Seen {
  yield* first;
  yield* second;
}

function* inProject(seen: Seen, root: string): Seen {
  for (const [letter, path] of seen) if (path.startsWith(`${root}/`)) yield [letter, path.slice(root.length + 1)];
}

/** @param seen letters and project paths, in any order, as often as they were opened. */
export function openedOf(
  seen: Seen,
  job: Pick<Job, 'inputs' | 'outs'> & {readonly ofPipeline: readonly string[]},
  files: Host['files'],
): Opened {
  const reads = new Set<string>();
  const writes = new Set<string>();
  const declared = new Set(declaredPaths(job));
  for (const [letter, path] of seen) {
    if (isDeclared(path, declared) || isOfTools(path, files)) continue;
    if (letter === 'W') writes.add(path);
    else reads.add(sourceOfCompiled(path, files));
  }
  const isThere = (path: string): boolean => files.stat(path)?.type === 'file' && !isDeclared(path, declared);
  for (const path of job.ofPipeline) reads.delete(path);
  return {
    // What it read after writing it is no input.
    reads: [...reads].filter((path) => !writes.has(path) && isThere(path)).sort(byCodeUnits),
    writes: [...writes].filter((path) => !/(^|\/)__pycache__\//.test(path) && isThere(path)).sort(byCodeUnits),
  };
}

const declaredPaths = ({inputs, outs}: Pick<Job, 'inputs' | 'outs'>): readonly string[] => [
  ...outs.map(({path}) => path),
  ...inputs.map(({path}) => path),
];

function isDeclared(path: string, declared: ReadonlySet<string>): boolean {
  for (let above = path; above !== ''; above = above.slice(0, Math.max(0, above.lastIndexOf('/'))))
    if (declared.has(above)) return true;
  return false;
}

function isOfTools(path: string, files: Host['files']): boolean {
  const parts = path.split('/');
  if (TOOL_FILES.has(parts.at(-1) ?? '') || parts.some((part) => TOOL_FOLDERS.has(part))) return true;
  // A virtual environment may have any name.
  return parts.some((_, index) => index > 0 && files.exists(`${parts.slice(0, index).join('/')}/pyvenv.cfg`));
}

/** `lib/__pycache__/a.cpython-311.pyc` -> `lib/a.py`: Python reads the one instead of the other. */
function sourceOfCompiled(path: string, files: Host['files']): string {
  const [, folder, name] = /^(.*?)__pycache__\/([^/.]+)\.[^/]*\.pyc$/.exec(path) ?? [];
  const source = `${folder ?? ''}${name ?? ''}.py`;
  return name !== undefined && files.exists(source) ? source : path;
}

/** A folder at the top of a project that tools need and no stage declares. */
export const isToolFolder = (name: string, files: Host['files']): boolean =>
  name !== '.mlp' && name !== '.git' && (TOOL_FOLDERS.has(name) || files.exists(`${name}/pyvenv.cfg`));

export const isToolFile = (name: string): boolean => TOOL_FILES.has(name);
