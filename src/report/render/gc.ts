/** Text of `mlp gc`: what was freed, by kind, and what is kept. */
import {safeText} from '../../base/display.ts';
import {formatAge, formatBytes, formatCount, plural} from '../../base/format.ts';
import type {LookOptions} from '../look.ts';
import {lookOf} from '../look.ts';
import type {GcView} from '../views/gc.ts';
import {renderTable} from './table.ts';

/** @returns text that ends with a line end. */
export function renderGc(view: GcView, options: LookOptions = {}): string {
  const look = lookOf(options);
  const columns = [
    {title: view.dryRun ? 'would go' : 'gone'},
    {title: 'count', align: 'right'},
    {title: 'size', align: 'right'},
    {title: 'oldest'},
  ] as const;
  const rows = view.freed
    .filter(({count}) => count > 0)
    .map((row) => [
      safeText(row.what),
      formatCount(row.count),
      formatBytes(row.bytes),
      row.oldestAgeMs === undefined ? '' : formatAge(row.oldestAgeMs),
    ]);
  const bytes = view.freed.reduce((sum, row) => sum + row.bytes, 0);
  const freed = rows.length === 0 ? 'nothing to free' : `${view.dryRun ? 'would free' : 'freed'} ${formatBytes(bytes)}`;
  const kept = `kept ${plural(view.kept.count, 'object')} (${formatBytes(view.kept.bytes)})`;
  const problems = (view.problems ?? []).map((problem) => `${look.paint.warn('warning:')} ${safeText(problem)}`);
  const table = rows.length === 0 ? [] : [...renderTable(columns, rows, look), ''];
  return `${[...table, ...problems, look.paint.bold(`${freed}, ${kept}`)].join('\n')}\n`;
}
