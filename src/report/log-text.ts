/** What a stage printed, as lines for people: escape sequences gone, a `\r` progress bar shown in its last state. */
import {safeText, stripEscapes} from '../base/display.ts';

/** A line without a line end may not grow for ever; it is cut here. UTF-16 code units. */
const LONGEST_LINE = 16_384;

/** How a terminal would leave the line: what follows the last carriage return, tabs as spaces, the rest made safe. */
export function cleanLine(raw: string): string {
  // The blank states between two redraws of a progress bar are not what the user saw.
  const states = raw.split('\r').map((state) => stripEscapes(state).trimEnd());
  const state = states.findLast((text) => text !== '') ?? '';
  return safeText(state.replaceAll('\t', '    '));
}

/** Cuts output that comes in pieces into whole lines. */
export class LineSplitter {
  #partial = '';

  /** @returns the lines that are complete now, cleaned. */
  push(text: string): readonly string[] {
    const parts = (this.#partial + text).split('\n');
    const last = parts.pop() ?? '';
    const lines = parts.map(cleanLine);
    if (last.length > LONGEST_LINE) {
      const redraw = last.lastIndexOf('\r', last.length - 2);
      // A progress bar that never ends its line: only its newest state can still matter.
      if (redraw >= 0 && last.length - redraw <= LONGEST_LINE) this.#partial = last.slice(redraw + 1);
      else {
        lines.push(cleanLine(last));
        this.#partial = '';
      }
    } else this.#partial = last;
    return lines;
  }

  /** @returns what was printed without a line end, at the end of the stage. */
  flush(): readonly string[] {
    const rest = cleanLine(this.#partial);
    this.#partial = '';
    return rest === '' ? [] : [rest];
  }
}

/** Remembers only what the newest line looks like: cheap enough for a stage that prints gigabytes. */
export class LastLine {
  #tail = '';

  push(text: string): void {
    this.#tail = (text.length >= LONGEST_LINE ? text : this.#tail + text).slice(-LONGEST_LINE);
  }

  /** The newest line that is not blank; '' when nothing was printed. */
  text(): string {
    const lines = this.#tail.split('\n');
    for (let index = lines.length - 1; index >= 0; index--) {
      const line = cleanLine(lines[index] ?? '');
      if (line !== '') return line;
    }
    return '';
  }
}
