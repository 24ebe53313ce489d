/** Text of `mlp plan` and `mlp status`: a table of stages with what will happen to them and why, and the totals. */
import {safeText, truncateMiddle} from '../../base/display.ts';
import {formatCount, formatDuration, plural} from '../../base/format.ts';
import type {Plan, PlanRow} from '../../model/plan.ts';
import {countVerdicts} from '../../model/plan.ts';
import type {LookOptions} from '../look.ts';
import {lookOf} from '../look.ts';
import {reasonText, verdictStyle, verdictWord} from '../say.ts';
import type {Cell} from './table.ts';
import {renderTable} from './table.ts';

export interface PlanOptions extends LookOptions {
  /** Shows every stage. Else more than 30 fresh ones are one line. */
  readonly all?: boolean;
}

const MOST_FRESH_ROWS = 30;
const MOST_NAME_WIDTH = 40;

/** @returns text that ends with a line end. */
export function renderPlan(plan: Plan, options: PlanOptions = {}): string {
  const look = lookOf(options);
  const counts = countVerdicts(plan);
  const fold = options.all !== true && counts.fresh > MOST_FRESH_ROWS;
  const rows = fold ? plan.rows.filter((row) => row.verdict !== 'fresh') : plan.rows;
  const cells = rows.map((row): readonly Cell[] => {
    // What is fresh or restored costs no time worth a column.
    const time = (row.verdict === 'run' || row.verdict === 'may') && row.expectedMs !== undefined;
    return [
      truncateMiddle(safeText(row.stage), MOST_NAME_WIDTH, look.glyphs.ellipsis),
      [verdictWord(row.verdict), verdictStyle(row.verdict)],
      time ? formatDuration(row.expectedMs) : '',
      reasonText(row.reason, row.verdict, look.glyphs) + (row.dynamic === true ? ' (branches not known yet)' : ''),
    ];
  });
  const columns = [{title: 'stage'}, {title: 'plan'}, {title: 'time', align: 'right'}, {title: 'why'}] as const;
  const lines = [...(cells.length === 0 ? [] : renderTable(columns, cells, look))];
  if (fold) lines.push(`${look.glyphs.done} ${plural(counts.fresh, 'stage')} fresh`);
  if (lines.length > 0) lines.push('');
  lines.push(look.paint.bold(totalsText(plan, look.glyphs.dash)));
  return `${lines.join('\n')}\n`;
}

/** `2 to run, 1 may run, 3 fresh — about 12m30s`. */
function totalsText(plan: Plan, dash: string): string {
  const counts = countVerdicts(plan);
  if (plan.rows.length === 0) return 'no stages';
  if (counts.fresh === plan.rows.length) return `${plural(counts.fresh, 'stage')} up to date`;
  const words: readonly (readonly [PlanRow['verdict'], string])[] = [
    ['run', 'to run'],
    ['may', 'may run'],
    ['restore', 'to restore'],
    ['waiting', 'waiting for a person'],
    ['error', 'cannot be decided'],
    ['fresh', 'fresh'],
  ];
  const parts = words
    .filter(([verdict]) => counts[verdict] > 0)
    .map(([verdict, text]) => `${formatCount(counts[verdict])} ${text}`);
  return parts.join(', ') + timeText(plan, dash);
}

function timeText(plan: Plan, dash: string): string {
  let known = 0;
  let unknown = 0;
  for (const row of plan.rows) {
    if (row.verdict !== 'run' && row.verdict !== 'may') continue;
    if (row.expectedMs === undefined) unknown++;
    else known += row.expectedMs;
  }
  if (known < 50) return '';
  // A sum of stages one after the other: how many run at once is the run's business.
  const rest = unknown === 0 ? '' : ` and ${plural(unknown, 'stage')} of unknown time`;
  return ` ${dash} about ${formatDuration(known)} of work${rest}`;
}
