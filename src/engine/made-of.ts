/** Files of the project that a stage's inputs were made of: data and code of everything before it. */
import {isInside, type StageName} from '../model/ids.ts';
import type {Graph} from '../model/graph.ts';
import type {StageSpec} from '../model/stage.ts';
import type {CodeReader} from './code.ts';

/** @param ofPipeline pipeline.yaml and what it was loaded with. @returns undefined when it cannot be told before a run. */
export async function madeOf(
  stage: StageName,
  graph: Graph,
  ofPipeline: readonly string[],
  code: CodeReader,
): Promise<readonly string[] | undefined> {
  const start = graph.nodes.findIndex((node) => node.name === stage);
  if (start === -1) return undefined;
  const before = new Set([start]);
  // Grows while it is walked.
  for (const id of before) for (const up of graph.upstream[id] ?? []) before.add(up);
  const nodes = [...before].flatMap((id) => graph.nodes[id] ?? []);
  if (nodes.some((node) => node.kind === 'dynamic')) return undefined;
  const stages = nodes as readonly StageSpec[];
  const isMade = (path: string): boolean => stages.some(({outs}) => outs.some((out) => isInside(path, out.path)));
  const files = new Set(ofPipeline);
  for (const spec of stages) {
    if (spec.deps.some(({kind}) => kind === 'glob')) return undefined;
    for (const {kind, path} of spec.deps) if (kind === 'path' && !isMade(path)) files.add(path);
    for (const file of await code.filesOf(spec)) files.add(file);
  }
  return [...files];
}
