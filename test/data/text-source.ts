/** Texts and bytes as the content of a file, and tables as the bytes of one. */
import type {ByteSource} from '../../src/data/byte-source.ts';
import type {TableFormat} from '../../src/data/read-options.ts';
import type {Table} from '../../src/data/table.ts';
import {tableWriter} from '../../src/data/write-table.ts';
import type {WriteOptions} from '../../src/data/write-table.ts';

export function textSource(name: string, text: string): ByteSource {
  return byteSource(name, new TextEncoder().encode(text));
}

/** As a file gives its bytes: piece by piece in one buffer, which is overwritten when the next piece is asked for. */
export function byteSource(name: string, bytes: Uint8Array, pieceBytes = 1 << 16): ByteSource {
  return {
    name,
    size: bytes.length,
    readAt: (offset, length) => bytes.subarray(offset, offset + length),
    chunks: async function* () {
      const buffer = new Uint8Array(pieceBytes);
      for (let at = 0; at < bytes.length; at += pieceBytes) {
        const piece = bytes.subarray(at, at + pieceBytes);
        buffer.set(piece);
        yield await Promise.resolve(buffer.subarray(0, piece.length));
        buffer.fill(0x2c);
      }
    },
  };
}

/** What a writer makes of batches. */
export async function written(
  format: TableFormat,
  batches: readonly Table[],
  options: WriteOptions = {},
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  const writer = await tableWriter(format, {write: (bytes) => void parts.push(bytes.slice())}, options);
  for (const batch of batches) await writer.write(batch);
  await writer.end();
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

export const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
