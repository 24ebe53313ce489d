/** The commit of a result: everything that is known of it, the stage's current pointer and the attempt's end, or nothing. */
import type {InputEntry, OutputEntry} from '../model/artifact.ts';
import type {AttemptId} from '../model/ids.ts';
import type {AttemptEnd, Trace} from '../model/run.ts';
import type {Attempts} from './attempts.ts';
import {storeBody} from './bodies.ts';
import {digestCell} from './database.ts';
import type {Database} from './database.ts';
import {addMetrics, replaceMetrics} from './metric-lists.ts';
import {registerModel} from './models.ts';
import {outputsText, sameOutputs, sortOutputs} from './outputs-text.ts';
import {packText, versioned} from './packed-text.ts';
import type {NewTrace} from './store.ts';
import {addParams} from './trace-values.ts';
import {DETAILS_VERSION} from './traces.ts';
import type {Traces} from './traces.ts';

export class Commits {
  readonly #database: Database;
  readonly #traces: Traces;
  readonly #attempts: Attempts;

  constructor(database: Database, traces: Traces, attempts: Attempts) {
    this.#database = database;
    this.#traces = traces;
    this.#attempts = attempts;
  }

  commit(made: NewTrace, end?: {readonly attempt: AttemptId; readonly end: AttemptEnd}): Trace {
    return this.#database.write(() => {
      const outputs = sortOutputs(made.outputs);
      const known = this.#traces.traces(made.key).find((trace) => sameOutputs(trace.outputs, outputs));
      const trace = known === undefined ? this.#add(made, outputs) : this.#seenAgain(known, made, outputs);
      registerModel(this.#database, made, trace.id);
      const stage = this.#database.intern('stages', made.stage);
      this.#database.run('UPDATE stages SET current = ? WHERE id = ?', trace.id, stage);
      if (end !== undefined) this.#attempts.endAttempt(end.attempt, end.end);
      return trace;
    });
  }

  #add(made: NewTrace, outputs: readonly OutputEntry[]): Trace {
    const database = this.#database;
    const {id} = database.run(
      `INSERT INTO traces (key, stage, created_ms, used_ms, run, attempt, origin, wall_ms, outputs)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      digestCell(made.key),
      database.intern('stages', made.stage),
      made.createdAtMs,
      made.createdAtMs,
      made.run ?? null,
      made.attempt ?? null,
      made.origin,
      made.durationMs ?? null,
      outputsText(outputs),
    );
    database.run(
      'INSERT INTO trace_details (trace, document, pieces, because) VALUES (?, ?, ?, ?)',
      id,
      packText(versioned(DETAILS_VERSION, made.document), database.options),
      made.pieces === undefined ? null : storeBody(database, versioned(DETAILS_VERSION, made.pieces)),
      made.because ?? null,
    );
    for (const output of outputs) this.#addOutput(id, output);
    made.inputs.forEach((input, position) => this.#addInput(id, position, input));
    addMetrics(database, id, made.metrics);
    addParams(database, id, made.document.params);
    const {key, stage, createdAtMs, origin, run, attempt, durationMs} = made;
    return {
      id,
      key,
      stage,
      createdAtMs,
      origin,
      outputs,
      ...(run === undefined ? {} : {run}),
      ...(attempt === undefined ? {} : {attempt}),
      ...(durationMs === undefined ? {} : {durationMs}),
    };
  }

  /**
   * The same bytes under the same key once more. What the first record lacks is filled in: one that came from `mlp.lock`
   * has neither run nor wall time, and one made without the cache has no objects.
   */
  #seenAgain(known: Trace, made: NewTrace, outputs: readonly OutputEntry[]): Trace {
    const database = this.#database;
    const cached = new Set(known.outputs.filter((output) => output.cached).map((output) => output.path));
    const merged = outputs.map((output) => (cached.has(output.path) ? {...output, cached: true} : output));
    const madeHere = made.origin === 'ran' && (known.origin === 'lock' || known.origin === 'remote');
    database.run(
      `UPDATE traces SET used_ms = max(used_ms, ?), run = coalesce(run, ?), attempt = coalesce(attempt, ?), origin = ?,
       wall_ms = coalesce(wall_ms, ?), outputs = ? WHERE id = ?`,
      made.createdAtMs,
      made.run ?? null,
      made.attempt ?? null,
      madeHere ? 'ran' : known.origin,
      made.durationMs ?? null,
      outputsText(merged),
      known.id,
    );
    if (made.pieces !== undefined) {
      const pieces = storeBody(database, versioned(DETAILS_VERSION, made.pieces));
      database.run('UPDATE trace_details SET pieces = ? WHERE trace = ?', pieces, known.id);
    }
    if (made.metrics.length > 0) replaceMetrics(database, known.id, made.metrics);
    const trace = this.#traces.trace(known.id);
    if (trace === undefined) throw new Error(`BUG: the trace ${String(known.id)} was changed and is not there`);
    return trace;
  }

  #addOutput(trace: number, {path, type, hash}: OutputEntry): void {
    const database = this.#database;
    database.run(
      'INSERT INTO outputs (trace, path, object, is_folder) VALUES (?, ?, ?, ?)',
      trace,
      database.intern('texts', path),
      hash === '' ? null : database.intern('objects', hash),
      Number(type === 'dir'),
    );
  }

  #addInput(trace: number, position: number, {name, path, type, exec, hash, size, files}: InputEntry): void {
    const database = this.#database;
    database.run(
      `INSERT INTO inputs (trace, position, name, path, type, exec, object, size, files) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      trace,
      position,
      database.intern('texts', name),
      database.intern('texts', path),
      type,
      Number(exec),
      hash === '' ? null : database.intern('objects', hash),
      size,
      files ?? null,
    );
  }
}
