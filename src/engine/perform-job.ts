/**
 * What makes a result trustworthy, as one piece of code: check the inputs, give the stage its environment, run it, check and
 * hash its outputs, publish them, look at the inputs again, write a receipt. The local executor calls it in this process,
 * `mlp exec` anywhere else, so that both give the same keys and the same bytes.
 */
import type {Cache} from '../cache/cache.ts';
import {FileTrouble, type Host, type RunningWork, type WorkExit} from '../host/host.ts';
import type {PerformControl} from '../executors/executor.ts';
import type {Failure, Job, Receipt} from '../model/job.ts';
import type {Manifest} from '../model/artifact.ts';
import {LOGGED, type Metric} from '../model/metric.ts';
import {bringBack, stepAside} from './aside.ts';
import {collectOutputs} from './collect-outputs.ts';
import {NotAFile, type Contents} from './contents.ts';
import {inputsJson, isTooLong, outputsJson, paramsFile, type ContractFiles} from './environment.ts';
import {exitFailure, namingFullDisk, namingWhatIsMissing, troubleFailure} from './failures.ts';
import {readDeclaredMetrics} from './declared-metrics.ts';
import {readMetricLines, type ParseYaml} from './read-metrics.ts';
import {startWork, type StartedWork, type StartWorld} from './start-work.ts';
import {stopWhenLate} from './timeouts.ts';

export interface PerformWorld extends StartWorld {
  readonly cache: Cache;
  readonly contents: Contents;
  readonly parseYaml: ParseYaml;
  /** How long after SIGINT or SIGTERM a stage is killed. */
  readonly graceMs: number;
}

export async function performJob(job: Job, world: PerformWorld, control: PerformControl): Promise<Receipt> {
  const {host, contents} = world;
  const startedAtMs = host.clock.now();
  const startedMonotonicMs = host.clock.monotonic();
  let use: WorkExit['use'] | undefined;
  let seen: ReturnType<StartedWork['ended']> = {};
  const receipt = (rest: Pick<Receipt, 'outcome'> & Partial<Receipt>): Receipt => ({
    receipt_version: 1,
    attempt: job.attempt,
    stage: job.stage,
    key: job.key,
    metrics: [],
    movedInputs: [],
    startedAtMs,
    endedAtMs: host.clock.now(),
    wallMs: host.clock.monotonic() - startedMonotonicMs,
    ...(use?.cpuMs === undefined ? {} : {cpuMs: use.cpuMs}),
    ...(use?.peakRssBytes === undefined ? {} : {peakRssBytes: use.peakRssBytes}),
    ...seen,
    ...rest,
  });
  try {
    const wrong = await differingInputs(job, contents);
    if (wrong.length > 0) return receipt({outcome: 'failed', failure: otherInputs(wrong)});
    const files = prepareFolder(job, host);
    stepAside(job.outs, job.workFolder, host);
    for (const out of job.outs) {
      contents.forget(out.path);
      if (out.path.includes('/')) host.files.makeFolder(out.path.slice(0, out.path.lastIndexOf('/')));
    }
    const started = await startWork(job, files, world);
    const stopped = await waitFor(started.work, job, world, control);
    use = stopped.exit.use;
    seen = started.ended();
    let failure = stopped.failure ?? exitFailure(stopped.exit, job);
    let manifest: Manifest | undefined;
    let metrics: readonly Metric[] = [];
    if (failure === undefined) {
      const collected = await collectOutputs(job, world);
      if ('failure' in collected) failure = collected.failure;
      else manifest = collected;
    }
    if (failure === undefined) {
      const read = await readMetrics(job, files, world);
      if ('failure' in read) failure = read.failure;
      else metrics = read.metrics;
    }
    if (failure !== undefined || manifest === undefined) {
      const clear = failure && namingWhatIsMissing(started.explained(failure), endOfLog(job, host));
      const named = clear && namingFullDisk(clear, host.files.freeBytes('.'));
      putBack(job, world);
      return receipt({outcome: 'failed', ...(named === undefined ? {} : {failure: named})});
    }
    return receipt({outcome: 'succeeded', manifest, metrics, movedInputs: await movedInputs(job, contents)});
  } catch (error) {
    // A stage may have put a pipe or a socket where its inputs are.
    if (!(error instanceof FileTrouble || error instanceof NotAFile)) throw error;
    putBack(job, world);
    const failure: Failure =
      error instanceof FileTrouble ? troubleFailure(error) : {class: 'infrastructure', message: error.message};
    return receipt({outcome: 'failed', failure});
  }
}

function putBack(job: Job, {host, contents}: PerformWorld): void {
  for (const path of bringBack(job.workFolder, host, job.keepFailed)) contents.forget(path);
}

const LOG_END_BYTES = 4096;

function endOfLog({logFile}: Job, {files}: Host): string {
  const size = files.stat(logFile)?.size ?? 0;
  const start = Math.max(0, size - LOG_END_BYTES);
  return new TextDecoder().decode(files.readRange(logFile, start, size - start));
}

/** The attempt's own folder with what the stage may read; absolute paths, since a stage may start elsewhere. */
function prepareFolder(job: Job, {files}: Host): ContractFiles {
  files.makeFolder(job.workFolder);
  files.makeFolder(job.logFile.slice(0, job.logFile.lastIndexOf('/')));
  const at = (name: string): string => files.absolute(`${job.workFolder}/${name}`);
  const contract: ContractFiles = {
    params: files.absolute(paramsFile(job.workFolder)),
    metrics: at('metrics.jsonl'),
    progress: at('progress.jsonl'),
    inputs: at('inputs.json'),
    outputs: at('outputs.json'),
  };
  // The folder is new and nobody else's: nothing is replaced here.
  files.append(contract.params, JSON.stringify(job.params));
  const inputs = inputsJson(job);
  if (isTooLong(inputs)) files.append(contract.inputs, inputs);
  const outputs = outputsJson(job);
  if (isTooLong(outputs)) files.append(contract.outputs, outputs);
  return contract;
}

async function waitFor(
  work: RunningWork,
  job: Job,
  world: PerformWorld,
  control: PerformControl,
): Promise<{readonly exit: WorkExit; readonly failure?: Failure}> {
  let asked: Failure | undefined;
  const late = stopWhenLate(work, job, world, (failure) => (asked ??= failure));
  control.started?.(work);
  control.onStop((how) => {
    asked ??= {class: 'interrupted', message: 'stopped with the run'};
    work.stop(how === 'interrupt' ? 'SIGINT' : how === 'terminate' ? 'SIGTERM' : 'SIGKILL');
  });
  const exit = await work.exited;
  late();
  return asked === undefined ? {exit} : {exit, failure: asked};
}

async function readMetrics(
  job: Job,
  files: ContractFiles,
  {host, parseYaml}: PerformWorld,
): Promise<{readonly metrics: readonly Metric[]} | {readonly failure: Failure}> {
  const declared = await readDeclaredMetrics(job.outs, {host, parseYaml});
  if ('failure' in declared) return declared;
  const metrics = [...declared.metrics];
  const logged = host.files.readTextIfThere(files.metrics);
  if (logged !== undefined) {
    const read = readMetricLines(logged, LOGGED);
    metrics.push(...read.metrics);
    if (read.unread > 0)
      host.files.append(
        job.logFile,
        `mlp: ${read.unread} lines of MLP_METRICS are no JSON objects and were left out\n`,
      );
  }
  return {metrics};
}

/** Rule R7: inputs must hold still. A stat each, and a hash where the stat moved. */
async function movedInputs(job: Job, contents: Contents): Promise<readonly string[]> {
  for (const {path} of job.inputs) contents.forget(path);
  return differingInputs(job, contents);
}

/** Inputs whose content is not the one that the key was made of. What this run has looked at before costs nothing. */
async function differingInputs(job: Job, contents: Contents): Promise<readonly string[]> {
  const now = await contents.of(job.inputs.map(({path}) => path));
  return job.inputs
    .filter((input, index) => now[index]?.hash !== input.hash || now[index]?.exec !== input.exec)
    .map(({path}) => path);
}

function otherInputs(paths: readonly string[]): Failure {
  return {
    class: 'infrastructure',
    message: `what is here is not what the job is for: ${paths.map((path) => `\`${path}\``).join(', ')} differ`,
    hint: 'bring the inputs that the job names, or make a new job',
  };
}
