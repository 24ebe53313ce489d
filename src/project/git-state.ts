/** Commit and branch read from .git itself, since starting git costs more than a run with nothing to do. */
import type {Host} from '../host/host.ts';
import type {GitState} from '../model/run.ts';

/** @returns undefined outside a repository, and in one without a commit. */
export function readGitState(host: Host): GitState | undefined {
  const folder = gitFolder(host);
  if (folder === undefined) return undefined;
  const head = host.files.readTextIfThere(`${folder}/HEAD`)?.trim();
  if (head === undefined) return undefined;
  if (!head.startsWith('ref: ')) return /^[0-9a-f]{40,64}$/.test(head) ? {commit: head} : undefined;
  const ref = head.slice(5);
  // A work tree of its own keeps branches in the common folder.
  const common = host.files.readTextIfThere(`${folder}/commondir`)?.trim();
  const shared = common === undefined ? folder : common.startsWith('/') ? common : `${folder}/${common}`;
  const commit =
    host.files.readTextIfThere(`${shared}/${ref}`)?.trim() ??
    packedRef(host.files.readTextIfThere(`${shared}/packed-refs`), ref);
  return commit === undefined ? undefined : {commit, branch: ref.replace(/^refs\/heads\//, '')};
}

/** Whether tracked files differ from the commit. Starts git: asked only when something ran. */
export async function isDirty(host: Host): Promise<boolean | undefined> {
  const git = await host.processes.capture(['git', 'status', '--porcelain', '--untracked-files=no'], {
    cwd: host.root,
    timeoutMs: 20_000,
  });
  return git.code === 0 ? git.stdout.trim() !== '' : undefined;
}

function gitFolder(host: Host): string | undefined {
  for (let at = host.root; ; at = at.slice(0, at.lastIndexOf('/'))) {
    const place = `${at}/.git`;
    const type = host.files.stat(place)?.type;
    if (type === 'dir') return place;
    if (type === 'file') {
      const pointed = /^gitdir: (.+)$/m.exec(host.files.readText(place))?.[1];
      return pointed === undefined ? undefined : pointed.startsWith('/') ? pointed : `${at}/${pointed}`;
    }
    if (at === '') return undefined;
  }
}

function packedRef(text: string | undefined, ref: string): string | undefined {
  return text
    ?.split('\n')
    .find((line) => line.endsWith(` ${ref}`))
    ?.split(' ')[0];
}
