/** What must be true after a run of a random project. Each check says what is wrong, in words. */
import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {parseLock} from '../../src/model/lock-file.ts';
import type {RunEvent} from '../../src/model/event.ts';
import type {Plan} from '../../src/model/plan.ts';
import type {Outcome} from '../../src/model/run.ts';
import {below, differences, type Allowed} from './outcomes.ts';
import type {Work} from './project.ts';

/** @param partly only of stages that got so far. */
export function checkOutcomes(outcomes: ReadonlyMap<string, Outcome>, allowed: Allowed, partly = false): string[] {
  const wrong: string[] = [];
  for (const [stage, may] of allowed) {
    const outcome = outcomes.get(stage);
    if (outcome === undefined ? !partly : !may.has(outcome) && !(partly && outcome === 'not-run'))
      wrong.push(`${stage}: ${outcome ?? 'nothing'}, but it may be ${[...may].join(' or ')} only`);
  }
  for (const [stage, outcome] of outcomes)
    if (!allowed.has(stage) && !(partly && outcome === 'not-run'))
      wrong.push(`${stage}: ${outcome}, but there is no such stage`);
  return wrong;
}

export const checkFiles = (root: string, works: readonly Work[]): string[] =>
  works.flatMap((work) => work.outs.flatMap(({path}) => differences(root, below(work.made, path), path)));

/** Stages that a dead engine was at when it died. */
export const recoveredIn = (events: readonly RunEvent[]): ReadonlySet<string> =>
  new Set(
    events.flatMap((event) =>
      event.type === 'notice' && event.code === 'recovered' && event.stage !== undefined ? [event.stage] : [],
    ),
  );

/**
 * Each stage that ran started its command once, no other did.
 *
 * @param recovered what a dead engine started outlives it by a moment: it may say so only now, before this run ends it.
 */
export function checkLog(
  log: string,
  works: readonly Work[],
  outcomes: ReadonlyMap<string, Outcome>,
  recovered: ReadonlySet<string>,
): string[] {
  const started = log.split('\n').slice(0, -1).sort();
  const ran = works.filter((work) => outcomes.get(work.name) === 'ran').map((work) => work.label);
  const once = [...started];
  for (const {name, label} of works) {
    const [first, second] = [once.indexOf(label), once.lastIndexOf(label)];
    if (recovered.has(name) && (first < second || !ran.includes(label))) once.splice(first, first < 0 ? 0 : 1);
  }
  return once.join() === ran.sort().join()
    ? []
    : [`commands started: ${started.join()}; said to have run: ${ran.join()}`];
}

export function checkLock(root: string, works: readonly Work[]): string[] {
  if (works.length === 0) return [];
  const {candidates, problem} = parseLock(readFileSync(join(root, 'mlp.lock'), 'utf8'));
  if (problem !== undefined || candidates.length !== 1) return [`mlp.lock: ${problem ?? 'several sides'}`];
  const names = (candidates[0]?.stages ?? []).map((stage) => String(stage.name)).sort();
  const wanted = works.map((work) => work.name).sort();
  return names.join() === wanted.join() ? [] : [`mlp.lock has ${names.join()} instead of ${wanted.join()}`];
}

export function checkPlan(plan: Plan, outcomes: ReadonlyMap<string, Outcome>, allowed: Allowed): string[] {
  const rows = new Map(plan.rows.map((row) => [String(row.stage), row]));
  const wrong: string[] = [];
  for (const [stage, outcome] of outcomes) {
    const row = rows.get(stage) ?? rows.get(stage.split('@')[0] ?? '');
    if (row === undefined) wrong.push(`the plan left out ${stage}`);
    // Objects that two stages share may come or go during the run.
    else if (row.verdict === 'may' || (allowed.get(stage)?.size ?? 0) > 1) continue;
    else if (
      {fresh: 'skipped', restore: 'restored', run: 'ran', waiting: 'waiting', error: 'failed'}[row.verdict] !== outcome
    )
      wrong.push(`the plan said \`${row.verdict}\` (${row.reason.kind}) of ${stage}, and it was ${outcome}`);
  }
  return wrong;
}

/** What a successful run must not leave. */
export function leftovers(root: string): string[] {
  return ['.mlp/work', '.mlp/tmp', '.mlp/cache/tmp'].flatMap((folder) => {
    const path = join(root, folder);
    return existsSync(path) ? readdirSync(path).map((name) => `${folder}/${name}`) : [];
  });
}
