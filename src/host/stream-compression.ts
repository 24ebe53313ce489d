/** Files of tables made small and read again, piece by piece. */
import {Readable} from 'node:stream';
import type {Transform} from 'node:stream';
import type {CompressionFormat, Compressor, StreamCompression} from './streams-contract.ts';

const PIECE = 256 * 1024;

export const streamCompression: StreamCompression = {formatOf, decompress, compressor};

function formatOf(start: Uint8Array): CompressionFormat | undefined {
  const [first, second, third, fourth] = start;
  if (first === 0x1f && second === 0x8b) return 'gzip';
  return first === 0x28 && second === 0xb5 && third === 0x2f && fourth === 0xfd ? 'zstd' : undefined;
}

async function* decompress(
  format: CompressionFormat,
  name: string,
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncIterable<Uint8Array> {
  const input = Readable.from(copies(chunks), {objectMode: false, highWaterMark: PIECE});
  const output = transform(format, name, 'decompress');
  // Without a pipe's own handler an error of the source would leave the reader waiting.
  input.once('error', (error) => output.destroy(error));
  try {
    for await (const piece of input.pipe(output)) yield piece as Uint8Array;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && String(error.code).startsWith('Z'))) throw error;
    throw new Error(`\`${name}\` is damaged or cut off (${format}: ${error.message}): fetch or write it again`, {
      cause: error,
    });
  } finally {
    input.destroy();
    output.destroy();
  }
}

/** The source may use its buffer again, but a stream asks for more pieces before it has worked one off. */
async function* copies(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncIterable<Uint8Array> {
  for await (const chunk of chunks) yield new Uint8Array(chunk);
}

function compressor(format: CompressionFormat, name: string, write: (bytes: Uint8Array) => void): Compressor {
  const output = transform(format, name, 'compress');
  output.on('data', write);
  return {
    write: (bytes) =>
      new Promise((resolve, reject) => {
        output.write(bytes, (error) => {
          if (error) reject(error);
          else resolve();
        });
      }),
    end: () =>
      new Promise((resolve, reject) => {
        output.once('error', reject);
        output.once('end', resolve);
        output.end();
      }),
  };
}

/** The functions of zstd, which the types of Node 20 do not know. */
type Zstd = {readonly createZstdCompress?: () => Transform; readonly createZstdDecompress?: () => Transform};

function transform(format: CompressionFormat, name: string, direction: 'compress' | 'decompress'): Transform {
  // Here, since every command would load it above.
  const zlib = process.getBuiltinModule('node:zlib');
  if (format === 'gzip') {
    // No time and no name of the machine go into the file: equal tables give equal bytes.
    return direction === 'compress' ? zlib.createGzip({level: 6}) : zlib.createGunzip({chunkSize: PIECE});
  }
  const {createZstdCompress, createZstdDecompress} = zlib as Zstd;
  const create = direction === 'compress' ? createZstdCompress : createZstdDecompress;
  if (create === undefined) {
    throw new Error(
      `\`${name}\` is compressed by zstd, which Node ${process.versions.node} cannot do: use Node 22.15 or later, or gzip`,
    );
  }
  return create();
}
