/**
 * What a run left behind, stored once: the list of (stage, trace) of a run is cut into chunks, each kept under its hash,
 * and a state is the list of its chunks. A run that changed nothing finds its whole state and writes one number; one that
 * changed a stage of 10,000 writes one chunk of about a hundred. Cuts depend on the stage's name alone, not on its
 * position, so that a new stage in the middle moves nothing. One row per stage and run was the alternative: 10,000 rows
 * for every run with nothing to do.
 */
import type {StageName} from '../model/ids.ts';
import type {StageResult} from '../model/run.ts';
import {readBody, storeBody} from './bodies.ts';
import {digestCell} from './database.ts';
import type {Database} from './database.ts';
import {readVersioned, versioned} from './packed-text.ts';

/** One stage of a state; 0 where a stage has no trace. */
type StateEntry = readonly [stage: StageName, trace: number];

const CHUNK_VERSION = 1;
/** One name in so many ends a chunk. */
const MEAN_CHUNK_LENGTH = 96;
const LONGEST_CHUNK = 512;

/** @returns the id of the state. Only inside `write`. */
export function storeState(database: Database, results: readonly StageResult[]): number {
  const lines = results.map((result) => JSON.stringify([result.stage, result.trace ?? 0]));
  const hash = digestCell(database.options.sha256(lines.join('\n')));
  const known = database.tuple<[number]>('SELECT id FROM states WHERE hash = ?', hash);
  if (known !== undefined) return known[0];
  const chunks: number[] = [];
  let start = 0;
  results.forEach((result, index) => {
    const length = index + 1 - start;
    if (index + 1 < results.length && length < LONGEST_CHUNK && !endsChunk(result.stage)) return;
    chunks.push(storeBody(database, `[${String(CHUNK_VERSION)},[${lines.slice(start, index + 1).join(',')}]]`));
    start = index + 1;
  });
  return database.run('INSERT INTO states (hash, chunks) VALUES (?, ?)', hash, versioned(CHUNK_VERSION, chunks)).id;
}

/** In the order the results were given. */
export function readState(database: Database, state: number): readonly StateEntry[] {
  return chunksOf(database, state).flatMap((chunk) => readChunk(database, chunk));
}

export function readChunk(database: Database, chunk: number): readonly StateEntry[] {
  return readVersioned<readonly StateEntry[]>(readBody(database, chunk), CHUNK_VERSION) ?? [];
}

export function chunksOf(database: Database, state: number): readonly number[] {
  const row = database.tuple<[string]>('SELECT chunks FROM states WHERE id = ?', state);
  return row === undefined ? [] : (readVersioned<readonly number[]>(row[0], CHUNK_VERSION) ?? []);
}

/** FNV-1a over the name's UTF-16 code units. */
function endsChunk(name: string): boolean {
  let hash = 0x811c9dc5;
  for (let index = 0; index < name.length; index++) hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193);
  return (hash >>> 0) % MEAN_CHUNK_LENGTH === 0;
}
