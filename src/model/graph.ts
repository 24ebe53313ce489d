/**
 * The graph of a pipeline: who comes after whom, from files and `after`. Numbers instead of names, since everything
 * that walks it does so for tens of thousands of stages. Near-linear: paths are found by their text and by the folders
 * above them, never by comparing all with all.
 */
import {byCodeUnits} from '../base/compare.ts';
import {compileGlob, type Glob, globsMayOverlap} from '../base/glob.ts';
import {sortNodes} from './graph-order.ts';
import type {DepSpec, NodeSpec} from './stage.ts';

/** Stages as numbers, and who needs whom. */
export interface Graph {
  /** A node's id is its place in this list. */
  readonly nodes: readonly NodeSpec[];
  readonly indexOf: ReadonlyMap<string, number>;
  /** Group (a stage's name without its branch) -> its nodes. */
  readonly membersOf: ReadonlyMap<string, readonly number[]>;
  /** Ids of the nodes that must settle before this one, rising, without repetition. */
  readonly upstream: readonly (readonly number[])[];
  readonly downstream: readonly (readonly number[])[];
  /** All ids, each after its upstream, otherwise in the order of the file. */
  readonly order: readonly number[];
}

/** What is wrong with a graph, as data; the loader finds words and places. */
export type GraphProblem =
  /** Each node comes after the next one, the last after the first. One node: it reads what it writes. */
  | {readonly kind: 'cycle'; readonly nodes: readonly number[]}
  | {readonly kind: 'two-writers'; readonly path: string; readonly first: number; readonly second: number}
  | {
      readonly kind: 'nested-outputs';
      readonly inner: string;
      readonly innerNode: number;
      readonly outer: string;
      readonly outerNode: number;
    };

/** Names in `after` that nobody has are passed over: the loader has already spoken of them. */
export function buildGraph(nodes: readonly NodeSpec[]): {
  readonly graph: Graph;
  readonly problems: readonly GraphProblem[];
} {
  const indexOf = new Map<string, number>();
  const membersOf = new Map<string, number[]>();
  nodes.forEach((node, id) => {
    indexOf.set(node.name, id);
    const members = membersOf.get(node.group);
    if (members === undefined) membersOf.set(node.group, [id]);
    else members.push(id);
  });
  const problems: GraphProblem[] = [];
  const writers = new Writers(nodes, problems);
  const upstream = nodes.map((node) => {
    const found = new Set<number>();
    for (const dep of node.deps) writers.addWritersOf(dep, found);
    for (const name of node.after) {
      const exact = indexOf.get(name);
      if (exact !== undefined) found.add(exact);
      else for (const id of membersOf.get(name) ?? []) found.add(id);
    }
    return Array.from(found).sort((a, b) => a - b);
  });
  const downstream: number[][] = nodes.map(() => []);
  upstream.forEach((sources, id) => {
    for (const source of sources) downstream[source]?.push(id);
  });
  const {order, cycles} = sortNodes(upstream);
  for (const cycle of cycles) problems.push({kind: 'cycle', nodes: cycle});
  return {graph: {nodes, indexOf, membersOf, upstream, downstream, order}, problems};
}

/** The first input through which `reader` comes after `writer`. @returns undefined when only `after` says so. */
export function edgeInput(reader: NodeSpec, writer: NodeSpec): DepSpec | undefined {
  const writers = new Writers([writer], []);
  return reader.deps.find((dep) => {
    const found = new Set<number>();
    writers.addWritersOf(dep, found);
    return found.size > 0;
  });
}

interface PatternWriter {
  readonly pattern: string;
  readonly glob: Glob;
  readonly id: number;
}

/** Who writes what, ready to be asked by path, folder and glob. */
class Writers {
  readonly #byPath = new Map<string, number>();
  /** All declared output paths, sorted: what lies below a folder is one stretch of it. */
  readonly #paths: readonly string[];
  /** Folder -> patterns of dynamic stages whose matches lie in or below it. */
  readonly #patternsByBase = new Map<string, PatternWriter[]>();
  readonly #bases: readonly string[];
  /** Many stages often read one and the same glob. */
  readonly #byGlob = new Map<string, readonly number[]>();

  constructor(nodes: readonly NodeSpec[], problems: GraphProblem[]) {
    nodes.forEach((node, id) => {
      if (node.kind === 'dynamic') this.#addPatterns(node.outGlobs, id);
      else {
        for (const {path} of node.outs) {
          const first = this.#byPath.get(path);
          if (first === undefined) this.#byPath.set(path, id);
          else problems.push({kind: 'two-writers', path, first, second: id});
        }
      }
    });
    this.#paths = [...this.#byPath.keys()].sort(byCodeUnits);
    this.#bases = [...this.#patternsByBase.keys()].sort(byCodeUnits);
    for (const [inner, innerNode] of this.#byPath) {
      for (const outer of foldersAbove(inner)) {
        const outerNode = this.#byPath.get(outer);
        if (outerNode !== undefined) problems.push({kind: 'nested-outputs', inner, innerNode, outer, outerNode});
      }
    }
  }

  addWritersOf(dep: DepSpec, found: Set<number>): void {
    if (dep.kind === 'path') this.#addForPath(dep.path, found);
    else if (dep.kind === 'glob') {
      let ids = this.#byGlob.get(dep.path);
      if (ids === undefined) this.#byGlob.set(dep.path, (ids = this.#forGlob(dep.path)));
      for (const id of ids) found.add(id);
    }
  }

  #addPatterns(patterns: readonly string[], id: number): void {
    for (const pattern of patterns) {
      const glob = compileGlob(pattern);
      for (const base of glob.bases) {
        const there = this.#patternsByBase.get(base);
        if (there === undefined) this.#patternsByBase.set(base, [{pattern, glob, id}]);
        else there.push({pattern, glob, id});
      }
    }
  }

  #addForPath(path: string, found: Set<number>): void {
    const self = this.#byPath.get(path);
    if (self !== undefined) found.add(self);
    const above = foldersAbove(path);
    for (const folder of above) {
      const id = this.#byPath.get(folder);
      if (id !== undefined) found.add(id);
    }
    for (const inner of stretchBelow(this.#paths, path)) found.add(this.#byPath.get(inner) ?? 0);
    if (this.#bases.length === 0) return;
    for (const folder of ['.', ...above, path]) {
      for (const {glob, id} of this.#patternsByBase.get(folder) ?? []) {
        if (glob.mayMatchBelow(path) || glob.matches(path) || above.some((part) => glob.matches(part))) found.add(id);
      }
    }
    for (const base of stretchBelow(this.#bases, path))
      for (const {id} of this.#patternsByBase.get(base) ?? []) found.add(id);
  }

  #forGlob(pattern: string): readonly number[] {
    const found = new Set<number>();
    const glob = compileGlob(pattern);
    for (const base of glob.bases) {
      for (const folder of base === '.' ? [] : [...foldersAbove(base), base]) {
        const id = this.#byPath.get(folder);
        if (id !== undefined && glob.mayMatchBelow(folder)) found.add(id);
      }
      for (const path of base === '.' ? this.#paths : stretchBelow(this.#paths, base)) {
        if (glob.matches(path) || glob.mayMatchBelow(path)) found.add(this.#byPath.get(path) ?? 0);
      }
      for (const folder of [
        '.',
        ...(base === '.' ? this.#bases : [...foldersAbove(base), base, ...stretchBelow(this.#bases, base)]),
      ]) {
        for (const writer of this.#patternsByBase.get(folder) ?? []) {
          if (globsMayOverlap(pattern, writer.pattern) || globsMayOverlap(pattern, `${writer.pattern}/**`))
            found.add(writer.id);
        }
      }
    }
    return [...found];
  }
}

/** `a/b/c` -> `a`, `a/b`. */
function foldersAbove(path: string): string[] {
  const folders: string[] = [];
  for (let at = path.indexOf('/'); at !== -1; at = path.indexOf('/', at + 1)) folders.push(path.slice(0, at));
  return folders;
}

const NONE: readonly string[] = [];

/** The elements of a sorted list that lie strictly below `folder`. */
function stretchBelow(sorted: readonly string[], folder: string): readonly string[] {
  const prefix = `${folder}/`;
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? '') < prefix) low = middle + 1;
    else high = middle;
  }
  if (sorted[low]?.startsWith(prefix) !== true) return NONE;
  let end = low + 1;
  while (end < sorted.length && sorted[end]?.startsWith(prefix) === true) end++;
  return sorted.slice(low, end);
}
