/** The environment: interpreters and packages, declared variables, seeds of stages; facts of the machines of two runs. */
import {leavesOf, type Json} from '../base/json.ts';
import type {EnvRow} from '../model/diff.ts';
import type {KeyDocument} from '../model/key-document.ts';
import type {Snapshot} from '../model/snapshot.ts';
import {changeOfValues, keysOf, mergeStages, pairStages, sameJson} from './diff-rows.ts';

export function diffEnv(before: Snapshot, after: Snapshot): readonly EnvRow[] {
  const ofStages = pairStages(before, after).flatMap(({stage, before: old, after: now}): readonly EnvRow[] => {
    if (old === undefined || now === undefined) return [];
    if (old.document === undefined || now.document === undefined) {
      const isSame = old.key !== undefined && old.key === now.key;
      return [{name: 'environment', change: isSame ? 'same' : 'unknown', stages: [stage]}];
    }
    return compared(settingsOf(old.document), settingsOf(now.document), [stage]);
  });
  const hasFacts = [before, after].every(({facts}) => Object.keys(facts).length > 0);
  const ofMachine = hasFacts ? compared(new Map(leavesOf(before.facts)), new Map(leavesOf(after.facts)), []) : [];
  return [...mergeStages(ofStages), ...ofMachine];
}

function settingsOf({env, runtime, seed, cwd, salt}: KeyDocument): ReadonlyMap<string, Json> {
  return new Map<string, Json>([
    ...leavesOf(runtime),
    ...Object.entries(env).map(([name, value]): [string, Json] => [`env ${name}`, value]),
    // What nobody set is no row.
    ...(seed === null ? [] : [['seed', seed] as const]),
    ...(cwd === '.' ? [] : [['cwd', cwd] as const]),
    ...(salt === '' ? [] : [['cache.salt', salt] as const]),
  ]);
}

function compared(
  olds: ReadonlyMap<string, Json>,
  news: ReadonlyMap<string, Json>,
  stages: readonly string[],
): readonly EnvRow[] {
  return keysOf(olds, news).map((name) => {
    const [old, now] = [olds.get(name), news.get(name)];
    return {
      name,
      change: changeOfValues(old, now, sameJson(old, now)),
      ...(old === undefined ? {} : {before: old}),
      ...(now === undefined ? {} : {after: now}),
      stages,
    };
  });
}
