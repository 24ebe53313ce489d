/** A lineage as a graph for Mermaid or Graphviz: files are rounded, results are boxes, arrows go the way the data went. */
import type {Lineage, LineageFile, LineageResult} from '../../model/lineage.ts';
import {dotText, mermaidText} from './dag.ts';

type Edge = readonly [from: string, to: string];

/** @returns text that ends with a line end. */
export function renderLineageMermaid(lineage: Lineage): string {
  const lines = ['flowchart LR'];
  for (const file of lineage.files) lines.push(`  ${fileId(file.id)}(["${mermaidText(file.path)}"])`);
  for (const result of lineage.results) lines.push(`  ${resultId(result.id)}["${mermaidText(resultText(result))}"]`);
  for (const [from, to] of edgesOf(lineage)) lines.push(`  ${from} --> ${to}`);
  const sources = lineage.files.filter(isSource).map(({id}) => fileId(id));
  if (sources.length > 0)
    lines.push(`  class ${sources.join(',')} source`, '  classDef source fill:#d7f0dd,color:#222');
  return `${lines.join('\n')}\n`;
}

/** @returns text that ends with a line end. */
export function renderLineageDot(lineage: Lineage): string {
  const lines = ['digraph lineage {', '  rankdir=LR;', '  node [style="filled", fillcolor="#ffffff"];'];
  for (const file of lineage.files) {
    const fill = isSource(file) ? ', fillcolor="#d7f0dd"' : '';
    const tooltip = file.sha256 === undefined ? '' : `, tooltip=${dotText(file.sha256)}`;
    lines.push(`  ${fileId(file.id)} [shape=ellipse, label=${dotText(file.path)}${tooltip}${fill}];`);
  }
  for (const result of lineage.results)
    lines.push(`  ${resultId(result.id)} [shape=box, label=${dotText(resultText(result))}];`);
  for (const [from, to] of edgesOf(lineage)) lines.push(`  ${from} -> ${to};`);
  return `${[...lines, '}'].join('\n')}\n`;
}

const fileId = (id: number): string => `f${String(id)}`;
const resultId = (id: number): string => `r${String(id)}`;
const isSource = (file: LineageFile): boolean => file.origin === 'source';
const resultText = ({stage, run}: LineageResult): string =>
  run === undefined ? stage : `${stage} (run ${String(run)})`;

/** Each arrow once, however it was come to; none to a node that is not in the graph. */
function edgesOf({files, results}: Lineage): readonly Edge[] {
  const known = new Set(results.map(({id}) => id));
  const edges = new Map<string, Edge>();
  const add = (from: string, to: string): void => void edges.set(`${from} ${to}`, [from, to]);
  for (const {id, madeBy = [], readBy = []} of files) {
    for (const maker of madeBy) if (known.has(maker)) add(resultId(maker), fileId(id));
    for (const reader of readBy) if (known.has(reader)) add(fileId(id), resultId(reader));
  }
  for (const {id, inputs = [], outputs = []} of results) {
    for (const input of inputs) add(fileId(input), resultId(id));
    for (const output of outputs) add(resultId(id), fileId(output));
  }
  return [...edges.values()];
}
