/** The words for what happened to a stage and why: verb first, then the reason. Every other text is in a say-*.ts. */
import {formatAge, formatDuration, formatList} from '../base/format.ts';
import {safeText} from '../base/display.ts';
import {unreachable} from '../base/unreachable.ts';
import type {StageEnd} from '../model/event.ts';
import type {PlanRow} from '../model/plan.ts';
import type {Outcome, Reason} from '../model/run.ts';
import type {Glyphs} from './glyphs.ts';
import {glyphsFor} from './glyphs.ts';
import type {Style} from './paint.ts';
import {keyChangeText} from './say-change.ts';

/** How many causes a line names before `and 4 more`. */
const MOST_CAUSES = 3;

export const outcomeOrder: readonly Outcome[] = [
  'ran',
  'restored',
  'skipped',
  'failed',
  'stopped',
  'waiting',
  'not-run',
];

/** The verb of a finished line and of the summary. */
export function outcomeWord(outcome: Outcome): string {
  return outcome === 'not-run' ? 'not run' : outcome;
}

export function outcomeSymbol(outcome: Outcome, glyphs: Glyphs): string {
  switch (outcome) {
    case 'skipped':
    case 'ran':
      return glyphs.done;
    case 'restored':
      return glyphs.restored;
    case 'failed':
      return glyphs.failed;
    case 'stopped':
      return glyphs.stopped;
    case 'waiting':
      return glyphs.waiting;
    case 'not-run':
      return glyphs.notRun;
    default:
      return unreachable(outcome);
  }
}

export function outcomeStyle(outcome: Outcome): Style {
  switch (outcome) {
    case 'ran':
      return 'good';
    case 'restored':
      return 'info';
    case 'failed':
      return 'bad';
    case 'stopped':
    case 'waiting':
      return 'warn';
    case 'skipped':
      return 'none';
    case 'not-run':
      return 'dim';
    default:
      return unreachable(outcome);
  }
}

/** `plan`'s word for a verdict. */
export function verdictWord(verdict: PlanRow['verdict']): string {
  return verdict === 'may' ? 'may run' : verdict;
}

export function verdictStyle(verdict: PlanRow['verdict']): Style {
  switch (verdict) {
    case 'fresh':
      return 'dim';
    case 'restore':
      return 'info';
    case 'run':
    case 'may':
    case 'waiting':
      return 'warn';
    case 'error':
      return 'bad';
    default:
      return unreachable(verdict);
  }
}

const names = (items: readonly string[]): string => formatList(items.map(safeText), MOST_CAUSES);
const isOrAre = (items: readonly unknown[]): string => (items.length === 1 ? 'is' : 'are');
const wasOrWere = (items: readonly unknown[]): string => (items.length === 1 ? 'was' : 'were');

/** What changed, as `code: lib/text.ts clean() changed, params train.trees 200 → 300 and 4 more`. */
function causesText(reason: Extract<Reason, {kind: 'changed'}>, glyphs: Glyphs): string {
  const causes: string[] = [];
  const code = reason.code ?? [];
  if (code.length > 0) causes.push(`code: ${code.map(safeText).slice(0, MOST_CAUSES).join(', ')}`);
  for (const change of reason.changes) {
    // The code's own fingerprint is a hash; the sentences of `code` say the same in words.
    if (change.part === 'code' && code.length > 0) continue;
    causes.push(keyChangeText(change, glyphs));
  }
  const hidden = Math.max(0, code.length - MOST_CAUSES);
  const total = causes.length + hidden;
  if (total <= MOST_CAUSES && hidden === 0) return formatList(causes, MOST_CAUSES);
  const shown = causes.slice(0, MOST_CAUSES);
  const rest = total - shown.length;
  return rest === 0 ? formatList(shown, MOST_CAUSES) : `${shown.join(', ')} and ${String(rest)} more`;
}

/**
 * Why a stage was decided as it was, as part of a sentence; '' when there is nothing to say (a plain skip).
 * @param outcome what happened, or what `plan` says will happen: it only changes the tense.
 */
export function reasonText(
  reason: Reason,
  outcome: Outcome | PlanRow['verdict'] = 'ran',
  glyphs: Glyphs = glyphsFor(true),
): string {
  switch (reason.kind) {
    case 'fresh':
      return reason.sameBytes === undefined || reason.sameBytes.length === 0
        ? ''
        : `${names(reason.sameBytes)} wrote the same bytes`;
    case 'new':
      return 'never ran before';
    case 'changed':
      return causesText(reason, glyphs) || 'its key changed';
    case 'outputs-missing':
      return `${names(reason.paths)} ${isPast(outcome) ? wasOrWere(reason.paths) : isOrAre(reason.paths)} missing`;
    case 'outputs-edited':
      return `${names(reason.paths)} ${wasOrWere(reason.paths)} edited after the stage wrote ${reason.paths.length === 1 ? 'it' : 'them'}`;
    case 'outputs-of-other-run':
      return `${names(reason.paths)} ${isPast(outcome) ? wasOrWere(reason.paths) : isOrAre(reason.paths)} from other inputs`;
    case 'failed-before':
      return 'failed the last time';
    case 'interrupted-before':
      return 'was interrupted the last time';
    case 'input-moved':
      return `${names(reason.paths)} changed while the stage ran`;
    case 'not-in-cache':
      return `${names(reason.paths)} ${isOrAre(reason.paths)} no longer in the cache`;
    case 'corrupt-object':
      return `${names(reason.paths)} ${isOrAre(reason.paths)} damaged in the cache`;
    case 'always':
      return 'always runs (`always: true`)';
    case 'forced':
      return 'forced by `--force`';
    case 'no-outputs':
      return 'has no outputs, so nothing can be kept';
    case 'frozen':
      return 'is frozen (`frozen: true`)';
    case 'needs-approval':
      return `${safeText(reason.because)}: \`mlp review show ${reason.request}\``;
    case 'rejected':
      return safeText(reason.because);
    case 'no-review':
      return 'nobody was asked (`--no-review`)';
    case 'upstream':
      return `depends on ${names(reason.stages)}`;
    case 'blocked-by':
      return `needs ${names(reason.stages)}`;
    case 'run-stopped':
      return reason.after === undefined
        ? 'the run was interrupted'
        : `the run stopped after ${safeText(reason.after)} failed`;
    case 'input-missing':
      return `${names(reason.paths)} ${isOrAre(reason.paths)} missing`;
    case 'cannot-decide':
      return safeText(reason.message);
    default:
      return unreachable(reason);
  }
}

function isPast(outcome: Outcome | PlanRow['verdict']): boolean {
  return (
    outcome === 'ran' ||
    outcome === 'restored' ||
    outcome === 'skipped' ||
    outcome === 'failed' ||
    outcome === 'stopped'
  );
}

/** The middle of a finished line: why it was skipped, ran or was restored. */
export function endReasonText(end: StageEnd, nowMs: number, glyphs: Glyphs): string {
  const reason = reasonText(end.reason, end.outcome, glyphs);
  if (end.outcome !== 'restored') return reason;
  const same = restoredFrom(end, nowMs);
  // A changed key that meets a known result is an undo: that it has been seen before says all.
  return reason === '' || end.reason.kind === 'changed' || end.reason.kind === 'new' ? same : `${reason}, ${same}`;
}

function restoredFrom(end: StageEnd, nowMs: number): string {
  if (end.from === undefined) return 'same inputs as an earlier run';
  const age = formatAge(nowMs - end.from.atMs, 'long');
  if (end.from.shared === true) return `same inputs as a result in the shared cache (${age})`;
  return end.from.run === undefined
    ? `same inputs as a known result (${age})`
    : `same inputs as run ${String(end.from.run)} (${age})`;
}

/** The end of a finished line: what a skip or restore saved, that the bytes are the same, '' when there is nothing. */
export function endTailText(end: StageEnd, nowMs: number, glyphs: Glyphs): string {
  if (end.outcome === 'ran') return end.sameBytes === true ? `${glyphs.arrow} same bytes as before` : '';
  const facts: string[] = [];
  if (end.outcome === 'skipped' && end.from !== undefined) facts.push(formatAge(nowMs - end.from.atMs));
  if ((end.outcome === 'skipped' || end.outcome === 'restored') && (end.savedMs ?? 0) >= 50) {
    facts.push(`saved ${formatDuration(end.savedMs ?? 0)}`);
  }
  return facts.length === 0 ? '' : `(${facts.join(', ')})`;
}
