/** Small pieces of the report's page that its sections share. */
import {quoteWord} from '../../base/shell-quote.ts';
import {groupBy} from '../../base/group-by.ts';
import type {Json} from '../../base/json.ts';
import type {GitState, Outcome} from '../../model/run.ts';
import type {Tone} from '../html/graph.ts';
import {html, type Html, type HtmlValue} from '../html/html.ts';
import type {ReportView} from '../views/report.ts';

export interface Section {
  readonly id: string;
  readonly title: string;
  readonly body: Html;
}

/** Ids of rows and logs within the page: numbers, since a name may hold any character. */
export interface Anchors {
  readonly rowOf: (stage: string) => string | undefined;
  /** Of the last attempt of the stage in this run. */
  readonly logOf: (stage: string) => string | undefined;
}

export function anchors({stages, logs}: ReportView): Anchors {
  const rows = new Map(stages.map(({name}, index) => [name, `stage-${String(index + 1)}`]));
  const logIds = new Map((logs ?? []).map(({stage}, index) => [stage, `log-${String(index + 1)}`]));
  return {rowOf: (stage) => rows.get(stage), logOf: (stage) => logIds.get(stage)};
}

const TONES: Readonly<Record<Outcome, Tone>> = {
  ran: 'good',
  restored: 'info',
  skipped: 'none',
  failed: 'bad',
  stopped: 'warn',
  waiting: 'warn',
  'not-run': 'dim',
};

export const toneOf = (outcome: Outcome): Tone => TONES[outcome];

export function badge(text: string, tone: Tone): Html {
  return html`<span class="badge ${tone}">${text}</span>`;
}

/** The same text on every machine, whatever its time zone: `2026-11-24 19:05 UTC`. */
export function timeText(atMs: number): string {
  const time = new Date(atMs);
  return Number.isNaN(time.getTime()) ? '' : `${time.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

export function commitText({commit, branch, dirty}: GitState): string {
  const changed = dirty === true ? ' with uncommitted changes' : '';
  return `${branch === undefined ? '' : `${branch} `}${commit.slice(0, 7)}${changed}`;
}

/** What was typed, ready to be typed again. */
export function commandText(argv: readonly string[]): string {
  return ['mlp', ...argv].map(quoteWord).join(' ');
}

/** Names of stages in a cell: all branches of one stage as `train@*`. */
export function stagesText(names: readonly string[], all: readonly string[]): string {
  if (names.length > 1 && names.length === all.length) return 'all stages';
  return [...groupBy(names, groupOf)]
    .map(([group, members]) => {
      const size = all.filter((name) => groupOf(name) === group).length;
      return members.length > 1 && members.length === size ? `${group}@*` : members.join(', ');
    })
    .join(', ');
}

/** A stage's name without its branch. */
export function groupOf(name: string): string {
  const at = name.indexOf('@');
  return at <= 0 ? name : name.slice(0, at);
}

export const jsonText = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** A table in a box that scrolls by itself on a narrow screen. */
export function table(head: readonly Html[], rows: readonly Html[]): Html {
  return html`<div class="scroll"><table data-sortable><thead><tr>${head}</tr></thead><tbody>
${rows}</tbody></table></div>`;
}

/** What stands between back-ticks as code. */
export function codeWords(text: string): readonly HtmlValue[] {
  return text.split('`').map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part));
}
