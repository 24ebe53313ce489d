/** A text as the content of a file. */
import type {ByteSource} from '../../src/data/byte-source.ts';

export function textSource(name: string, text: string): ByteSource {
  const bytes = new TextEncoder().encode(text);
  return {
    name,
    size: bytes.length,
    readAt: (offset, length) => bytes.subarray(offset, offset + length),
    chunks: async function* () {
      yield await Promise.resolve(bytes);
    },
  };
}
