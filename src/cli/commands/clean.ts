/** `mlp clean`: outputs that no stage owns any more; with stages named, the outputs of those. */
import {Contents} from '../../engine/contents.ts';
import {select} from '../../engine/select.ts';
import {compileGlob, type Glob} from '../../base/glob.ts';
import {isInside} from '../../model/ids.ts';
import {quoteName} from '../../base/display.ts';
import type {CommandMember} from '../command.ts';
import {openProject} from '../open-project.ts';
import {openProjectStore} from '../../project/open-project-store.ts';
import type {Project} from '../../project/load-project.ts';
import type {Store} from '../../store/store.ts';
import {UsageError} from '../../project/usage-error.ts';

interface CleanOptions {
  readonly dryRun?: boolean;
  readonly all?: boolean;
}

export const cleanCommand: CommandMember = {
  name: 'clean',
  summary: 'remove outputs that no stage owns any more; never a file that was edited since',
  examples: [
    ['mlp clean --dry-run', 'what would go'],
    ['mlp clean', 'outputs of stages that were removed or renamed'],
    ['mlp clean train', 'the outputs of a stage; `mlp run` brings them back from the cache'],
    ['mlp clean --all', 'the outputs of every stage'],
  ],
  define(command, context) {
    command
      .argument('[stages...]', 'remove the outputs of these stages instead')
      .option('--all', 'remove the outputs of every stage')
      .option('-n, --dry-run', 'only list them')
      .action(async (patterns: readonly string[], options: CleanOptions) => {
        const project = await openProject(context());
        if (project === undefined) return;
        const store = openProjectStore(project.host);
        try {
          const ofStages = options.all === true || patterns.length > 0;
          const paths = ofStages ? outputsOf(project, patterns) : unowned(project, store);
          await removeUnedited(project, store, paths, {dryRun: options.dryRun === true, json: context().globals.json});
        } finally {
          store.close();
        }
      });
  },
};

function outputsOf({graph, host}: Project, patterns: readonly string[]): ReadonlySet<string> {
  const selected = select(graph, {patterns, only: true, downstream: false, from: []});
  if (!selected.ok) throw new UsageError(selected.error);
  const paths = [...selected.value.named].flatMap((id) => {
    const spec = graph.nodes[id];
    return spec?.kind === 'stage' ? spec.outs.map((out) => out.path) : [];
  });
  return new Set(paths.filter((path) => host.files.lstat(path) !== undefined));
}

/** Written once by some stage, on disk now, and neither output nor input of any present stage. */
function unowned({graph, host}: Project, store: Store): ReadonlySet<string> {
  const used: string[] = [];
  const globs: Glob[] = [];
  let hasPatterns = false;
  for (const spec of graph.nodes) {
    for (const dep of spec.deps) {
      if (dep.kind === 'path') used.push(dep.path);
      else if (dep.kind === 'glob') globs.push(compileGlob(dep.path));
    }
    if (spec.kind === 'stage') used.push(...spec.outs.map((out) => out.path), ...spec.code);
    else hasPatterns = true;
  }
  const owned = new Set(used);
  const groups = new Set(graph.nodes.map((node) => node.group));
  const paths = new Set<string>();
  for (const {path, stage} of store.writtenPaths()) {
    if (owned.has(path) || host.files.lstat(path) === undefined) continue;
    if (globs.some((glob) => glob.matches(path) || glob.mayMatchBelow(path))) continue;
    // Branches of a dynamic stage are not listed in the file: what they wrote is theirs.
    if (hasPatterns && groups.has(stage.split('@')[0] ?? '')) continue;
    if (![...owned].some((other) => isInside(path, other) || isInside(other, path))) paths.add(path);
  }
  return paths;
}

async function removeUnedited(
  {host}: Project,
  store: Store,
  paths: ReadonlySet<string>,
  options: {readonly dryRun: boolean; readonly json: boolean},
): Promise<void> {
  const written = new Map<string, Set<string>>();
  for (const {path, hash} of store.writtenPaths()) {
    if (paths.has(path)) written.set(path, (written.get(path) ?? new Set()).add(hash));
  }
  const contents = new Contents(host, store, {paranoid: false});
  const removed: string[] = [];
  const kept: string[] = [];
  for (const path of [...paths].sort()) {
    const {hash} = await contents.one(path);
    if (written.get(path)?.has(hash) !== true) kept.push(path);
    else {
      removed.push(path);
      if (!options.dryRun) host.files.remove(path);
    }
  }
  if (options.json) {
    host.output.out(`${JSON.stringify({schema_version: 1, type: 'clean', dry_run: options.dryRun, removed, kept})}\n`);
    return;
  }
  const verb = options.dryRun ? 'would remove' : 'removed';
  for (const path of removed) host.output.out(`${verb} ${quoteName(path)}\n`);
  for (const path of kept) host.output.out(`kept ${quoteName(path)}: its content was not written by a stage\n`);
  if (removed.length + kept.length === 0) host.output.out('nothing to clean\n');
}
