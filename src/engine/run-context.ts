/** What the parts of one run share: its world, its number, its options, and what has happened so far. */
import type {Host, ProcessIdentity} from '../host/host.ts';
import type {Emit} from '../model/event.ts';
import type {RunId, StageName} from '../model/ids.ts';
import type {Diagnostic} from '../model/diagnostic.ts';
import type {Result} from '../base/result.ts';
import type {NodeSpec, DynamicSpec, StageSpec} from '../model/stage.ts';
import type {PipelineSettings} from '../model/pipeline.ts';
import type {StageResult, Outcome} from '../model/run.ts';
import type {StalenessWorld} from './staleness.ts';
import type {Verifying} from './verify.ts';
import type {VanishedBranches} from './vanished-branches.ts';

export interface RunOptions {
  /** Names of stages that run even when fresh. */
  readonly forced: ReadonlySet<StageName>;
  readonly readCache: boolean;
  readonly writeCache: boolean;
  /** Hand-edited outputs become the result instead of being restored. */
  readonly keepEdits: boolean;
  readonly keepFailed: boolean;
  readonly envMode: 'strict' | 'loose';
  /** Nobody is asked for an approval; nothing is recorded of it. */
  readonly noReview?: boolean;
  /** Present: what a stage gives is compared, and never takes the place of what is there. */
  readonly verify?: Verifying;
}

/** The stages of a dynamic stage; config's work. */
export type Expand = (dynamic: DynamicSpec) => Promise<Result<readonly StageSpec[], readonly Diagnostic[]>>;

export interface RunContext {
  readonly run: RunId;
  readonly host: Host;
  readonly owner: ProcessIdentity;
  readonly world: StalenessWorld;
  readonly settings: PipelineSettings;
  readonly options: RunOptions;
  readonly emit: Emit;
  readonly expand: Expand;
  readonly durations: ReadonlyMap<StageName, number>;
  readonly results: Results;
  readonly vanished: VanishedBranches;
}

/** How every node of the run ended, in the order of the graph. */
export class Results {
  readonly #byNode = new Map<number, StageResult>();
  readonly #specs: NodeSpec[];
  /** Names of the nodes that feed a node. */
  readonly #upstream: (readonly number[])[];
  /** Dynamic stages whose branches are known. */
  readonly expanded = new Set<string>();
  /** Wall time that skips and restores did not spend. */
  savedMs = 0;

  constructor(specs: readonly NodeSpec[], upstream: readonly (readonly number[])[]) {
    this.#specs = [...specs];
    this.#upstream = [...upstream];
  }

  spec(node: number): NodeSpec {
    return this.#specs[node] as NodeSpec;
  }

  /** A branch stands where its dynamic stage stands. */
  addBranch(node: number, spec: StageSpec, group: number): void {
    this.#specs[node] = spec;
    this.#upstream[node] = this.#upstream[group] ?? [];
  }

  /** @returns whether it was the first word on this node. */
  set(node: number, result: StageResult): boolean {
    if (this.#byNode.has(node)) return false;
    this.#byNode.set(node, result);
    return true;
  }

  has(node: number): boolean {
    return this.#byNode.has(node);
  }

  /** Upstream stages that did something in this run. */
  disturbedUpstream(node: number): readonly StageName[] {
    const names: StageName[] = [];
    for (const up of this.#upstream[node] ?? []) {
      const result = this.#byNode.get(up);
      if (result?.outcome === 'ran' || result?.outcome === 'restored') names.push(result.stage);
    }
    return names;
  }

  all(): readonly StageResult[] {
    return [...this.#byNode.entries()].sort(([a], [b]) => a - b).map(([, result]) => result);
  }

  counts(): Readonly<Partial<Record<Outcome, number>>> {
    const counts: Partial<Record<Outcome, number>> = {};
    for (const {outcome} of this.#byNode.values()) counts[outcome] = (counts[outcome] ?? 0) + 1;
    return counts;
  }
}
