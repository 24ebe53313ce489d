/**
 * Runs that are deleted, and with them every result that nothing else holds: no other run, no stage's current state, and
 * nothing that the caller names (mlp.lock). What no row points at any more goes after that, in a transaction of its own.
 */
import {byCodeUnits} from '../base/compare.ts';
import {runId} from '../model/ids.ts';
import type {AttemptId, Digest, RunId} from '../model/ids.ts';
import {wholePath} from './attempts.ts';
import {cellDigest} from './database.ts';
import type {Database} from './database.ts';
import {countTraces, parseChunkList, traceAt} from './run-states.ts';
import type {Forgotten, ForgetRequest} from './search-contract.ts';
import {removeLostValues} from './trace-values.ts';

/** Ends a transaction without a trace of it, and carries what it found out. */
class OnlyAsked extends Error {
  readonly found: Forgotten;
  constructor(found: Forgotten) {
    super('a dry run');
    this.found = found;
  }
}

export class Forgetting {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  forgetRuns(request: ForgetRequest): Forgotten {
    const database = this.#database;
    try {
      return database.write(() => {
        const forgotten = this.#forget(request);
        if (request.dryRun) throw new OnlyAsked(forgotten);
        return forgotten;
      });
    } catch (error) {
      if (error instanceof OnlyAsked) return error.found;
      throw error;
    }
  }

  /** Rows that nothing points at: names, hashes, states and texts of what was deleted. */
  removeLostRows(): void {
    const database = this.#database;
    // To look for the children of each row that goes would be a look at whole tables; here they are known to be none.
    database.withoutForeignKeys(() => {
      database.write(() => {
        database.run('DELETE FROM states WHERE id NOT IN (SELECT state FROM runs WHERE state IS NOT NULL)');
        const used = new Set(
          database.tuples<[string]>('SELECT chunks FROM states').flatMap(([text]) => parseChunkList(text)),
        );
        for (const [chunk] of database.tuples<[number]>('SELECT id FROM state_chunks')) {
          if (!used.has(chunk)) database.run('DELETE FROM state_chunks WHERE id = ?', chunk);
        }
        database.run(`DELETE FROM bodies WHERE id NOT IN (SELECT facts FROM runs
          UNION SELECT pieces FROM trace_details WHERE pieces IS NOT NULL UNION SELECT names FROM state_chunks UNION SELECT names FROM metric_lists)`);
        removeLostValues(database);
        database.run(`DELETE FROM objects WHERE id NOT IN (SELECT object FROM outputs WHERE object IS NOT NULL
          UNION SELECT object FROM inputs WHERE object IS NOT NULL)`);
        database.run(`DELETE FROM texts WHERE id NOT IN (SELECT path FROM outputs UNION SELECT name FROM inputs
          UNION SELECT path FROM inputs UNION SELECT name FROM metrics UNION SELECT source FROM metrics
          UNION SELECT name FROM params UNION SELECT value FROM params)`);
        database.run(`DELETE FROM stages WHERE current IS NULL AND id NOT IN (SELECT stage FROM traces
          UNION SELECT stage FROM attempts UNION SELECT stage FROM run_stages)`);
        database.forgetInterned();
      });
    });
  }

  #forget({runs, lockedKeys}: ForgetRequest): Forgotten {
    const database = this.#database;
    const there = new Set(runs.filter((run) => database.tuple('SELECT 1 FROM runs WHERE id = ?', run) !== undefined));
    const attempts = [...there].flatMap((run) => this.#attemptsOf(run));
    const {doomed, kept} = this.#doomedTraces(there, lockedKeys);
    const objects = new Map<Digest, 'file' | 'dir'>();
    const outputs = `SELECT DISTINCT o.hash, x.is_folder FROM outputs x JOIN objects o ON o.id = x.object
      WHERE x.trace = ?`;
    for (const trace of doomed) {
      for (const [hash, isFolder] of database.tuples<[Uint8Array, number]>(outputs, trace))
        objects.set(cellDigest(hash), isFolder === 1 ? 'dir' : 'file');
    }
    for (const trace of doomed) database.run('DELETE FROM traces WHERE id = ?', trace);
    for (const run of there) database.run('DELETE FROM runs WHERE id = ?', run);
    const named = 'SELECT 1 FROM outputs WHERE object = (SELECT id FROM objects WHERE hash = ?) LIMIT 1';
    return {
      runs: [...there].sort((a, b) => a - b),
      attempts,
      traces: doomed.length,
      kept,
      objects: [...objects]
        .filter(([hash]) => database.tuple(named, Buffer.from(hash, 'hex')) === undefined)
        .map(([hash, type]) => ({hash, type}))
        .sort((a, b) => byCodeUnits(a.hash, b.hash)),
    };
  }

  #attemptsOf(run: RunId): Forgotten['attempts'] {
    const sql = 'SELECT name, log_file, work_folder FROM attempts WHERE run = ?';
    return this.#database.tuples<[AttemptId, string, string]>(sql, run).map(([id, log, work]) => ({
      id,
      logFile: wholePath(log, id),
      workFolder: wholePath(work, id),
    }));
  }

  /** Made or used by these runs, and by nothing that stays. */
  #doomedTraces(
    runs: ReadonlySet<RunId>,
    lockedKeys: ReadonlySet<Digest>,
  ): {readonly doomed: readonly number[]; readonly kept: number} {
    const database = this.#database;
    const [theirs, others] = this.#tracesOfStates(runs);
    const otherRuns = new Set(database.tuples<[number]>('SELECT id FROM runs').map(([id]) => runId(id)));
    for (const run of runs) otherRuns.delete(run);
    const current = new Set(
      database.tuples<[number]>('SELECT current FROM stages WHERE current IS NOT NULL').map(([trace]) => trace),
    );
    const ofThem = database
      .tuples<[number, RunId | null, Uint8Array]>('SELECT id, run, key FROM traces')
      .filter(([id, maker]) => theirs.has(id) || (maker !== null && runs.has(maker)));
    const doomed = ofThem
      .filter(([id, maker, key]) => {
        const isHeld = others.has(id) || current.has(id) || (maker !== null && otherRuns.has(maker));
        return !isHeld && !lockedKeys.has(cellDigest(key));
      })
      .map(([id]) => id);
    return {doomed, kept: ofThem.length - doomed.length};
  }

  /** Traces in the states of these runs, and in those of all others. */
  #tracesOfStates(runs: ReadonlySet<RunId>): readonly [theirs: ReadonlySet<number>, others: ReadonlySet<number>] {
    const database = this.#database;
    const chunks = new Map(database.tuples<[number, Uint8Array]>('SELECT id, traces FROM state_chunks'));
    const chunkSets = [new Set<number>(), new Set<number>()] as const;
    const sql = 'SELECT r.id, s.chunks FROM runs r JOIN states s ON s.id = r.state';
    for (const [run, text] of database.tuples<[RunId, string]>(sql)) {
      for (const chunk of parseChunkList(text)) chunkSets[runs.has(run) ? 0 : 1].add(chunk);
    }
    const tracesIn = (ids: ReadonlySet<number>): ReadonlySet<number> => {
      const found = new Set<number>();
      for (const id of ids) {
        const traces = chunks.get(id);
        for (let index = 0; traces !== undefined && index < countTraces(traces); index++)
          found.add(traceAt(traces, index));
      }
      return found;
    };
    return [tracesIn(chunkSets[0]), tracesIn(chunkSets[1])];
  }
}
