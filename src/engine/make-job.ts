/** From a decision to a job. */
import {JOB_VERSION, type Job} from '../model/job.ts';
import type {Action, FunctionReference, StageSpec} from '../model/stage.ts';
import {functionName, type StageCode} from './code.ts';
import {nestParams} from './nest-params.ts';
import type {RunContext} from './run-context.ts';
import {sharedKey} from './shared-key.ts';
import type {Known} from './staleness.ts';

/** The built modules of the functions that a stage calls. */
function builtFunctions(action: Action, bundles: StageCode['bundles']): Pick<Job, 'bundle' | 'functions'> {
  const builtOf = (reference: FunctionReference): string => {
    const built = bundles.get(functionName(reference));
    if (built === undefined) throw new Error(`BUG: ${functionName(reference)} was not built`);
    return built;
  };
  if (action.kind === 'function') return {bundle: builtOf(action)};
  if (action.kind !== 'builtin' || action.functions === undefined) return {};
  const built = Object.entries(action.functions).map(([written, reference]) => [written, builtOf(reference)]);
  return {functions: Object.fromEntries(built)};
}

/** A stage that was decided to run, as plain data. */
export function makeJob(
  spec: StageSpec,
  known: Known,
  ids: Pick<Job, 'attempt' | 'run' | 'logFile' | 'workFolder'>,
  {options, host}: RunContext,
): Job {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(spec.env)) {
    const given = value ?? host.env.get(name);
    if (given !== undefined) env[name] = given;
  }
  return {
    job_version: JOB_VERSION,
    ...ids,
    stage: spec.name,
    key: known.key,
    action: spec.action,
    ...builtFunctions(spec.action, known.code.bundles),
    cwd: spec.cwd,
    env,
    secrets: spec.secrets,
    envMode: options.envMode,
    params: nestParams(spec),
    inputs: known.inputs.entries,
    inputNames: known.inputs.names,
    outs: spec.outs,
    // Random enough, and the same whenever the stage's key is the same, also in a project that shares the result.
    seed: spec.seed ?? Number.parseInt(sharedKey(spec, known.document, host).slice(0, 8), 16) % 2 ** 31,
    resources: spec.resources,
    ...(spec.timeoutMs === undefined ? {} : {timeoutMs: spec.timeoutMs}),
    ...(spec.timeoutIdleMs === undefined ? {} : {timeoutIdleMs: spec.timeoutIdleMs}),
    sandbox: spec.sandbox,
    ...(spec.sandbox === 'strict' ? {codeFiles: Object.keys(known.code.files)} : {}),
    publish: options.writeCache && spec.cache,
    keepFailed: options.keepFailed,
  };
}
