/**
 * What the runs of a history are searched by, beside the lists of metrics: the last value of each curve of a trace, and each
 * param as JSON text. Both repeat what `metrics` and the key document hold, in rows that a question beginning at a name reads
 * one after the other.
 */
import type {JsonObject} from '../base/json.ts';
import {canonicalJson, leavesOf} from '../base/json.ts';
import type {Database} from './database.ts';

/** The value at the last step of each curve, but for names that have a value without a step. Only inside `write`. */
export function addCurveEnds(database: Database, trace: number, except: ReadonlySet<string>): void {
  const sql = `SELECT m.name, t.name, m.value FROM metrics m JOIN texts t ON t.id = m.name
    WHERE m.trace = ? AND m.step IS NOT NULL ORDER BY m.step, m.position`;
  const ends = new Map<number, number | string>();
  for (const [id, name, value] of database.tuples<[number, string, number | string]>(sql, trace)) {
    if (!except.has(name)) ends.set(id, value);
  }
  for (const [id, value] of ends) {
    database.run('INSERT INTO curve_ends (name, trace, value) VALUES (?, ?, ?)', id, trace, value);
  }
}

/** Only inside `write`, and before the rows in `metrics` go. */
export function removeCurveEnds(database: Database, trace: number): void {
  const sql = 'DELETE FROM curve_ends WHERE trace = ? AND name IN (SELECT name FROM metrics WHERE trace = ?)';
  database.run(sql, trace, trace);
}

/** Those of traces that are gone: the rows stand in the order of names, so that one look at all is the cheap way. */
export function removeLostValues(database: Database): void {
  database.run('DELETE FROM curve_ends WHERE trace NOT IN (SELECT id FROM traces)');
  database.run('DELETE FROM params WHERE trace NOT IN (SELECT id FROM traces)');
}

/** Only inside `write`. */
export function addParams(database: Database, trace: number, params: JsonObject): void {
  for (const [name, value] of leavesOf(params)) {
    database.run(
      'INSERT OR REPLACE INTO params (trace, name, value) VALUES (?, ?, ?)',
      trace,
      database.intern('texts', name),
      database.intern('texts', canonicalJson(value)),
    );
  }
}
