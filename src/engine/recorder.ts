/** Writes down how a stage ended: rows in the store, then the event. Nothing is announced that was not recorded first. */
import {FileTrouble} from '../host/host.ts';
import type {Failure, AttemptState, Job, Receipt} from '../model/job.ts';
import type {StageEnd} from '../model/event.ts';
import type {StageName} from '../model/ids.ts';
import type {Metric} from '../model/metric.ts';
import type {AttemptEnd, Reason, Trace} from '../model/run.ts';
import type {StageSpec} from '../model/stage.ts';
import {bringBack} from './aside.ts';
import {newTrace} from './new-trace.ts';
import type {RunContext} from './run-context.ts';
import {sameOutputs} from './restore-outputs.ts';
import type {BadEnd, Concluded} from './stage-driver.ts';
import {settledTrace} from './settled.ts';
import {origin, stateOf, usage} from './stage-end.ts';
import type {Decision, Known} from './staleness.ts';
import {compareWith, type Verified} from './verify.ts';

/** How many lines of a failed stage's log are shown. */
const TAIL_LINES = 40;
const TAIL_BYTES = 16_384;

export class Recorder {
  readonly #context: RunContext;
  /** Log and times of the newest attempt of a node, for the event that ends it. */
  readonly #last = new Map<number, {readonly job: Job; readonly receipt?: Receipt}>();
  readonly #reasons = new Map<StageName, Reason>();

  constructor(context: RunContext) {
    this.#context = context;
  }

  notice(stage: StageName, level: 'info' | 'warning', code: string, message: string): void {
    this.#context.emit({type: 'notice', level, code, message, stage});
  }

  skipped(node: number, spec: StageSpec, {result, remembered, reason}: Decision & {kind: 'skip'}): void {
    const upstream = reason.kind === 'fresh' ? this.#context.results.disturbedUpstream(node) : [];
    const why: Reason = upstream.length === 0 ? reason : {kind: 'fresh', sameBytes: upstream};
    if (!remembered) this.#makeCurrent(spec.name, result?.trace);
    this.#settle(
      node,
      {type: 'stage.end', stage: spec.name, outcome: 'skipped', reason: why, durationMs: 0, ...origin(result)},
      result?.trace,
    );
  }

  restored(node: number, spec: StageSpec, trace: Trace, reason: Reason, durationMs: number): void {
    const before = this.#context.world.store.currentTrace(spec.name);
    this.#makeCurrent(spec.name, trace.id);
    this.#settle(
      node,
      {
        type: 'stage.end',
        stage: spec.name,
        outcome: 'restored',
        reason,
        durationMs,
        ...origin(settledTrace(trace), trace.origin === 'remote'),
        ...this.#metrics(trace, before),
      },
      trace.id,
    );
  }

  /** People have decided. */
  approved(node: number, spec: StageSpec, trace: Trace, reason: Reason): void {
    this.#settle(node, {type: 'stage.end', stage: spec.name, outcome: 'ran', reason, durationMs: 0}, trace.id);
  }

  started(spec: StageSpec, job: Job, number: number, reason: Reason): void {
    const expectedMs = this.#context.durations.get(spec.name);
    this.#reasons.set(spec.name, reason);
    this.#context.emit({
      type: 'stage.start',
      stage: spec.name,
      attempt: job.attempt,
      number,
      reason,
      logFile: job.logFile,
      ...(expectedMs === undefined ? {} : {expectedMs}),
    });
  }

  concluded(
    node: number,
    spec: StageSpec,
    job: Job,
    receipt: Receipt,
    pending: {readonly known: Known; readonly reason: Reason},
  ): Concluded {
    const {world} = this.#context;
    this.#last.set(node, {job, receipt});
    if (this.#context.results.has(node)) {
      world.store.endAttempt(job.attempt, this.#attemptEnd('superseded', job, receipt));
      return {kind: 'superseded'};
    }
    if (receipt.outcome === 'failed' || receipt.manifest === undefined) {
      const failure: Failure = receipt.failure ?? {class: 'infrastructure', message: 'the attempt left no result'};
      world.store.endAttempt(job.attempt, this.#attemptEnd(stateOf(failure), job, receipt, failure));
      return {kind: 'failed', failure};
    }
    if (receipt.movedInputs.length > 0) return this.#inputMoved(node, spec, job, receipt, pending.reason);
    const before = world.store.currentTrace(spec.name);
    const known = world.store.traces(job.key);
    const baseline = this.#context.options.verify?.baselines.get(spec.name);
    if (baseline !== undefined) {
      const verified = this.#verified(baseline, job, receipt, pending.known);
      if (verified.differing.length > 0) {
        this.#settle(node, this.#ran(spec, job, receipt, pending.reason), baseline.id);
        return {kind: 'committed'};
      }
    }
    const differs =
      known.length > 0 && !known.some((trace) => sameOutputs(trace.outputs, receipt.manifest?.outputs ?? []));
    if (differs && spec.deterministic) return this.#notDeterministic(job, receipt);
    const trace = world.store.commit(newTrace(job, receipt, pending.known), {
      attempt: job.attempt,
      end: this.#attemptEnd('committed', job, receipt),
    });
    this.#clear(job);
    if (job.publish) this.share(spec, pending.known, trace);
    if (differs)
      this.notice(
        spec.name,
        'warning',
        'nondeterministic',
        `${spec.name} gave different bytes for the same inputs (${known.length + 1} results known); downstream follows the one on disk`,
      );
    const sameBytes = before !== undefined && sameOutputs(before.outputs, trace.outputs);
    this.#settle(
      node,
      {
        ...this.#ran(spec, job, receipt, pending.reason),
        ...(sameBytes ? {sameBytes} : {}),
        ...this.#metrics(trace, before),
      },
      trace.id,
    );
    return {kind: 'committed'};
  }

  /** What cannot be removed, such as files of a container's root, makes no run fail: the result is recorded. */
  #clear({stage, workFolder}: Job): void {
    try {
      this.#context.host.files.remove(workFolder);
    } catch (error) {
      if (!(error instanceof FileTrouble)) throw error;
      this.notice(stage, 'warning', 'work-left', `what ${stage} left in its work folder stays: ${error.message}`);
    }
  }

  /** A folder that cannot be written makes no run fail: the result is here. */
  share(spec: StageSpec, known: Known, trace: Trace): void {
    try {
      this.#context.world.shared?.publish(spec, known, trace);
    } catch (error) {
      if (!(error instanceof FileTrouble)) throw error;
      this.notice(spec.name, 'warning', 'not-shared', `the result of ${spec.name} is not shared: ${error.message}`);
    }
  }

  /** What was there comes back before anything is recorded; then both results are known, and the old one is current. */
  #verified(baseline: Trace, job: Job, receipt: Receipt, known: Known): Verified {
    const {world, host, options} = this.#context;
    const isSame = sameOutputs(baseline.outputs, receipt.manifest?.outputs ?? []);
    if (!isSame) for (const path of bringBack(job.workFolder, host)) world.contents.forget(path);
    const verified = compareWith(baseline, job, receipt, world);
    options.verify?.tell(verified);
    if (isSame) return verified;
    world.store.commit(newTrace(job, receipt, known), {
      attempt: job.attempt,
      end: this.#attemptEnd('committed', job, receipt),
    });
    world.store.setCurrent(job.stage, baseline.id);
    this.#clear(job);
    return verified;
  }

  /** Rule R7: the outputs stay on disk, nothing is recorded under the key, the next run runs the stage again. */
  #inputMoved(node: number, spec: StageSpec, job: Job, receipt: Receipt, reason: Reason): Concluded {
    this.#context.world.store.endAttempt(job.attempt, this.#attemptEnd('partial', job, receipt));
    if (this.#context.options.verify !== undefined)
      for (const path of bringBack(job.workFolder, this.#context.host)) this.#context.world.contents.forget(path);
    this.#clear(job);
    const paths = receipt.movedInputs.map((path) => `\`${path}\``).join(', ');
    this.notice(
      spec.name,
      'warning',
      'input-moved',
      `${spec.name} is stale: ${paths} changed while it ran, so its result was not recorded`,
    );
    this.#settle(node, this.#ran(spec, job, receipt, reason), undefined);
    return {kind: 'committed'};
  }

  #notDeterministic(job: Job, receipt: Receipt): Concluded {
    const failure: Failure = {
      class: 'nondeterministic',
      message: 'gave different bytes for the same inputs although it says `deterministic: true`',
      hint: 'use `MLP_SEED`, sort what comes in no order, write no times; or remove `deterministic: true`',
    };
    for (const path of bringBack(job.workFolder, this.#context.host)) this.#context.world.contents.forget(path);
    this.#context.world.store.endAttempt(job.attempt, this.#attemptEnd('failed', job, receipt, failure));
    return {kind: 'failed', failure};
  }

  abandoned(node: number, job: Job, state: AttemptState, failure: Failure): void {
    this.#last.set(node, {job});
    this.#context.world.store.endAttempt(job.attempt, this.#attemptEnd(state, job, undefined, failure));
  }

  ended(node: number, stage: StageName, end: BadEnd): void {
    const last = this.#last.get(node);
    const started = this.#reasons.get(stage) ?? {kind: 'new'};
    const reason =
      end.outcome === 'not-run' || end.outcome === 'waiting'
        ? end.reason
        : end.outcome === 'failed'
          ? (end.reason ?? started)
          : started;
    const event: StageEnd = {
      type: 'stage.end',
      stage,
      outcome: end.outcome,
      reason,
      durationMs: last?.receipt?.wallMs ?? 0,
      ...(last === undefined ? {} : {attempt: last.job.attempt, logFile: last.job.logFile}),
      ...(end.outcome === 'failed' ? {failure: end.failure} : {}),
      ...(end.outcome === 'failed' && last !== undefined ? {logTail: this.#tail(last.job)} : {}),
      ...usage(last?.receipt),
    };
    this.#settle(node, event, undefined);
  }

  #settle(node: number, event: StageEnd, trace: number | undefined): void {
    const {stage, outcome, reason} = event;
    const isNew = this.#context.results.set(node, {
      stage,
      outcome,
      reason,
      ...(trace === undefined ? {} : {trace}),
    });
    if (!isNew) throw new Error(`BUG: ${stage} was recorded twice`);
    this.#context.results.savedMs += event.savedMs ?? 0;
    this.#context.emit(event);
  }

  #makeCurrent(stage: StageName, trace: number | undefined): void {
    const {store} = this.#context.world;
    if (trace !== undefined && store.currentTrace(stage)?.id !== trace) store.setCurrent(stage, trace);
  }

  #ran(spec: StageSpec, job: Job, receipt: Receipt, reason: Reason): StageEnd {
    return {
      type: 'stage.end',
      stage: spec.name,
      outcome: 'ran',
      reason,
      attempt: job.attempt,
      logFile: job.logFile,
      durationMs: receipt.wallMs,
      ...usage(receipt),
    };
  }

  /** Last values, without the points of curves. */
  #metrics(
    trace: Trace,
    before: Trace | undefined,
  ): {metrics?: readonly Metric[]; previousMetrics?: readonly Metric[]} {
    const {store} = this.#context.world;
    const metrics = store.metrics(trace.id).filter((metric) => metric.step === undefined);
    if (metrics.length === 0) return {};
    const previous = before === undefined ? [] : store.metrics(before.id).filter((metric) => metric.step === undefined);
    return {metrics, ...(previous.length === 0 ? {} : {previousMetrics: previous})};
  }

  #attemptEnd(state: AttemptState, job: Job, receipt: Receipt | undefined, failure?: Failure): AttemptEnd {
    const {host} = this.#context;
    return {
      state,
      endedAtMs: receipt?.endedAtMs ?? host.clock.now(),
      wallMs: receipt?.wallMs ?? 0,
      ...usage(receipt),
      ...(failure === undefined ? {} : {failure}),
      logBytes: host.files.stat(job.logFile)?.size ?? 0,
    };
  }

  #tail(job: Job): readonly string[] {
    const {files} = this.#context.host;
    const size = files.stat(job.logFile)?.size ?? 0;
    const text = new TextDecoder().decode(files.readRange(job.logFile, Math.max(0, size - TAIL_BYTES), TAIL_BYTES));
    const lines = text.trimEnd().split('\n');
    return lines.length === 1 && lines[0] === '' ? [] : lines.slice(-TAIL_LINES);
  }
}
