/** What is read and written piece by piece: the part of a Host that tables larger than memory need. */

export interface OpenFile {
  /** When it was opened. */
  readonly size: number;
  /** Fills `into` with the bytes from `offset`. @returns how many there were, fewer only at the end */
  read(into: Uint8Array, offset: number): number;
  close(): void;
}

export interface NewFile {
  write(bytes: Uint8Array): void;
  /** The file is there, whole. */
  finish(): void;
  /** As if it had never been begun. */
  discard(): void;
}

export type CompressionFormat = 'gzip' | 'zstd';

export interface StreamCompression {
  /** By the first four bytes of a file. */
  formatOf(start: Uint8Array): CompressionFormat | undefined;
  /**
   * @param name of the file, for messages.
   * @throws Error when it is damaged or cut off, or when this Node does not know the format (zstd before 22.15)
   */
  decompress(
    format: CompressionFormat,
    name: string,
    chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  ): AsyncIterable<Uint8Array>;
  /** The same bytes give the same compressed bytes. @param write is handed them piece by piece. */
  compressor(format: CompressionFormat, name: string, write: (bytes: Uint8Array) => void): Compressor;
}

export interface Compressor {
  write(bytes: Uint8Array): Promise<void>;
  /** Resolves when all was handed on. */
  end(): Promise<void>;
}
