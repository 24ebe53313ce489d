import type {ByteSource} from './byte-source.ts';

/** All bytes, decompressed. */
export async function wholeOf(source: ByteSource): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  // A chunk is good only until the next one is asked for.
  for await (const chunk of source.chunks()) parts.push(chunk.slice());
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
