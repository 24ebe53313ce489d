/** Runs jobs on this machine, in the engine's own process: the stages are its child processes and threads. */
import {FileTrouble} from '../host/host.ts';
import type {Host, RunningWork} from '../host/host.ts';
import type {AttemptId} from '../model/ids.ts';
import type {Job} from '../model/job.ts';
import type {
  Executor,
  ExecutorCapabilities,
  ExecutorMember,
  FindReply,
  JobStatus,
  Perform,
  PollReply,
  StopHow,
  SubmitReply,
} from './executor.ts';

/** How much of a log is read at a time. */
const LOG_BYTES = 8 * 1024 * 1024;

interface LocalJob {
  readonly job: Job;
  readonly handlers: ((how: StopHow) => void)[];
  readonly asked: StopHow[];
  status: JobStatus;
  work?: RunningWork;
  /** A bug in the code that performs jobs; thrown where the engine asks for the job. */
  bug?: {readonly thrown: unknown};
}

export const local: ExecutorMember = {
  name: 'local',
  summary: 'runs stages on this machine, as processes and threads',
  create: createLocalExecutor,
};

/** What only an executor in this process can tell. */
export interface LocalExecutor extends Executor {
  /** Memory and CPU time of a job at this moment; undefined when it does not run. */
  use(attempt: AttemptId): ReturnType<RunningWork['sample']>;
}

/** @param perform runs one job. @param host reads logs. */
export function createLocalExecutor(perform: Perform, host: Host): LocalExecutor {
  return new InProcessExecutor(perform, host);
}

class InProcessExecutor implements LocalExecutor {
  readonly name = 'local';
  readonly capabilities: ExecutorCapabilities = {liveLogs: true, detached: false};
  readonly #perform: Perform;
  readonly #host: Host;
  readonly #jobs = new Map<AttemptId, LocalJob>();
  /** Set when a job ended and nobody was waiting, so that no end is missed between a poll and the next wait. */
  #news = false;
  #waiting: (() => void)[] = [];

  constructor(perform: Perform, host: Host) {
    this.#perform = perform;
    this.#host = host;
  }

  submit(job: Job): Promise<SubmitReply> {
    if (!this.#jobs.has(job.attempt)) {
      const local: LocalJob = {job, handlers: [], asked: [], status: {state: 'running'}};
      this.#jobs.set(job.attempt, local);
      void this.#run(local);
    }
    return Promise.resolve({kind: 'accepted'});
  }

  async find(attempt: AttemptId): Promise<FindReply> {
    const status = this.#status(attempt);
    return Promise.resolve(status ? {kind: 'found', status} : {kind: 'absent'});
  }

  async poll(attempts: readonly AttemptId[]): Promise<PollReply> {
    const statuses = new Map<AttemptId, JobStatus>();
    for (const attempt of attempts) {
      const status = this.#status(attempt);
      if (status) statuses.set(attempt, status);
    }
    return Promise.resolve({kind: 'complete', statuses});
  }

  changed(): Promise<void> {
    if (this.#news) {
      this.#news = false;
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  cancel(attempt: AttemptId, how: StopHow): Promise<void> {
    const local = this.#jobs.get(attempt);
    if (local?.status.state === 'running') {
      local.asked.push(how);
      for (const handler of local.handlers) handler(how);
    }
    return Promise.resolve();
  }

  logs(attempt: AttemptId, fromByte: number): Promise<Uint8Array> {
    const local = this.#jobs.get(attempt);
    return Promise.resolve(
      local ? this.#host.files.readRange(local.job.logFile, fromByte, LOG_BYTES) : new Uint8Array(),
    );
  }

  use(attempt: AttemptId): ReturnType<RunningWork['sample']> {
    return this.#jobs.get(attempt)?.work?.sample();
  }

  doctor(): Promise<readonly {readonly ok: boolean; readonly message: string; readonly hint?: string}[]> {
    const {processes, machine} = this.#host;
    const gibibytes = (machine.memoryBytes / 1024 ** 3).toFixed(1);
    const facts = {ok: true, message: `this machine has ${machine.cores} cores and ${gibibytes} GiB of memory`};
    if (processes.which('/bin/sh') !== undefined) return Promise.resolve([facts]);
    return Promise.resolve([
      facts,
      {ok: false, message: 'there is no `/bin/sh`', hint: 'install a POSIX shell such as dash: it starts every stage'},
    ]);
  }

  async #run(local: LocalJob): Promise<void> {
    // The reply to `submit` comes first: the engine then knows the job before it can end.
    await Promise.resolve();
    try {
      const receipt = await this.#perform(local.job, {
        onStop: (handler) => {
          local.handlers.push(handler);
          for (const how of local.asked) handler(how);
        },
        started: (work) => {
          local.work = work;
        },
      });
      local.status = {state: 'finished', receipt};
    } catch (thrown) {
      if (thrown instanceof FileTrouble) {
        local.status = {state: 'lost', failure: {class: 'infrastructure', message: thrown.message}};
      } else local.bug = {thrown};
    }
    local.handlers.length = 0;
    delete local.work;
    if (this.#waiting.length === 0) this.#news = true;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  #status(attempt: AttemptId): JobStatus | undefined {
    const local = this.#jobs.get(attempt);
    if (local?.bug) throw local.bug.thrown;
    return local?.status;
  }
}
