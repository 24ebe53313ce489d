/** Text of `mlp accept`. */
import {safeText} from '../../base/display.ts';
import {formatList} from '../../base/format.ts';
import type {AcceptView} from '../views/accept.ts';

/** @returns text that ends with a line end. */
export function renderAccept({run, because, accepted, fresh}: AcceptView): string {
  const lines = [
    ...accepted.map(
      ({stage, paths}) =>
        `accepted ${safeText(stage)}${paths.length === 0 ? '' : `: ${formatList(paths.map(safeText))}`} as the result of its present key`,
    ),
    ...fresh.map((stage) => `${safeText(stage)} is up to date: nothing to accept`),
  ];
  if (run !== undefined) lines.push(`recorded as run ${String(run)}, because: ${safeText(because)}`);
  return `${lines.join('\n')}\n`;
}
