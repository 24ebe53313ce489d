/** `mlp dag`: the graph as text, Mermaid, DOT, HTML or JSON. */
import {makePlan} from '../../engine/plan.ts';
import {select} from '../../engine/select.ts';
import type {PlanRow} from '../../model/plan.ts';
import {renderDag, type DagFormat} from '../../report/render/dag.ts';
import type {DagView} from '../../report/views/dag.ts';
import type {CommandMember} from '../command.ts';
import type {Project} from '../../project/load-project.ts';
import {openProject} from '../open-project.ts';
import {lookFor} from '../screen.ts';
import {addSelectionOptions, selectionOf, type SelectionOptions} from '../selection-options.ts';
import {UsageError} from '../../project/usage-error.ts';
import {GRACE_MS, wire} from '../../project/wire.ts';

const FORMATS: readonly DagFormat[] = ['text', 'mermaid', 'dot', 'html', 'json'];

interface DagOptions extends SelectionOptions {
  readonly format: DagFormat;
  readonly stale?: boolean;
}

export const dagCommand: CommandMember = {
  name: 'dag',
  summary: 'the graph of stages as text, Mermaid, DOT, HTML or JSON',
  examples: [
    ['mlp dag', 'a picture in the terminal'],
    ['mlp dag --format mermaid > dag.md', 'for a README'],
    ['mlp dag --format dot | dot -Tsvg > dag.svg', 'for Graphviz'],
    ['mlp dag --stale', 'with what is stale'],
    ['mlp dag --stale --format html > dag.html', 'the same as a page'],
  ],
  define(command, context) {
    addSelectionOptions(command);
    command
      .option('--format <format>', FORMATS.join(', '), parseFormat, 'text')
      .option('--stale', 'show what is fresh and what is not')
      .action(async (patterns: readonly string[], options: DagOptions) => {
        const {globals} = context();
        const project = await openProject(context());
        if (project === undefined) return;
        const selected = select(project.graph, selectionOf(patterns, options));
        if (!selected.ok) throw new UsageError(selected.error);
        const verdicts =
          options.stale === true
            ? await verdictsOf(project, selected.value.nodes)
            : new Map<string, PlanRow['verdict']>();
        const format = globals.json ? 'json' : options.format;
        project.host.output.out(
          renderDag(
            viewOf(project, selected.value.nodes, verdicts),
            format,
            format === 'text' ? await lookFor(project.host) : {},
          ),
        );
      });
  },
};

async function verdictsOf(
  project: Project,
  nodes: readonly number[],
): Promise<ReadonlyMap<string, PlanRow['verdict']>> {
  const wired = wire(project, {paranoid: false, graceMs: GRACE_MS});
  try {
    const plan = await makePlan(
      {graph: project.graph, nodes, forced: new Set(), readCache: true, expand: wired.expand},
      wired.world,
    );
    return new Map(plan.rows.map((row) => [row.stage, row.verdict]));
  } finally {
    wired.store.close();
  }
}

function viewOf(
  {graph}: Project,
  nodes: readonly number[],
  verdicts: ReadonlyMap<string, PlanRow['verdict']>,
): DagView {
  const shown = new Set(nodes);
  return {
    stages: nodes.flatMap((id) => {
      const spec = graph.nodes[id];
      if (spec === undefined) return [];
      const needs = (graph.upstream[id] ?? []).filter((up) => shown.has(up)).map((up) => graph.nodes[up]?.name ?? '');
      const verdict = verdicts.get(spec.name);
      return [
        {
          name: spec.name,
          needs,
          ...(spec.description === undefined ? {} : {description: spec.description}),
          ...(verdict === undefined ? {} : {verdict}),
          ...(spec.kind === 'dynamic' ? {dynamic: true} : {}),
        },
      ];
    }),
  };
}

function parseFormat(text: string): DagFormat {
  const format = FORMATS.find((candidate) => candidate === text);
  if (format === undefined) throw new UsageError(`--format takes ${FORMATS.join(', ')}, not \`${text}\``);
  return format;
}
