/**
 * The sections of a difference as tables of plain words: the one source of what the terminal, Markdown and HTML show.
 * Texts are raw: whoever draws a table makes them safe for where they go.
 */
import {sayGuessed} from '../say-direction.ts';
import {
  formatBytes,
  formatDelta,
  formatDuration,
  formatList,
  formatNumber,
  formatNumberPair,
  plural,
} from '../../base/format.ts';
import {unreachable} from '../../base/unreachable.ts';
import type {
  Change,
  CodeRow,
  DataRow,
  DataState,
  DiffSection,
  EnvRow,
  MetricRow,
  ParamRow,
  StageRow,
  StageState,
} from '../../model/diff.ts';
import type {Glyphs} from '../glyphs.ts';
import type {Style} from '../paint.ts';
import {outcomeWord, reasonText, verdictWord} from '../say.ts';
import {valueText} from '../say-change.ts';
import type {DiffView} from '../views/diff.ts';
import {sparkline} from './diff-sparkline.ts';
import type {Cell, Column} from './table.ts';

export interface DiffTable {
  readonly section: DiffSection;
  readonly title: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Cell[])[];
  /** Below the table: what was left out, what is not known. */
  readonly notes: readonly string[];
}

export interface TableLook {
  readonly glyphs: Glyphs;
  /** Block characters can be shown. */
  readonly isUnicode: boolean;
}

const SPARK_WIDTH = 12;
const MOST_FILES = 20;

export const sectionTitles: Readonly<Record<DiffSection, string>> = {
  metrics: 'Metrics',
  params: 'Params',
  stages: 'Stages',
  code: 'Code',
  data: 'Data',
  env: 'Environment',
};

export function diffTables(view: DiffView, look: TableLook): readonly DiffTable[] {
  return view.sections.map((section) => ({
    section,
    title: sectionTitles[section],
    ...tableOf(section, view, look),
    notes: notesOf(section, view),
  }));
}

function notesOf(section: DiffSection, view: DiffView): readonly string[] {
  if (view.notCompared.includes(section)) return ['not compared: one side is metrics alone'];
  const count = view.unchanged[section];
  const shownUnchanged = view[section].filter(({change}) => change === 'same').length;
  const hidden = count - shownUnchanged;
  const guessed = section === 'metrics' ? sayGuessed(view.metrics) : undefined;
  return [
    ...(hidden > 0 ? [`${plural(hidden, 'row')} unchanged`] : []),
    ...(view[section].length === 0 && hidden === 0 ? ['none'] : []),
    ...(guessed === undefined ? [] : [guessed]),
  ];
}

type Rows = Pick<DiffTable, 'columns' | 'rows'>;

function tableOf(section: DiffSection, view: DiffView, look: TableLook): Rows {
  switch (section) {
    case 'metrics':
      return metricsTable(view.metrics, look);
    case 'params':
      return {
        columns: named('param', 'old', 'new', '', 'stages'),
        rows: view.params.map((row) => paramCells(row, look)),
      };
    case 'stages':
      return {
        columns: named('stage', 'old', 'new', '', 'because of'),
        rows: view.stages.map((row) => stageCells(row, look)),
      };
    case 'code':
      return {columns: named('what', '', 'old', 'new', 'stages'), rows: view.code.map((row) => codeCells(row))};
    case 'data':
      return {
        columns: named('path', 'kind', 'old', 'new', '', 'stages'),
        rows: view.data.flatMap((row) => dataRows(row)),
      };
    case 'env':
      return {columns: named('what', 'old', 'new', '', 'stages'), rows: view.env.map((row) => paramCells(row, look))};
    default:
      return unreachable(section);
  }
}

const named = (...titles: readonly string[]): readonly Column[] => titles.map((title) => ({title}));

function metricsTable(rows: readonly MetricRow[], {glyphs, isUnicode}: TableLook): Rows {
  const names = new Map<string, number>();
  const id = ({stage, name}: MetricRow): string => JSON.stringify([stage, name]);
  for (const row of rows) names.set(id(row), (names.get(id(row)) ?? 0) + 1);
  return {
    columns: [
      {title: 'stage'},
      {title: 'metric'},
      {title: 'old', align: 'right'},
      {title: 'new', align: 'right'},
      {title: 'change', align: 'right'},
      {title: ''},
      {title: 'curve'},
    ],
    rows: rows.map((row) => {
      const [old, now] = valuePair(row);
      return [
        row.stage,
        // The same name in two files of a stage: only the file tells them apart.
        names.get(id(row)) === 1 ? row.name : `${row.name} (${row.source})`,
        old,
        now,
        moveText(row, isUnicode),
        verdictCell(row),
        curveText(row, glyphs, isUnicode),
      ];
    }),
  };
}

function valuePair({before, after}: MetricRow): readonly [string, string] {
  if (before !== undefined && after !== undefined) return formatNumberPair(before, after);
  return [before === undefined ? '' : formatNumber(before), after === undefined ? '' : formatNumber(after)];
}

/** `↑ +0.008 (+0.9%)`. */
function moveText({before, after, relative}: MetricRow, isUnicode: boolean): string {
  if (before === undefined || after === undefined) return '';
  const delta = formatDelta(before, after);
  if (delta === '') return '';
  const arrow = isUnicode ? (after > before ? '↑ ' : '↓ ') : '';
  const percent = relative === undefined || Math.abs(relative) >= 1000 ? '' : ` (${signed(relative * 100)}%)`;
  return `${arrow}${delta}${percent}`;
}

const signed = (value: number): string => `${value > 0 ? '+' : ''}${formatNumber(value, 2)}`;

function verdictCell(row: MetricRow): Cell {
  if (row.verdict !== undefined) return [row.verdict, row.verdict === 'better' ? 'good' : 'bad'];
  if (row.change === 'changed') {
    const isSameValue = Object.is(row.before, row.after);
    return isSameValue ? 'other curve' : 'changed';
  }
  return changeCell(row.change);
}

function curveText({curve}: MetricRow, glyphs: Glyphs, isUnicode: boolean): string {
  if (curve === undefined) return '';
  const [old, now] = [curve.before.map(({value}) => value), curve.after.map(({value}) => value)];
  const drawn = [sparkline(old, SPARK_WIDTH, isUnicode, now), sparkline(now, SPARK_WIDTH, isUnicode, old)];
  return drawn.filter((text) => text !== '').join(` ${glyphs.arrow} `);
}

const CHANGES: Readonly<Record<Change, readonly [string, Style]>> = {
  same: ['', 'none'],
  changed: ['changed', 'none'],
  added: ['new', 'info'],
  removed: ['gone', 'warn'],
  unknown: ['not known', 'dim'],
};

const changeCell = (change: Change): Cell => CHANGES[change];

function paramCells(row: ParamRow | EnvRow, {glyphs}: TableLook): readonly Cell[] {
  const text = (value: ParamRow['before']): string => (value === undefined ? '' : valueText(value, glyphs.ellipsis));
  return [
    'path' in row ? row.path : row.name,
    text(row.before),
    text(row.after),
    changeCell(row.change),
    formatList(row.stages, 4),
  ];
}

function stageCells({stage, change, before, after, differs}: StageRow, look: TableLook): readonly Cell[] {
  const why = differs.length > 0 ? differs.join(', ') : reasonOf(after ?? before, look);
  return [stage, stateText(before), stateText(after), changeCell(change), why];
}

/** `ran 12.3s`, `skipped`, `stale`; '' where the origin holds results only. */
function stateText(state: StageState | undefined): string {
  if (state === undefined) return '';
  if (state.verdict !== undefined) return verdictWord(state.verdict);
  if (state.outcome === undefined) return '';
  const time = state.outcome === 'ran' && state.durationMs !== undefined ? ` ${formatDuration(state.durationMs)}` : '';
  return `${outcomeWord(state.outcome)}${time}`;
}

function reasonOf(state: StageState | undefined, {glyphs}: TableLook): string {
  return state?.reason === undefined ? '' : reasonText(state.reason, state.outcome ?? state.verdict ?? 'ran', glyphs);
}

function codeCells({what, change, before, after, stages}: CodeRow): readonly Cell[] {
  const texts = before === after ? ['', ''] : [before ?? '', after ?? ''];
  return [what, changeCell(change), ...texts, formatList(stages, 4)];
}

function dataRows(row: DataRow): readonly (readonly Cell[])[] {
  const {path, role, change, before, after, stages, files} = row;
  const kind = role === 'source' ? 'source' : role === 'out' ? 'output' : role;
  const first: readonly Cell[] = [
    path,
    kind,
    contentText(before),
    contentText(after),
    changeCell(change),
    formatList(stages, 4),
  ];
  if (files === undefined) return [first];
  const inside: readonly (readonly [string, Style, readonly string[]])[] = [
    ['+', 'info', files.added],
    ['-', 'warn', files.removed],
    ['~', 'none', files.changed],
  ];
  const lines = inside.flatMap(([sign, style, paths]): readonly (readonly Cell[])[] => {
    const shown = paths.slice(0, MOST_FILES).map((inner): readonly Cell[] => [[`  ${sign} ${inner}`, style]]);
    const rest = paths.length - shown.length;
    return rest > 0 ? [...shown, [`  ${sign} ${plural(rest, 'more file')}`]] : shown;
  });
  return [first, ...lines];
}

/** `1.2 MB, 1,000 rows`, `12 files, 3.4 MB`. */
function contentText(state: DataState | undefined): string {
  if (state === undefined) return '';
  return [
    ...(state.files === undefined ? [] : [plural(state.files, 'file')]),
    formatBytes(state.size),
    ...(state.rows === undefined ? [] : [plural(state.rows, 'row')]),
  ].join(', ');
}
