/** What was piped into this program. */
import type {Input} from './host.ts';

export function createInput(): Input {
  return {
    isTerminal: process.stdin.isTTY,
    chunks: () => process.stdin as AsyncIterable<Uint8Array>,
  };
}
