/** `mlp check` as text: sentences for a person; the patch is data and stands apart. */
import {formatList, plural} from '../../base/format.ts';
import {safeText} from '../../base/display.ts';
import {lookOf, type LookOptions} from '../look.ts';
import type {CheckedStage, CheckView} from '../views/check.ts';

/** For stderr; the patch goes to stdout, so that it can be piped to `patch`. */
export function renderCheck(view: CheckView, options: LookOptions = {}): string {
  const {glyphs, paint} = lookOf(options);
  const lines: string[] = [];
  for (const stage of view.stages) {
    const mark = paint.warn(glyphs.failed);
    for (const sentence of sentences(stage)) lines.push(`${mark} ${paint.bold(safeText(stage.stage))} ${sentence}`);
    if (view.patch === '' || view.byHand.includes(groupOf(stage.stage)))
      for (const line of stage.lines) lines.push(`    ${safeText(line)}`);
  }
  if (view.byHand.length > 0)
    lines.push(`add the lines above by hand: ${formatList(view.byHand.map(safeText), 5)} cannot be patched`);
  if (view.unseen.length > 0)
    lines.push(
      `${plural(view.unseen.length, 'stage')} not seen yet: ${formatList(view.unseen.map(safeText), 5)} (\`mlp run --force\` or \`mlp check --trace\`)`,
    );
  const seen = plural(view.looked, 'stage');
  if (view.stages.length === 0) lines.push(`${seen} looked at, nothing undeclared`);
  else
    lines.push(
      `${plural(view.stages.length, 'stage')} of ${seen} ${view.stages.length === 1 ? 'opens' : 'open'} files that ${view.stages.length === 1 ? 'it does' : 'they do'} not declare`,
    );
  if (view.traced < view.looked)
    lines.push('only Python and Node.js were looked at: `mlp check --trace` sees every program');
  return `${lines.join('\n')}\n`;
}

const groupOf = (stage: string): string => stage.split('@')[0] ?? stage;

function sentences({found}: CheckedStage): readonly string[] {
  const named = (paths: readonly string[]): string =>
    formatList(
      paths.map((path) => `\`${safeText(path)}\``),
      5,
    );
  return [
    ...(found.deps.length === 0 ? [] : [`reads ${named(found.deps)}`]),
    ...(found.code.length === 0 ? [] : [`reads code from ${named(found.code)}`]),
    ...(found.outs.length === 0 ? [] : [`writes ${named(found.outs)}`]),
  ];
}
