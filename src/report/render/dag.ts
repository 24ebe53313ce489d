/** The graph of stages as text, Mermaid, DOT, HTML or JSON. Names may hold any character: each format escapes them its way. */
import {displayWidth, padEnd, safeText} from '../../base/display.ts';
import {formatList, plural} from '../../base/format.ts';
import {unreachable} from '../../base/unreachable.ts';
import type {PlanRow} from '../../model/plan.ts';
import {stageGraph, type GraphNode, type Tone} from '../html/graph.ts';
import {html} from '../html/html.ts';
import {page} from '../html/page.ts';
import type {LookOptions} from '../look.ts';
import {lineOf, lookOf} from '../look.ts';
import type {Segment} from '../look.ts';
import {verdictStyle, verdictWord} from '../say.ts';
import type {DagStage, DagView} from '../views/dag.ts';

export type DagFormat = 'text' | 'mermaid' | 'dot' | 'html' | 'json';

const MOST_NEEDS = 4;
/** Deeper stages are not moved further to the right. */
const MOST_DEPTH = 10;

const FILLS: Readonly<Record<PlanRow['verdict'], string>> = {
  fresh: '#d7f0dd',
  restore: '#d3e9f7',
  run: '#ffd9b3',
  may: '#fff3c4',
  waiting: '#e6dcf5',
  error: '#f8c9c9',
};

const TONES: Readonly<Record<PlanRow['verdict'], Tone>> = {
  fresh: 'good',
  restore: 'info',
  run: 'warn',
  may: 'dim',
  waiting: 'warn',
  error: 'bad',
};

/** @returns text that ends with a line end. */
export function renderDag(view: DagView, format: DagFormat, options: LookOptions = {}): string {
  switch (format) {
    case 'text':
      return textDag(view, options);
    case 'mermaid':
      return mermaidDag(view);
    case 'dot':
      return dotDag(view);
    case 'html':
      return htmlDag(view);
    case 'json':
      return `${JSON.stringify({schema_version: 1, stages: view.stages}, undefined, 2)}\n`;
    default:
      return unreachable(format);
  }
}

/** One line a stage in graph order, moved to the right by its depth, with what it needs. */
function textDag(view: DagView, options: LookOptions): string {
  const look = lookOf(options);
  if (view.stages.length === 0) return 'no stages\n';
  const depths = new Map<string, number>();
  for (const stage of view.stages) {
    let depth = 0;
    for (const need of stage.needs) depth = Math.max(depth, (depths.get(need) ?? -1) + 1);
    depths.set(stage.name, depth);
  }
  const heads = view.stages.map((stage) => {
    const indent = '  '.repeat(Math.min(MOST_DEPTH, depths.get(stage.name) ?? 0));
    return `${indent}${safeText(stage.name)}${stage.dynamic === true ? ' (dynamic)' : ''}`;
  });
  const column = heads.reduce((widest, head) => Math.max(widest, displayWidth(head)), 0);
  const lines = view.stages.map((stage, index) => {
    const needs = formatList(stage.needs.map(safeText), MOST_NEEDS);
    const {verdict} = stage;
    const segments: Segment[] = [[padEnd(heads[index] ?? '', column)]];
    if (verdict !== undefined) segments.push(['  '], [padEnd(verdictWord(verdict), 7), verdictStyle(verdict)]);
    if (needs !== '') segments.push([`  ${look.glyphs.from} ${needs}`, 'dim']);
    return lineOf(segments, look).trimEnd();
  });
  return `${lines.join('\n')}\n`;
}

/** Ids are numbers, so that no name can break the syntax. */
function numbered(stages: readonly DagStage[]): ReadonlyMap<string, string> {
  return new Map(stages.map((stage, index) => [stage.name, `s${String(index)}`]));
}

function* edges(view: DagView, ids: ReadonlyMap<string, string>): Generator<readonly [string, string]> {
  for (const stage of view.stages) {
    for (const need of stage.needs) {
      const from = ids.get(need);
      const to = ids.get(stage.name);
      if (from !== undefined && to !== undefined) yield [from, to];
    }
  }
}

/** Mermaid has no escape character; it knows HTML entities written with `#` for `&`. */
export function mermaidText(text: string): string {
  return safeText(text).replaceAll(
    /[^\p{Letter}\p{Number} @._/-]/gu,
    (character) => `#${String(character.codePointAt(0))};`,
  );
}

function mermaidDag(view: DagView): string {
  const ids = numbered(view.stages);
  const lines = ['flowchart LR'];
  for (const stage of view.stages) {
    const shape = stage.dynamic === true ? (['[["', '"]]'] as const) : (['["', '"]'] as const);
    lines.push(`  ${ids.get(stage.name) ?? ''}${shape[0]}${mermaidText(stage.name)}${shape[1]}`);
  }
  for (const [from, to] of edges(view, ids)) lines.push(`  ${from} --> ${to}`);
  const used = new Set<PlanRow['verdict']>();
  for (const stage of view.stages) {
    if (stage.verdict === undefined) continue;
    used.add(stage.verdict);
    lines.push(`  class ${ids.get(stage.name) ?? ''} ${stage.verdict}`);
  }
  for (const verdict of used) lines.push(`  classDef ${verdict} fill:${FILLS[verdict]},color:#222`);
  return `${lines.join('\n')}\n`;
}

/** A page of its own, drawn as in the report of a run. */
function htmlDag(view: DagView): string {
  const place = new Map(view.stages.map(({name}, index) => [name, index]));
  const nodes = view.stages.map(({name, needs, description, verdict, dynamic}): GraphNode => {
    const state = verdict === undefined ? (dynamic === true ? 'dynamic' : undefined) : verdictWord(verdict);
    return {
      label: name,
      tone: verdict === undefined ? 'none' : TONES[verdict],
      tip: [name, description, state].filter((line) => line !== undefined).join('\n'),
      needs: needs.flatMap((need) => place.get(need) ?? []),
      ...(state === undefined ? {} : {state}),
    };
  });
  const graph =
    nodes.length === 0 ? html`<p class="muted">no stages</p>` : stageGraph(nodes, 'Stages and what they need');
  return page({
    title: 'Graph of stages',
    body: html`<section class="card" id="graph"><h2>${plural(nodes.length, 'stage')}</h2><div class="scroll graph-box">${graph}</div></section>`,
  });
}

/** In a quoted DOT string `\` begins an escape of labels and `"` ends the string. */
export function dotText(text: string): string {
  return `"${safeText(text).replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

function dotDag(view: DagView): string {
  const ids = numbered(view.stages);
  const lines = [
    'digraph pipeline {',
    '  rankdir=LR;',
    '  node [shape=box, style="rounded,filled", fillcolor="#ffffff"];',
  ];
  for (const stage of view.stages) {
    const attributes = [`label=${dotText(stage.name)}`];
    if (stage.description !== undefined) attributes.push(`tooltip=${dotText(stage.description)}`);
    if (stage.verdict !== undefined) attributes.push(`fillcolor="${FILLS[stage.verdict]}"`);
    if (stage.dynamic === true) attributes.push('peripheries=2');
    lines.push(`  ${ids.get(stage.name) ?? ''} [${attributes.join(', ')}];`);
  }
  for (const [from, to] of edges(view, ids)) lines.push(`  ${from} -> ${to};`);
  return `${[...lines, '}'].join('\n')}\n`;
}
