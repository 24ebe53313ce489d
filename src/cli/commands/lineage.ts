/** `mlp lineage WHAT`: where a file, a run, a stage or a content came from, and what was made of it. */
import {openCache} from '../../cache/open-cache.ts';
import {lineageOf} from '../../history/lineage.ts';
import type {Lineage} from '../../model/lineage.ts';
import {runId} from '../../model/ids.ts';
import type {LineageView} from '../../report/views/lineage.ts';
import type {CommandContext, CommandMember} from '../command.ts';
import type {Project} from '../../project/load-project.ts';
import {openProject} from '../open-project.ts';
import {openProjectStore} from '../../project/open-project-store.ts';
import {parseCount} from '../parse-options.ts';
import {lookFor} from '../screen.ts';
import {UsageError} from '../../project/usage-error.ts';
import type {Store} from '../../store/store.ts';

const FORMATS = ['text', 'json', 'mermaid', 'dot', 'openlineage'] as const;
type Format = (typeof FORMATS)[number];

interface LineageOptions {
  readonly format: Format;
  readonly up?: boolean;
  readonly down?: boolean;
  readonly depth?: number;
}

export const lineageCommand: CommandMember = {
  name: 'lineage',
  summary: 'where a file, a run, a stage or a content came from, and what was made of it',
  examples: [
    ['mlp lineage model.json', 'up to raw data, commit and params; down to everything made from it'],
    ['mlp lineage data/raw.csv --down', 'what depends on a source'],
    ['mlp lineage 41 --up --depth 2', 'a run, two stages deep'],
    ['mlp lineage sha256:9f86d081', 'a content, wherever it was'],
    ['mlp lineage model.json --format mermaid > lineage.md', 'a picture for a README'],
    ['mlp lineage 41 --format openlineage > events.ndjson', 'for Marquez, DataHub and others'],
  ],
  define(command, context) {
    command
      .argument('<what>', 'a file, a run, a stage or a sha256; `run:`, `stage:`, `sha256:` and `path:` say which')
      .option('--up', 'only what it came from')
      .option('--down', 'only what was made of it')
      .option('--depth <count>', 'how many results to follow (default: all)', parseCount)
      .option('--format <format>', FORMATS.join(', '), parseFormat, 'text')
      .action(async (word: string, options: LineageOptions) => {
        const project = await openProject(context());
        if (project === undefined) return;
        const store = openProjectStore(project.host);
        try {
          await show(context(), project, store, word, options);
        } finally {
          store.close();
        }
      });
  },
};

async function show(
  context: CommandContext,
  project: Project,
  store: Store,
  word: string,
  options: LineageOptions,
): Promise<void> {
  const {host, pipeline} = project;
  const view = await viewOf(context, project, store, word, options);
  const format = context.globals.json ? 'json' : options.format;
  const {lineage} = view;
  switch (format) {
    case 'json':
      host.output.out(`${JSON.stringify({schema_version: 1, type: 'lineage', ...lineage})}\n`);
      return;
    case 'openlineage':
      host.output.out(
        await openLineageOf(lineage, {store, host, name: pipeline.name, version: context.outside.version}),
      );
      return;
    case 'text': {
      const [{renderLineage}, look] = await Promise.all([import('../../report/render/lineage.ts'), lookFor(host)]);
      const verbose = context.globals.verbosity > 0;
      host.output.out(renderLineage(view, {...look, nowMs: host.clock.now(), verbose}));
      return;
    }
    default: {
      const {renderLineageDot, renderLineageMermaid} = await import('../../report/render/lineage-graph.ts');
      host.output.out(format === 'dot' ? renderLineageDot(lineage) : renderLineageMermaid(lineage));
    }
  }
}

async function viewOf(
  {host: at}: CommandContext,
  {host, pipeline}: Project,
  store: Store,
  word: string,
  options: LineageOptions,
): Promise<LineageView> {
  const both = options.up !== true && options.down !== true;
  const ways = {up: both || options.up === true, down: both || options.down === true};
  const cache = openCache(host, pipeline.settings.cacheFolder ?? '.mlp/cache');
  const from = at.root === host.root ? '.' : at.root.slice(host.root.length + 1);
  const depth = options.depth === undefined ? {} : {depth: options.depth};
  const found = await lineageOf({word, from, ...ways, ...depth}, {host, store, cache});
  if (!found.ok) throw new UsageError(found.error.message, found.error.hint);
  store.flushMemos();
  return {lineage: found.value, ...ways};
}

async function openLineageOf(
  {subject, results}: Lineage,
  {store, host, name, version}: {store: Store; host: Project['host']; name: string; version: string},
): Promise<string> {
  const [{eventsOfResults, eventsOfRun, openLineageText}, {openLineageProject}] = await Promise.all([
    import('../../history/openlineage.ts'),
    import('../../history/openlineage-project.ts'),
  ]);
  const project = await openLineageProject(host, name, version);
  const world = {store, project, sha256: (text: string) => host.hashing.sha256(text)};
  const events =
    subject.kind === 'run'
      ? eventsOfRun(runId(subject.run), world)
      : eventsOfResults(
          results.map(({id}) => id),
          world,
        );
  return openLineageText(events);
}

function parseFormat(text: string): Format {
  const format = FORMATS.find((candidate) => candidate === text);
  if (format === undefined) throw new UsageError(`--format takes ${FORMATS.join(', ')}, not \`${text}\``);
  return format;
}
