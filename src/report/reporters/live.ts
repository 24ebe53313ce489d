/**
 * For a terminal: finished lines scroll up, a live region stays at the bottom. A run with nothing to do loads neither
 * chalk nor ora: colours come with the first stage that was not skipped, the region with the first that starts.
 */
import type {RunEvent} from '../../model/event.ts';
import {lookOf, usableWidth} from '../look.ts';
import type {Look} from '../look.ts';
import type {Paint} from '../paint.ts';
import {loadPaint, plainPaint} from '../paint.ts';
import type {Reporter, ReporterContext} from '../reporter.ts';
import {regionLines} from './shared/live-region.ts';
import type {OraScreen} from './shared/ora-screen.ts';
import {loadOraScreen} from './shared/ora-screen.ts';
import {RunLog} from './shared/run-log.ts';
import {RunProgress} from './shared/run-progress.ts';
import {StreamedOutput} from './shared/streamed-output.ts';

const TICK_MS = 100;
/** Lines that come faster than this are printed together, so that a fast run is not slowed by its terminal. */
const GATHER_MS = 50;
/** The spinner before the first line of the region. */
const SPINNER_WIDTH = 2;
const ROWS_WHEN_UNKNOWN = 24;

export function createLiveReporter(context: ReporterContext): Reporter {
  return new LiveReporter(context);
}

class LiveReporter implements Reporter {
  readonly name = 'live';
  readonly #context: ReporterContext;
  readonly #log: RunLog;
  readonly #progress = new RunProgress();
  readonly #output = new StreamedOutput();
  #paint: Paint | undefined;
  /** Events that wait for the colours. */
  #queue: RunEvent[] | undefined;
  #screen: OraScreen | undefined;
  #screenWanted = false;
  #gathered: string[] = [];
  #printedAtMs = Number.NEGATIVE_INFINITY;
  #frame = 0;
  #endTicks: (() => void) | undefined;
  #over = false;

  constructor(context: ReporterContext) {
    this.#context = context;
    this.#log = new RunLog({verbosity: context.verbosity, now: () => context.now(), look: () => this.#look()});
  }

  event(event: RunEvent): void {
    if (this.#queue !== undefined) this.#queue.push(event);
    else if (this.#paint === undefined && wantsColours(event)) {
      this.#queue = [event];
      void this.#loadColours();
    } else this.#show(event);
  }

  close(): void {
    this.#drain(plainPaint);
    this.#end();
  }

  async #loadColours(): Promise<void> {
    this.#drain(await loadPaint(this.#context.colour));
  }

  #drain(paint: Paint): void {
    this.#paint ??= paint;
    const events = this.#queue ?? [];
    this.#queue = undefined;
    for (const event of events) this.#show(event);
  }

  #look(): Look {
    const {unicode} = this.#context;
    return lookOf({paint: this.#paint ?? plainPaint, unicode, width: usableWidth(this.#context.width())});
  }

  #show(event: RunEvent): void {
    const lines = this.#log.lines(event);
    if (event.type === 'stage.end' && event.outcome === 'skipped') {
      this.#progress.ended(event.stage);
      // Ten thousand of these are nothing to look at, so they may cost nothing: not even a look at the clock.
      if (lines.length === 0) return;
    } else this.#follow(event);
    // Not spread: a summary may hold more lines than a call may have arguments.
    for (const line of lines) this.#gathered.push(line);
    if (event.type === 'interrupt') this.#screen?.keepCursor();
    if (event.type === 'summary') this.#end();
    else if (this.#screen === undefined || Math.abs(this.#context.now() - this.#printedAtMs) >= GATHER_MS) {
      this.#print();
    }
  }

  /** What the region needs to know of an event, and the output of stages where it scrolls by. */
  #follow(event: RunEvent): void {
    this.#progress.event(event, this.#context.now());
    if (event.type === 'stage.start' && !this.#screenWanted) {
      this.#screenWanted = true;
      void this.#openScreen();
    }
    if (this.#context.verbosity < 1) return;
    if (event.type === 'stage.output') this.#gathered.push(...this.#output.push(event));
    if (event.type === 'stage.end') this.#gathered.push(...this.#output.end(event.stage));
  }

  async #openScreen(): Promise<void> {
    const screen = await loadOraScreen(this.#context, this.#context.unicode);
    if (this.#over) return;
    this.#screen = screen;
    if (this.#progress.interrupted) screen.keepCursor();
    this.#endTicks = this.#context.every(TICK_MS, () => {
      this.#frame++;
      if (this.#gathered.length > 0) this.#print();
      else this.#draw();
    });
    this.#draw();
  }

  #draw(): void {
    const width = this.#look().width;
    const rows = (this.#context.height?.() || ROWS_WHEN_UNKNOWN) - 1;
    // One column stays free: a terminal that is full to its last column wraps, or not, by its own taste.
    const look = {...this.#look(), width: width - 1};
    const room = width - 1 - SPINNER_WIDTH;
    this.#screen?.draw(
      regionLines(this.#progress, look, this.#context.now(), this.#log.column(), room, rows),
      this.#frame,
    );
  }

  #print(): void {
    if (this.#gathered.length === 0) return;
    const text = `${this.#gathered.join('\n')}\n`;
    this.#gathered = [];
    this.#printedAtMs = this.#context.now();
    this.#screen?.stop();
    this.#context.talk(text);
    // At the end of a run the region must not come back.
    if (!this.#over) this.#draw();
  }

  #end(): void {
    this.#over = true;
    this.#endTicks?.();
    this.#endTicks = undefined;
    this.#screen?.stop();
    this.#print();
  }
}

function wantsColours(event: RunEvent): boolean {
  return event.type === 'stage.start' || (event.type === 'stage.end' && event.outcome !== 'skipped');
}
