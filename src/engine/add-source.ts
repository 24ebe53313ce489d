/**
 * `mlp add`: a file or folder that no stage makes goes into the cache, is recorded in mlp.lock and left out of Git. In this
 * order, so that after a crash at any point adding it again ends the job.
 */
import {compileGlob} from '../base/glob.ts';
import {err, ok, type Result} from '../base/result.ts';
import type {Cache} from '../cache/cache.ts';
import type {SharedTraces} from '../cache/shared-traces.ts';
import type {Host} from '../host/host.ts';
import type {FileContent} from '../model/artifact.ts';
import type {Graph} from '../model/graph.ts';
import {isInside, type ProjectPath} from '../model/ids.ts';
import {parseLock, writeLock, type Lock} from '../model/lock-file.ts';
import type {LockSource} from '../model/lock-sources.ts';
import type {Contents} from './contents.ts';
import {IGNORE_FILE, withIgnored, withoutIgnored} from './ignore-file.ts';
import {LOCK_FILE} from './locked-results.ts';

export interface AddWorld {
  readonly host: Host;
  readonly contents: Contents;
  readonly cache: Cache;
  /** Where the cache is a folder that several projects share. */
  readonly shared?: SharedTraces;
}

export interface Added {
  readonly source: LockSource;
  readonly change: 'new' | 'changed' | 'unchanged';
}

/** @returns why it is no source, as a sentence. */
export function whyNoSource(path: ProjectPath, graph: Graph, ofPipeline: readonly string[]): string | undefined {
  const own = ['.mlp', '.git', LOCK_FILE, IGNORE_FILE, ...ofPipeline];
  const held = own.find((one) => isInside(one, path) || isInside(path, one));
  if (held !== undefined)
    return held === path
      ? `\`${path}\` belongs to the project itself`
      : `\`${path}\` and \`${held}\` are one inside the other`;
  for (const node of graph.nodes) {
    const makes =
      node.kind === 'stage'
        ? node.outs.some((out) => isInside(out.path, path) || isInside(path, out.path))
        : node.outGlobs.map(compileGlob).some((glob) => glob.matches(path) || glob.mayMatchBelow(path));
    if (makes) return `the stage \`${node.name}\` makes \`${path}\`: mlp keeps its outputs as it is`;
  }
  return undefined;
}

/** The lock to be changed. @returns the sentence why it must not be. */
export function lockToChange(host: Host): Result<Lock, string> {
  const text = host.files.readTextIfThere(LOCK_FILE);
  if (text === undefined) return ok({stages: []});
  const {candidates, problem} = parseLock(text);
  const [lock, other] = candidates;
  if (lock === undefined) return err(problem ?? '`mlp.lock` cannot be read');
  return other === undefined ? ok(lock) : err('`mlp.lock` holds a merge conflict; `mlp run` settles it');
}

/** @param paths are there, and none of them is refused. @throws NotAFile, FileTrouble */
export async function addSources(
  paths: readonly ProjectPath[],
  lock: Lock,
  {host, contents, cache, shared}: AddWorld,
): Promise<readonly Added[]> {
  const found = await contents.of(paths);
  const added = paths.map((path, index): Added => {
    const source = {...(found[index] as FileContent), path};
    if (source.hash !== '') {
      shared?.keepSource(source.hash, source.type === 'dir' ? 'dir' : 'file');
      if (source.type === 'dir') cache.putTree(path, contents.tree(path) ?? [], source.hash);
      else cache.putFile(path, source.hash, source.size);
    }
    const before = lock.sources?.find((one) => one.path === path);
    const change =
      before === undefined
        ? 'new'
        : before.hash === source.hash && before.exec === source.exec
          ? 'unchanged'
          : 'changed';
    return {source, change};
  });
  // What lies in a folder that is added now is part of it.
  const others = (lock.sources ?? []).filter((one) => !paths.some((path) => isInside(one.path, path)));
  const inner = (lock.sources ?? []).filter((one) => !others.includes(one) && !paths.includes(one.path));
  writeSources(host, lock, [...others, ...added.map(({source}) => source)]);
  const text = host.files.readTextIfThere(IGNORE_FILE);
  const without = withoutIgnored(
    text ?? '',
    inner.map(({path}) => path),
  );
  writeIgnore(host, text, withIgnored(without, paths));
  return added;
}

/** The files stay; neither mlp.lock nor .gitignore knows of them any more. */
export function forgetSources(paths: readonly ProjectPath[], lock: Lock, host: Host): void {
  writeSources(
    host,
    lock,
    (lock.sources ?? []).filter(({path}) => !paths.includes(path)),
  );
  const text = host.files.readTextIfThere(IGNORE_FILE);
  if (text !== undefined) writeIgnore(host, text, withoutIgnored(text, paths));
}

function writeSources(host: Host, lock: Lock, sources: readonly LockSource[]): void {
  const before = host.files.readTextIfThere(LOCK_FILE);
  const text = writeLock({...lock, sources});
  if (text !== before) host.files.writeAtomic(LOCK_FILE, text, {fsync: true});
}

function writeIgnore(host: Host, before: string | undefined, text: string): void {
  if (text === (before ?? '')) return;
  if (text === '') host.files.remove(IGNORE_FILE);
  else host.files.writeAtomic(IGNORE_FILE, text);
}
