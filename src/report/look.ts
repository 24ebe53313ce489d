/** How a text shall look: what every renderer is handed beside what it shows. */
import type {Glyphs} from './glyphs.ts';
import {glyphsFor} from './glyphs.ts';
import type {Paint} from './paint.ts';
import {painted, plainPaint} from './paint.ts';
import type {Style} from './paint.ts';
import {displayWidth, truncate} from '../base/display.ts';

export interface LookOptions {
  /** Default: no colours. Made by `loadPaint`. */
  readonly paint?: Paint;
  /** false: ASCII only. Default true. */
  readonly unicode?: boolean;
  /** Columns of the terminal; absent: lines may be as long as they like. */
  readonly width?: number;
}

export interface Look {
  readonly paint: Paint;
  readonly glyphs: Glyphs;
  readonly width: number;
}

export function lookOf(options: LookOptions = {}): Look {
  return {
    paint: options.paint ?? plainPaint,
    glyphs: glyphsFor(options.unicode ?? true),
    width: options.width ?? Number.POSITIVE_INFINITY,
  };
}

const USUAL_WIDTH = 80;
const LEAST_WIDTH = 20;

/** Columns to draw for: some terminals say 0 while they do not know their size. */
export function usableWidth(columns: number): number {
  return columns > 0 ? Math.max(LEAST_WIDTH, columns) : USUAL_WIDTH;
}

/** A piece of a line and its style. */
export type Segment = readonly [text: string, style?: Style];

/** Joins pieces to one painted line, cut where it would be wider than the terminal. */
export function lineOf(segments: readonly Segment[], look: Look): string {
  let line = '';
  let room = look.width;
  for (const [index, [text, style]] of segments.entries()) {
    const rest = segments.slice(index + 1).some(([later]) => later.trim() !== '');
    const width = displayWidth(text);
    // A piece that fills the line to its edge while more follows must itself show the cut.
    if (width < room || (width === room && !rest)) {
      line += painted(look.paint, style ?? 'none', text);
      room -= width;
      continue;
    }
    const cut =
      width <= room && rest
        ? truncate(`${text} `, room, look.glyphs.ellipsis)
        : truncate(text, room, look.glyphs.ellipsis);
    return line + painted(look.paint, style ?? 'none', cut);
  }
  return line.trimEnd();
}
