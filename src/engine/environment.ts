/**
 * The environment of a stage's process. Strict: the same on a laptop, in CI and on a cluster, so that what a stage can see
 * is what its key holds. `loose` adds the caller's variables, to find out which one is missing.
 */
import type {Host} from '../host/host.ts';
import type {Job} from '../model/job.ts';

/** What a person's own tools need; never part of a key. */
const PASSED_ON = ['PATH', 'HOME', 'TMPDIR', 'USER', 'SHELL', 'TERM'] as const;

/** Variables that tell numeric libraries how many threads to start; they follow `resources.cpu`. */
const THREAD_VARIABLES = [
  'OMP_NUM_THREADS',
  'MKL_NUM_THREADS',
  'OPENBLAS_NUM_THREADS',
  'NUMEXPR_NUM_THREADS',
  'VECLIB_MAXIMUM_THREADS',
  'POLARS_MAX_THREADS',
  'RAYON_NUM_THREADS',
] as const;

const FIXED = {LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8', TZ: 'UTC', PYTHONHASHSEED: '0', PYTHONUNBUFFERED: '1'} as const;

/** Files of one attempt through which a stage and mlp talk. Absolute paths. */
export interface ContractFiles {
  readonly params: string;
  readonly metrics: string;
  readonly progress: string;
  /** Where inputs and outputs go when their JSON is too long for a variable. */
  readonly inputs: string;
  readonly outputs: string;
}

/** In bytes. A single variable is limited to 128 KiB on Linux; beyond this the value is `@` and the path of a file that holds it. */
const LONGEST_VARIABLE = 100_000;

/** Whether the JSON of inputs or outputs goes into a file. A name in Chinese has three bytes for each sign. */
export const isTooLong = (json: string): boolean =>
  json.length > LONGEST_VARIABLE || new TextEncoder().encode(json).length > LONGEST_VARIABLE;

/**
 * The variable with the path of the params. Its value is each attempt's own and its processes inherit it, so that they are found
 * by it wherever they went.
 */
export const MARK = 'MLP_PARAMS';

/** Every attempt has its own: it marks the processes of the attempt. */
export const paramsFile = (workFolder: string): string => `${workFolder}/params.json`;

export function stageEnvironment(
  job: Job,
  files: ContractFiles,
  host: Pick<Host, 'env' | 'root'>,
): {readonly [name: string]: string} {
  const env: Record<string, string> = job.envMode === 'loose' ? {...host.env.all()} : {};
  for (const name of PASSED_ON) {
    const value = host.env.get(name);
    if (value !== undefined) env[name] = value;
  }
  // Tools that the project installed for itself come first, as npm does it for scripts.
  env['PATH'] = `${host.root}/node_modules/.bin:${env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin'}`;
  Object.assign(env, FIXED);
  for (const name of THREAD_VARIABLES) env[name] = String(Math.max(1, Math.floor(job.resources.cpu)));
  Object.assign(env, job.env);
  for (const name of job.secrets) {
    const value = host.env.get(name);
    if (value !== undefined) env[name] = value;
  }
  env['MLP_STAGE'] = job.stage;
  env['MLP_RUN_ID'] = String(job.run);
  env['MLP_SEED'] = String(job.seed);
  env[MARK] = files.params;
  env['MLP_METRICS'] = files.metrics;
  env['MLP_PROGRESS'] = files.progress;
  env['MLP_INPUTS'] = shortOrFile(inputsJson(job), files.inputs);
  env['MLP_OUTPUTS'] = shortOrFile(outputsJson(job), files.outputs);
  return env;
}

/** name -> path (or list of paths), as seen from the stage's own folder. */
export function inputsJson(job: Job): string {
  const seen = Object.entries(job.inputNames).map(([name, path]) => [
    name,
    typeof path === 'string' ? fromCwd(path, job.cwd) : path.map((one) => fromCwd(one, job.cwd)),
  ]);
  return JSON.stringify(Object.fromEntries(seen));
}

export function outputsJson(job: Job): string {
  return JSON.stringify(Object.fromEntries(job.outs.map((out) => [out.name, fromCwd(out.path, job.cwd)])));
}

function shortOrFile(json: string, file: string): string {
  return isTooLong(json) ? `@${file}` : json;
}

/** A project path as a process in `cwd` must write it. URLs and models stay. */
function fromCwd(path: string, cwd: string): string {
  if (cwd === '.' || /^(https?:\/\/|model:)/.test(path)) return path;
  return `${'../'.repeat(cwd.split('/').length)}${path}`;
}
