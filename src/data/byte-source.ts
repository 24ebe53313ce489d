/** Where the readers of tables get their bytes from. `data/` opens no files: whoever calls it brings a source. */
export interface ByteSource {
  /** As the user knows it, for messages: a project-relative path or a URL. */
  readonly name: string;
  /** Bytes as they are stored, compressed ones compressed. */
  readonly size: number;
  /** The bytes from `offset`, fewer than `length` only at the end. Formats with an index (Parquet, Arrow) jump about. */
  readAt(offset: number, length: number): Uint8Array;
  /** All bytes from the beginning, decompressed where the content says that it is compressed (gzip, zstd, ...). May be asked again. A chunk is good only until the next one is asked for. */
  chunks(): AsyncIterable<Uint8Array>;
}

/** Bytes that are in memory already, not compressed. */
export function bytesSource(name: string, bytes: Uint8Array): ByteSource {
  return {
    name,
    size: bytes.length,
    readAt: (offset, length) => bytes.subarray(offset, offset + length),
    chunks: async function* () {
      yield bytes;
    },
  };
}

/** Where the writers of tables put their bytes. */
export interface ByteSink {
  write(bytes: Uint8Array): void | Promise<void>;
}
