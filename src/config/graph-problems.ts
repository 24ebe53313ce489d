/** Mistakes between stages, told with all their places. */
import {edgeInput, type GraphProblem} from '../model/graph.ts';
import type {LoadedNode} from './load-stage.ts';
import type {ProblemList} from './problems.ts';
import * as say from './problems-graph.ts';
import type {Spot} from './source.ts';

/** @param nodes in the order in which the graph was built, so that ids fit. */
export function addGraphProblems(
  found: readonly GraphProblem[],
  nodes: readonly LoadedNode[],
  problems: ProblemList,
): void {
  for (const problem of found) {
    switch (problem.kind) {
      case 'cycle':
        addCycle(problem.nodes, nodes, problems);
        break;
      case 'two-writers': {
        const first = nodes[problem.first];
        const second = nodes[problem.second];
        if (first === undefined || second === undefined) break;
        const spots = outSpots(second, problem.path);
        const firstSpot = outSpots(first, problem.path)[0];
        const related =
          firstSpot === undefined ? [] : [{message: `\`${first.spec.name}\` writes it here`, spot: firstSpot}];
        problems.add(
          say.twoWriters(problem.path, first.spec.name, second.spec.name, second.axes),
          spots.at(-1),
          related,
        );
        break;
      }
      case 'nested-outputs': {
        const inner = nodes[problem.innerNode];
        const outer = nodes[problem.outerNode];
        if (inner === undefined || outer === undefined) break;
        const outerSpot = outSpots(outer, problem.outer)[0];
        const related =
          outerSpot === undefined ? [] : [{message: `\`${problem.outer}\` is declared here`, spot: outerSpot}];
        problems.add(
          say.nestedOutputs(problem.inner, inner.spec.name, problem.outer, outer.spec.name),
          outSpots(inner, problem.inner)[0],
          related,
        );
        break;
      }
    }
  }
}

const outSpots = (node: LoadedNode, path: string): readonly Spot[] =>
  node.spec.kind === 'dynamic'
    ? []
    : node.spec.outs.flatMap((out, index) => (out.path === path ? (node.outs[index] ?? []) : []));

function addCycle(ids: readonly number[], nodes: readonly LoadedNode[], problems: ProblemList): void {
  const around = ids.flatMap((id) => nodes[id] ?? []);
  const edges = around.map((reader, index) => {
    const writer = around[(index + 1) % around.length] ?? reader;
    const dep = edgeInput(reader.spec, writer.spec);
    const at = dep === undefined ? -1 : reader.spec.deps.indexOf(dep);
    // A dynamic node's deps begin with what it goes through, which was written elsewhere.
    const spot =
      dep === undefined
        ? reader.after
        : reader.spec.kind === 'dynamic'
          ? reader.stage
          : (reader.deps[at] ?? reader.stage);
    return {message: say.cycleEdge(reader.spec.name, writer.spec.name, dep?.path), spot};
  });
  problems.add(
    say.cycle(around.map((node) => node.spec.name)),
    edges[0]?.spot,
    edges.slice(around.length === 1 ? 1 : 0),
  );
}
