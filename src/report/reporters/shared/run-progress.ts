/** How far a run is: what ended, what runs and for how long, what is probably left. Holds numbers and makes no text. */
import type {PlannedStage, RunEvent} from '../../../model/event.ts';
import type {StageName} from '../../../model/ids.ts';
import {LastLine} from '../../log-text.ts';

export interface RunningStage {
  readonly stage: StageName;
  readonly startedAtMs: number;
  readonly expectedMs?: number;
  /** As the stage itself reported it, 0 to 1. */
  fraction?: number;
  progressText?: string;
  rssBytes?: number;
  /** Cores in use between the last two reports: 0.94 is 94 %. */
  cpu?: number;
  readonly output: LastLine;
}

export class RunProgress {
  readonly running = new Map<StageName, RunningStage>();
  startedAtMs = 0;
  total = 0;
  done = 0;
  interrupted = false;
  #jobs = 1;
  #planned: readonly PlannedStage[] = [];
  /** Stages that need not be waited for, from before anything ran; dropped when `#waiting` is made. */
  #endedEarly: StageName[] = [];
  /** Made when the first stage starts: a run with nothing to do never needs it. */
  #waiting: Map<StageName, number | undefined> | undefined;
  #waitingMs = 0;
  #waitingUnknown = 0;
  readonly #cpu = new Map<StageName, {readonly atMs: number; readonly cpuMs: number}>();

  event(event: RunEvent, nowMs: number): void {
    switch (event.type) {
      case 'plan':
        this.startedAtMs = nowMs;
        this.#jobs = Math.max(1, event.jobs);
        this.#planned = event.stages;
        this.total = event.stages.length;
        return;
      case 'stage.expand':
        // The branches stand for the dynamic stage, which itself neither runs nor ends.
        this.total += event.branches.length - 1;
        if (this.#waiting === undefined) {
          this.#endedEarly.push(event.stage);
          this.#planned = [...this.#planned, ...event.branches.map((stage) => ({stage}))];
          return;
        }
        this.#noLongerWaits(event.stage);
        for (const branch of event.branches) this.#wait(branch, undefined);
        return;
      case 'stage.start':
        this.#start(event, nowMs);
        return;
      case 'stage.output':
        this.running.get(event.stage)?.output.push(event.text);
        return;
      case 'stage.progress':
        this.#progress(event, nowMs);
        return;
      case 'stage.retry':
        this.running.delete(event.stage);
        return;
      case 'stage.end':
        this.ended(event.stage);
        return;
      case 'interrupt':
        this.interrupted = true;
        return;
      default:
        return;
    }
  }

  /** A stage ended, in whatever way. Costs next to nothing before the first stage starts. */
  ended(stage: StageName): void {
    this.done++;
    if (this.#waiting === undefined) {
      this.#endedEarly.push(stage);
      return;
    }
    this.running.delete(stage);
    this.#cpu.delete(stage);
    this.#noLongerWaits(stage);
  }

  /**
   * Expected time until the end. It counts stages that wait as if they will run, so it is rather too long.
   * @returns undefined when something that is left has no known time.
   */
  remainingMs(nowMs: number): number | undefined {
    if (this.interrupted || this.#waiting === undefined || this.#waitingUnknown > 0) return undefined;
    let longest = 0;
    let sum = this.#waitingMs;
    for (const stage of this.running.values()) {
      const left = leftMs(stage, nowMs);
      if (left === undefined) return undefined;
      longest = Math.max(longest, left);
      sum += left;
    }
    const remaining = Math.max(longest, sum / this.#jobs);
    return remaining > 0 ? remaining : undefined;
  }

  #start(event: Extract<RunEvent, {type: 'stage.start'}>, nowMs: number): void {
    this.#waiting ??= this.#makeWaiting();
    this.#noLongerWaits(event.stage);
    this.running.set(event.stage, {
      stage: event.stage,
      startedAtMs: nowMs,
      ...(event.expectedMs === undefined ? {} : {expectedMs: event.expectedMs}),
      output: new LastLine(),
    });
    this.#cpu.set(event.stage, {atMs: nowMs, cpuMs: 0});
  }

  #progress(event: Extract<RunEvent, {type: 'stage.progress'}>, nowMs: number): void {
    const stage = this.running.get(event.stage);
    if (stage === undefined) return;
    if (event.fraction !== undefined) stage.fraction = Math.min(1, Math.max(0, event.fraction));
    if (event.text !== undefined) stage.progressText = event.text;
    if (event.rssBytes !== undefined) stage.rssBytes = event.rssBytes;
    const before = this.#cpu.get(event.stage);
    if (event.cpuMs === undefined || before === undefined || nowMs <= before.atMs) return;
    stage.cpu = Math.max(0, event.cpuMs - before.cpuMs) / (nowMs - before.atMs);
    this.#cpu.set(event.stage, {atMs: nowMs, cpuMs: event.cpuMs});
  }

  #makeWaiting(): Map<StageName, number | undefined> {
    this.#waiting = new Map();
    for (const {stage, expectedMs} of this.#planned) this.#wait(stage, expectedMs);
    for (const stage of this.#endedEarly) this.#noLongerWaits(stage);
    this.#endedEarly = [];
    return this.#waiting;
  }

  #wait(stage: StageName, expectedMs: number | undefined): void {
    if (this.#waiting === undefined || this.#waiting.has(stage)) return;
    this.#waiting.set(stage, expectedMs);
    if (expectedMs === undefined) this.#waitingUnknown++;
    else this.#waitingMs += expectedMs;
  }

  #noLongerWaits(stage: StageName): void {
    if (this.#waiting === undefined || !this.#waiting.has(stage)) return;
    const expectedMs = this.#waiting.get(stage);
    this.#waiting.delete(stage);
    if (expectedMs === undefined) this.#waitingUnknown--;
    else this.#waitingMs -= expectedMs;
  }
}

function leftMs(stage: RunningStage, nowMs: number): number | undefined {
  const elapsed = nowMs - stage.startedAtMs;
  if (stage.fraction !== undefined && stage.fraction > 0) return (elapsed * (1 - stage.fraction)) / stage.fraction;
  return stage.expectedMs === undefined ? undefined : Math.max(0, stage.expectedMs - elapsed);
}
