/** Starts what a job is: a process or a function, in its environment, with somebody who notes which files it opens. */
import type {Host, RunningWork} from '../host/host.ts';
import type {Job} from '../model/job.ts';
import type {Opened} from '../model/opened.ts';
import {stageEnvironment, type ContractFiles} from './environment.ts';
import {watchFiles, type FilesWatch, type Watching} from './opened-files.ts';

export interface StartWorld {
  readonly host: Host;
  /** Absolute path of the module whose `runKind` runs built-in stages. */
  readonly kindsModule: string;
  /** undefined: nobody looks at what a stage opens. */
  readonly watching?: Watching;
}

export interface StartedWork {
  readonly work: RunningWork;
  /** To be asked once when the work has ended: what it opened beside what the job declares. */
  opened(): Opened | undefined;
}

export function startWork(job: Job, files: ContractFiles, world: StartWorld): StartedWork {
  const {host, watching} = world;
  // Built-in stages read what they declare, and they read through the host.
  const watch = watching === undefined || job.action.kind === 'builtin' ? undefined : watchFiles(job, watching, host);
  const plain = stageEnvironment(job, files, host);
  const env = watch?.environment(plain) ?? plain;
  return {work: start(job, files, env, watch, world), opened: () => watch?.opened()};
}

function start(
  job: Job,
  files: ContractFiles,
  env: {readonly [name: string]: string},
  watch: FilesWatch | undefined,
  {host, kindsModule}: StartWorld,
): RunningWork {
  const {action} = job;
  if (action.kind === 'script' || action.kind === 'argv') {
    const given = action.kind === 'argv' ? action.argv : [...action.shell, action.text];
    const argv = watch?.command(given) ?? given;
    return host.processes.start({
      argv,
      cwd: host.files.absolute(job.cwd),
      env,
      logFile: host.files.absolute(job.logFile),
    });
  }
  const context = {
    stage: job.stage,
    runId: job.run,
    params: job.params,
    inputs: job.inputNames,
    outputs: Object.fromEntries(job.outs.map((out) => [out.name, out.path])),
    seed: job.seed,
    metricsFile: files.metrics,
    progressFile: files.progress,
    ...(action.kind === 'builtin' ? {settings: {uses: action.uses, settings: action.settings}} : {}),
  };
  const bundle = action.kind === 'builtin' ? kindsModule : host.files.absolute(job.bundle ?? action.module);
  const exportName = action.kind === 'builtin' ? 'runKind' : 'default';
  const memory = job.resources.memoryBytes;
  return host.functions.start({
    bundle,
    exportName,
    context,
    env,
    logFile: host.files.absolute(job.logFile),
    ...(memory === undefined ? {} : {memoryBytes: memory}),
    ...(watch?.preload === undefined ? {} : {preload: watch.preload}),
  });
}
