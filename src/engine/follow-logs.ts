/** Reads what running stages print while they print it, and what they say of their progress; one timer for all of them. */
import type {Host} from '../host/host.ts';
import type {Emit} from '../model/event.ts';
import type {AttemptId, StageName} from '../model/ids.ts';
import type {Job} from '../model/job.ts';

/** The first line must be seen within 200 ms of being written. */
const TICK_MS = 100;
const CHUNK_BYTES = 65_536;
const LINE_FEED = 10;

interface Followed {
  readonly job: Job;
  readonly decoder: InstanceType<typeof TextDecoder>;
  logOffset: number;
  progressOffset: number;
}

/** Memory and CPU of an attempt at this moment. */
export type SampleUse = (attempt: AttemptId) => {readonly rssBytes: number; readonly cpuMs: number} | undefined;

export class FollowLogs {
  readonly #host: Host;
  readonly #emit: Emit;
  readonly #sample: SampleUse;
  readonly #followed = new Map<AttemptId, Followed>();
  readonly #over = new AbortController();
  #ticking = false;

  constructor(host: Host, emit: Emit, sample: SampleUse) {
    this.#host = host;
    this.#emit = emit;
    this.#sample = sample;
  }

  add(job: Job): void {
    this.#followed.set(job.attempt, {job, decoder: new TextDecoder(), logOffset: 0, progressOffset: 0});
    if (!this.#ticking) void this.#tick();
  }

  /** Stages that run now. */
  running(): readonly StageName[] {
    return [...this.#followed.values()].map(({job}) => job.stage);
  }

  /** Hands out what is left and stops following. */
  finish(attempt: AttemptId): Promise<void> {
    const followed = this.#followed.get(attempt);
    if (followed !== undefined) {
      this.#readLog(followed);
      this.#followed.delete(attempt);
    }
    return Promise.resolve();
  }

  close(): void {
    this.#over.abort();
  }

  async #tick(): Promise<void> {
    this.#ticking = true;
    while (this.#followed.size > 0 && !this.#over.signal.aborted) {
      await this.#host.clock.sleep(TICK_MS, this.#over.signal);
      for (const followed of this.#followed.values()) {
        this.#readLog(followed);
        this.#readProgress(followed);
      }
    }
    this.#ticking = false;
  }

  #readLog(followed: Followed): void {
    const {job, decoder} = followed;
    for (;;) {
      const bytes = this.#host.files.readRange(job.logFile, followed.logOffset, CHUNK_BYTES);
      if (bytes.length === 0) return;
      followed.logOffset += bytes.length;
      const text = decoder.decode(bytes, {stream: true});
      if (text !== '') this.#emit({type: 'stage.output', stage: job.stage, attempt: job.attempt, text});
      if (bytes.length < CHUNK_BYTES) return;
    }
  }

  #readProgress(followed: Followed): void {
    const {job} = followed;
    const bytes = this.#host.files.readRange(`${job.workFolder}/progress.jsonl`, followed.progressOffset, CHUNK_BYTES);
    const end = bytes.lastIndexOf(LINE_FEED) + 1;
    // A line that does not end in a whole piece is none to be shown: what follows it must be.
    followed.progressOffset += end === 0 && bytes.length === CHUNK_BYTES ? bytes.length : end;
    const last = lastProgress(new TextDecoder().decode(bytes.subarray(0, end)));
    const use = this.#sample(job.attempt);
    if (last !== undefined || use !== undefined)
      this.#emit({type: 'stage.progress', stage: job.stage, attempt: job.attempt, ...last, ...use});
  }
}

/** The newest line that is progress: {"fraction": 0.4, "text": "epoch 3"}. */
function lastProgress(lines: string): {fraction?: number; text?: string} | undefined {
  for (const line of lines.trimEnd().split('\n').reverse()) {
    if (line === '') continue;
    try {
      const value: unknown = JSON.parse(line);
      if (typeof value !== 'object' || value === null) continue;
      const {fraction, text} = value as {fraction?: unknown; text?: unknown};
      return {...(typeof fraction === 'number' ? {fraction} : {}), ...(typeof text === 'string' ? {text} : {})};
    } catch {
      continue;
    }
  }
  return undefined;
}
