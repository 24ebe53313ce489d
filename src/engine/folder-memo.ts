/**
 * What is remembered of a folder of many files: a file of its own below .mlp/folders, read and written whole, since a row
 * for each of 100,000 files costs more than to look at them all. Only a saving: what is missing, broken or of another
 * machine costs one more look. Layout: the sha256 of all that follows it, a line of JSON, the text of the listing, the
 * records. A crash may have left zeros.
 */
import {FileTrouble, type Host} from '../host/host.ts';
import type {FileContent} from '../model/artifact.ts';
import {FileRecords} from '../model/file-records.ts';
import {digest} from '../model/ids.ts';
import {FolderListing} from './folder-listing.ts';

const VERSION = 1;
const NEW_LINE = 10;
const DIGEST_LENGTH = 64;

/** A folder as it was found. */
export interface FolderLook {
  readonly listing: FolderListing;
  /** One for each of the listing's files. */
  readonly records: FileRecords;
  readonly content: FileContent;
}

interface Head {
  readonly version: number;
  readonly path: string;
  readonly hash: string;
  readonly size: number;
  readonly files: number;
  readonly textBytes: number;
}

/** @param path of the folder, as it stands in the pipeline. */
export function readFolderMemo(host: Host, path: string): FolderLook | undefined {
  const file = memoFile(host, path);
  if (!host.files.exists(file)) return undefined;
  const all = host.files.readBytes(file);
  const bytes = all.subarray(DIGEST_LENGTH);
  if (text(all.subarray(0, DIGEST_LENGTH)) !== host.hashing.sha256(bytes)) return undefined;
  const end = bytes.indexOf(NEW_LINE);
  const head = JSON.parse(text(bytes.subarray(0, end))) as Head;
  if (head.version !== VERSION || head.path !== path) return undefined;
  const body = bytes.subarray(end + 1);
  const listing = new FolderListing(text(body.subarray(0, head.textBytes)));
  const records = new FileRecords(listing.files.length);
  records.bytes.set(body.subarray(head.textBytes));
  const {size, files} = head;
  return {listing, records, content: {type: 'dir', exec: false, hash: digest(head.hash), size, files}};
}

export function writeFolderMemo(host: Host, path: string, {listing, records, content}: FolderLook): void {
  const names = Buffer.from(listing.text, 'utf8');
  const {hash, size, files = 0} = content;
  const head: Head = {version: VERSION, path, hash, size, files, textBytes: names.length};
  const parts = [Buffer.from(`${JSON.stringify(head)}\n`), names, records.bytes];
  try {
    host.files.writeAtomic(memoFile(host, path), [Buffer.from(host.hashing.sha256(parts)), ...parts]);
  } catch (error) {
    // A disk that is full or read-only has its word where something is written that matters.
    if (!(error instanceof FileTrouble)) throw error;
  }
}

function memoFile(host: Host, path: string): string {
  return `.mlp/folders/${host.hashing.sha256(path).slice(0, 32)}`;
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}
