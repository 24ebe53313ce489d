/** Texts that many rows share (facts of the host, pieces of code, chunks of a state), stored once under their sha256. */
import {digestCell} from './database.ts';
import type {Database} from './database.ts';
import {packText, unpackText} from './packed-text.ts';

/** @returns the id of the row. Only inside `write`. */
export function storeBody(database: Database, text: string): number {
  const hash = digestCell(database.options.sha256(text));
  const known = database.tuple<[number]>('SELECT id FROM bodies WHERE hash = ?', hash);
  if (known !== undefined) return known[0];
  return database.run('INSERT INTO bodies (hash, body) VALUES (?, ?)', hash, packText(text, database.options)).id;
}

export function readBody(database: Database, id: number): string {
  const row = database.tuple<[string | Uint8Array]>('SELECT body FROM bodies WHERE id = ?', id);
  if (row === undefined) throw new Error(`BUG: the store has no body ${String(id)}`);
  return unpackText(row[0], database.options);
}
