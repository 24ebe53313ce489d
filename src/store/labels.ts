/** What a person says of a run: its name, tags, note and pin. A name that was given up is kept with the time. */
import {runId} from '../model/ids.ts';
import type {RunId} from '../model/ids.ts';
import type {RunLabels} from '../model/run.ts';
import type {Database} from './database.ts';
import type {LabelChange} from './store.ts';

interface LabelColumns {
  readonly id: number;
  readonly name: string | null;
  readonly note: string | null;
  readonly pinned: number;
}

export class Labels {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  labelRun(run: RunId, change: LabelChange): boolean {
    const database = this.#database;
    return database.write(() => {
      const row = database.one<LabelColumns>('SELECT id, name, note, pinned FROM runs WHERE id = ?', run);
      if (row === undefined) return false;
      if (change.name !== undefined && change.name !== row.name) this.#rename(row, change.name, change.atMs);
      if (change.note !== undefined) database.run('UPDATE runs SET note = ? WHERE id = ?', change.note, run);
      if (change.pinned !== undefined)
        database.run('UPDATE runs SET pinned = ? WHERE id = ?', Number(change.pinned), run);
      for (const tag of change.untag ?? []) database.run('DELETE FROM run_tags WHERE run = ? AND tag = ?', run, tag);
      for (const tag of change.tag ?? [])
        database.run('INSERT OR IGNORE INTO run_tags (run, tag) VALUES (?, ?)', run, tag);
      return true;
    });
  }

  #rename(row: LabelColumns, name: string | null, atMs: number): void {
    const database = this.#database;
    database.run('UPDATE runs SET name = ? WHERE id = ?', name, row.id);
    if (row.name === null) return;
    const sql = `INSERT INTO earlier_names (run, position, name, until_ms)
      SELECT ?, coalesce(max(position), 0) + 1, ?, ? FROM earlier_names WHERE run = ?`;
    database.run(sql, row.id, row.name, atMs, row.id);
  }

  earlierNames(run: RunId): readonly {readonly name: string; readonly untilMs: number}[] {
    const sql = 'SELECT name, until_ms FROM earlier_names WHERE run = ? ORDER BY position DESC';
    return this.#database.tuples<[string, number]>(sql, run).map(([name, untilMs]) => ({name, untilMs}));
  }

  runsNamed(name: string): readonly RunId[] {
    const now = this.#ids('SELECT id FROM runs WHERE name = ? ORDER BY id DESC', name);
    if (now.length > 0) return now;
    return this.#ids('SELECT DISTINCT run FROM earlier_names WHERE name = ? ORDER BY run DESC', name);
  }

  runsTagged(tag: string): readonly RunId[] {
    return this.#ids('SELECT run FROM run_tags WHERE tag = ? ORDER BY run DESC', tag);
  }

  pinnedRuns(): readonly RunId[] {
    return this.#ids('SELECT id FROM runs WHERE pinned = 1 ORDER BY id DESC');
  }

  #ids(sql: string, ...cells: readonly string[]): readonly RunId[] {
    return this.#database.tuples<[number]>(sql, ...cells).map(([id]) => runId(id));
  }
}

/** What a row of `runs` says of its labels; absent where there is none. */
export function labelsOf(row: Omit<LabelColumns, 'id'>, tags: readonly string[]): RunLabels {
  return {
    ...(row.name === null ? {} : {name: row.name}),
    ...(tags.length === 0 ? {} : {tags}),
    ...(row.note === null ? {} : {note: row.note}),
    ...(row.pinned === 0 ? {} : {pinned: true}),
  };
}

/** Sorted by code units. */
export function tagsOf(database: Database, run: number): readonly string[] {
  return database.tuples<[string]>('SELECT tag FROM run_tags WHERE run = ? ORDER BY tag', run).map(([tag]) => tag);
}
