/**
 * What every mlp.lock of the project needs: the one on disk, and those of all branches and tags of Git, which colleagues
 * and CI run from; and what promoted models need. Git is asked in a handful of processes, however many branches there are;
 * equal files are read once.
 */
import {err, ok, type Result} from '../base/result.ts';
import {LOCK_FILE} from '../engine/locked-results.ts';
import type {Host} from '../host/host.ts';
import type {Digest} from '../model/ids.ts';
import {objectsOfLock, parseLock} from '../model/lock-file.ts';
import type {Store} from '../store/store.ts';
import {readBlobs, readRefs, resolveNames} from './git.ts';

export interface Locked {
  /** Keys of results. */
  readonly keys: ReadonlySet<Digest>;
  readonly objects: ReadonlyMap<Digest, 'file' | 'dir'>;
}

const REFS = ['refs/heads', 'refs/remotes', 'refs/tags', 'refs/stash'];
/** Files that are read together: a large project's has some megabytes. */
const BLOBS_AT_ONCE = 16;

/** @returns an error where there is a repository that cannot be asked: what others need is then not known. */
export async function lockedEverywhere(host: Host, {models}: Pick<Store, 'models'>): Promise<Result<Locked, string>> {
  const texts: string[] = [];
  const onDisk = host.files.readTextIfThere(LOCK_FILE);
  if (onDisk !== undefined) texts.push(onDisk);
  if (isInRepository(host)) {
    const committed = await committedLocks(host);
    if (committed === undefined) {
      return err('Git could not be asked for the `mlp.lock` of the branches: see what `git status` says here');
    }
    texts.push(...committed);
  }
  const keys = new Set<Digest>();
  const objects = new Map<Digest, 'file' | 'dir'>(models.promoted().map((hash) => [hash, 'dir']));
  for (const lock of texts.flatMap((text) => parseLock(text).candidates)) {
    for (const stage of lock.stages) keys.add(stage.key);
    for (const {hash, type} of objectsOfLock(lock)) objects.set(hash, type);
  }
  return ok({keys, objects});
}

/** @returns undefined when Git could not be asked. */
async function committedLocks(host: Host): Promise<readonly string[] | undefined> {
  const commits = new Set([...(await readRefs(host, REFS)).values()].map(({commit}) => commit));
  // HEAD may be on no branch.
  const names = ['HEAD', ...commits].map((commit) => `${commit}:./${LOCK_FILE}`);
  const answers = await resolveNames(host, names);
  if (answers === undefined) return undefined;
  const blobs = [...new Set(answers.flatMap((answer) => (typeof answer === 'object' ? [answer.hash] : [])))];
  const texts: string[] = [];
  for (let start = 0; start < blobs.length; start += BLOBS_AT_ONCE) {
    const wanted = blobs.slice(start, start + BLOBS_AT_ONCE);
    const found = await readBlobs(host, wanted);
    if (found.size < wanted.length) return undefined;
    texts.push(...found.values());
  }
  return texts;
}

function isInRepository({files, root}: Host): boolean {
  for (let at = root; ; at = at.slice(0, at.lastIndexOf('/'))) {
    if (files.stat(`${at}/.git`) !== undefined) return true;
    if (at === '') return false;
  }
}
