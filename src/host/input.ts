/** What was piped into this program. */
import type {Input} from './host.ts';

/** Asked on use: the first look at `process.stdin` makes a stream, which a run with nothing to do can spare. */
export function createInput(): Input {
  return {
    get isTerminal() {
      return process.stdin.isTTY;
    },
    chunks: () => process.stdin as AsyncIterable<Uint8Array>,
  };
}
