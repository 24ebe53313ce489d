/**
 * What the last run left settled: for every stage of plain files, the result that is on disk and the stat signatures of the
 * files that say so; for an input that is a packaged model or the time, what the registry or the clock says. While the plan
 * and the signatures are the same, deciding the stage anew would give the same answer, so no key is made. It is a memo of `decide`, never a second opinion: it is kept in the store (deleting that forgets it),
 * only files whose hash was trusted enter (git's racy rule), and any doubt falls back to `decide`. Measured, it takes two
 * thirds off a run with nothing to do.
 */
import type {Host} from '../host/host.ts';
import type {StageName} from '../model/ids.ts';
import type {Json} from '../base/json.ts';
import type {StageResult, Trace} from '../model/run.ts';
import type {ClockStep, DepSpec, StageSpec} from '../model/stage.ts';
import type {FileMemo, Store} from '../store/store.ts';
import {startOf} from './clock-inputs.ts';
import {RACY_MS, type Contents} from './contents.ts';

const TOOL = 'settled 2';
const SUBJECT = 'stages';

/** The result that a settled stage has on disk. */
export interface SettledTrace {
  readonly trace: number;
  readonly atMs: number;
  readonly run?: number;
  readonly durationMs?: number;
}

/** Stand in the list of files for what is none; no path begins so. */
const MODELS = '\0models';
const CLOCK = '\0clock ';

interface Stored {
  /** Signatures of all files, '' for one that is absent. */
  readonly files: readonly string[];
  readonly signatures: readonly string[];
  /** name -> [trace, atMs, run, durationMs, ...indices of files]; -1 stands for nothing. */
  readonly stages: {readonly [name: string]: readonly number[]};
}

const FACTS = 4;

export class Settled {
  readonly #host: Host;
  readonly #store: Store;
  /** Of everything but files that decides: the texts of the plan, the environment, the Node that runs. */
  readonly #plan: string | undefined;
  #stored: Stored | undefined;
  /** When the run began: what changes meanwhile is looked at closely by the next one. */
  readonly #startedMs: number;
  readonly #models: string | undefined;
  /** Stages that were answered from the memo in this run. */
  readonly #answered = new Set<StageName>();

  /** @param plan undefined: nothing is remembered and nothing is kept. */
  constructor(host: Host, store: Store, plan: string | undefined) {
    this.#host = host;
    this.#store = store;
    this.#plan = plan;
    this.#startedMs = host.clock.now();
    const memo = plan === undefined ? undefined : store.toolMemo(TOOL, SUBJECT);
    this.#stored = memo !== undefined && memo.guards['plan'] === plan ? (memo.value as unknown as Stored) : undefined;
    this.#models = this.#modelsNow();
  }

  /** Asked only where an input needs it. One that comes later settles a run later: what changed meanwhile is not known. */
  #modelsNow(): string | undefined {
    if (this.#plan === undefined || this.#stored?.files.includes(MODELS) === false) return undefined;
    const stamp = this.#store.models.stamp();
    return stamp.length < 64 ? stamp : this.#host.hashing.sha256(stamp);
  }

  /** The results of all these stages, if every one is settled: the whole of a run with nothing to do. */
  all(stages: readonly StageName[]): readonly SettledTrace[] | undefined {
    const stored = this.#stored;
    if (stored === undefined) return undefined;
    const same = new Int8Array(stored.files.length);
    const holds = (index: number): boolean => {
      if (same[index] === 0) same[index] = this.#isSame(stored, index) ? 1 : -1;
      return same[index] === 1;
    };
    const traces: SettledTrace[] = [];
    for (const stage of stages) {
      const facts = factsOf(stored, stage);
      if (facts === undefined) return undefined;
      for (let at = FACTS; at < facts.length; at++) if (!holds(facts[at] as number)) return undefined;
      traces.push(traceOf(facts));
    }
    return traces;
  }

  /** One stage, its files looked at anew: another stage may have written them in this run. */
  one(stage: StageName): SettledTrace | undefined {
    const stored = this.#stored;
    const facts = factsOf(stored, stage);
    if (stored === undefined || facts === undefined) return undefined;
    for (let at = FACTS; at < facts.length; at++) if (!this.#isSame(stored, facts[at] as number)) return undefined;
    this.#answered.add(stage);
    return traceOf(facts);
  }

  #isSame(stored: Stored, index: number): boolean {
    const path = stored.files[index] as string;
    const now = this.#otherSignature(path) ?? this.#host.files.stat(path)?.signature ?? '';
    return now === stored.signatures[index];
  }

  /** Of what is no file, as it was when the run began. */
  #otherSignature(path: string): string | undefined {
    if (path === MODELS) return this.#models ?? 'not asked';
    return path.startsWith(CLOCK) ? startOf(path.slice(CLOCK.length) as ClockStep, this.#startedMs) : undefined;
  }

  /** After a run: what it found or left settled takes the place of what was known. */
  save(specs: readonly StageSpec[], results: ReadonlyMap<StageName, StageResult>, contents: Contents): void {
    if (this.#plan === undefined) return;
    const collector = new Collector(this.#store, contents, (path) => this.#otherSignature(path));
    let isNew = this.#stored === undefined;
    for (const spec of specs) {
      const result = results.get(spec.name);
      const before = factsOf(this.#stored, spec.name);
      if (
        this.#stored !== undefined &&
        before !== undefined &&
        (result === undefined || this.#answered.has(spec.name))
      ) {
        collector.keep(spec.name, before, this.#stored);
      } else if (result?.trace !== undefined && isPlain(spec) && collector.add(spec, result.trace)) isNew = true;
      else if (before !== undefined) isNew = true;
    }
    if (!isNew) return;
    this.#stored = collector.stored();
    this.#store.setToolMemo(TOOL, SUBJECT, {guards: {plan: this.#plan}, value: this.#stored as unknown as Json});
  }
}

/** Globs, folders, URLs and code are left to `decide`: their signatures alone do not tell. */
function isPlain(spec: StageSpec): boolean {
  return (
    // An approval may expire or be taken back, which no file of its own shows.
    spec.action.kind !== 'approval' &&
    !spec.always &&
    !spec.frozen &&
    spec.entries?.length === 0 &&
    spec.code.length === 0 &&
    spec.deps.every((dep) => dep.kind !== 'glob' && dep.kind !== 'url')
  );
}

/** A stage may be named like a method of every object. */
function factsOf(stored: Stored | undefined, stage: StageName): readonly number[] | undefined {
  return stored !== undefined && Object.hasOwn(stored.stages, stage) ? stored.stages[stage] : undefined;
}

function traceOf(facts: readonly number[]): SettledTrace {
  const [trace, atMs, run, durationMs] = facts as readonly [number, number, number, number];
  return {trace, atMs, ...(run < 0 ? {} : {run}), ...(durationMs < 0 ? {} : {durationMs})};
}

/** What is worth remembering of a result. */
export function settledTrace({id, createdAtMs, run, durationMs}: Trace): SettledTrace {
  return {
    trace: id,
    atMs: createdAtMs,
    ...(run === undefined ? {} : {run}),
    ...(durationMs === undefined ? {} : {durationMs}),
  };
}

const pathOf = ({kind, path}: DepSpec): string =>
  kind === 'model' ? MODELS : kind === 'clock' ? `${CLOCK}${path}` : path;

/** Puts files and stages together, each file once. */
class Collector {
  readonly #store: Store;
  readonly #contents: Contents;
  readonly #otherSignature: (path: string) => string | undefined;
  readonly #files: string[] = [];
  readonly #signatures: string[] = [];
  readonly #indices = new Map<string, number>();
  readonly #stages: Record<string, readonly number[]> = {};

  constructor(store: Store, contents: Contents, otherSignature: (path: string) => string | undefined) {
    this.#store = store;
    this.#contents = contents;
    this.#otherSignature = otherSignature;
  }

  keep(name: StageName, facts: readonly number[], from: Stored): void {
    const indices = facts
      .slice(FACTS)
      .map((index) => this.#index(from.files[index] as string, from.signatures[index] as string));
    this.#stages[name] = [...facts.slice(0, FACTS), ...indices];
  }

  /** @returns false when one of its files is not to be trusted by its signature. */
  add(spec: StageSpec, traceId: number): boolean {
    const trace = this.#store.trace(traceId);
    if (trace === undefined) return false;
    const indices: number[] = [];
    for (const path of [...spec.deps.map(pathOf), ...spec.outs.map((out) => out.path)]) {
      const signature = this.#otherSignature(path) ?? this.#signatureOf(path);
      if (signature === undefined) return false;
      indices.push(this.#index(path, signature));
    }
    this.#stages[spec.name] = [traceId, trace.createdAtMs, trace.run ?? -1, trace.durationMs ?? -1, ...indices];
    return true;
  }

  #signatureOf(path: string): string | undefined {
    const known = this.#contents.known(path);
    if (known?.type === 'absent') return '';
    const memo = known?.type === 'file' ? this.#store.fileMemo(path) : undefined;
    return memo !== undefined && memo.sha256 === known?.hash && isSteady(memo) ? memo.signature : undefined;
  }

  #index(path: string, signature: string): number {
    const known = this.#indices.get(path);
    if (known !== undefined) return known;
    const index = this.#files.push(path) - 1;
    this.#signatures.push(signature);
    this.#indices.set(path, index);
    return index;
  }

  stored(): Stored {
    return {files: this.#files, signatures: this.#signatures, stages: this.#stages};
  }
}

/** Whether the file was last written long enough before it was hashed. */
function isSteady(memo: FileMemo): boolean {
  const mtimeNs = memo.signature.split(':')[3] ?? '';
  return Number(mtimeNs) / 1e6 < memo.hashedAtMs - RACY_MS;
}
