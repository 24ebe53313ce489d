/** Starts what a job is: a process or a function, in its environment, with somebody who notes which files it opens. */
import {byCodeUnits} from '../base/compare.ts';
import type {Host, RunningWork, WorkExit} from '../host/host.ts';
import type {Failure, Job} from '../model/job.ts';
import type {Opened} from '../model/opened.ts';
import {MARK, stageEnvironment, type ContractFiles} from './environment.ts';
import {watchFiles, type FilesWatch, type Watching} from './opened-files.ts';
import {namingHidden, packBox, type Box, type Sandbox} from './sandbox.ts';

export interface StartWorld {
  readonly host: Host;
  /** Absolute path of the module whose `runKind` runs built-in stages. */
  readonly kindsModule: string;
  /** The command that starts this very mlp, for built-in stages that try what they made in a process of its own. */
  readonly mlp: readonly string[];
  /** undefined: nobody looks at what a stage opens. */
  readonly watching?: Watching;
  readonly sandbox?: Sandbox;
  /** Absolute paths: how a function runs in a process of its own. */
  readonly functionProcess?: () => {readonly node: string; readonly entry: string; readonly worker: string};
}

export interface StartedWork {
  readonly work: RunningWork;
  /** To be called once when the work has ended: brings its outputs to their places, if they are not there, and tells. */
  ended(): {readonly opened?: Opened; readonly sandboxMissing?: string};
  /** A failure in the light of what was hidden from the stage. */
  explained(failure: Failure): Failure;
}

export async function startWork(job: Job, files: ContractFiles, world: StartWorld): Promise<StartedWork> {
  const {host, watching, sandbox} = world;
  const isBuiltin = job.action.kind === 'builtin';
  // Built-in stages read what they declare, and they read through the host.
  const watch = watching === undefined || isBuiltin ? undefined : watchFiles(job, watching, host);
  const plain = stageEnvironment(job, files, host);
  const env = watch?.environment(plain) ?? plain;
  const wanted = job.sandbox === 'strict' && !isBuiltin;
  const kind = wanted ? await sandbox?.find() : undefined;
  const box = kind === undefined || kind.kind === 'none' ? undefined : packBox(job, kind, host);
  const missing = wanted && box === undefined ? (kind?.kind === 'none' ? kind.missing : 'nobody set it up') : undefined;
  const work = start(job, files, {env, watch, box}, world);
  let tried: readonly string[] = [];
  return {
    work,
    ended: () => {
      const beside = box?.empty() ?? [];
      const opened = watch?.opened();
      tried = opened?.reads ?? [];
      return {
        ...(opened === undefined
          ? {}
          : {opened: {...opened, writes: [...new Set([...opened.writes, ...beside])].sort(byCodeUnits)}}),
        ...(missing === undefined ? {} : {sandboxMissing: missing}),
      };
    },
    explained: (failure) => (box === undefined ? failure : namingHidden(failure, job, tried, host)),
  };
}

interface Surroundings {
  readonly env: {readonly [name: string]: string};
  readonly watch: FilesWatch | undefined;
  readonly box: Box | undefined;
}

function start(
  job: Job,
  files: ContractFiles,
  {env, watch, box}: Surroundings,
  {host, kindsModule, mlp, functionProcess}: StartWorld,
): RunningWork {
  const {action} = job;
  const cwd = host.files.absolute(job.cwd);
  const logFile = host.files.absolute(job.logFile);
  if (action.kind === 'script' || action.kind === 'argv') {
    const given = action.kind === 'argv' ? action.argv : [...action.shell, action.text];
    const inside = box?.command(given, job.cwd) ?? given;
    return host.processes.start({argv: watch?.command(inside) ?? inside, cwd, env, logFile});
  }
  const memory = job.resources.memoryBytes;
  const context = {
    stage: job.stage,
    runId: job.run,
    params: job.params,
    inputs: job.inputNames,
    outputs: Object.fromEntries(job.outs.map((out) => [out.name, out.path])),
    seed: job.seed,
    ...(memory === undefined ? {} : {memoryBytes: memory}),
    metricsFile: files.metrics,
    progressFile: files.progress,
    ...(action.kind === 'builtin' ? {settings: {uses: action.uses, settings: action.settings}, mlp} : {}),
    ...(job.functions === undefined ? {} : {functions: absoluteOf(job.functions, host)}),
  };
  if (action.kind === 'approval') throw new Error(`BUG: ${job.stage} is decided by people and cannot run`);
  const bundle = action.kind === 'builtin' ? kindsModule : host.files.absolute(job.bundle ?? action.module);
  const exportName = action.kind === 'builtin' ? 'runKind' : 'default';
  const spec = {
    bundle,
    exportName,
    context,
    env,
    mark: MARK,
    logFile,
    ...(memory === undefined ? {} : {memoryBytes: memory}),
    ...(watch?.preload === undefined ? {} : {preload: watch.preload}),
  };
  if (box === undefined || functionProcess === undefined) return host.functions.start(spec);
  const {node, entry, worker} = functionProcess();
  const request = host.files.absolute(`${job.workFolder}/function.json`);
  host.files.append(request, JSON.stringify({spec, worker, root: host.root}));
  const work = host.processes.start({argv: box.command([node, entry, request], '.'), cwd, env, logFile});
  return {
    ...work,
    exited: work.exited.then((exit) => functionExit(exit, host.files.readTextIfThere(`${request}.exit`))),
  };
}

const absoluteOf = (paths: {readonly [name: string]: string}, {files}: Host): {readonly [name: string]: string} =>
  Object.fromEntries(Object.entries(paths).map(([name, path]) => [name, files.absolute(path)]));

/** What the process says of its function, with the resources of the process. */
function functionExit(exit: WorkExit, told: string | undefined): WorkExit {
  if (told === undefined || exit.signal !== undefined) return exit;
  const {code, signal, error} = JSON.parse(told) as WorkExit;
  return {code, signal, ...(error === undefined ? {} : {error}), use: exit.use};
}
