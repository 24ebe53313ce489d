/** Text of `mlp rm`: what went with the runs, and what stays. */
import {formatBytes, formatList, plural} from '../../base/format.ts';
import type {ForgottenView} from '../views/forgotten.ts';

const MOST_RUNS = 8;

/** @returns text that ends with a line end. */
export function renderForgotten(view: ForgottenView): string {
  const {logs, objects, workFolders} = view;
  const parts = [
    ...(view.results > 0 ? [plural(view.results, 'result')] : []),
    ...(objects.count > 0 ? [plural(objects.count, 'object')] : []),
    ...(logs.count > 0 ? [plural(logs.count, 'log')] : []),
    ...(workFolders.count > 0 ? [plural(workFolders.count, 'work folder')] : []),
  ];
  const runs = `${view.runs.length === 1 ? 'run' : 'runs'} ${formatList(view.runs.map(String), MOST_RUNS)}`;
  const bytes = formatBytes(objects.bytes + logs.bytes + workFolders.bytes);
  const freed = `${bytes} ${view.dryRun ? 'would be freed' : 'freed'}`;
  const verb = view.dryRun ? 'would remove' : 'removed';
  const lines = [`${verb} ${runs}${parts.length === 0 ? '' : ` with ${formatList(parts, parts.length)}`}: ${freed}`];
  if (view.resultsKept > 0) {
    const stay = view.resultsKept === 1 ? 'stays' : 'stay';
    lines.push(`${plural(view.resultsKept, 'result')} ${stay}: other runs, \`mlp.lock\` or the workspace need them`);
  }
  if (view.objectsLeft)
    lines.push('a run that is going on, or another project, may need the objects: `mlp gc` frees them later');
  return `${lines.join('\n')}\n`;
}
