/** Small tables of aligned columns, without lines around them. */
import {displayWidth, padEnd, padStart} from '../../base/display.ts';
import type {Look, Segment} from '../look.ts';
import {lineOf} from '../look.ts';
import type {Style} from '../paint.ts';

export interface Column {
  /** '' for no title; a table whose columns have no titles has no head. */
  readonly title: string;
  /** Numbers stand on the right. */
  readonly align?: 'left' | 'right';
}

export type Cell = string | readonly [text: string, style: Style];

const textOf = (cell: Cell): string => (typeof cell === 'string' ? cell : cell[0]);
const styleOf = (cell: Cell): Style => (typeof cell === 'string' ? 'none' : cell[1]);

const GAP = '  ';

/**
 * @param rows cells that are one line each and safe to print (`safeText`). Missing cells are empty.
 * @returns lines without line ends, cut at the width of the look; columns that are empty in all rows are left out.
 */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  look: Look,
): readonly string[] {
  const shown = columns
    .map((column, index) => {
      const widths = rows.map((row) => displayWidth(textOf(row[index] ?? '')));
      return {column, index, content: Math.max(0, ...chunkMaxima(widths))};
    })
    .filter(({content}) => content > 0)
    .map((column) => ({...column, width: Math.max(column.content, displayWidth(column.column.title))}));
  const line = (cells: readonly Cell[]): string => {
    const segments: Segment[] = [];
    for (const [place, {column, width}] of shown.entries()) {
      const cell = cells[place] ?? '';
      const isLast = place === shown.length - 1;
      const text =
        column.align === 'right' ? padStart(textOf(cell), width) : isLast ? textOf(cell) : padEnd(textOf(cell), width);
      if (place > 0) segments.push([GAP]);
      segments.push([text, styleOf(cell)]);
    }
    return lineOf(segments, look).trimEnd();
  };
  const lines = rows.map((row) => line(shown.map(({index}) => row[index] ?? '')));
  const hasHead = shown.some(({column}) => column.title !== '');
  return hasHead ? [line(shown.map(({column}) => [column.title, 'dim'] as const)), ...lines] : lines;
}

/** The maxima of pieces: a call may not have a million arguments. */
function chunkMaxima(numbers: readonly number[]): number[] {
  const maxima: number[] = [];
  for (let start = 0; start < numbers.length; start += 10_000) {
    maxima.push(Math.max(...numbers.slice(start, start + 10_000)));
  }
  return maxima;
}
