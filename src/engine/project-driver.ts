/** The real driver: decides with the store and the disk, makes jobs, records results. One for each run. */
import {attemptId, type StageName} from '../model/ids.ts';
import type {AttemptState, Failure, Job, Receipt} from '../model/job.ts';
import type {Opened} from '../model/opened.ts';
import type {Reason} from '../model/run.ts';
import type {StageSpec} from '../model/stage.ts';
import {approvalNotices, writeApproval, writeRequest} from './approval.ts';
import type {Asked} from './decision.ts';
import {bringBack} from './aside.ts';
import type {FollowLogs} from './follow-logs.ts';
import {livingIn, othersLivingIn, type Living} from './living.ts';
import {makeJob} from './make-job.ts';
import {recover} from './recover.ts';
import {adoptEdits, restoreOutputs} from './restore-outputs.ts';
import {Recorder} from './recorder.ts';
import type {RunContext} from './run-context.ts';
import type {BadEnd, Begun, Concluded, Prepared, StageDriver, StageHolder, WorkNode} from './stage-driver.ts';
import {settledTrace} from './settled.ts';
import {decide, type Decision, type Known} from './staleness.ts';
import {rememberOpened, undeclared, undeclaredNotices} from './undeclared.ts';

interface Pending {
  readonly known: Known;
  readonly reason: Reason;
  /** How many results the key had when it was decided. */
  readonly results: number;
}

export class ProjectDriver implements StageDriver {
  readonly #context: RunContext;
  readonly #recorder: Recorder;
  readonly #follow: FollowLogs;
  readonly #isAlive: Living;
  /** Decided to run, not yet concluded. */
  readonly #pending = new Map<number, Pending>();
  readonly #branches = new Map<number, readonly StageSpec[]>();
  readonly #toldUndeclared = new Set<StageName>();
  readonly #toldWaiting = new Set<number>();

  constructor(context: RunContext, follow: FollowLogs) {
    this.#context = context;
    this.#recorder = new Recorder(context);
    this.#follow = follow;
    this.#isAlive = livingIn(context.host, context.world.store);
  }

  async prepare(node: number): Promise<Prepared> {
    const spec = this.#context.results.spec(node);
    if (spec.kind === 'dynamic') {
      const expanded = await this.#context.expand(spec);
      if (!expanded.ok) {
        const message = expanded.error.map((diagnostic) => diagnostic.message).join('; ');
        return {kind: 'failed', failure: {class: 'build', message}, reason: {kind: 'cannot-decide', message}};
      }
      const {vanished} = this.#context;
      // Before any reader of the branches is looked at: they all come after this node.
      vanished.remove(await vanished.of(spec.group, expanded.value));
      this.#context.results.expanded.add(spec.group);
      this.#branches.set(node, expanded.value);
      return {kind: 'expanded', branches: expanded.value.map((branch) => workNode(branch, this.#context.durations))};
    }
    const {world, options} = this.#context;
    if (options.noReview === true && spec.action.kind === 'approval') {
      this.#recorder.skipped(node, spec, {kind: 'skip', remembered: true, reason: {kind: 'no-review'}});
      return {kind: 'settled'};
    }
    const decision = await decide(spec, world, {
      force: options.forced.has(spec.name),
      readCache: options.readCache,
      settled: true,
      deep: false,
    });
    if (decision.kind === 'run' && decision.known.approval !== undefined)
      return this.#approved(node, spec, decision, decision.known.approval);
    if ((decision.kind === 'run' || decision.kind === 'restore') && (await this.#isRepaired(spec)))
      return this.prepare(node);
    return this.#act(node, spec, decision);
  }

  #act(node: number, spec: StageSpec, decision: Decision): Prepared | Promise<Prepared> {
    switch (decision.kind) {
      case 'waiting':
        writeRequest(decision.asked, this.#context.host);
        for (const notice of approvalNotices(spec.name, decision.asked)) this.#context.emit(notice);
        return {kind: 'waiting', reason: decision.reason};
      case 'error':
        return {kind: 'failed', failure: decision.failure, reason: decision.reason};
      case 'skip':
        this.#recorder.skipped(node, spec, decision);
        return {kind: 'settled'};
      case 'run':
      case 'restore': {
        const {host, world} = this.#context;
        // While another process works on the stage its outputs are not to be judged.
        const holder = world.store.holder(spec.name, othersLivingIn(host, world.store));
        if (holder !== undefined) return {kind: 'held', holder};
        const {kind} = decision.reason;
        if (this.#context.options.keepEdits && (kind === 'outputs-edited' || kind === 'outputs-of-other-run'))
          return this.#adopt(node, spec, decision);
        return decision.kind === 'restore'
          ? this.#restore(node, spec, decision)
          : this.#mustRun(node, decision, decision.reason);
      }
    }
  }

  #mustRun(node: number, {known, results}: Pick<Pending, 'known' | 'results'>, reason: Reason): Prepared {
    this.#pending.set(node, {known, reason, results});
    return {kind: 'run'};
  }

  /** Holds the stage meanwhile, so that no other process starts it among outputs that are half brought back. */
  #restore(node: number, spec: StageSpec, decision: Decision & {kind: 'restore'}): Prepared | Promise<Prepared> {
    const {host, world, settings, owner, run} = this.#context;
    const startedMs = host.clock.monotonic();
    const claim = world.store.hold(spec.name, {...owner, run, sinceMs: host.clock.now()}, this.#isAlive);
    // Without a holder there is an attempt of a dead process, to be repaired first.
    if (!claim.claimed) return claim.holder === undefined ? this.prepare(node) : {kind: 'held', holder: claim.holder};
    try {
      const restored = restoreOutputs(decision.candidates, world, settings.link);
      for (const notice of restored.notices) this.#recorder.notice(spec.name, 'warning', notice.code, notice.message);
      if (restored.kind === 'failed') return {kind: 'failed', failure: restored.failure, reason: decision.reason};
      if (restored.kind === 'none')
        return this.#mustRun(node, decision, {kind: 'corrupt-object', paths: restored.paths});
      this.#recorder.restored(node, spec, restored.trace, decision.reason, host.clock.monotonic() - startedMs);
      return {kind: 'settled'};
    } finally {
      world.store.release(spec.name);
    }
  }

  /** People have decided: their record is written, and the stage is done. */
  async #approved(
    node: number,
    spec: StageSpec,
    {known, reason}: Decision & {kind: 'run'},
    asked: Asked,
  ): Promise<Prepared> {
    const {host, world, options, run} = this.#context;
    writeApproval(spec, asked, host);
    for (const out of spec.outs) world.contents.forget(out.path);
    await world.contents.of(spec.outs.map((out) => out.path));
    const publish = options.writeCache && spec.cache;
    const trace = adoptEdits(spec, known, {world, publish, run, nowMs: host.clock.now(), origin: 'ran'});
    if (trace === undefined) throw new Error(`BUG: the approval of ${spec.name} was not written`);
    for (const notice of approvalNotices(spec.name, asked)) this.#context.emit(notice);
    this.#recorder.approved(node, spec, trace, reason);
    return {kind: 'settled'};
  }

  #adopt(node: number, spec: StageSpec, decision: Pick<Pending, 'known' | 'results'>): Prepared {
    const {host, world, options, run} = this.#context;
    const trace = adoptEdits(spec, decision.known, {
      world,
      publish: options.writeCache && spec.cache,
      run,
      nowMs: host.clock.now(),
      origin: 'adopted',
    });
    if (trace === undefined) return this.#mustRun(node, decision, {kind: 'outputs-missing', paths: []});
    this.#recorder.share(spec, decision.known, trace);
    this.#recorder.notice(spec.name, 'info', 'edits-kept', `the edited outputs of ${spec.name} are its result now`);
    this.#recorder.skipped(node, spec, {
      kind: 'skip',
      result: settledTrace(trace),
      remembered: false,
      reason: {kind: 'fresh'},
    });
    return {kind: 'settled'};
  }

  /** Whether another process has died over the stage since this run began: what it had moved aside is back now. */
  async #isRepaired(spec: StageSpec): Promise<boolean> {
    const {world, host, emit} = this.#context;
    const running = world.store.runningAttempt(spec.name);
    if (running === undefined || this.#isAlive(running)) return false;
    const touched = await recover(host, world.store, emit, spec.name);
    for (const path of [...touched, ...spec.outs.map((out) => out.path)]) world.contents.forget(path);
    return true;
  }

  begin(node: number, number: number): Begun {
    const {host, world, run, owner, options} = this.#context;
    const spec = this.#context.results.spec(node) as StageSpec;
    const pending = this.#pending.get(node);
    if (pending === undefined) throw new Error(`BUG: ${spec.name} begins without a decision`);
    const {known, reason} = pending;
    const mayBeKnown = number === 1 && reason.kind !== 'forced' && reason.kind !== 'always';
    // Another process may have made the result meanwhile; one that was known already was found to be of no use.
    const isOutdated = (): boolean =>
      mayBeKnown && spec.cache && options.readCache && world.store.traces(known.key).length > pending.results;
    const attempt = attemptId(
      `${run}-${spec.name.replaceAll(/[^A-Za-z0-9@._-]/g, '_').slice(0, 80)}-${host.ids.random(4)}`,
    );
    const logFile = `.mlp/logs/${attempt}.log`;
    const workFolder = `.mlp/work/${attempt}`;
    const start = {
      id: attempt,
      run,
      stage: spec.name,
      key: known.key,
      number,
      startedAtMs: host.clock.now(),
      executor: spec.executor,
      logFile,
      workFolder,
      reason,
    };
    if (known.code.bundles.size > 0) world.code.ready();
    const claim = world.store.claim(start, owner, this.#isAlive, isOutdated);
    if (!claim.claimed) {
      if (claim.holder !== undefined) return {kind: 'held', holder: claim.holder};
      for (const out of spec.outs) world.contents.forget(out.path);
      return {kind: 'recheck'};
    }
    const job = makeJob(spec, known, {attempt, run, logFile, workFolder}, this.#context);
    this.#recorder.started(spec, job, number, reason);
    this.#follow.add(job);
    return {kind: 'job', job};
  }

  async conclude(node: number, job: Job, receipt: Receipt): Promise<Concluded> {
    const spec = this.#context.results.spec(node) as StageSpec;
    await this.#follow.finish(job.attempt);
    const pending = this.#pending.get(node);
    if (pending === undefined) throw new Error(`BUG: ${spec.name} ends without a decision`);
    for (const out of spec.outs) this.#context.world.contents.forget(out.path);
    if (receipt.sandboxMissing !== undefined)
      this.#recorder.notice(
        spec.name,
        'warning',
        'sandbox-not-possible',
        `ran without its sandbox, so that it could reach every file: ${receipt.sandboxMissing}`,
      );
    if (receipt.opened !== undefined) this.#tellUndeclared(spec, job, receipt.opened, pending.known);
    return this.#recorder.concluded(node, spec, job, await this.#withMovedCode(spec, receipt, pending.known), pending);
  }

  /** Once for a stage, however often it is tried. */
  #tellUndeclared(spec: StageSpec, {key}: Job, opened: Opened, {code}: Known): void {
    const own = {...opened, reads: opened.reads.filter((path) => !Object.hasOwn(code.files, path))};
    rememberOpened(this.#context.world.store, spec.name, {...own, key});
    if (this.#toldUndeclared.has(spec.name)) return;
    this.#toldUndeclared.add(spec.name);
    for (const notice of undeclaredNotices(spec.name, undeclared(own, spec))) this.#context.emit(notice);
  }

  async #withMovedCode(spec: StageSpec, receipt: Receipt, {code}: Known): Promise<Receipt> {
    if (receipt.outcome === 'failed') return receipt;
    const moved = await this.#context.world.code.moved(spec, code);
    return moved.length === 0 ? receipt : {...receipt, movedInputs: [...receipt.movedInputs, ...moved]};
  }

  abandon(node: number, job: Job, state: AttemptState, failure: Failure): void {
    for (const path of bringBack(job.workFolder, this.#context.host)) this.#context.world.contents.forget(path);
    void this.#follow.finish(job.attempt);
    this.#recorder.abandoned(node, job, state, failure);
  }

  end(node: number, end: BadEnd): void {
    this.#recorder.ended(node, this.#context.results.spec(node).name, end);
  }

  willRetry(node: number, job: Job, failure: Failure, next: number, waitMs: number): void {
    const stage = this.#context.results.spec(node).name;
    this.#context.emit({type: 'stage.retry', stage, attempt: job.attempt, failure, next, waitMs});
  }

  waiting(node: number, {pid, run, sinceMs}: StageHolder): void {
    const stage = this.#context.results.spec(node).name;
    const spec = this.#context.results.spec(node);
    if (spec.kind === 'stage') for (const out of spec.outs) this.#context.world.contents.forget(out.path);
    if (this.#toldWaiting.has(node)) return;
    this.#toldWaiting.add(node);
    this.#context.emit({
      type: 'stage.wait',
      stage,
      holder: {pid, ...(run === undefined ? {} : {run}), sinceMs},
    });
  }

  expanded(node: number, ids: readonly number[]): void {
    const branches = this.#branches.get(node) ?? [];
    branches.forEach((branch, index) => this.#context.results.addBranch(ids[index] as number, branch, node));
    const stage = this.#context.results.spec(node).name;
    this.#context.emit({type: 'stage.expand', stage, branches: branches.map((branch) => branch.name)});
  }
}

/** A stage as the scheduler sees it. */
export function workNode(spec: StageSpec, durations: RunContext['durations']): WorkNode {
  const {name, resources, retry, onError, executor} = spec;
  return {name, resources, retry, onError, executor, expectedMs: durations.get(name) ?? 0};
}
