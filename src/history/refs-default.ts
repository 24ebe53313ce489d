/**
 * What the workspace is compared with when nothing is said: the newest run on the main branch; where this store has none,
 * what the main branch committed; else HEAD; else the last run.
 */
import {err, ok, type Result} from '../base/result.ts';
import type {RunRow} from '../model/run.ts';
import {readRefs} from './git.ts';
import {endedRuns, resolveRef, type Ref, type RefProblem, type RefWorld} from './refs.ts';

export interface DefaultRef {
  readonly ref: Ref;
  /** Why just this one, for the header. */
  readonly why: string;
}

const USUAL_NAMES = ['main', 'master', 'trunk'];
const ORIGIN_HEAD = 'refs/remotes/origin/HEAD';
const MOST_RUNS = 1000;

export async function defaultRef(world: RefWorld): Promise<Result<DefaultRef, RefProblem>> {
  const runs = endedRuns(world.store, MOST_RUNS).filter(({status}) => status === 'done');
  const main = await mainBranch(world);
  if (main !== undefined) {
    const run = runs.find(({git}) => git?.branch === main.name);
    if (run !== undefined) return ok(ofRun(run, `the last run on ${main.name}`));
    for (const ref of main.refs) {
      const revision = await withLock(ref, world);
      if (revision !== undefined) return ok({ref: revision, why: `what ${main.name} committed`});
    }
  }
  const head = await withLock('HEAD', world);
  if (head !== undefined) return ok({ref: head, why: 'what HEAD committed'});
  const [last] = runs;
  if (last !== undefined) return ok(ofRun(last, 'the last run'));
  return err({
    message: 'there is nothing to compare the workspace with: no run has ended well, and no mlp.lock is committed',
    hint: '`mlp run` makes the first run; `mlp diff A B` compares what you name',
  });
}

const ofRun = (run: RunRow, why: string): DefaultRef => ({ref: {kind: 'run', run}, why});

/**
 * What the repository's origin calls its main branch, else the first of the usual names that is there; with where to look
 * for it: a CI service has it only as the origin's.
 */
async function mainBranch({
  host,
}: RefWorld): Promise<{readonly name: string; readonly refs: readonly string[]} | undefined> {
  const local = (name: string): string => `refs/heads/${name}`;
  const remote = (name: string): string => `refs/remotes/origin/${name}`;
  const refs = await readRefs(host, [ORIGIN_HEAD, ...USUAL_NAMES.flatMap((name) => [local(name), remote(name)])]);
  const origin = refs.get(ORIGIN_HEAD)?.pointsTo?.slice(remote('').length);
  const name =
    origin !== undefined && origin !== ''
      ? origin
      : USUAL_NAMES.find((usual) => refs.has(local(usual)) || refs.has(remote(usual)));
  return name === undefined ? undefined : {name, refs: [local(name), remote(name)]};
}

async function withLock(name: string, world: RefWorld): Promise<Ref | undefined> {
  const resolved = await resolveRef(`git:${name}`, world);
  if (!resolved.ok || resolved.value.kind !== 'revision' || resolved.value.lock === undefined) return undefined;
  return {...resolved.value, text: name.replace(/^refs\/(?:heads|remotes)\//, '')};
}
