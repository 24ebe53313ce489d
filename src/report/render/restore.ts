/** Text of `mlp restore`: what came back, or why nothing did. */
import {quoteName, safeText} from '../../base/display.ts';
import {formatBytes, plural} from '../../base/format.ts';
import {quoteWord} from '../../base/shell-quote.ts';
import type {Look, LookOptions} from '../look.ts';
import {lookOf} from '../look.ts';
import type {RestoreProblem, RestoreView} from '../views/restore.ts';
import {renderTable} from './table.ts';

const MOST_ROWS = 30;

/** @param all lists everything, however much it is. @returns text that ends with a line end. */
export function renderRestore(view: RestoreView, options: LookOptions & {readonly all?: boolean} = {}): string {
  const look = lookOf(options);
  const lines = view.done || view.dryRun ? doneLines(view, look, options.all === true) : [];
  lines.push(...view.uncached.map((one) => `${quoteName(one.path)} is not kept in the cache: ${again(one)}`));
  if (mayBeDone(view)) lines.push(look.paint.bold(totals(view)));
  else lines.push(...refusal(view, look));
  return `${lines.join('\n')}\n`;
}

const mayBeDone = ({unsaved, missing, blocked, done}: RestoreView): boolean =>
  done || unsaved.length + missing.length + blocked.length === 0;

function doneLines({restored, removed, dryRun}: RestoreView, look: Look, all: boolean): string[] {
  const rows = [
    ...restored.map(({path, bytes}) => [dryRun ? 'would restore' : 'restored', safeText(path), formatBytes(bytes)]),
    ...removed.map((path) => [dryRun ? 'would remove' : 'removed', safeText(path), '']),
  ];
  const shown = all ? rows : rows.slice(0, MOST_ROWS);
  const lines = [...renderTable([{title: ''}, {title: ''}, {title: '', align: 'right'}], shown, look)];
  if (shown.length < rows.length) lines.push(`and ${plural(rows.length - shown.length, 'more path')} (-v lists them)`);
  return lines;
}

function totals({restored, removed, same, dryRun, from, to}: RestoreView): string {
  const would = dryRun ? 'to ' : '';
  const parts = [
    ...(restored.length > 0 ? [`${String(restored.length)} ${would}${dryRun ? 'restore' : 'restored'}`] : []),
    ...(removed.length > 0 ? [`${String(removed.length)} ${would}${dryRun ? 'remove' : 'removed'}`] : []),
    ...(same > 0 ? [`${String(same)} as they should be`] : []),
  ];
  const what = parts.length === 0 ? 'nothing to restore' : parts.join(', ');
  return `${what} (${safeText(from)}${to === undefined ? '' : `, into ${quoteName(to)}`})`;
}

function refusal({unsaved, missing, blocked, dryRun, from}: RestoreView, look: Look): readonly string[] {
  const lines = [look.paint.bad(`nothing ${dryRun ? 'would be' : 'was'} restored from ${safeText(from)}`)];
  if (unsaved.length > 0)
    lines.push(
      `${plural(unsaved.length, 'file')} would be lost, because the cache does not have what is in ${unsaved.length === 1 ? 'it' : 'them'}:`,
      ...unsaved.map((path) => `  ${safeText(path)}`),
      'hint: move what you need, or overwrite all of it with --force',
    );
  for (const one of missing)
    lines.push(`${quoteName(one.path)} is ${one.damaged ? 'damaged in' : 'no longer in'} the cache: ${again(one)}`);
  for (const path of blocked)
    lines.push(`${quoteName(path)} cannot be written: a file stands where its folder must be`);
  if (missing.length > 0) lines.push('hint: name the paths that you want, and leave these out');
  return lines;
}

/** How it can be had again. */
function again({stage, run}: RestoreProblem): string {
  if (stage === undefined)
    return 'it was added with `mlp add`; put the file there again, or bring the cache of whoever added it';
  const command = `\`mlp run ${quoteWord(stage)}\``;
  return run === undefined
    ? `${command} makes it again`
    : `run ${String(run)} made it; ${command} with the code, params and inputs of run ${String(run)} makes it again`;
}
