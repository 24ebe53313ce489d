/** The difference of two snapshots of whatever origin: one function for each section, put together here. */
import {DIFF_SECTIONS, type DiffSide, type SnapshotDiff} from '../model/diff.ts';
import type {Snapshot} from '../model/snapshot.ts';
import {diffCode} from './diff-code.ts';
import {diffData} from './diff-data.ts';
import {diffEnv} from './diff-env.ts';
import {diffMetrics} from './diff-metrics.ts';
import {diffParams} from './diff-params.ts';
import type {DiffWorld} from './diff-rows.ts';
import {diffStages} from './diff-stages.ts';

export function diffSnapshots(before: Snapshot, after: Snapshot, world: DiffWorld): SnapshotDiff {
  const metricsOnly = before.origin === 'metrics' || after.origin === 'metrics';
  return {
    before: sideOf(before),
    after: sideOf(after),
    metrics: diffMetrics(before, after, world.better),
    params: metricsOnly ? [] : diffParams(before, after),
    stages: metricsOnly ? [] : diffStages(before, after),
    code: metricsOnly ? [] : diffCode(before, after),
    data: metricsOnly ? [] : diffData(before, after, world),
    env: metricsOnly ? [] : diffEnv(before, after),
    notCompared: metricsOnly ? DIFF_SECTIONS.filter((section) => section !== 'metrics') : [],
    notices: [...new Set([...(before.notices ?? []), ...(after.notices ?? [])])],
  };
}

function sideOf({label, origin, run, git}: Snapshot): DiffSide {
  return {label, origin, ...(run === undefined ? {} : {run}), ...(git === undefined ? {} : {git})};
}
