/** Answers about contents, from the cache and from disk: lists of folders, rows of tables. What is in neither has no answer. */
import type {Cache} from '../cache/cache.ts';
import type {Host} from '../host/host.ts';
import type {Digest} from '../model/ids.ts';
import type {DiffWorld} from './diff-rows.ts';

/** Larger tables are not counted: a diff is to be quick. */
const MOST_BYTES = 32 * 1024 * 1024;
/** Of all tables together; what comes after is not counted. */
const MOST_BYTES_IN_ALL = 256 * 1024 * 1024;
const WITH_HEADER = /\.(?:csv|tsv)$/i;
const LINES = /\.(?:jsonl|ndjson)$/i;

/** @param host of the project, whose file is read where it still holds the content and the cache does not. */
export function diffWorld(cache: Cache, {files, hashing}: Pick<Host, 'files' | 'hashing'>): DiffWorld {
  const onDisk = (path: string, hash: Digest, size: number): string | undefined => {
    const stat = files.stat(path);
    const isSame = stat?.type === 'file' && stat.size === size && hashing.fileSha256(path) === hash;
    return isSame ? files.readTextIfThere(path) : undefined;
  };
  let room = MOST_BYTES_IN_ALL;
  return {
    readTree: (hash) => cache.readTree(hash),
    countRows: (path, hash, size) => {
      const header = WITH_HEADER.test(path) ? 1 : 0;
      if ((header === 0 && !LINES.test(path)) || size > Math.min(MOST_BYTES, room)) return undefined;
      room -= size;
      const text = cache.readText(hash) ?? onDisk(path, hash, size);
      return text === undefined ? undefined : Math.max(0, countRecords(text, header === 1) - header);
    },
  };
}

/** Lines that hold something; with quotes, a line end between two of them belongs to a field. */
export function countRecords(text: string, hasQuotes: boolean): number {
  let records = 0;
  let isQuoted = false;
  let isEmpty = true;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 10 && !isQuoted) {
      if (!isEmpty) records++;
      isEmpty = true;
    } else if (code !== 13) {
      isEmpty = false;
      if (hasQuotes && code === 34) isQuoted = !isQuoted;
    }
  }
  return isEmpty ? records : records + 1;
}
