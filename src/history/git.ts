/**
 * Git asked in few processes: names become commits and blobs in one `git cat-file`, texts come in a second one. Nothing
 * is checked out and no history is listed, so a repository of ten thousand commits costs what a small one does.
 */
import {askGit} from '../host/ask-git.ts';
import type {Host} from '../host/host.ts';

/** A name as Git resolved it, or why it did not. */
export type GitName = {readonly hash: string; readonly type: string} | 'missing' | 'ambiguous';

/**
 * @param names such as `HEAD^{commit}` or `main:./mlp.lock`; `./` is the project folder, wherever in the repository it is.
 * @returns undefined where there is no Git or no repository; else an answer for each name, in their order.
 */
export async function resolveNames(host: Host, names: readonly string[]): Promise<readonly GitName[] | undefined> {
  const asked = names.filter(isOneLine);
  const reply = await askGit(host, ['cat-file', '--batch-check'], asked.map((name) => `${name}\n`).join(''));
  if (reply === undefined) return undefined;
  const lines = reply.split('\n');
  const answers = new Map(asked.map((name, index) => [name, readAnswer(lines[index] ?? '')]));
  return names.map((name) => answers.get(name) ?? 'missing');
}

/** The texts of blobs by their hashes; one that Git does not have is left out. */
export async function readBlobs(host: Host, hashes: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const wanted = [...new Set(hashes)];
  const texts = new Map<string, string>();
  if (wanted.length === 0) return texts;
  const reply = await askGit(host, ['cat-file', '--batch'], wanted.map((hash) => `${hash}\n`).join(''));
  if (reply === undefined) return texts;
  // Sizes are bytes of what need not be UTF-8, so each text ends where the next title begins.
  let at = 0;
  for (const [index, hash] of wanted.entries()) {
    const [title = '', type] = /^\S+ (\S+).*\n/.exec(reply.slice(at, at + 200)) ?? [];
    const start = at + title.length;
    if (type === 'missing') {
      at = start;
      continue;
    }
    const next = wanted[index + 1];
    const end = next === undefined ? reply.length - 1 : nextTitle(reply, next, start);
    texts.set(hash, reply.slice(start, end));
    at = end + 1;
  }
  return texts;
}

/** Full name -> the commit it stands for and, for a symbolic one, what it points to; only of the refs named. */
export async function readRefs(
  host: Host,
  refs: readonly string[],
): Promise<ReadonlyMap<string, {readonly commit: string; readonly pointsTo?: string}>> {
  const reply = await askGit(host, ['for-each-ref', '--format=%(refname) %(objectname) %(symref)', ...refs]);
  const found = new Map<string, {readonly commit: string; readonly pointsTo?: string}>();
  for (const line of (reply ?? '').split('\n')) {
    const [name, commit, pointsTo] = line.split(' ');
    if (name === undefined || commit === undefined) continue;
    found.set(name, {commit, ...(pointsTo === undefined || pointsTo === '' ? {} : {pointsTo})});
  }
  return found;
}

/** Branches and tags, for suggestions. */
export async function listNames(host: Host, most: number): Promise<readonly string[]> {
  const reply = await askGit(host, ['for-each-ref', `--count=${most}`, '--format=%(refname:short)']);
  return (reply ?? '').split('\n').filter((name) => name !== '');
}

const isOneLine = (name: string): boolean => name.trim() !== '' && !/[\n\r\0]/.test(name);

/** `<hash> <type> <size>`, `<name> missing`, `<name> ambiguous`. */
function readAnswer(line: string): GitName {
  const [, hash, type] = /^([0-9a-f]{40,64}) (commit|blob|tree|tag) \d+$/.exec(line) ?? [];
  if (hash !== undefined && type !== undefined) return {hash, type};
  return line.endsWith(' ambiguous') ? 'ambiguous' : 'missing';
}

function nextTitle(reply: string, hash: string, from: number): number {
  const next = reply.slice(from).search(new RegExp(`\\n${hash} (?:blob|tree|commit|tag|missing)`));
  return next < 0 ? reply.length - 1 : from + next;
}
