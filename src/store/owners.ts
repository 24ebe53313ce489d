/** Who holds a row: processes, stored once each. */
import type {Database} from './database.ts';
import type {Owner} from './store.ts';

export interface OwnerColumns {
  readonly boot_id: string;
  readonly pid: number;
  readonly start_time: string;
}

/** @returns the id of the owner. Only inside `write`. */
export function storeOwner(database: Database, owner: Owner): number {
  const known = database.tuple<[number]>(
    'SELECT id FROM owners WHERE boot_id = ? AND pid = ? AND start_time = ?',
    owner.bootId,
    owner.pid,
    owner.startTime,
  );
  if (known !== undefined) return known[0];
  const sql = 'INSERT INTO owners (boot_id, pid, start_time) VALUES (?, ?, ?)';
  return database.run(sql, owner.bootId, owner.pid, owner.startTime).id;
}

export function ownerOf(row: OwnerColumns): Owner {
  return {bootId: row.boot_id, pid: row.pid, startTime: row.start_time};
}
