/** Files of the project as sources and sinks of tables: format and compression by the name's ending or the content. */
import type {ByteSource} from '../../data/byte-source.ts';
import {readTable, scanTable} from '../../data/read-table.ts';
import type {ReadOptions} from '../../data/read-table.ts';
import {formatOfName} from '../../data/table-format.ts';
import type {Table} from '../../data/table.ts';
import {tableWriter} from '../../data/write-table.ts';
import type {TableWriter, WriteOptions} from '../../data/write-table.ts';
import type {CompressionFormat, Host} from '../../host/host.ts';

const PIECE = 64 * 1024;

/** @param name how the user knows the file, for messages; its path unless given */
export function fileSource(host: Host, path: string, name = shownPath(host, path)): ByteSource {
  const {files, compression} = host;
  const start = files.readRange(path, 0, 4);
  const format = compression.formatOf(start);
  return {
    name,
    get size() {
      return sizeOf(host, path);
    },
    readAt: (offset, length) => files.readRange(path, offset, length),
    chunks: async function* () {
      const pieces = piecesOf(host, path);
      if (format === undefined) yield* pieces;
      else yield* compression.decompress(format, name, pieces);
    },
  };
}

/** The project-relative path of what lies in the project. */
export const shownPath = (host: Host, path: string): string =>
  path.startsWith(`${host.root}/`) ? path.slice(host.root.length + 1) : path;

function sizeOf(host: Host, path: string): number {
  const file = host.files.openRead(path);
  file.close();
  return file.size;
}

/** Each piece is good until the next is asked for: a buffer for each would be garbage faster than it is collected. */
function* piecesOf(host: Host, path: string): Iterable<Uint8Array> {
  const file = host.files.openRead(path);
  try {
    const buffer = new Uint8Array(PIECE);
    for (let offset = 0; ;) {
      const count = file.read(buffer, offset);
      if (count === 0) return;
      yield buffer.subarray(0, count);
      offset += count;
    }
  } finally {
    file.close();
  }
}

/** @throws Error with a sentence for the user; FileTrouble when the file cannot be read */
export function readTableFile(host: Host, path: string, options: ReadOptions = {}): Promise<Table> {
  return readTable(fileSource(host, path), options);
}

/** Batches of rows, memory that of one. @throws as `readTableFile` */
export function scanTableFile(host: Host, path: string, options: ReadOptions = {}): AsyncIterable<Table> {
  return scanTable(fileSource(host, path), options);
}

/** A table file that is being written: it appears under its name when it is whole. */
export interface TableFileWriter extends TableWriter {
  /** Nothing is left of what was written. For when something failed. */
  discard(): void;
}

/**
 * Format and compression by the path's ending: `.csv`, `.tsv`, `.jsonl`, `.parquet`, `.arrow`, and `.gz` or `.zst` behind it.
 * @throws Error when the ending says no format
 */
export async function createTableFile(host: Host, path: string, options: WriteOptions = {}): Promise<TableFileWriter> {
  const format = formatOfName(path);
  if (format === undefined) {
    throw new Error(
      `\`${shownPath(host, path)}\` does not say its format: let it end in .csv, .tsv, .jsonl, .parquet or .arrow, or one of them and .gz`,
    );
  }
  const compression = compressionOfName(path);
  const file = host.files.openWrite(path);
  let isOpen = true;
  const discard = (): void => {
    if (isOpen) file.discard();
    isOpen = false;
  };
  const guarded = async <T>(action: () => Promise<T>): Promise<T> => {
    try {
      return await action();
    } catch (error) {
      discard();
      throw error;
    }
  };
  return guarded(async () => {
    const write = (bytes: Uint8Array): void => {
      file.write(bytes);
    };
    const compressor =
      compression === undefined ? undefined : host.compression.compressor(compression, shownPath(host, path), write);
    const writer = await tableWriter(format, compressor ?? {write}, options);
    return {
      write: (batch) => guarded(() => writer.write(batch)),
      end: () =>
        guarded(async () => {
          await writer.end();
          await compressor?.end();
          isOpen = false;
          file.finish();
        }),
      discard,
    };
  });
}

function compressionOfName(path: string): CompressionFormat | undefined {
  if (/\.gz$/i.test(path)) return 'gzip';
  return /\.zst$/i.test(path) ? 'zstd' : undefined;
}
