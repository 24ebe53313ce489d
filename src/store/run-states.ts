/**
 * What a run left behind, stored once: the list of (stage, trace) of a run is cut into chunks, each kept under its hash,
 * and a state is the list of its chunks. A run that changed nothing finds its whole state and writes one number; one that
 * changed a stage of 10,000 writes one chunk of about a hundred. Cuts depend on the stage's name alone, not on its
 * position, so that a new stage in the middle moves nothing. One row per stage and run was the alternative: 10,000 rows
 * for every run with nothing to do.
 *
 * A chunk is the names of its stages (a body, shared by all chunks with the same names) and a blob of their traces: one
 * byte that says how many bytes a trace takes, then the traces, most significant byte first, 0 where a stage has none. So the
 * states of ten thousand runs can be searched for one stage without parsing anything.
 */
import type {StageName} from '../model/ids.ts';
import type {StageResult} from '../model/run.ts';
import {readBody, storeBody} from './bodies.ts';
import {digestCell} from './database.ts';
import type {Database} from './database.ts';
import {readVersioned, versioned} from './packed-text.ts';

/** One stage of a state; 0 where a stage has no trace. */
export type StateEntry = readonly [stage: StageName, trace: number];

/** 1 was a list of bodies that held names and traces as JSON: see migrate-chunks.ts. */
const CHUNK_VERSION = 2;
/** One name in so many ends a chunk. */
const MEAN_CHUNK_LENGTH = 96;
const LONGEST_CHUNK = 512;
/** Of a sha256: enough for rows that are compared with nothing from outside. */
const HASH_BYTES = 16;

/** @returns the id of the state. Only inside `write`. */
export function storeState(database: Database, results: readonly StageResult[]): number {
  const entries = results.map((result): StateEntry => [result.stage, result.trace ?? 0]);
  const lines = entries.map((entry) => JSON.stringify(entry));
  const hash = digestCell(database.options.sha256(lines.join('\n')));
  const known = database.tuple<[number]>('SELECT id FROM states WHERE hash = ?', hash);
  if (known !== undefined) return known[0];
  const chunks: number[] = [];
  let start = 0;
  entries.forEach(([stage], index) => {
    const length = index + 1 - start;
    if (index + 1 < entries.length && length < LONGEST_CHUNK && !endsChunk(stage)) return;
    const text = lines.slice(start, index + 1).join('\n');
    chunks.push(storeChunk(database, text, entries.slice(start, index + 1)));
    start = index + 1;
  });
  const sql = 'INSERT INTO states (hash, chunks) VALUES (?, ?)';
  return database.run(sql, hash, chunkListText(chunks)).id;
}

/** @param text of the entries, one a line: what the hash is taken of. @returns the id of the chunk. */
export function storeChunk(database: Database, text: string, entries: readonly StateEntry[]): number {
  const hash = digestCell(database.options.sha256(text)).subarray(0, HASH_BYTES);
  const known = database.tuple<[number]>('SELECT id FROM state_chunks WHERE hash = ?', hash);
  if (known !== undefined) return known[0];
  const names = storeBody(
    database,
    versioned(
      1,
      entries.map(([stage]) => stage),
    ),
  );
  const traces = packTraces(entries.map(([, trace]) => trace));
  return database.run('INSERT INTO state_chunks (hash, names, traces) VALUES (?, ?, ?)', hash, names, traces).id;
}

export const chunkListText = (chunks: readonly number[]): string => versioned(CHUNK_VERSION, chunks);

/** In the order the results were given. */
export function readState(database: Database, state: number): readonly StateEntry[] {
  const row = database.tuple<[string]>('SELECT chunks FROM states WHERE id = ?', state);
  return row === undefined ? [] : parseChunkList(row[0]).flatMap((chunk) => readChunk(database, chunk));
}

export function parseChunkList(text: string): readonly number[] {
  return readVersioned<readonly number[]>(text, CHUNK_VERSION) ?? [];
}

function readChunk(database: Database, chunk: number): readonly StateEntry[] {
  const sql = 'SELECT names, traces FROM state_chunks WHERE id = ?';
  const row = database.tuple<[number, Uint8Array]>(sql, chunk);
  if (row === undefined) return [];
  return readNames(database, row[0]).map((stage, index) => [stage, traceAt(row[1], index)]);
}

/** Names of the stages of a chunk. */
export function readNames(database: Database, names: number): readonly StageName[] {
  return readVersioned<readonly StageName[]>(readBody(database, names), 1) ?? [];
}

export function packTraces(traces: readonly number[]): Uint8Array {
  let width = 1;
  for (const trace of traces) while (trace >= 256 ** width) width++;
  const bytes = new Uint8Array(1 + width * traces.length);
  bytes[0] = width;
  traces.forEach((trace, index) => {
    let rest = trace;
    for (let at = width * (index + 1); at > width * index; at--) {
      bytes[at] = rest % 256;
      rest = Math.floor(rest / 256);
    }
  });
  return bytes;
}

export function traceAt(traces: Uint8Array, index: number): number {
  const width = traces[0] ?? 1;
  let trace = 0;
  for (let at = 1 + width * index; at < 1 + width * (index + 1); at++) trace = trace * 256 + (traces[at] ?? 0);
  return trace;
}

export const countTraces = (traces: Uint8Array): number => (traces.length - 1) / (traces[0] ?? 1);

/** FNV-1a over the name's UTF-16 code units. */
function endsChunk(name: string): boolean {
  let hash = 0x811c9dc5;
  for (let index = 0; index < name.length; index++) hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193);
  return (hash >>> 0) % MEAN_CHUNK_LENGTH === 0;
}
