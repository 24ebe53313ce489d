/** What `mlp diff` shows, as plain data: the sections that were asked for, and how many unchanged rows were left out. */
import {DIFF_SECTIONS, type Check, type Change, type DiffSection, type SnapshotDiff} from '../../model/diff.ts';

export interface DiffView extends SnapshotDiff {
  /** Why the old side is what it is, where nobody said it. */
  readonly because?: string;
  readonly sections: readonly DiffSection[];
  /** Unchanged rows of each section; they are among the rows only where all were asked for. */
  readonly unchanged: Readonly<Record<DiffSection, number>>;
  readonly checks: readonly Check[];
}

export interface DiffViewOptions {
  /** Empty: all sections. */
  readonly only: readonly DiffSection[];
  /** Unchanged rows too. */
  readonly all: boolean;
  readonly because?: string;
  readonly checks: readonly Check[];
}

export function diffView(diff: SnapshotDiff, {only, all, because, checks}: DiffViewOptions): DiffView {
  const sections = DIFF_SECTIONS.filter((section) => only.length === 0 || only.includes(section));
  const isShown = (section: DiffSection) => (row: {readonly change: Change}) =>
    sections.includes(section) && (all || row.change !== 'same');
  const unchanged = Object.fromEntries(
    DIFF_SECTIONS.map((section) => [section, diff[section].filter(({change}) => change === 'same').length]),
  ) as Record<DiffSection, number>;
  return {
    ...diff,
    metrics: diff.metrics.filter(isShown('metrics')),
    params: diff.params.filter(isShown('params')),
    stages: diff.stages.filter(isShown('stages')),
    code: diff.code.filter(isShown('code')),
    data: diff.data.filter(isShown('data')),
    env: diff.env.filter(isShown('env')),
    ...(because === undefined ? {} : {because}),
    sections,
    unchanged,
    checks,
  };
}
