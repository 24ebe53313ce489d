/** Text of `mlp why`: what changed in the key, what did not, what is not tracked, the closest known result. */
import {displayWidth, padEnd, safeText} from '../../base/display.ts';
import {formatAge, formatDuration, formatList, plural} from '../../base/format.ts';
import {unreachable} from '../../base/unreachable.ts';
import type {Look, LookOptions} from '../look.ts';
import {lineOf, lookOf} from '../look.ts';
import {outcomeWord, reasonText} from '../say.ts';
import {keyChangeOutcome, keyChangeSubject, keyChangeText, keyPartWord} from '../say-change.ts';
import type {KnownResult, WhyChange, WhyView} from '../views/why.ts';

export interface WhyOptions extends LookOptions {
  /** Now, in milliseconds since the epoch, for ages. */
  readonly nowMs: number;
}

const MOST_CHANGES = 50;
const MOST_SUBJECT_WIDTH = 40;

/** @returns text that ends with a line end. */
export function renderWhy(view: WhyView, options: WhyOptions): string {
  const look = lookOf(options);
  const changes = view.changes.slice(0, MOST_CHANGES);
  const lines = [look.paint.bold(`${headline(view, options.nowMs, look)}${changes.length > 0 ? ':' : ''}`)];
  if (changes.length > 0) {
    lines.push(...changeLines(changes, look));
  }
  const rest = view.changes.length - changes.length;
  if (rest > 0) lines.push(`  and ${plural(rest, 'more change')}`);
  if (view.against?.because !== undefined)
    lines.push(`that result was accepted without a run, because: ${safeText(view.against.because)}`);
  if (view.unchanged.length > 0) lines.push(`unchanged: ${view.unchanged.map(safeText).join(', ')}`);
  if (view.untracked.length > 0) lines.push(`not tracked: ${view.untracked.map(safeText).join(', ')}`);
  if (view.restoreFrom !== undefined) lines.push(`outputs come from ${resultText(view.restoreFrom, options.nowMs)}`);
  if (view.closest !== undefined && view.restoreFrom === undefined) {
    const {differences} = view.closest;
    const only = differences.length === 1 ? 'only ' : '';
    const what = formatList(
      differences.map((change) => differenceText(change, look)),
      3,
    );
    lines.push(`closest known result: ${nameOfResult(view.closest, options.nowMs)}, differs ${only}in ${what}`);
  }
  if (view.expectedMs !== undefined && (view.verdict === 'run' || view.verdict === 'may') && view.inRun === undefined) {
    lines.push(`expected time: ${formatDuration(view.expectedMs)}`);
  }
  return `${lines.join('\n')}\n`;
}

function headline(view: WhyView, nowMs: number, look: Look): string {
  const stage = safeText(view.stage);
  const since = view.against === undefined ? '' : ` since ${resultText(view.against, nowMs)}`;
  const count = view.changes.length;
  const ofAll = view.things === 0 ? plural(count, 'thing') : `${String(count)} of ${plural(view.things, 'thing')}`;
  const changed = count === 0 ? '' : `${ofAll} in its key changed${since}`;
  const reason = reasonText(view.reason, view.inRun?.outcome ?? view.verdict, look.glyphs);
  if (view.inRun !== undefined) {
    const did = `${stage} ${wordInRun(view.inRun.outcome)} in run ${String(view.inRun.run)}`;
    const why = changed === '' ? reason : changed;
    if (why !== '') return `${did} because ${becauseIt(why)}`;
    return view.against === undefined ? did : `${did}: its key is that of ${resultText(view.against, nowMs)}`;
  }
  switch (view.verdict) {
    case 'fresh': {
      const as = view.against === undefined ? '' : `${allThings(view.things)} as in ${resultText(view.against, nowMs)}`;
      const facts = [becauseIt(reason), as].filter((fact) => fact !== '');
      return `${stage} is up to date${facts.length === 0 ? '' : `: ${facts.join(', and ')}`}`;
    }
    case 'restore': {
      const why = changed === '' ? reason : changed;
      return `${stage} will be restored, since its result is known${why === '' ? '' : `; ${why}`}`;
    }
    case 'run':
      return `${stage} is stale because ${changed === '' ? becauseIt(reason) : changed}`;
    case 'may':
      return `${stage} may run: it ${reason || 'depends on what comes before it'}${changed === '' ? '' : `, and ${changed}`}`;
    case 'waiting':
      return `${stage} waits for a person: it ${reason}`;
    case 'error':
      return `${stage} cannot be decided: ${reason}`;
    default:
      return unreachable(view.verdict);
  }
}

/** Reasons that are said of the stage itself begin with a verb and need their subject in a sentence. */
function becauseIt(reason: string): string {
  if (reason.startsWith('forced ')) return `it is ${reason}`;
  return /^(never|failed|was|always|has|is|depends|needs) /.test(reason) ? `it ${reason}` : reason;
}

function wordInRun(outcome: NonNullable<WhyView['inRun']>['outcome']): string {
  return outcome === 'ran' || outcome === 'failed' ? outcomeWord(outcome) : `was ${outcomeWord(outcome)}`;
}

const allThings = (things: number): string =>
  things === 1 ? 'the one thing in its key is' : `all ${String(things)} things in its key are`;

function nameOfResult(result: KnownResult, nowMs: number): string {
  if (result.shared === true) return `the result of ${formatAge(nowMs - result.atMs, 'long')} in the shared cache`;
  return result.run === undefined
    ? `the result of ${formatAge(nowMs - result.atMs, 'long')}`
    : `run ${String(result.run)}`;
}

/** `run 41 (2 days ago)`. */
function resultText(result: KnownResult, nowMs: number): string {
  if (result.run === undefined) return nameOfResult(result, nowMs);
  return `run ${String(result.run)} (${formatAge(nowMs - result.atMs, 'long')})`;
}

/** Kind, subject, before and after, place; a change that is said in words takes the room of both columns. */
function changeLines(changes: readonly WhyChange[], look: Look): readonly string[] {
  const rows = changes.map((change) => {
    const subject = keyChangeSubject(change);
    const told = change.inWords === undefined ? undefined : safeText(change.inWords).replaceAll('→', look.glyphs.arrow);
    // Words about code name its pieces; those about a file do not name it.
    const words = change.part === 'code' ? told : undefined;
    const outcome = words === undefined && told !== undefined ? told : keyChangeOutcome(change, look.glyphs);
    // What has no name of its own, such as the command, leaves no hole where the name would stand.
    return {
      change,
      kind: keyPartWord(change.part),
      subject,
      outcome,
      words: words ?? (subject === '' ? outcome : undefined),
    };
  });
  const named = rows.filter(({words}) => words === undefined);
  const widest = (texts: readonly string[]): number =>
    texts.reduce((most, text) => Math.max(most, displayWidth(text)), 0);
  const kindWidth = widest(rows.map(({kind}) => kind));
  const subjectWidth = Math.min(MOST_SUBJECT_WIDTH, widest(named.map(({subject}) => subject)));
  const outcomeWidth = widest(named.map(({outcome}) => outcome));
  return rows.map(({change, kind, subject, outcome, words}) => {
    const both = words ?? `${padEnd(subject, subjectWidth)}  ${outcome}`;
    const place = change.place === undefined ? '' : `  ${safeText(change.place)}`;
    const middle = place === '' ? both : padEnd(both, subjectWidth + 2 + outcomeWidth);
    return lineOf([['  '], [padEnd(kind, kindWidth), 'info'], [`  ${middle}`], [place, 'dim']], look);
  });
}

/** `params train.trees`: what differs, without the values, since those of the other result are not the user's now. */
function differenceText(change: WhyChange, look: Look): string {
  const subject = keyChangeSubject(change);
  return subject === '' ? keyChangeText(change, look.glyphs) : `${keyPartWord(change.part)} ${subject}`;
}
