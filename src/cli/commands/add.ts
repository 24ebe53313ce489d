/** `mlp add PATH...`: versions files and folders that no stage makes: into the cache, into mlp.lock, out of Git. */
import {quoteName} from '../../base/display.ts';
import {openCache} from '../../cache/open-cache.ts';
import {openSharedTraces} from '../../cache/shared-traces.ts';
import {addSources, forgetSources, lockToChange, whyNoSource, type AddWorld} from '../../engine/add-source.ts';
import {Contents, NotAFile} from '../../engine/contents.ts';
import {addedSources, statesOf} from '../../engine/sources.ts';
import {FileTrouble} from '../../host/host.ts';
import {isInside, type ProjectPath} from '../../model/ids.ts';
import type {Lock} from '../../model/lock-file.ts';
import type {LockSource} from '../../model/lock-sources.ts';
import type {Project} from '../../project/load-project.ts';
import {openProjectStore} from '../../project/open-project-store.ts';
import {UsageError} from '../../project/usage-error.ts';
import type {SourceRow, SourcesView} from '../../report/views/sources.ts';
import type {CommandContext, CommandMember} from '../command.ts';
import {openProject} from '../open-project.ts';
import {typedPath} from '../project-paths.ts';
import {lookFor} from '../screen.ts';

interface AddOptions {
  readonly list?: boolean;
  readonly remove?: boolean;
}

export const addCommand: CommandMember = {
  name: 'add',
  summary: 'version a file or folder that no stage makes: into the cache and mlp.lock, out of Git',
  examples: [
    ['mlp add data/raw.csv', 'from now on mlp.lock says which data/raw.csv it is; commit that'],
    ['mlp add data/images', 'a whole folder'],
    ['mlp add --list', 'what was added, and whether it is still as it was added'],
    ['mlp add --remove data/raw.csv', 'forget it; the file stays'],
  ],
  define(command, context) {
    command
      .argument('[paths...]', 'files and folders')
      .option('--list', 'what was added and how it is now')
      .option('--remove', 'forget them: out of mlp.lock and .gitignore; the files stay')
      .action(async (typed: readonly string[], options: AddOptions) => {
        const project = await openProject(context());
        if (project === undefined) return;
        const store = openProjectStore(project.host);
        try {
          const {host, pipeline} = project;
          const cache = openCache(host, pipeline.settings.cacheFolder ?? '.mlp/cache');
          const shared = openSharedTraces(host, pipeline.settings.cacheFolder);
          const contents = new Contents(host, store, {paranoid: false});
          const world = {host, cache, contents, ...(shared === undefined ? {} : {shared})};
          await print(context(), project, await act(context(), project, world, typed, options));
          store.flushMemos();
        } finally {
          store.close();
        }
      });
  },
};

async function act(
  context: CommandContext,
  project: Project,
  world: AddWorld,
  typed: readonly string[],
  {list, remove}: AddOptions,
): Promise<SourcesView> {
  if (list === true) {
    if (remove === true || typed.length > 0) throw new UsageError('--list takes neither paths nor --remove');
    return {sources: await listed(world), tracked: []};
  }
  if (typed.length === 0)
    throw new UsageError('which file or folder? `mlp add PATH`', '`mlp add --list` shows what was added');
  const lock = lockToChange(project.host);
  if (!lock.ok) throw new UsageError(lock.error);
  const paths = typed.map((text) => {
    const path = typedPath(text, context.host, project.host);
    if (path === undefined || path === '.')
      throw new UsageError(
        `${quoteName(text)} is ${path === undefined ? 'outside of the project' : 'the project itself'}`,
        `only what lies below ${quoteName(project.host.root)} can be added`,
      );
    return path;
  });
  const unique = [...new Set(paths)];
  return remove === true ? forget(unique, lock.value, project) : add(unique, lock.value, project, world);
}

async function add(
  typed: readonly ProjectPath[],
  lock: Lock,
  {host, graph, read}: Project,
  world: AddWorld,
): Promise<SourcesView> {
  const paths = typed.filter((path) => !typed.some((other) => other !== path && isInside(path, other)));
  for (const path of paths) {
    const refused = whyNoSource(path, graph, read);
    if (refused !== undefined) throw new UsageError(refused, 'only files and folders that nobody makes are added');
    const outer = lock.sources?.find((source) => source.path !== path && isInside(path, source.path));
    if (outer !== undefined)
      throw new UsageError(
        `${quoteName(path)} lies in ${quoteName(outer.path)}, which was added`,
        `\`mlp add ${outer.path}\` records the folder as it is now`,
      );
    if (host.files.stat(path) === undefined) throw new UsageError(`there is no file or folder ${quoteName(path)}`);
  }
  try {
    const added = await addSources(paths, lock, world);
    const sources = added.map(({source, change}) => rowOf(source, change === 'new' ? 'added' : change));
    return {sources, tracked: await trackedByGit(paths, host)};
  } catch (error) {
    if (error instanceof NotAFile) throw new UsageError(error.message);
    throw error;
  }
}

function forget(paths: readonly ProjectPath[], lock: Lock, {host}: Project): SourcesView {
  const gone = paths.map((path) => {
    const source = lock.sources?.find((one) => one.path === path);
    if (source === undefined)
      throw new UsageError(`${quoteName(path)} was not added`, '`mlp add --list` shows what was');
    return source;
  });
  forgetSources(paths, lock, host);
  return {sources: gone.map((source) => rowOf(source, 'removed')), tracked: []};
}

async function listed(world: AddWorld): Promise<readonly SourceRow[]> {
  const states = await statesOf(addedSources(world.host), world);
  return states.map(({source, state}) => rowOf(source, state));
}

function rowOf({path, type, hash, size, files}: LockSource, state: SourceRow['state']): SourceRow {
  return {path, type, hash, bytes: size, ...(files === undefined ? {} : {files}), state};
}

/** Of these paths, those that Git keeps although .gitignore names them. No Git, no repository: none. */
async function trackedByGit(paths: readonly ProjectPath[], host: Project['host']): Promise<readonly string[]> {
  try {
    const argv = ['git', '--literal-pathspecs', 'ls-files', '-z', '--', ...paths];
    const git = await host.processes.capture(argv, {cwd: host.root, timeoutMs: 20_000});
    if (git.code !== 0) return [];
    const tracked = git.stdout.split('\0').filter((file) => file !== '');
    return paths.filter((path) => tracked.some((file) => isInside(file, path)));
  } catch (error) {
    if (error instanceof FileTrouble) return [];
    throw error;
  }
}

async function print({globals}: CommandContext, {host}: Project, view: SourcesView): Promise<void> {
  if (globals.json) host.output.out(`${JSON.stringify({schema_version: 1, type: 'sources', ...view})}\n`);
  else {
    const {renderSources} = await import('../../report/render/sources.ts');
    host.output.out(renderSources(view, await lookFor(host)));
  }
}
