/** Text of `mlp doctor`: one line for each check, with how to mend what is wrong. */
import {safeText} from '../../base/display.ts';
import {plural} from '../../base/format.ts';
import type {LookOptions} from '../look.ts';
import {lookOf} from '../look.ts';
import type {Style} from '../paint.ts';
import type {DoctorCheck, DoctorView} from '../views/doctor.ts';
import {renderTable} from './table.ts';

const STYLES: Readonly<Record<DoctorCheck['state'], Style>> = {ok: 'good', warn: 'warn', fail: 'bad'};

/** @returns text that ends with a line end. */
export function renderDoctor(view: DoctorView, options: LookOptions = {}): string {
  const look = lookOf(options);
  const columns = [{title: ''}, {title: ''}, {title: ''}] as const;
  const table = renderTable(
    columns,
    view.checks.map((check) => [
      [check.state, STYLES[check.state]] as const,
      safeText(check.name),
      safeText(check.message),
    ]),
    // What is wrong is never cut: the end of the sentence may be the part that matters.
    {...look, width: Infinity},
  );
  const lines: string[] = [];
  for (const [index, check] of view.checks.entries()) {
    lines.push(table[index] ?? '');
    if (check.hint !== undefined) lines.push(`      ${look.paint.bold('hint:')} ${safeText(check.hint)}`);
  }
  const failed = view.checks.filter(({state}) => state === 'fail').length;
  const warned = view.checks.filter(({state}) => state === 'warn').length;
  const troubles = [
    ...(failed > 0 ? [plural(failed, 'problem')] : []),
    ...(warned > 0 ? [plural(warned, 'warning')] : []),
  ];
  const verdict = troubles.length === 0 ? 'everything is in order' : troubles.join(', ');
  return `${[...lines, '', look.paint.bold(verdict)].join('\n')}\n`;
}
