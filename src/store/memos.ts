/**
 * Memos of files and tools. What is set is kept in memory and written in one transaction by `flush`; a memo is only a
 * saving, so one that is lost with a crash or overwritten by another process costs a second look and nothing else. Rows are
 * looked up one by one: reading the whole table into a map was measured and costs two thirds of that a row, wanted or not.
 */
import type {Json} from '../base/json.ts';
import type {Digest, QuickHash} from '../model/ids.ts';
import type {Database} from './database.ts';
import {packText, readVersioned, unpackText, versioned} from './packed-text.ts';
import type {FileMemo, ToolMemo} from './store.ts';

const TOOL_MEMO_VERSION = 1;
/** A memo is written over and over and read at every start: only a long one is worth loading zlib for. */
const LONG_MEMO = 65_536;

type FileMemoTuple = readonly [signature: string, sha256: Digest, xxh64: QuickHash, size: number, hashed: number];

export class Memos {
  readonly #database: Database;
  readonly #newFiles = new Map<string, FileMemo>();
  readonly #newTools = new Map<string, {readonly tool: string; readonly subject: string; readonly memo: ToolMemo}>();

  constructor(database: Database) {
    this.#database = database;
  }

  fileMemo(path: string): FileMemo | undefined {
    const set = this.#newFiles.get(path);
    if (set !== undefined) return set;
    const sql = 'SELECT signature, sha256, xxh64, size, hashed_ms FROM file_memos WHERE path = ?';
    const tuple = this.#database.tuple<FileMemoTuple>(sql, path);
    if (tuple === undefined) return undefined;
    const [signature, sha256, xxh64, size, hashedAtMs] = tuple;
    return {signature, sha256, xxh64, size, hashedAtMs};
  }

  setFileMemo(path: string, memo: FileMemo): void {
    this.#newFiles.set(path, memo);
  }

  toolMemo(tool: string, subject: string): ToolMemo | undefined {
    const set = this.#newTools.get(toolKey(tool, subject));
    if (set !== undefined) return set.memo;
    const sql = 'SELECT memo FROM tool_memos WHERE tool = ? AND subject = ?';
    const cell = this.#database.tuple<[string | Uint8Array]>(sql, tool, subject)?.[0];
    if (cell === undefined) return undefined;
    const text = unpackText(cell, this.#database.options);
    const parts = readVersioned<readonly [ToolMemo['guards'], Json]>(text, TOOL_MEMO_VERSION);
    return parts === undefined ? undefined : {guards: parts[0], value: parts[1]};
  }

  setToolMemo(tool: string, subject: string, memo: ToolMemo): void {
    this.#newTools.set(toolKey(tool, subject), {tool, subject, memo});
  }

  flush(): void {
    if (this.#newFiles.size === 0 && this.#newTools.size === 0) return;
    const database = this.#database;
    database.write(() => {
      for (const [path, memo] of this.#newFiles) {
        database.run(
          `INSERT INTO file_memos (path, signature, sha256, xxh64, size, hashed_ms) VALUES (?, ?, ?, ?, ?, ?)
           ON CONFLICT (path) DO UPDATE SET signature = excluded.signature, sha256 = excluded.sha256,
             xxh64 = excluded.xxh64, size = excluded.size, hashed_ms = excluded.hashed_ms`,
          path,
          memo.signature,
          memo.sha256,
          memo.xxh64,
          memo.size,
          memo.hashedAtMs,
        );
      }
      for (const {tool, subject, memo} of this.#newTools.values()) {
        database.run(
          `INSERT INTO tool_memos (tool, subject, memo) VALUES (?, ?, ?)
           ON CONFLICT (tool, subject) DO UPDATE SET memo = excluded.memo`,
          tool,
          subject,
          packText(versioned(TOOL_MEMO_VERSION, [memo.guards, memo.value]), database.options, LONG_MEMO),
        );
      }
    });
    this.#newFiles.clear();
    this.#newTools.clear();
  }
}

function toolKey(tool: string, subject: string): string {
  return JSON.stringify([tool, subject]);
}
