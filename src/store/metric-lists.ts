/**
 * Metrics of a trace. What was reported without a step is one row: the list of names and files, a body that all traces
 * with the same metrics share, and the values as a blob of doubles, least significant byte first, which holds NaN and
 * infinities too. Points of curves are rows of `metrics`. A row for every metric took five times the room, and most of a
 * database with many metrics.
 */
import {formatMetricValue, parseMetricValue} from '../model/metric.ts';
import type {Metric} from '../model/metric.ts';
import {readBody, storeBody} from './bodies.ts';
import type {Database} from './database.ts';
import {readVersioned, versioned} from './packed-text.ts';
import {addCurveEnds, removeCurveEnds} from './trace-values.ts';

export type MetricName = readonly [name: string, source: string];

const LIST_VERSION = 1;
const DOUBLE_BYTES = 8;

/** Instead of those that the trace had. Only inside `write`. */
export function replaceMetrics(database: Database, trace: number, metrics: readonly Metric[]): void {
  removeCurveEnds(database, trace);
  database.run('DELETE FROM metrics WHERE trace = ?', trace);
  database.run('DELETE FROM metric_lists WHERE trace = ?', trace);
  addMetrics(database, trace, metrics);
}

/** Only inside `write`. */
export function addMetrics(database: Database, trace: number, metrics: readonly Metric[]): void {
  const plain = metrics.filter(({step}) => step === undefined);
  if (plain.length > 0) {
    const names = plain.map(({name, source}): MetricName => [name, source]);
    database.run(
      'INSERT INTO metric_lists (trace, names, numbers) VALUES (?, ?, ?)',
      trace,
      storeBody(database, versioned(LIST_VERSION, names)),
      packNumbers(plain.map(({value}) => value)),
    );
  }
  if (plain.length === metrics.length) return;
  metrics.forEach(({name, source, step, value}, position) => {
    if (step === undefined) return;
    database.run(
      'INSERT INTO metrics (trace, position, name, source, step, value) VALUES (?, ?, ?, ?, ?, ?)',
      trace,
      position,
      database.intern('texts', name),
      database.intern('texts', source),
      step,
      // SQLite has no NaN: it would come back as NULL.
      Number.isFinite(value) ? value : formatMetricValue(value),
    );
  });
  addCurveEnds(database, trace, new Set(plain.map(({name}) => name)));
}

/** Those without a step, then points of curves, each as they were reported. */
export function readMetrics(database: Database, trace: number): readonly Metric[] {
  const row = database.tuple<[number, Uint8Array]>('SELECT names, numbers FROM metric_lists WHERE trace = ?', trace);
  const names = row === undefined ? [] : readMetricNames(database, row[0]);
  const plain = names.map(([name, source], index): Metric => ({
    name,
    value: row === undefined ? Number.NaN : numberAt(row[1], index),
    source,
  }));
  const sql = `SELECT n.name, s.name, m.step, m.value FROM metrics m
    JOIN texts n ON n.id = m.name JOIN texts s ON s.id = m.source WHERE m.trace = ? ORDER BY m.position`;
  const points = database
    .tuples<[string, string, number, number | string]>(sql, trace)
    .map(([name, source, step, value]): Metric => ({name, value: numberOf(value), source, step}));
  return points.length === 0 ? plain : [...plain, ...points];
}

export function readMetricNames(database: Database, body: number): readonly MetricName[] {
  return readVersioned<readonly MetricName[]>(readBody(database, body), LIST_VERSION) ?? [];
}

export function numberAt(numbers: Uint8Array, index: number): number {
  return viewOf(numbers).getFloat64(index * DOUBLE_BYTES, true);
}

/** The value at one place of all lists with these names, with their traces. */
export function numbersOfLists(
  database: Database,
  names: number,
  index: number,
): readonly (readonly [trace: number, value: number])[] {
  // As text: ten thousand buffers of their own would cost several times that.
  const sql = 'SELECT trace, hex(substr(numbers, ?, ?)) FROM metric_lists WHERE names = ?';
  const rows = database.tuples<[number, string]>(sql, 1 + index * DOUBLE_BYTES, DOUBLE_BYTES, names);
  const view = new DataView(new ArrayBuffer(DOUBLE_BYTES));
  return rows.map(([trace, hex]) => {
    view.setUint32(0, Number.parseInt(hex.slice(0, 8), 16));
    view.setUint32(4, Number.parseInt(hex.slice(8), 16));
    return [trace, view.getFloat64(0, true)];
  });
}

/** Of a cell that holds a number, or the text of one that SQLite has not. */
export const numberOf = (cell: number | string): number =>
  typeof cell === 'number' ? cell : (parseMetricValue(cell) ?? Number.NaN);

/** Part of the second migration: rows of metrics without a step become lists. */
export function moveMetrics(database: Database): void {
  const sql = `SELECT m.trace, n.name, s.name, m.value FROM metrics m
    JOIN texts n ON n.id = m.name JOIN texts s ON s.id = m.source WHERE m.step IS NULL ORDER BY m.trace, m.position`;
  const ofTraces = new Map<number, Metric[]>();
  for (const [trace, name, source, value] of database.tuples<[number, string, string, number | string]>(sql)) {
    const metrics = ofTraces.get(trace) ?? [];
    metrics.push({name, source, value: numberOf(value)});
    ofTraces.set(trace, metrics);
  }
  database.run('DELETE FROM metrics WHERE step IS NULL');
  const curves = database.tuples<[number]>('SELECT DISTINCT trace FROM metrics').map(([trace]) => trace);
  for (const trace of curves) {
    addCurveEnds(database, trace, new Set((ofTraces.get(trace) ?? []).map(({name}) => name)));
  }
  for (const [trace, metrics] of ofTraces) addMetrics(database, trace, metrics);
}

function packNumbers(numbers: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(numbers.length * DOUBLE_BYTES);
  const view = viewOf(bytes);
  numbers.forEach((number, index) => {
    view.setFloat64(index * DOUBLE_BYTES, number, true);
  });
  return bytes;
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
