/** Params that stages name, leaf by leaf; a param that several stages name is one row. */
import {leavesOf, type Json} from '../base/json.ts';
import {byCodeUnits} from '../base/compare.ts';
import type {ParamRow} from '../model/diff.ts';
import type {Snapshot} from '../model/snapshot.ts';
import {changeOfValues, keysOf, mergeStages, pairStages, sameJson} from './diff-rows.ts';

/** Of stages that both sides have: what a stage that came or went names is no change of a param. */
export function diffParams(before: Snapshot, after: Snapshot): readonly ParamRow[] {
  const elsewhere = {before: allParams(before), after: allParams(after)};
  const rows = pairStages(before, after).flatMap((pair): readonly ParamRow[] => {
    const [olds, news] = [new Map(leavesOf(pair.before?.params ?? {})), new Map(leavesOf(pair.after?.params ?? {}))];
    return keysOf(olds, news).map((path) => {
      // A stage that only one side has may name what another stage named there.
      const old = pair.before === undefined ? elsewhere.before.get(path) : olds.get(path);
      const now = pair.after === undefined ? elsewhere.after.get(path) : news.get(path);
      return {
        path,
        change: changeOfValues(old, now, sameJson(old, now)),
        ...(old === undefined ? {} : {before: old}),
        ...(now === undefined ? {} : {after: now}),
        stages: [pair.stage],
      };
    });
  });
  return [...mergeStages(rows)].sort((a, b) => byCodeUnits(a.path, b.path));
}

function allParams({stages}: Snapshot): ReadonlyMap<string, Json> {
  return new Map(stages.flatMap(({params}) => leavesOf(params)));
}
