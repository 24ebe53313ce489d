/** Findings as text: the worst first, each with its number, its first bad rows, where its rule stands and how to mend it. */
import {safeText, truncate} from '../../base/display.ts';
import {formatCount, formatList, plural} from '../../base/format.ts';
import {groupBy} from '../../base/group-by.ts';
import type {Look, LookOptions} from '../look.ts';
import {lookOf} from '../look.ts';
import {painted, type Style} from '../paint.ts';
import type {FindingLevel, FindingRow, FindingsView} from '../views/findings.ts';

export interface FindingsOptions extends LookOptions {
  /** Also rules that held. */
  readonly all?: boolean;
  /** How many findings are shown before `and 950 more`. Default 50. */
  readonly most?: number;
}

const DEFAULT_MOST = 50;
const SHOWN_EXAMPLES = 5;
const LONGEST_VALUE = 40;

const LABELS: {readonly [level in FindingLevel]: readonly [string, Style]} = {
  error: ['error', 'bad'],
  warn: ['warning', 'warn'],
  info: ['info', 'info'],
  ok: ['ok', 'good'],
};

/** @returns text that ends with a line end. */
export function renderFindings({findings}: FindingsView, options: FindingsOptions = {}): string {
  const look = lookOf(options);
  const shown = findings.filter(({level}) => options.all === true || level !== 'ok');
  const most = options.most ?? DEFAULT_MOST;
  const lines = shown.slice(0, most).flatMap((finding) => findingLines(finding, look));
  if (shown.length > most) lines.push(`and ${plural(shown.length - most, 'more finding')}`);
  for (const [table, rows] of groupBy(findings, ({table}) => table))
    lines.push(look.paint.bold(`${safeText(table)}: ${countsText(rows)}`));
  if (findings.length === 0) lines.push('no rule was checked');
  return `${lines.join('\n')}\n`;
}

/** `2 errors, 1 warning, 24 rules held`. */
export function countsText(findings: readonly Pick<FindingRow, 'level'>[]): string {
  const count = (level: FindingLevel): number => findings.filter((finding) => finding.level === level).length;
  const parts = [
    [count('error'), 'error'],
    [count('warn'), 'warning'],
    [count('info'), 'note'],
  ] as const;
  const bad = parts.filter(([number]) => number > 0).map(([number, word]) => plural(number, word));
  return [...bad, `${plural(count('ok'), 'rule')} held`].join(', ');
}

function findingLines(finding: FindingRow, look: Look): readonly string[] {
  const [word, style] = LABELS[finding.level];
  const lines = [`${painted(look.paint, style, `${word} ${safeText(finding.id)}`)}: ${safeText(finding.message)}`];
  const rows = examplesText(finding);
  if (rows !== undefined) lines.push(`  ${rows}`);
  if (finding.where !== undefined)
    lines.push(`  ${look.glyphs.from} ${safeText(finding.where)}: ${safeText(finding.rule)}`);
  if (finding.hint !== undefined) lines.push(`  ${look.paint.bold('hint:')} ${safeText(finding.hint)}`);
  return lines;
}

/** `row 3: "x", row 17 (key 42): "y" and 1,228 more rows`. */
function examplesText({examples, rowsBad}: FindingRow): string | undefined {
  if (examples.length === 0) return undefined;
  const texts = examples.slice(0, SHOWN_EXAMPLES).map(({row, key, value}) => {
    const place =
      row === undefined ? '' : `row ${formatCount(row)}${key === undefined ? '' : ` (key ${safeText(key)})`}`;
    const shown = value === null ? 'missing' : `\`${truncate(safeText(value), LONGEST_VALUE)}\``;
    return place === '' ? shown : `${place}: ${shown}`;
  });
  const more = rowsBad - texts.length;
  return more > 0 ? `${texts.join(', ')} and ${plural(more, 'more row')}` : formatList(texts, texts.length);
}
