/**
 * The schema, as the list of named steps that made it. A step and its number (PRAGMA user_version) are written in one
 * transaction; a published step is never edited, a change is a new one at the end.
 */
import type {KeyDocument} from '../model/key-document.ts';
import type {Database} from './database.ts';
import {moveChunks} from './migrate-chunks.ts';
import {moveMetrics} from './metric-lists.ts';
import {readVersioned, unpackText} from './packed-text.ts';
import {addParams} from './trace-values.ts';
import {DETAILS_VERSION} from './traces.ts';

export interface Migration {
  readonly name: string;
  readonly apply: (database: Database) => void;
}

/** The database was written by a newer mlp. */
export class StoreTooNew extends Error {
  override readonly name = 'StoreTooNew';
}

/**
 * Layout. Names, hashes and owners are interned (texts, objects, stages, owners), so that a row beside them is a few
 * small integers. A trace is two rows: what is asked of every stage in every run (`traces`, with its outputs as one JSON
 * text: one read instead of a join over four tables) and what only `why` and friends want (`trace_details`).
 * `outputs` repeats path and object of that text as rows, for questions that begin at a path or an object. What a run
 * left behind is a state: a list of chunks of (stage, trace), each stored once (see run-states.ts).
 */
const createTables: Migration = {
  name: 'create tables',
  apply: (database) => {
    database.script(`
      CREATE TABLE texts (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
      CREATE TABLE objects (id INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE) STRICT;
      CREATE TABLE owners (
        id INTEGER PRIMARY KEY, boot_id TEXT NOT NULL, pid INTEGER NOT NULL, start_time TEXT NOT NULL,
        UNIQUE (boot_id, pid, start_time)
      ) STRICT;
      CREATE TABLE stages (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, current INTEGER, wall_ms REAL) STRICT;

      CREATE TABLE traces (
        id INTEGER PRIMARY KEY AUTOINCREMENT, key BLOB NOT NULL, stage INTEGER NOT NULL REFERENCES stages (id),
        created_ms REAL NOT NULL, used_ms REAL NOT NULL, run INTEGER, attempt TEXT, origin TEXT NOT NULL, wall_ms REAL,
        outputs TEXT NOT NULL
      ) STRICT;
      CREATE INDEX traces_of_key ON traces (key);
      CREATE INDEX traces_of_stage ON traces (stage);
      CREATE TABLE trace_details (
        trace INTEGER PRIMARY KEY REFERENCES traces (id) ON DELETE CASCADE,
        document ANY NOT NULL, pieces INTEGER REFERENCES bodies (id), because TEXT
      ) STRICT;
      CREATE TABLE bodies (id INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, body ANY NOT NULL) STRICT;
      CREATE TABLE outputs (
        trace INTEGER NOT NULL REFERENCES traces (id) ON DELETE CASCADE, path INTEGER NOT NULL REFERENCES texts (id),
        object INTEGER REFERENCES objects (id), is_folder INTEGER NOT NULL, PRIMARY KEY (trace, path)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX outputs_of_object ON outputs (object);
      CREATE INDEX outputs_of_path ON outputs (path);
      CREATE TABLE inputs (
        trace INTEGER NOT NULL REFERENCES traces (id) ON DELETE CASCADE, position INTEGER NOT NULL,
        name INTEGER NOT NULL REFERENCES texts (id), path INTEGER NOT NULL REFERENCES texts (id), type TEXT NOT NULL,
        exec INTEGER NOT NULL, object INTEGER REFERENCES objects (id), size INTEGER NOT NULL, files INTEGER,
        PRIMARY KEY (trace, position)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX inputs_of_object ON inputs (object);
      CREATE INDEX inputs_of_path ON inputs (path);
      CREATE TABLE metrics (
        trace INTEGER NOT NULL REFERENCES traces (id) ON DELETE CASCADE, position INTEGER NOT NULL,
        name INTEGER NOT NULL REFERENCES texts (id), source INTEGER NOT NULL REFERENCES texts (id), step REAL,
        value ANY NOT NULL, PRIMARY KEY (trace, position)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX metrics_of_name ON metrics (name) WHERE step IS NULL;

      CREATE TABLE runs (
        id INTEGER PRIMARY KEY AUTOINCREMENT, started_ms REAL NOT NULL, ended_ms REAL, status TEXT NOT NULL,
        argv TEXT NOT NULL, git TEXT, facts INTEGER NOT NULL REFERENCES bodies (id), counts TEXT NOT NULL DEFAULT '{}',
        name TEXT, owner INTEGER NOT NULL REFERENCES owners (id), state INTEGER REFERENCES states (id)
      ) STRICT;
      CREATE INDEX running_runs ON runs (id) WHERE status = 'running';
      CREATE TABLE states (id INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, chunks TEXT NOT NULL) STRICT;
      CREATE TABLE run_stages (
        run INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE, stage INTEGER NOT NULL REFERENCES stages (id),
        outcome TEXT NOT NULL, reason ANY NOT NULL, PRIMARY KEY (run, stage)
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE attempts (
        id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE,
        run INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE, stage INTEGER NOT NULL REFERENCES stages (id),
        key BLOB NOT NULL, number INTEGER NOT NULL, state TEXT NOT NULL, owner INTEGER NOT NULL REFERENCES owners (id),
        started_ms REAL NOT NULL, ended_ms REAL, wall_ms REAL, cpu_ms REAL, peak_rss INTEGER, log_bytes INTEGER,
        executor TEXT NOT NULL, log_file TEXT NOT NULL, work_folder TEXT NOT NULL, reason ANY NOT NULL, failure ANY
      ) STRICT;
      CREATE INDEX attempts_of_run ON attempts (run);
      CREATE INDEX attempts_of_stage ON attempts (stage);
      CREATE INDEX running_attempts ON attempts (stage) WHERE ended_ms IS NULL;

      CREATE TABLE file_memos (
        path TEXT PRIMARY KEY, signature TEXT NOT NULL, sha256 TEXT NOT NULL, xxh64 TEXT NOT NULL, size INTEGER NOT NULL,
        hashed_ms REAL NOT NULL
      ) STRICT;
      CREATE TABLE tool_memos (
        tool TEXT NOT NULL, subject TEXT NOT NULL, memo ANY NOT NULL, PRIMARY KEY (tool, subject)
      ) STRICT;
    `);
  },
};

/**
 * Runs get tags, a note, a pin and their earlier names, and rows by which they are searched (see trace-values.ts). Metrics
 * become lists (see metric-lists.ts), and states get chunks that can be searched without being parsed (see run-states.ts).
 */
const labelAndSearchRuns: Migration = {
  name: 'label and search runs',
  apply: (database) => {
    database.script(`
      ALTER TABLE runs ADD COLUMN note TEXT;
      ALTER TABLE runs ADD COLUMN pinned INTEGER NOT NULL DEFAULT 0;
      CREATE TABLE run_tags (
        run INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE, tag TEXT NOT NULL, PRIMARY KEY (run, tag)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE earlier_names (
        run INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE, position INTEGER NOT NULL, name TEXT NOT NULL,
        until_ms REAL NOT NULL, PRIMARY KEY (run, position)
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE state_chunks (
        id INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, names INTEGER NOT NULL REFERENCES bodies (id),
        traces BLOB NOT NULL
      ) STRICT;

      DROP INDEX metrics_of_name;
      CREATE TABLE metric_lists (
        trace INTEGER PRIMARY KEY REFERENCES traces (id) ON DELETE CASCADE, names INTEGER NOT NULL REFERENCES bodies (id),
        numbers BLOB NOT NULL
      ) STRICT;
      CREATE TABLE curve_ends (
        name INTEGER NOT NULL, trace INTEGER NOT NULL, value ANY NOT NULL, PRIMARY KEY (name, trace)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE params (
        name INTEGER NOT NULL, trace INTEGER NOT NULL, value INTEGER NOT NULL, PRIMARY KEY (name, trace)
      ) STRICT, WITHOUT ROWID;
    `);
    moveChunks(database);
    moveMetrics(database);
    const sql = 'SELECT trace, document FROM trace_details';
    for (const [trace, cell] of database.tuples<[number, string | Uint8Array]>(sql)) {
      const text = unpackText(cell, database.options);
      const document = readVersioned<KeyDocument>(text, DETAILS_VERSION);
      if (document !== undefined) addParams(database, trace, document.params);
    }
  },
};

/** Packaged models have names, versions and aliases (see models.ts). Neither is tied to a run: runs are deleted, versions stay. */
const registerModels: Migration = {
  name: 'register models',
  apply: (database) => {
    database.script(`
      CREATE TABLE model_versions (
        model TEXT NOT NULL, version INTEGER NOT NULL, hash BLOB NOT NULL, created_ms REAL NOT NULL, run INTEGER,
        trace INTEGER, approved INTEGER NOT NULL DEFAULT 0, predictions TEXT, PRIMARY KEY (model, version), UNIQUE (model, hash)
      ) STRICT;
      CREATE TABLE model_aliases (
        id INTEGER PRIMARY KEY, model TEXT NOT NULL, alias TEXT NOT NULL, version INTEGER, at_ms REAL NOT NULL, by TEXT,
        because TEXT
      ) STRICT;
    `);
  },
};

/** A version of a model knows the profile that lies in it, by content, and the data that the profile is of. */
const profilesOfModels: Migration = {
  name: 'profiles of models',
  apply: (database) => {
    database.script(`
      ALTER TABLE model_versions ADD COLUMN profile TEXT;
      ALTER TABLE model_versions ADD COLUMN profile_of TEXT;
    `);
  },
};

/** A stage is also held while its outputs are brought back, which is no attempt. Of a dead owner a row means nothing. */
const holdStages: Migration = {
  name: 'hold stages',
  apply: (database) => {
    database.script(`
      CREATE TABLE holds (
        stage TEXT PRIMARY KEY, run INTEGER, owner INTEGER NOT NULL REFERENCES owners (id), since_ms REAL NOT NULL
      ) STRICT, WITHOUT ROWID;
    `);
  },
};

/** In the order they are applied. */
export const migrations: readonly Migration[] = [
  createTables,
  labelAndSearchRuns,
  registerModels,
  profilesOfModels,
  holdStages,
];

/** The schema that this mlp writes. */
export const SCHEMA_VERSION = migrations.length;

/** Brings an older or empty database up to date. @throws StoreTooNew */
export function migrate(database: Database, steps: readonly Migration[] = migrations): void {
  if (versionOf(database, steps.length) === steps.length) return;
  database.write(() => {
    // Asked again inside the transaction: another process may have done the work while this one waited for it.
    for (let version = versionOf(database, steps.length); version < steps.length; version++) {
      steps[version]?.apply(database);
      database.pragma(`user_version = ${String(version + 1)}`);
    }
  });
}

function versionOf(database: Database, known: number): number {
  const version = Number(database.pragma('user_version'));
  if (version > known) {
    throw new StoreTooNew(
      `the database of this project has schema ${String(version)}, this mlp knows up to ${String(known)}: ` +
        'update mlp, or move `.mlp/mlp.db` away to begin a new history',
    );
  }
  return version;
}
