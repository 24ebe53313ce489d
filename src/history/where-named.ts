/** The runs that words on the command line name: a number, a range `3..9`, `last`, a name or a tag. */
import {quoteName} from '../base/display.ts';
import {err, ok, type Result} from '../base/result.ts';
import {runId, type RunId} from '../model/ids.ts';
import type {RunRow} from '../model/run.ts';
import {resolveRef, type RefProblem, type RefWorld} from './refs.ts';

/** One run: only what names runs is looked at, no Git and no file. */
export async function namedRun(text: string, world: RefWorld): Promise<Result<RunRow, RefProblem>> {
  const ref = await resolveRef(text.startsWith('run:') ? text : `run:${text}`, world);
  if (ref.ok && ref.value.kind === 'run') return ok(ref.value.run);
  const number = /^(?:run:)?(\d+)$/.exec(text)?.[1];
  if (number !== undefined) return err({message: `there is no run ${number}`, hint: '`mlp runs --all` lists all'});
  if (!ref.ok && /^(?:run:)?last/.test(text)) return err(ref.error);
  const meant = ref.ok ? undefined : /^did you mean .*\? /.exec(ref.error.hint ?? '')?.[0];
  const hint = `${meant ?? ''}\`mlp runs\` lists numbers, names and tags`;
  return err({message: `no run has the number, name or tag ${backTicked(text)}`, hint});
}

/** Runs in the order they were named, each once. A range takes what is there of it, which must be something. */
export async function namedRuns(
  texts: readonly string[],
  world: RefWorld,
): Promise<Result<readonly RunId[], RefProblem>> {
  const found = new Set<RunId>();
  for (const text of texts) {
    const [, from, to] = /^(\d{1,15})\.\.(\d{1,15})$/.exec(text) ?? [];
    if (from === undefined || to === undefined) {
      const run = await namedRun(text, world);
      if (!run.ok) return run;
      found.add(run.value.id);
      continue;
    }
    const inRange = world.store
      .searchRuns()
      .heads()
      .map(({id}) => id)
      .filter((id) => id >= Number(from) && id <= Number(to));
    if (inRange.length === 0) {
      const hint = Number(from) > Number(to) ? `write \`${to}..${from}\`` : '`mlp runs --all` lists all';
      return err({message: `there is no run from ${from} to ${to}`, hint});
    }
    for (const id of inRange.toReversed()) found.add(runId(id));
  }
  return ok([...found]);
}

const backTicked = (text: string): string => {
  const name = quoteName(text);
  return name.startsWith('"') ? name : `\`${name}\``;
};
