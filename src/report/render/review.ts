/** Text of `mlp review` and `mlp review show`. */
import {safeText} from '../../base/display.ts';
import {formatBytes, formatDuration, formatList, plural} from '../../base/format.ts';
import type {LookOptions} from '../look.ts';
import {lookOf} from '../look.ts';
import type {DecisionRow, RequestView, ReviewRow, ReviewView} from '../views/review.ts';
import {renderTable, type Cell} from './table.ts';

const STATES: Readonly<Record<ReviewRow['state'], Cell>> = {
  waiting: ['waiting', 'warn'],
  approved: ['approved', 'good'],
  rejected: ['rejected', 'bad'],
  'not-ready': ['not ready', 'dim'],
};

/** @returns text that ends with a line end. */
export function renderReviews({reviews}: ReviewView, options: LookOptions = {}): string {
  const look = lookOf(options);
  if (reviews.length === 0) return 'no stage of this pipeline asks for an approval (`approval: true`)\n';
  const columns = [{title: 'stage'}, {title: 'state'}, {title: 'request'}, {title: 'why'}] as const;
  const rows = reviews.map(({stage, state, id, because}) => [
    safeText(stage),
    STATES[state],
    id ?? '',
    safeText(because),
  ]);
  const waiting = reviews.find(({state}) => state === 'waiting');
  const hint = waiting?.id === undefined ? [] : ['', `\`mlp review show ${waiting.id}\` says what it is about`];
  return `${[...renderTable(columns, rows, look), ...hint].join('\n')}\n`;
}

/** @returns text that ends with a line end. */
export function renderRequest(view: RequestView, options: LookOptions = {}): string {
  const look = lookOf(options);
  const state = STATES[view.state];
  const title = `${safeText(view.stage)} ${view.id}: ${typeof state === 'string' ? state : state[0]}, ${safeText(view.because)}`;
  const lines = [look.paint.bold(title)];
  if (view.gates !== undefined) lines.push(`gates: ${view.gates}`);
  lines.push(`may decide: ${formatList(view.by.map(safeText), 10)}${conditions(view)}`, '');
  const files = view.shows.map(({path, size, change}): readonly Cell[] => [
    safeText(path),
    formatBytes(size),
    change === undefined || change === 'same' ? (change ?? '') : [change, 'warn'],
  ]);
  lines.push(...renderTable([{title: 'shows'}, {title: '', align: 'right'}, {title: lastTitle(view)}], files, look));
  if (view.gone.length > 0) lines.push(`no longer shown: ${formatList(view.gone.map(safeText), 10)}`);
  if (view.ask.length > 0) lines.push('', 'asks:', ...view.ask.map((question) => `  ${safeText(question)}`));
  if (view.decisions.length > 0) lines.push('', 'decisions:', ...view.decisions.flatMap(decisionLines));
  if (view.conflict) lines.push('reviewers disagree: the last word counts');
  const answers = view.ask.map(() => ' --answer TEXT').join('');
  const override = view.gates === 'fail' ? ' --override REASON' : '';
  if (view.state === 'waiting' || override !== '')
    lines.push(
      '',
      `\`mlp approve ${view.id} --note TEXT${answers}${override}\` or \`mlp reject ${view.id} --note TEXT\``,
    );
  return `${lines.join('\n')}\n`;
}

const lastTitle = ({lastApproved}: RequestView): string =>
  lastApproved === undefined ? '' : `since ${safeText(lastApproved.who)} approved ${lastApproved.id.slice(0, 8)}`;

function conditions({count, require, notAuthor, expiresMs}: RequestView): string {
  const words = [
    ...(count > 1 ? [`${plural(count, 'different person', 'different people')}`] : []),
    ...(require === 'claim' ? [] : [require === 'signed' ? 'signed' : 'merged into the protected branch']),
    ...(notAuthor ? ['nobody who changed it'] : []),
    ...(expiresMs === undefined ? [] : [`holds for ${formatDuration(expiresMs)}`]),
  ];
  return words.length === 0 ? '' : ` (${words.join(', ')})`;
}

function decisionLines(row: DecisionRow): readonly string[] {
  const known =
    row.key === undefined ? (row.levels.includes('forge') ? 'merged' : 'a claim, not signed') : `signed by ${row.key}`;
  const said = [row.note, row.override === undefined ? undefined : `goes past failed gates: ${row.override}`];
  return [
    `  ${row.at}  ${safeText(row.who)} ${row.decision} it (${known})${row.flaw === undefined ? '' : `: does not count, ${safeText(row.flaw)}`}`,
    ...said.flatMap((text) => (text === undefined ? [] : [`    ${safeText(text)}`])),
    ...Object.entries(row.answers ?? {}).map(([question, answer]) => `    ${safeText(question)} ${safeText(answer)}`),
  ];
}
