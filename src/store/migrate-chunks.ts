/** Part of the second migration: states whose chunks were JSON texts among the bodies get chunks of their own. */
import type {Database} from './database.ts';
import {readBody} from './bodies.ts';
import {readVersioned} from './packed-text.ts';
import {chunkListText, storeChunk} from './run-states.ts';
import type {StateEntry} from './run-states.ts';

const OLD_VERSION = 1;

/** Only inside `write`. */
export function moveChunks(database: Database): void {
  const chunkOfBody = new Map<number, number>();
  const move = (body: number): number => {
    const entries = readVersioned<readonly StateEntry[]>(readBody(database, body), OLD_VERSION) ?? [];
    return storeChunk(database, entries.map((entry) => JSON.stringify(entry)).join('\n'), entries);
  };
  for (const [state, text] of database.tuples<[number, string]>('SELECT id, chunks FROM states')) {
    const chunks = (readVersioned<readonly number[]>(text, OLD_VERSION) ?? []).map((body) => {
      const chunk = chunkOfBody.get(body) ?? move(body);
      chunkOfBody.set(body, chunk);
      return chunk;
    });
    database.run('UPDATE states SET chunks = ? WHERE id = ?', chunkListText(chunks), state);
  }
  for (const body of chunkOfBody.keys()) database.run('DELETE FROM bodies WHERE id = ?', body);
}
