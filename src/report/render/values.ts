/** Tables of `mlp metrics` and `mlp params`, for people and as CSV. */
import {quoteName, safeText, truncateMiddle} from '../../base/display.ts';
import {formatNumber} from '../../base/format.ts';
import type {Json} from '../../base/json.ts';
import {formatMetricValue} from '../../model/metric.ts';
import {lookOf, type LookOptions} from '../look.ts';
import {valueText} from '../say-change.ts';
import type {MetricsView, ParamsView} from '../views/values.ts';
import {sparkline} from './diff-sparkline.ts';
import {renderTable} from './table.ts';

const MOST_NAME = 60;
const SPARK_WIDTH = 24;

/** @returns text that ends with a line end. */
export function renderMetrics({of, metrics, notices}: MetricsView, options: LookOptions): string {
  const look = lookOf(options);
  const isUnicode = options.unicode ?? true;
  const name = (text: string): string => truncateMiddle(safeText(text), MOST_NAME, look.glyphs.ellipsis);
  const columns = [{title: 'stage'}, {title: 'metric'}, {title: 'value', align: 'right'}, {title: 'curve'}] as const;
  const rows = metrics.map((metric) => [
    name(metric.stage),
    name(metric.name),
    formatNumber(metric.value, 6),
    metric.points.length === 0
      ? ''
      : `${sparkline(
          metric.points.map(({value}) => value),
          SPARK_WIDTH,
          isUnicode,
        )} ${metric.points.length}`,
  ]);
  const table = rows.length === 0 ? [`no metrics in ${quoteName(of)}`] : renderTable(columns, rows, look);
  return lines([...notices.map((notice) => `note: ${safeText(notice)}`), ...table]);
}

/** @returns text that ends with a line end. */
export function renderParams({of, params, notices}: ParamsView, options: LookOptions): string {
  const look = lookOf(options);
  const name = (text: string): string => truncateMiddle(safeText(text), MOST_NAME, look.glyphs.ellipsis);
  const rows = params.map(({stage, path, value}) => [name(stage), name(path), valueText(value, look.glyphs.ellipsis)]);
  const columns = [{title: 'stage'}, {title: 'param'}, {title: 'value'}] as const;
  const table = rows.length === 0 ? [`no stage names a param in ${quoteName(of)}`] : renderTable(columns, rows, look);
  return lines([...notices.map((notice) => `note: ${safeText(notice)}`), ...table]);
}

const lines = (all: readonly string[]): string => `${all.join('\n')}\n`;

/** A point of a curve is a row of its own; what is no point has no step. */
export function metricsCsv({metrics}: MetricsView): string {
  const rows = metrics.flatMap(({stage, name, source, value, points}) =>
    points.length === 0
      ? [[stage, name, source, '', formatMetricValue(value)]]
      : points.map((point) => [stage, name, source, String(point.step), formatMetricValue(point.value)]),
  );
  return csv([['stage', 'metric', 'source', 'step', 'value'], ...rows]);
}

/** Texts as they are, everything else as JSON. */
export function paramsCsv({params}: ParamsView): string {
  const text = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));
  return csv([['stage', 'param', 'value'], ...params.map(({stage, path, value}) => [stage, path, text(value)])]);
}

/** As RFC 4180 says, but with a line feed alone. */
function csv(rows: readonly (readonly string[])[]): string {
  const field = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return rows.map((row) => `${row.map(field).join(',')}\n`).join('');
}
