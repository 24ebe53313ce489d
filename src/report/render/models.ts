/** Text of `mlp models`: a line a version, or all of one. */
import {safeText} from '../../base/display.ts';
import {formatAge, formatBytes, formatCount, formatNumber} from '../../base/format.ts';
import {lookOf, type Look, type LookOptions} from '../look.ts';
import type {Style} from '../paint.ts';
import type {ModelRow, ModelsView, ModelView} from '../views/models.ts';
import {renderTable, type Cell} from './table.ts';

export interface ModelsOptions extends LookOptions {
  readonly nowMs: number;
}

const MOST_MEASURES = 30;
const SHORT_DIGEST = 12;
const GATE_STYLES: {readonly [state: string]: Style} = {
  pass: 'good',
  fail: 'bad',
  inconclusive: 'warn',
  unjudged: 'warn',
};

/** @returns text that ends with a line end. */
export function renderModels({models}: ModelsView, options: ModelsOptions): string {
  if (models.length === 0) return 'no models yet: a stage of the kind `package` makes one\n';
  const look = lookOf(options);
  const rows = models.map((row): readonly Cell[] => [
    safeText(row.model),
    String(row.version),
    [row.aliases.map(safeText).join(', '), 'bold'],
    gatesCell(row),
    row.isApproved ? 'yes' : '',
    formatAge(options.nowMs - row.createdAtMs),
    row.run === undefined ? '' : `run ${String(row.run)}`,
    row.isThere ? (row.digest ?? '').slice(0, SHORT_DIGEST) : ['not in the cache', 'warn'],
  ]);
  const columns = ['model', 'version', 'alias', 'gates', 'approved', 'made', '', 'digest'].map((title) => ({title}));
  return `${renderTable(columns, rows, look).join('\n')}\n`;
}

function gatesCell({gates, isThere}: ModelRow): Cell {
  if (gates === undefined) return isThere ? 'none' : '';
  return [gates, GATE_STYLES[gates] ?? 'none'];
}

/** @returns text that ends with a line end. */
export function renderModel(view: ModelView, options: ModelsOptions): string {
  const look = lookOf(options);
  const aliases = view.aliases.length === 0 ? '' : ` (${view.aliases.map(safeText).join(', ')})`;
  const lines = [look.paint.bold(`${safeText(view.model)}@${String(view.version)}${aliases}`), ...facts(view, options)];
  if (!view.isThere) lines.push('its files are not in the cache: `mlp run` of its stage makes them again');
  const sections: readonly (readonly [string, readonly string[]])[] = [
    ['metrics', measureLines(view, look)],
    [
      'input',
      table(
        view.inputs.map(({name, type}) => [safeText(name), type]),
        look,
      ),
    ],
    [
      'made of',
      table(
        view.ingredients.map(({name, uri, digest}) => [safeText(name), safeText(uri), digest.slice(0, SHORT_DIGEST)]),
        look,
      ),
    ],
    ['environment', view.environment.map((path) => `  ${safeText(path)}`)],
    ['aliases', moveLines(view, options, look)],
  ];
  for (const [title, text] of sections) if (text.length > 0) lines.push('', look.paint.bold(title), ...text);
  return `${lines.join('\n')}\n`;
}

function facts(view: ModelView, {nowMs}: ModelsOptions): readonly string[] {
  const made = view.run === undefined ? '' : ` by run ${String(view.run)}`;
  const model = [
    view.classes === undefined ? '' : `classes ${view.classes.map(safeText).join(', ')}`,
    view.features === undefined ? '' : `${formatCount(view.features)} features`,
    view.bytes === 0 ? '' : formatBytes(view.bytes),
  ].filter((text) => text !== '');
  return [
    `made ${formatAge(nowMs - view.createdAtMs, 'long')}${made}; gates: ${view.gates ?? 'none'}${view.isApproved ? '; approved' : ''}`,
    ...(model.length === 0 ? [] : [model.join(', ')]),
    ...(view.digest === undefined ? [] : [`digest ${view.digest}`]),
  ];
}

function measureLines({measures}: ModelView, look: Look): readonly string[] {
  const rows = measures
    .slice(0, MOST_MEASURES)
    .map(({name, value, low, high}): readonly Cell[] => [
      safeText(name),
      formatNumber(value),
      low === undefined || high === undefined ? '' : `${formatNumber(low)} to ${formatNumber(high)}`,
    ]);
  const rest = measures.length - MOST_MEASURES;
  return [...table(rows, look), ...(rest > 0 ? [`  and ${formatCount(rest)} more in its metrics.json`] : [])];
}

function moveLines({moves}: ModelView, {nowMs}: ModelsOptions, look: Look): readonly string[] {
  return table(
    moves.map(({alias, atMs, by, because}) => [
      safeText(alias),
      formatAge(nowMs - atMs, 'long'),
      by === undefined ? '' : `by ${safeText(by)}`,
      safeText(because ?? ''),
    ]),
    look,
  );
}

const table = (rows: readonly (readonly Cell[])[], look: Look): readonly string[] =>
  rows.length === 0
    ? []
    : renderTable(
        (rows[0] ?? []).map(() => ({title: ''})),
        rows,
        look,
      ).map((line) => `  ${line}`);
