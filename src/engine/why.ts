/** Explains one stage: the difference of two key documents, and of nothing else. */
import type {KeyChange, KeyDocument} from '../model/key-document.ts';
import type {Plan, PlanRow} from '../model/plan.ts';
import type {Trace, Reason} from '../model/run.ts';
import type {StageSpec} from '../model/stage.ts';
import {countLeaves, diffDocuments} from './key-diff.ts';
import {changedPieces} from './reasons.ts';
import {know, type StalenessWorld} from './staleness.ts';

export interface WhyFacts {
  readonly verdict: PlanRow['verdict'];
  readonly reason: Reason;
  readonly document?: KeyDocument;
  /** The result that was current for this stage. */
  readonly against?: Trace;
  readonly changes: readonly KeyChange[];
  /** Names of code pieces that differ, `path#name`. */
  readonly pieces: readonly string[];
  /** Leaves of every part of the key. */
  readonly leaves: ReadonlyMap<keyof KeyDocument, number>;
  readonly untracked: readonly {readonly path: string; readonly line: number; readonly what: string}[];
  /** For a stage that will be restored. */
  readonly restoreFrom?: Trace;
  readonly closest?: {readonly trace: Trace; readonly differences: readonly KeyChange[]};
}

/** How many earlier results are looked at for the closest one. */
const LOOK_BACK = 50;

/** @param plan of this stage and all before it. */
export async function explain(stage: StageSpec, plan: Plan, world: StalenessWorld): Promise<WhyFacts> {
  const row = plan.rows.find((candidate) => candidate.stage === stage.name);
  const verdict = row?.verdict ?? 'error';
  const reason: Reason = row?.reason ?? {kind: 'cannot-decide', message: 'not in the plan'};
  const known = await know(stage, world);
  const nothing = {verdict, reason, changes: [], pieces: [], leaves: new Map(), untracked: []};
  if ('kind' in known) return nothing;
  const {store} = world;
  const current = store.currentTrace(stage.name) ?? store.latestTrace(stage.name);
  const before = current === undefined ? undefined : store.document(current.id);
  const changes = before === undefined ? [] : diffDocuments(before, known.document);
  const restoreFrom = verdict === 'restore' ? store.traces(known.key)[0] : undefined;
  const closest =
    verdict === 'fresh' || verdict === 'restore' ? undefined : closestResult(stage, known.document, world, current?.id);
  return {
    verdict,
    reason,
    document: known.document,
    ...(current === undefined ? {} : {against: current}),
    changes,
    pieces: current === undefined ? [] : changedPieces(store.pieces(current.id), known.code.pieces),
    leaves: countLeaves(known.document),
    untracked: known.code.untracked,
    ...(restoreFrom === undefined ? {} : {restoreFrom}),
    ...(closest === undefined ? {} : {closest}),
  };
}

/** The earlier result, other than the current one, that differs in the fewest things. */
function closestResult(
  stage: StageSpec,
  document: KeyDocument,
  {store}: StalenessWorld,
  current: number | undefined,
): WhyFacts['closest'] {
  let best: WhyFacts['closest'];
  for (const trace of store.tracesOf(stage.name, LOOK_BACK)) {
    const other = trace.id === current ? undefined : store.document(trace.id);
    if (other === undefined) continue;
    const differences = diffDocuments(other, document);
    if (best === undefined || differences.length < best.differences.length) best = {trace, differences};
  }
  return best;
}
