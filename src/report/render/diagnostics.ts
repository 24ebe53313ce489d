/** Mistakes in a user's file as text: `file:line:column: error code: message`, the line, a squiggle, a hint. */
import {displayWidth, safeText} from '../../base/display.ts';
import {formatCount} from '../../base/format.ts';
import type {Diagnostic, Place} from '../../model/diagnostic.ts';
import type {Look, LookOptions} from '../look.ts';
import {lookOf} from '../look.ts';
import type {Style} from '../paint.ts';
import {painted} from '../paint.ts';

export interface DiagnosticsOptions extends LookOptions {
  /** How many are shown before `and 9,950 more`. Default 50. */
  readonly most?: number;
}

const DEFAULT_MOST = 50;
const DEFAULT_WIDTH = 100;
/** What is shown of a long line before its place. */
const BEFORE_PLACE = 30;

/** @returns '' for no diagnostics, else text that ends with a line end. */
export function renderDiagnostics(diagnostics: readonly Diagnostic[], options: DiagnosticsOptions = {}): string {
  const look = lookOf(options);
  const most = options.most ?? DEFAULT_MOST;
  const blocks = diagnostics.slice(0, most).map((diagnostic) => diagnosticLines(diagnostic, look).join('\n'));
  const rest = diagnostics.length - most;
  if (rest > 0) blocks.push(`and ${formatCount(rest)} more`);
  return blocks.length === 0 ? '' : `${blocks.join('\n\n')}\n`;
}

function diagnosticLines(diagnostic: Diagnostic, look: Look): string[] {
  const style: Style = diagnostic.severity === 'error' ? 'bad' : 'warn';
  const label = painted(look.paint, style, `${diagnostic.severity} ${diagnostic.code}:`);
  const place = diagnostic.place === undefined ? '' : look.paint.bold(`${placeText(diagnostic.place)}: `);
  const lines = [`${place}${label} ${safeText(diagnostic.message)}`];
  if (diagnostic.place !== undefined) lines.push(...excerpt(diagnostic.place, look, style, '  '));
  for (const related of diagnostic.related ?? []) {
    lines.push(`  ${placeText(related.place)}: ${safeText(related.message)}`);
    lines.push(...excerpt(related.place, look, 'info', '    '));
  }
  if (diagnostic.hint !== undefined) lines.push(`  ${look.paint.bold('hint:')} ${safeText(diagnostic.hint)}`);
  return lines;
}

function placeText(place: Place): string {
  return `${safeText(place.file)}:${String(place.line)}:${String(place.column)}`;
}

/** The source line and a squiggle below it; of a long line the part around the place. */
function excerpt(place: Place, look: Look, style: Style, indent: string): string[] {
  if (place.lineText.trim() === '') return [];
  const room = (Number.isFinite(look.width) ? Math.max(40, look.width) : DEFAULT_WIDTH) - indent.length;
  const {ellipsis} = look.glyphs;
  const start = Math.min(Math.max(0, place.column - 1), place.lineText.length);
  const end = Math.min(place.lineText.length, start + Math.max(1, place.length));
  const whole = shownWidth(place.lineText) <= room;
  // Columns count code units while a terminal counts cells, so each part is measured as it is shown.
  const cutStart = whole ? 0 : Math.max(0, start - BEFORE_PLACE);
  const cutEnd = whole ? place.lineText.length : Math.min(place.lineText.length, cutStart + room - 2 * ellipsis.length);
  const before = (cutStart > 0 ? ellipsis : '') + shown(place.lineText.slice(cutStart, start));
  const marked = shown(place.lineText.slice(start, Math.max(start, Math.min(end, cutEnd))));
  const after =
    shown(place.lineText.slice(Math.min(end, cutEnd), cutEnd)) + (cutEnd < place.lineText.length ? ellipsis : '');
  // A long line begins with its own indentation; without it the excerpt starts at what matters.
  const lead = cutStart > 0 ? 0 : before.length - before.trimStart().length;
  const squiggle = '~'.repeat(Math.max(1, displayWidth(marked)));
  return [
    `${indent}${before.slice(lead)}${marked}${after}`.trimEnd(),
    `${indent}${' '.repeat(displayWidth(before.slice(lead)))}${painted(look.paint, style, squiggle)}`,
  ];
}

/** A part of a source line as it is printed: tabs as two spaces, everything else safe. */
function shown(text: string): string {
  return safeText(text.replaceAll('\t', '  '));
}

function shownWidth(text: string): number {
  // A line of a megabyte is long; measuring it exactly would only cost time.
  return text.length > 10_000 ? text.length : displayWidth(shown(text));
}
