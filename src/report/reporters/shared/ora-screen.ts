/**
 * A region at the bottom of the terminal, drawn as the text of an ora spinner: hiding and showing the cursor (also when
 * the process ends unexpectedly), erasing what was drawn, counting wrapped lines, synchronised output and making room
 * for foreign writes are ora's. When it is drawn, and which frame of the spinner, is decided by the caller's clock.
 */
import {usableWidth} from '../../look.ts';
import type {ReporterContext} from '../../reporter.ts';

/** ora would redraw by its own timer; this is the longest time that timers know, so it never does. */
const NEVER_MS = 2_147_483_647;

type Terminal = Pick<ReporterContext, 'talk' | 'width' | 'height'>;

/** The part of a terminal stream that ora uses. */
function streamOf(terminal: Terminal): NodeJS.WritableStream {
  const stream = {
    isTTY: true,
    get columns(): number {
      return usableWidth(terminal.width());
    },
    get rows(): number | undefined {
      return terminal.height?.() || undefined;
    },
    write(text: string): boolean {
      terminal.talk(text);
      return true;
    },
    cursorTo(column: number): void {
      terminal.talk(`\u001b[${String(column + 1)}G`);
    },
    moveCursor(_columns: number, rows: number): void {
      if (rows !== 0) terminal.talk(`\u001b[${String(Math.abs(rows))}${rows < 0 ? 'A' : 'B'}`);
    },
    clearLine(): void {
      terminal.talk('\u001b[K');
    },
    once: (): void => undefined,
    removeListener: (): void => undefined,
  };
  // ora's type asks for a whole Node stream; it calls nothing but the above.
  return stream as unknown as NodeJS.WritableStream;
}

export interface OraScreen {
  /** Shows the region, or replaces it. The first line stands behind the spinner, which takes two columns. */
  draw(lines: readonly string[], frame: number): void;
  /** Erases the region; from now on the cursor stays visible, so that a process that is killed leaves a usable terminal. */
  keepCursor(): void;
  /** Erases the region and shows the cursor, so that something can be printed. It may be drawn again. */
  stop(): void;
}

/** Loads ora. */
export async function loadOraScreen(terminal: Terminal, unicode: boolean): Promise<OraScreen> {
  const {default: ora, spinners} = await import('ora');
  const {frames} = unicode ? spinners.dots : spinners.line;
  const stream = streamOf(terminal);
  // Whether this is a terminal was decided when the live reporter was chosen. Keys stay the terminal's business: with
  // a discarded stdin Ctrl-C would no longer reach the stages' process groups.
  const make = (hideCursor: boolean): ReturnType<typeof ora> =>
    ora({stream, isEnabled: true, discardStdin: false, hideCursor, color: false});
  let spinner = make(true);
  return {
    draw(lines, frame) {
      spinner.spinner = {interval: NEVER_MS, frames: [frames[frame % frames.length] ?? '-']};
      spinner.text = lines.join('\n');
      if (spinner.isSpinning) spinner.render();
      else spinner.start();
    },
    keepCursor() {
      if (spinner.isSpinning) spinner.stop();
      spinner = make(false);
    },
    stop() {
      if (spinner.isSpinning) spinner.stop();
    },
  };
}
