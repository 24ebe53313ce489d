/** The stages that words on the command line name, branches of dynamic stages included. */
import {select} from '../engine/select.ts';
import type {StageSpec} from '../model/stage.ts';
import {expandStage} from '../project/expand-stage.ts';
import type {Project} from '../project/load-project.ts';
import {UsageError} from '../project/usage-error.ts';

/** @param patterns none: every stage. @throws UsageError */
export async function namedStages({graph, host}: Project, patterns: readonly string[]): Promise<readonly StageSpec[]> {
  const selected = select(graph, {patterns, only: true, downstream: false, from: []});
  if (!selected.ok) throw new UsageError(selected.error);
  const stages: StageSpec[] = [];
  for (const id of selected.value.nodes) {
    const node = graph.nodes[id];
    if (node === undefined) continue;
    if (node.kind === 'stage') stages.push(node);
    else {
      const expanded = await expandStage(node, host);
      if (!expanded.ok) throw new UsageError(`\`${node.name}\` has no branches: ${expanded.error[0]?.message ?? ''}`);
      // A branch of a dynamic stage is selected by the whole stage.
      const isAll =
        patterns.length === 0 || patterns.includes(node.group) || !patterns.some((word) => word.includes('@'));
      stages.push(...expanded.value.filter((branch) => isAll || patterns.includes(branch.name)));
    }
  }
  return stages;
}
