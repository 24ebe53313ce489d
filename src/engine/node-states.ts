/**
 * Where every node of the graph stands, in one place: dense arrays by node id, and one door, `settle`, to a final state.
 * The graph may grow: a dynamic node, once expanded, is good when all its branches are.
 */
import {remainingPaths} from './priorities.ts';
import type {WorkNode} from './stage-driver.ts';

/**
 * waiting: inputs have not settled, or it is in line to be checked. checking: the driver decides. queued: must run, waits
 * for resources. active: an attempt is out. pausing: between two attempts, or held by another process. expanded: its
 * branches are known. good and bad are final.
 */
export type NodeState = 'waiting' | 'checking' | 'queued' | 'active' | 'pausing' | 'expanded' | 'good' | 'bad';

export interface SchedulerGraph {
  readonly nodes: readonly WorkNode[];
  /** Only edges between nodes of this list. */
  readonly upstream: readonly (readonly number[])[];
  readonly downstream: readonly (readonly number[])[];
  /** Topological. */
  readonly order: readonly number[];
}

export interface Settled {
  /** Nodes whose inputs have all settled now. */
  readonly ready: readonly number[];
  /** Nodes that can never run, each with the node that is the nearest cause. */
  readonly blocked: readonly (readonly [number, number])[];
}

export class NodeStates {
  readonly #nodes: WorkNode[];
  readonly #downstream: (readonly number[])[];
  /** How many upstream nodes (of an expanded node: branches) have not settled. */
  readonly #open: number[];
  readonly #state: NodeState[];
  readonly #priority: number[];
  /** The dynamic node that a branch belongs to. */
  readonly #groupOf = new Map<number, number>();
  readonly #groupsWithBadBranch = new Set<number>();
  #unsettled: number;

  constructor(graph: SchedulerGraph) {
    this.#nodes = [...graph.nodes];
    this.#downstream = [...graph.downstream];
    this.#open = graph.upstream.map((list) => list.length);
    this.#state = graph.nodes.map(() => 'waiting');
    const expectedMs = graph.nodes.map((node) => node.expectedMs);
    this.#priority = remainingPaths(expectedMs, graph.downstream, graph.order);
    this.#unsettled = graph.nodes.length;
  }

  get unsettled(): number {
    return this.#unsettled;
  }

  node(id: number): WorkNode {
    return this.#nodes[id] as WorkNode;
  }

  state(id: number): NodeState {
    return this.#state[id] as NodeState;
  }

  set(id: number, state: Exclude<NodeState, 'good' | 'bad'>): void {
    this.#state[id] = state;
  }

  isSettled(id: number): boolean {
    const state = this.#state[id];
    return state === 'good' || state === 'bad';
  }

  /** Whether `a` should start before `b`. */
  before(a: number, b: number): boolean {
    const [first, second] = [this.#priority[a] ?? 0, this.#priority[b] ?? 0];
    return first > second || (first === second && a < b);
  }

  /** Nodes that wait for nothing, at the start. */
  roots(): readonly number[] {
    return this.#nodes.flatMap((_, id) => (this.#open[id] === 0 && this.#state[id] === 'waiting' ? [id] : []));
  }

  /** @returns the ids of the branches, all ready. An expanded node without branches must be settled by the caller. */
  expand(id: number, branches: readonly WorkNode[]): readonly number[] {
    this.#state[id] = 'expanded';
    this.#open[id] = branches.length;
    this.#unsettled += branches.length;
    return branches.map((branch) => {
      const branchId = this.#nodes.push(branch) - 1;
      this.#downstream[branchId] = [];
      this.#open[branchId] = 0;
      this.#state[branchId] = 'waiting';
      this.#priority[branchId] = (this.#priority[id] ?? 0) + branch.expectedMs;
      this.#groupOf.set(branchId, id);
      return branchId;
    });
  }

  settle(first: number, good: boolean): Settled {
    const ready: number[] = [];
    const blocked: [number, number][] = [];
    this.#finish(first, good, ready, blocked);
    return {ready, blocked};
  }

  #finish(id: number, good: boolean, ready: number[], blocked: [number, number][]): void {
    if (this.isSettled(id)) throw new Error(`BUG: ${this.node(id).name} settled twice`);
    this.#close(id, good);
    const group = this.#groupOf.get(id);
    if (group !== undefined) {
      if (!good) this.#groupsWithBadBranch.add(group);
      const open = (this.#open[group] ?? 0) - 1;
      this.#open[group] = open;
      if (open === 0 && !this.isSettled(group))
        this.#finish(group, !this.#groupsWithBadBranch.has(group), ready, blocked);
    }
    if (good) this.#release(id, ready);
    else this.#block(id, blocked);
  }

  #close(id: number, good: boolean): void {
    this.#state[id] = good ? 'good' : 'bad';
    this.#unsettled--;
  }

  #release(id: number, ready: number[]): void {
    for (const next of this.#downstream[id] ?? []) {
      const open = (this.#open[next] ?? 0) - 1;
      this.#open[next] = open;
      if (open === 0 && !this.isSettled(next)) ready.push(next);
    }
  }

  /** Everything downstream of a bad node becomes bad; a list instead of recursion, since chains may be long. */
  #block(id: number, blocked: [number, number][]): void {
    const causes = [id];
    for (let cause = causes.pop(); cause !== undefined; cause = causes.pop()) {
      for (const next of this.#downstream[cause] ?? []) {
        if (this.isSettled(next)) continue;
        this.#close(next, false);
        blocked.push([next, cause]);
        causes.push(next);
      }
    }
  }

  /** Ends every node that is left. @returns those that were, without expanded ones. */
  abandonRest(): readonly number[] {
    const rest: number[] = [];
    for (let id = 0; id < this.#nodes.length; id++) {
      if (this.isSettled(id)) continue;
      if (this.#state[id] !== 'expanded') rest.push(id);
      this.#close(id, false);
    }
    return rest;
  }
}
