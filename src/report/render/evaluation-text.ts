/** An evaluation as Markdown, for a pull request, and as lines for a log. */
import {safeText} from '../../base/display.ts';
import {formatCount, formatNumber} from '../../base/format.ts';
import {lookOf} from '../look.ts';
import type {EvaluationCell, EvaluationTable, EvaluationView} from '../views/evaluation.ts';
import {renderTable} from './table.ts';

/** Rows of a table of details in a comment that people shall read. */
const MOST_ROWS = 30;
/** A confusion matrix with more classes does not fit into a terminal. */
const MOST_CLASSES = 12;

/** Of a cell, without its colour or bar. */
export const textOf = (cell: EvaluationCell | undefined): string =>
  cell === undefined ? '' : typeof cell === 'string' ? cell : cell.text;

/** @returns Markdown that ends with a line end. */
export function evaluationMarkdown({title, verdict, facts, notices, tables, confusion}: EvaluationView): string {
  const parts = [
    `# ${escaped(title)}`,
    `**${escaped(verdict.word)}**: ${escaped(verdict.text)}`,
    facts.map(([value, what]) => `${escaped(value)} ${escaped(what)}`).join(' · '),
    ...notices.map((notice) => `> ${escaped(notice)}`),
    ...tables.flatMap((table) => [
      `## ${escaped(table.title)}`,
      ...(table.rows.length > 0 ? [markdownTable(table)] : []),
      ...table.notes.map(escaped),
      ...(table.id === 'classes' && confusion !== undefined
        ? ['### Confusion matrix', confusionMarkdown(confusion)]
        : []),
    ]),
  ];
  return `${parts.join('\n\n')}\n`;
}

function markdownTable({columns, rows}: EvaluationTable): string {
  const shown = rows.slice(0, MOST_ROWS);
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const lines = [
    line(columns.map(({title}) => escaped(title))),
    line(columns.map(({align}) => (align === 'right' ? '---:' : '---'))),
    ...shown.map((row) => line(columns.map((_, index) => escaped(textOf(row[index]))))),
  ];
  return lines.join('\n') + (rows.length > shown.length ? `\n\nand ${rows.length - shown.length} more rows` : '');
}

function confusionMarkdown({labels, counts}: NonNullable<EvaluationView['confusion']>): string {
  const head = ['truth \\ prediction', ...labels.map(escaped)];
  const rows = counts.slice(0, MOST_ROWS).map((row, at) => [escaped(labels[at] ?? ''), ...row.map(shownCount)]);
  const table = [head, head.map((_, at) => (at === 0 ? '---' : '---:')), ...rows];
  return table.map((row) => `| ${row.join(' | ')} |`).join('\n');
}

const shownCount = (count: number): string => (Number.isInteger(count) ? formatCount(count) : formatNumber(count));

/** What Markdown or HTML would take for its own, and a line end in a cell. */
const escaped = (text: string): string => safeText(text).replace(/[\\`*_|<>[\]#]/g, '\\$&');

/** What a log shows also where a page holds everything. */
const FIRST = new Set(['gates', 'metrics']);

/**
 * Lines for a log of any width: verdict, the tables that matter, the confusion matrix.
 * @param page where everything can be read; with it gates and metrics are all.
 */
export function evaluationLines(
  {verdict, facts, notices, tables, confusion}: EvaluationView,
  page?: string,
): readonly string[] {
  const look = lookOf();
  const lines = [`${verdict.word}: ${verdict.text}`, facts.map(([value, what]) => `${value} ${what}`).join(' · ')];
  lines.push(...notices.map((notice) => `! ${notice}`));
  for (const table of tables) {
    if (table.isDetail || (page !== undefined && !FIRST.has(table.id))) continue;
    const columns = table.columns.map(({title, align}) => ({title, ...(align && {align})}));
    const rows = table.rows.map((row) => row.map((cell) => safeText(textOf(cell)) + barOf(cell)));
    lines.push('', table.title, ...renderTable(columns, rows, look), ...table.notes);
  }
  if (page !== undefined) lines.push('', `all of it: ${page}`);
  else if (confusion !== undefined && confusion.labels.length <= MOST_CLASSES) {
    const columns = ['truth \\ prediction', ...confusion.labels.map(safeText)].map((title, at) =>
      at === 0 ? {title} : {title, align: 'right' as const},
    );
    const rows = confusion.counts.map((row, at) => [safeText(confusion.labels[at] ?? ''), ...row.map(shownCount)]);
    lines.push('', 'Confusion matrix', ...renderTable(columns, rows, look));
  }
  return lines;
}

const BAR = 20;
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'] as const;

/** A share as a bar of unicode blocks, at most 20 characters. */
function barOf(cell: EvaluationCell): string {
  if (typeof cell === 'string' || !('share' in cell)) return '';
  const eighths = Math.round(Math.min(1, Math.max(0, cell.share)) * BAR * 8);
  return ` ${'█'.repeat(Math.floor(eighths / 8))}${EIGHTHS[eighths % 8] ?? ''}`;
}
