/** Text of `mlp show`: a run from its name to its params. */
import {quoteName, safeText} from '../../base/display.ts';
import {formatAge, formatBytes, formatDuration, formatList, formatNumber, plural} from '../../base/format.ts';
import type {Json} from '../../base/json.ts';
import type {RunRow} from '../../model/run.ts';
import type {Look, LookOptions} from '../look.ts';
import {lookOf} from '../look.ts';
import {painted} from '../paint.ts';
import type {Style} from '../paint.ts';
import {outcomeStyle, outcomeSymbol, outcomeWord, reasonText} from '../say.ts';
import {countsText} from '../say-run.ts';
import {failureText} from '../say-trouble.ts';
import type {ShowParam, ShowStage, ShowView} from '../views/show.ts';
import type {Cell} from './table.ts';
import {renderTable} from './table.ts';

export interface ShowOptions extends LookOptions {
  /** Now, in milliseconds since the epoch, for ages. */
  readonly nowMs: number;
  /** true: skipped stages are listed, however many there are. */
  readonly all: boolean;
}

const MOST_STAGES = 40;
const STATUS_STYLES: Readonly<Record<RunRow['status'], Style>> = {
  running: 'info',
  done: 'good',
  failed: 'bad',
  interrupted: 'warn',
  waiting: 'warn',
};

/** @returns text that ends with a line end. */
export function renderShow(view: ShowView, options: ShowOptions): string {
  const look = lookOf(options);
  const sections = [
    headLines(view, options.nowMs, look),
    stageLines(view.stages, options.all, look),
    titled('metrics', metricRows(view), look),
    titled('params', paramRows(view.params), look),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function headLines({run, earlierNames}: ShowView, nowMs: number, look: Look): readonly string[] {
  const {git, facts} = run;
  const took = run.endedAtMs === undefined ? '' : `, took ${formatDuration(run.endedAtMs - run.startedAtMs)}`;
  const name = run.name === undefined ? '' : ` ${quoteName(run.name)}`;
  const status = painted(look.paint, STATUS_STYLES[run.status], run.status);
  const rows: (readonly [string, string])[] = [
    ['started', `${new Date(run.startedAtMs).toISOString()} (${formatAge(nowMs - run.startedAtMs, 'long')})${took}`],
    ['tags', (run.tags ?? []).map(quoteName).join(', ')],
    ['note', safeText(run.note ?? '')],
    ['pinned', run.pinned === true ? 'yes' : ''],
    [
      'was named',
      earlierNames.map((one) => `${quoteName(one.name)} (until ${formatAge(nowMs - one.untilMs)})`).join(', '),
    ],
    ['command', safeText(['mlp', ...run.argv].join(' '))],
    ['commit', git === undefined ? '' : revisionText(git)],
    [
      'machine',
      Object.entries(facts)
        .map(([fact, value]) => `${safeText(fact)} ${factText(fact, value)}`)
        .join(', '),
    ],
    ['stages', run.status === 'running' ? '' : countsText(run.counts)],
  ];
  const shown = rows.filter(([, text]) => text !== '');
  return [
    `${look.paint.bold(`run ${run.id}${name}`)}  ${status}`,
    ...renderTable([{title: ''}, {title: ''}], shown, {...look, width: Infinity}).map((line) => `  ${line}`),
  ];
}

function revisionText({commit, branch, dirty}: NonNullable<RunRow['git']>): string {
  const on = branch === undefined ? '' : ` on ${safeText(branch)}`;
  return `${commit.slice(0, 12)}${on}${dirty === true ? ', with changes that are not committed' : ''}`;
}

const factText = (fact: string, value: Json): string =>
  fact.endsWith('bytes') && typeof value === 'number' ? formatBytes(value) : valueText(value);

function stageLines(stages: readonly ShowStage[], all: boolean, look: Look): readonly string[] {
  const hidden = all || stages.length <= MOST_STAGES ? [] : stages.filter(({outcome}) => outcome === 'skipped');
  const shown = hidden.length === 0 ? stages : stages.filter(({outcome}) => outcome !== 'skipped');
  const rows = shown.map((stage): readonly Cell[] => [
    stage.outcome === undefined
      ? 'running'
      : [`${outcomeSymbol(stage.outcome, look.glyphs)} ${outcomeWord(stage.outcome)}`, outcomeStyle(stage.outcome)],
    quoteName(stage.name),
    stage.durationMs === undefined ? '' : formatDuration(stage.durationMs),
    stage.cpuMs === undefined ? '' : formatDuration(stage.cpuMs),
    stage.peakRssBytes === undefined ? '' : formatBytes(stage.peakRssBytes),
    stage.bytes === undefined ? '' : formatBytes(stage.bytes),
    remarkText(stage, look),
  ]);
  const columns = [
    {title: 'outcome'},
    {title: 'stage'},
    {title: 'time', align: 'right'},
    {title: 'cpu', align: 'right'},
    {title: 'memory', align: 'right'},
    {title: 'written', align: 'right'},
    {title: 'why'},
  ] as const;
  const rest = hidden.length === 0 ? [] : [`and ${plural(hidden.length, 'skipped stage')}: \`--all\` shows them`];
  return [...renderTable(columns, rows, look), ...rest];
}

function remarkText({outcome, reason, madeIn, attempts, failure}: ShowStage, look: Look): string {
  const parts = [
    reason === undefined ? '' : reasonText(reason, outcome, look.glyphs),
    failure === undefined ? '' : failureText(failure),
    madeIn === undefined ? '' : `made in run ${madeIn.run}${madeIn.isThere ? '' : ', which was deleted'}`,
    attempts > 1 ? plural(attempts, 'attempt') : '',
  ];
  return safeText(parts.filter((part) => part !== '').join('; '));
}

function metricRows({metrics}: ShowView): readonly (readonly string[])[] {
  return metrics.map(({stage, name, value, step, points}) => [
    quoteName(stage),
    quoteName(name),
    formatNumber(value, 6),
    points === undefined
      ? ''
      : `${plural(points, 'point')}${step === undefined ? '' : `, last at step ${formatNumber(step)}`}`,
  ]);
}

function paramRows(params: readonly ShowParam[]): readonly (readonly string[])[] {
  return params.map(({name, value, stages}) => [quoteName(name), valueText(value), formatList(stages.map(quoteName))]);
}

const valueText = (value: Json): string => (typeof value === 'string' ? quoteName(value) : JSON.stringify(value));

function titled(title: string, rows: readonly (readonly string[])[], look: Look): readonly string[] {
  if (rows.length === 0) return [];
  const columns = (rows[0] ?? []).map(() => ({title: ''}));
  return [look.paint.bold(title), ...renderTable(columns, rows, look).map((line) => `  ${line}`)];
}
