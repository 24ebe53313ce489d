/** Text of `mlp diff` for a terminal. */
import {safeText, truncateMiddle} from '../../base/display.ts';
import type {Check, DiffSide} from '../../model/diff.ts';
import {lineOf, lookOf, type Look, type LookOptions} from '../look.ts';
import type {DiffView} from '../views/diff.ts';
import {diffTables, type DiffTable} from './diff-tables.ts';
import {renderTable, type Cell} from './table.ts';

const MOST_CELL = 48;
const LEAST_CELL = 14;

/** @returns text that ends with a line end. */
export function renderDiff(view: DiffView, options: LookOptions): string {
  const look = lookOf(options);
  const tables = diffTables(view, {glyphs: look.glyphs, isUnicode: options.unicode ?? true});
  const lines = [
    lineOf([[safeText(headline(view, look.glyphs.arrow)), 'bold']], look),
    ...view.notices.map((notice) => lineOf([[`note: ${safeText(notice)}`, 'warn']], look)),
  ];
  for (const table of tables) lines.push(...tableLines(table, look));
  if (view.checks.length > 0)
    lines.push('', look.paint.bold('Checks'), ...view.checks.flatMap((check) => checkLines(check, look)));
  if (view.because !== undefined && tables.every(({rows}) => rows.length === 0))
    lines.push('', lineOf([['nothing differs; `mlp diff last~1 last` compares the last two runs']], look));
  return `${lines.join('\n')}\n`;
}

/** `run 41, main 1a2b3c4 → workspace; compared with the last run on main`. */
export function headline({before, after, because}: DiffView, arrow: string): string {
  const why = because === undefined ? '' : `; compared with ${because}`;
  return `${sideText(before)} ${arrow} ${sideText(after)}${why}`;
}

export function sideText({label, origin, git}: DiffSide): string {
  if (origin !== 'run' || git === undefined) return label;
  return `${label}, ${git.branch === undefined ? '' : `${git.branch} `}${git.commit.slice(0, 7)}${git.dirty === true ? '+' : ''}`;
}

function tableLines({title, columns, rows, notes}: DiffTable, look: Look): readonly string[] {
  // A section without rows is one line.
  if (rows.length === 0)
    return [
      '',
      lineOf(
        [
          [title, 'bold'],
          [`: ${notes.join('; ')}`, 'dim'],
        ],
        look,
      ),
    ];
  const most = Math.min(MOST_CELL, Math.max(LEAST_CELL, Math.floor(look.width / 3)));
  const safe = rows.map((row) => row.map((cell): Cell => safeCell(cell, most, look)));
  return [
    '',
    look.paint.bold(title),
    ...renderTable(columns, safe, look),
    ...notes.map((note) => lineOf([[note, 'dim']], look)),
  ];
}

function safeCell(cell: Cell, most: number, look: Look): Cell {
  const fit = (text: string): string => truncateMiddle(safeText(text), most, look.glyphs.ellipsis);
  return typeof cell === 'string' ? fit(cell) : [fit(cell[0]), cell[1]];
}

function checkLines(check: Check, look: Look): readonly string[] {
  const {failed, done} = look.glyphs;
  const head = lineOf(
    [
      [check.failed ? `${failed} failed` : `${done} passed`, check.failed ? 'bad' : 'good'],
      [`  ${safeText(check.condition)}`],
    ],
    look,
  );
  return [head, ...checkedTexts(check).map((text) => lineOf([[`    ${safeText(text)}`]], look))];
}

/** Of a failed check the rows that failed; of one that passed those that say more than a number. */
export function checkedTexts({failed, rows}: Check): readonly string[] {
  return rows
    .filter((row) => row.failed === failed)
    .map(({stage, name, says}) => `${stage === '' ? '' : `${stage} `}${name} ${says}`);
}
