/**
 * What the runs of a history are searched by: one number for each metric of a trace, and each param as JSON text. Both
 * repeat what `metrics` and the key document hold, in rows that a question beginning at a name reads one after the other.
 */
import type {Json, JsonObject} from '../base/json.ts';
import {canonicalJson, isJsonObject} from '../base/json.ts';
import type {Database} from './database.ts';

/** A metric has the value it was given without a step, else that of its last step. */
const LAST_VALUES = `INSERT OR IGNORE INTO metric_values (name, trace, value)
  SELECT name, trace, value FROM metrics WHERE `;
const IN_ORDER = ' ORDER BY step IS NOT NULL, step DESC, position DESC';

/** Once the rows in `metrics` are there. Only inside `write`. */
export function addMetricValues(database: Database, trace: number): void {
  database.run(`${LAST_VALUES} trace = ?${IN_ORDER}`, trace);
}

/** For all traces: part of a migration. */
export function fillMetricValues(database: Database): void {
  database.run(`${LAST_VALUES} true${IN_ORDER}`);
}

/** Only inside `write`, and before the rows in `metrics` go. */
export function removeMetricValues(database: Database, trace: number): void {
  const sql = 'DELETE FROM metric_values WHERE trace = ? AND name IN (SELECT name FROM metrics WHERE trace = ?)';
  database.run(sql, trace, trace);
}

/** Those of traces that are gone: the rows stand in the order of names, so that one look at all is the cheap way. */
export function removeLostValues(database: Database): void {
  database.run('DELETE FROM metric_values WHERE trace NOT IN (SELECT id FROM traces)');
  database.run('DELETE FROM params WHERE trace NOT IN (SELECT id FROM traces)');
}

/** Only inside `write`. */
export function addParams(database: Database, trace: number, params: JsonObject): void {
  for (const [name, value] of paramLeaves(params)) {
    database.run(
      'INSERT OR REPLACE INTO params (trace, name, value) VALUES (?, ?, ?)',
      trace,
      database.intern('texts', name),
      database.intern('texts', canonicalJson(value)),
    );
  }
}

/** `{train: {lr: 0.1}}` as `train.lr`; a list is one value. */
function paramLeaves(params: JsonObject, prefix = ''): readonly (readonly [name: string, value: Json])[] {
  return Object.entries(params).flatMap(([name, value]) =>
    isJsonObject(value) && Object.keys(value).length > 0
      ? paramLeaves(value, `${prefix}${name}.`)
      : [[`${prefix}${name}`, value] as const],
  );
}
