/** Which stages a command is about: names, groups, branches, globs, tags, and what lies before or after them. */
import {compileGlob, isGlob, isTooWide, MOST_ALTERNATIVES} from '../base/glob.ts';
import {suggest} from '../base/suggest.ts';
import {err, ok, type Result} from '../base/result.ts';
import type {Graph} from '../model/graph.ts';

export interface Selection {
  /** Stage names, groups, `name@branch`, globs over names, `tag:NAME`; empty: everything. */
  readonly patterns: readonly string[];
  /** Only the named stages, trusting what is on disk before them. */
  readonly only: boolean;
  /** Also what comes after the named stages, and (unless `only`) what that needs. */
  readonly downstream: boolean;
  /** These stages and what comes after them (nothing before). */
  readonly from: readonly string[];
}

export interface Selected {
  /** Node ids in topological order. */
  readonly nodes: readonly number[];
  /** What was named itself (for `--force`). */
  readonly named: ReadonlySet<number>;
}

/** @returns the sentence for the user when a pattern matches nothing. */
export function select(graph: Graph, selection: Selection): Result<Selected, string> {
  const {patterns, only, downstream, from} = selection;
  const named = matchAll(graph, patterns);
  if (!named.ok) return named;
  const starts = matchAll(graph, from);
  if (!starts.ok) return starts;
  const everything = patterns.length === 0 && from.length === 0;
  const chosen = new Set<number>(everything ? graph.order : named.value);
  if (downstream) for (const id of reach(named.value, graph.downstream)) chosen.add(id);
  // What comes after a stage needs more than that stage.
  if (!only && !everything) for (const id of reach(chosen, graph.upstream)) chosen.add(id);
  for (const id of reach(starts.value, graph.downstream)) chosen.add(id);
  const all = everything ? new Set(graph.order) : new Set([...named.value, ...starts.value]);
  return ok({nodes: graph.order.filter((id) => chosen.has(id)), named: all});
}

function matchAll(graph: Graph, patterns: readonly string[]): Result<ReadonlySet<number>, string> {
  const found = new Set<number>();
  for (const pattern of patterns) {
    if (isTooWide(pattern))
      return err(`the braces of \`${pattern}\` stand for more than ${MOST_ALTERNATIVES} names: use \`*\``);
    const ids = match(graph, pattern);
    if (ids.length === 0) return err(unknownStage(graph, pattern));
    for (const id of ids) found.add(id);
  }
  return ok(found);
}

function match(graph: Graph, pattern: string): readonly number[] {
  const exact = graph.indexOf.get(pattern);
  if (exact !== undefined) return [exact];
  const direct = graph.membersOf.get(pattern);
  if (direct !== undefined) return direct;
  const ids = graph.nodes.map((_, id) => id);
  if (pattern.startsWith('tag:')) return ids.filter((id) => graph.nodes[id]?.tags.includes(pattern.slice(4)));
  if (!isGlob(pattern)) {
    // A branch that only a run can make: its dynamic stage stands for it.
    const group = pattern.includes('@') ? graph.membersOf.get(pattern.slice(0, pattern.indexOf('@'))) : undefined;
    return (group ?? []).filter((id) => graph.nodes[id]?.kind === 'dynamic');
  }
  const glob = compileGlob(pattern);
  return ids.filter((id) => glob.matches(graph.nodes[id]?.name ?? ''));
}

function unknownStage(graph: Graph, pattern: string): string {
  const near = suggest(pattern, [...graph.indexOf.keys(), ...graph.membersOf.keys()]);
  const names = [...graph.membersOf.keys()].slice(0, 12).join(', ');
  return `no stage matches \`${pattern}\`; ${near === undefined ? `there are: ${names}` : `did you mean \`${near}\`?`}`;
}

/** The given nodes and everything that can be reached from them. */
export function reach(from: Iterable<number>, edges: readonly (readonly number[])[]): ReadonlySet<number> {
  const seen = new Set<number>(from);
  const open = [...seen];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    for (const next of edges[id] ?? []) {
      if (seen.has(next)) continue;
      seen.add(next);
      open.push(next);
    }
  }
  return seen;
}
