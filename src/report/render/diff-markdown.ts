/** `mlp diff --format markdown`: a comment for a pull request. Tables with rows are open, long ones folded. */
import {safeText} from '../../base/display.ts';
import {formatCount} from '../../base/format.ts';
import {glyphsFor} from '../glyphs.ts';
import type {DiffView} from '../views/diff.ts';
import {checkedTexts, headline} from './diff.ts';
import {diffTables, type DiffTable} from './diff-tables.ts';
import type {Cell, Column} from './table.ts';

/** More rows than this are folded away. */
const MOST_OPEN = 15;
/** A comment on GitHub holds 65,536 characters. */
const MOST_ROWS = 200;

/** @returns text that ends with a line end. */
export function renderDiffMarkdown(view: DiffView): string {
  const glyphs = glyphsFor(true);
  const tables = diffTables(view, {glyphs, isUnicode: true});
  const quiet = tables.filter(({rows}) => rows.length === 0);
  const blocks = [
    `### mlp diff: ${escapeMarkdown(headline(view, glyphs.arrow))}`,
    ...view.notices.map((notice) => `> ${escapeMarkdown(notice)}`),
    ...(view.checks.length === 0 ? [] : [checksText(view)]),
    ...tables.filter(({rows}) => rows.length > 0).map(tableText),
    ...(quiet.length === 0 ? [] : [quiet.map(({title, notes}) => `${title}: ${notes.join('; ')}`).join('  \n')]),
  ];
  return `${blocks.join('\n\n')}\n`;
}

function checksText({checks}: DiffView): string {
  return checks
    .map((check) => {
      const word = check.failed ? '❌ **failed**' : '✅ passed';
      const lines = checkedTexts(check).map((text) => `  - ${escapeMarkdown(text)}`);
      return [`- ${word} ${codeSpan(check.condition)}`, ...lines].join('\n');
    })
    .join('\n');
}

function tableText({title, columns, rows, notes}: DiffTable): string {
  const shown = rows.slice(0, MOST_ROWS);
  const used = columns
    .map((column, index) => ({column, index}))
    .filter(({index}) => shown.some((row) => textOf(row[index]) !== ''));
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const text = [
    line(used.map(({column}) => column.title)),
    line(used.map(({column}) => ruleOf(column))),
    ...shown.map((row) => line(used.map(({index}) => cellText(row[index])))),
  ].join('\n');
  const more = rows.length > shown.length ? [`and ${formatCount(rows.length - shown.length)} more rows`] : [];
  const below = [...more, ...notes].map(escapeMarkdown).join('; ');
  const whole = below === '' ? text : `${text}\n\n${below}`;
  if (rows.length <= MOST_OPEN) return `**${title}**\n\n${whole}`;
  return `<details><summary><b>${title}</b> (${formatCount(rows.length)})</summary>\n\n${whole}\n\n</details>`;
}

const ruleOf = ({align}: Column): string => (align === 'right' ? '---:' : '---');
const textOf = (cell: Cell | undefined): string =>
  cell === undefined ? '' : typeof cell === 'string' ? cell : cell[0];

/** Worse is bold: colour is not to be had. */
function cellText(cell: Cell | undefined): string {
  const text = escapeMarkdown(textOf(cell));
  return text !== '' && Array.isArray(cell) && cell[1] === 'bad' ? `**${text}**` : text;
}

/** Text that stays what it is in a table of GitHub and GitLab: no markup, no mention, no link, one line. */
export function escapeMarkdown(text: string): string {
  return safeText(text)
    .trim()
    .replace(/[\\`*_{}[\]<>#|~$!&]/g, (sign) =>
      sign === '<' ? '&lt;' : sign === '>' ? '&gt;' : sign === '&' ? '&amp;' : `\\${sign}`,
    )
    .replaceAll('@', '&#64;')
    .replace(/:\/\//g, ':&#47;/');
}

/** A span that holds any text, back-ticks too. */
function codeSpan(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const pad = longest > 0 ? ' ' : '';
  return `${fence}${pad}${safeText(text)}${pad}${fence}`;
}
