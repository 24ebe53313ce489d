/**
 * What a person means by a word that names a state of the project: a run (`41`, `last`, its name, its tag), a Git revision
 * (`HEAD`, `HEAD~2`, a branch, a tag, a commit), `workspace`, or a file. A word that could be two things is refused with
 * the two; `run:`, `tag:`, `git:` and `file:` before it say which is meant.
 */
import {suggest} from '../base/suggest.ts';
import {err, ok, type Result} from '../base/result.ts';
import type {Host} from '../host/host.ts';
import {runId, type RunId} from '../model/ids.ts';
import type {Store} from '../store/store.ts';
import {branchesAndTags, commitOf} from './git.ts';

export type Ref =
  | {readonly kind: 'workspace'}
  | {readonly kind: 'run'; readonly run: RunId}
  /** `text` as it was typed. */
  | {readonly kind: 'revision'; readonly commit: string; readonly text: string}
  /** Absolute path of an mlp.lock or a metrics file. */
  | {readonly kind: 'file'; readonly path: string};

export interface RefTrouble {
  readonly message: string;
  readonly hint: string;
}

export interface RefWorld {
  readonly host: Host;
  readonly store: Store;
  /** Absolute path of what was typed in some folder. */
  readonly absolute: (word: string) => string;
}

const PREFIX = /^(run|tag|git|file):(.+)$/s;
const HINT =
  'name a run (`41`, `last`, its name or tag), a Git revision (`HEAD`, a branch, a commit), `workspace`, or a file; `mlp runs` lists runs';

export async function resolveRef(word: string, world: RefWorld): Promise<Result<Ref, RefTrouble>> {
  if (word === 'workspace' || word === '.') return ok({kind: 'workspace'});
  const [, prefix, rest = ''] = PREFIX.exec(word) ?? [];
  if (prefix === 'git') return found(await revisions(rest, world), rest, 'Git revision', world);
  if (prefix === 'file') return found(files(rest, world), rest, 'file', world);
  if (prefix === 'tag') return found(runsOf(world.store.runsTagged(rest)), rest, 'tag', world);
  if (prefix === 'run') return found(runs(rest, world), rest, 'run', world);
  const candidates = [...runs(word, world), ...(await revisions(word, world)), ...files(word, world)];
  return found(candidates, word, undefined, world);
}

/** For commands that take runs only. */
export async function resolveRun(word: string, world: RefWorld): Promise<Result<RunId, RefTrouble>> {
  const bare = /^(?:run|tag):(.+)$/s.exec(word)?.[1];
  const isTag = word.startsWith('tag:');
  const candidates = isTag ? runsOf(world.store.runsTagged(bare ?? '')) : runs(bare ?? word, world);
  const ref = await found(candidates, bare ?? word, isTag ? 'tag' : 'run', world);
  if (!ref.ok) return ref;
  if (ref.value.kind !== 'run') throw new Error('BUG: a run was asked for');
  return ok(ref.value.run);
}

/** By number, `last`, name, tag: the newest of them that fits. */
function runs(word: string, {store}: RefWorld): readonly Ref[] {
  if (word === 'last') return runsOf(store.runs(1).map(({id}) => id));
  const number = /^[1-9]\d{0,14}$/.test(word) ? store.run(runId(Number(word))) : undefined;
  if (number !== undefined) return [{kind: 'run', run: number.id}];
  const named = runsOf(store.runsNamed(word));
  return named.length > 0 ? named : runsOf(store.runsTagged(word));
}

const runsOf = ([newest]: readonly RunId[]): readonly Ref[] =>
  newest === undefined ? [] : [{kind: 'run', run: newest}];

async function revisions(word: string, {host}: RefWorld): Promise<readonly Ref[]> {
  const commit = await commitOf(host, word);
  return commit === undefined ? [] : [{kind: 'revision', commit, text: word}];
}

function files(word: string, {host, absolute}: RefWorld): readonly Ref[] {
  const path = absolute(word);
  return host.files.stat(path)?.type === 'file' ? [{kind: 'file', path}] : [];
}

async function found(
  candidates: readonly Ref[],
  word: string,
  what: string | undefined,
  world: RefWorld,
): Promise<Result<Ref, RefTrouble>> {
  const [only, other] = candidates;
  if (only !== undefined && other === undefined) return ok(only);
  if (only === undefined) return err(await unknown(word, what, world));
  const names = candidates.map((ref) => `\`${prefixOf(ref)}:${word}\``).join(' or ');
  return err({message: `\`${word}\` can mean more than one thing`, hint: `say ${names}`});
}

const prefixOf = (ref: Ref): string =>
  ref.kind === 'run' ? 'run' : ref.kind === 'revision' ? 'git' : ref.kind === 'file' ? 'file' : 'workspace';

async function unknown(word: string, what: string | undefined, {host, store}: RefWorld): Promise<RefTrouble> {
  const rows = store.runs(200);
  if (rows.length === 0 && (what === 'run' || word === 'last'))
    return {message: 'nothing has run here yet', hint: '`mlp run` makes the first run'};
  const labels = rows.flatMap(({id, name, tags = []}) => [String(id), ...(name === undefined ? [] : [name]), ...tags]);
  const words =
    what === 'run' || what === 'tag' ? labels : [...labels, 'workspace', 'last', ...(await branchesAndTags(host))];
  const near = suggest(word, words);
  return {
    message: `there is no ${what ?? 'run, revision or file'} \`${word}\``,
    hint: near === undefined ? HINT : `did you mean \`${near}\`? ${HINT}`,
  };
}
