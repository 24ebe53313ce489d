/**
 * stdout and stderr of this process, written straight to their descriptors: node's own streams load the network and
 * terminal modules, a tenth of a run with nothing to do, and what was written must be out before the process is killed.
 */
import {fstatSync, writeSync} from 'node:fs';
import {codeOf} from './file-trouble.ts';
import type {Output} from './host.ts';

const UNKNOWN_WIDTH = 80;
const STDOUT = 1;
const STDERR = 2;
/** How long to wait for a reader that is slower than we are. */
const FULL_PIPE_MS = 2;

/** A reader that went away (`mlp status | head`) is no error. */
export function createOutput(): Output {
  return new TerminalOutput();
}

class TerminalOutput implements Output {
  readonly #terminals = new Map<number, boolean>();
  readonly #gone = new Set<number>();
  #lost: string | undefined;

  get lost(): string | undefined {
    return this.#lost;
  }

  get outIsTerminal(): boolean {
    return this.#isTerminal(STDOUT);
  }

  get talkIsTerminal(): boolean {
    return this.#isTerminal(STDERR);
  }

  out(text: string): void {
    this.#write(STDOUT, text);
  }

  talk(text: string): void {
    this.#write(STDERR, text);
  }

  width(): number {
    return this.#size()?.columns ?? UNKNOWN_WIDTH;
  }

  height(): number | undefined {
    return this.#size()?.rows;
  }

  #size(): {readonly columns: number; readonly rows: number} | undefined {
    const stream = this.talkIsTerminal ? process.stderr : this.outIsTerminal ? process.stdout : undefined;
    // A terminal that does not know its size says 0.
    return stream !== undefined && stream.columns > 0 && stream.rows > 0
      ? {columns: stream.columns, rows: stream.rows}
      : undefined;
  }

  /** Files and pipes are told apart without loading what knows terminals. */
  #isTerminal(descriptor: number): boolean {
    let known = this.#terminals.get(descriptor);
    if (known === undefined) {
      known = isCharacterDevice(descriptor) && process.getBuiltinModule('node:tty').isatty(descriptor);
      this.#terminals.set(descriptor, known);
    }
    return known;
  }

  #write(descriptor: number, text: string): void {
    let rest: Uint8Array = Buffer.from(text);
    while (rest.length > 0 && !this.#gone.has(descriptor)) {
      try {
        rest = rest.subarray(writeSync(descriptor, rest));
      } catch (error) {
        const code = codeOf(error);
        if (code === 'EPIPE' || code === 'EBADF') this.#gone.add(descriptor);
        else if (code === 'EAGAIN') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, FULL_PIPE_MS);
        else if (code === undefined) throw error;
        else {
          // A run goes on without those who watch it; it is said at its end.
          this.#gone.add(descriptor);
          if (descriptor === STDOUT) this.#lost = (error as Error).message;
        }
      }
    }
  }
}

function isCharacterDevice(descriptor: number): boolean {
  try {
    return fstatSync(descriptor).isCharacterDevice();
  } catch {
    return false;
  }
}
