/**
 * The registry of models: each bundle that a stage of the kind `package` made is a version of the model it names, counted
 * from 1; an alias such as `champion` points at one version. What an alias pointed at before stays known, so that it can
 * be rolled back.
 */
import {isJsonObject} from '../base/json.ts';
import type {OutputEntry} from '../model/artifact.ts';
import {runId, type Digest, type RunId} from '../model/ids.ts';
import type {KeyDocument} from '../model/key-document.ts';
import {cellDigest, digestCell, type Database} from './database.ts';
import {documentOf} from './traces.ts';

export interface ModelVersion {
  readonly model: string;
  readonly version: number;
  /** Of the bundle's folder, as it is in the cache. */
  readonly hash: Digest;
  readonly createdAtMs: number;
  /** The run that made it; absent when it was brought from elsewhere, or its run was deleted. */
  readonly run?: RunId;
  /** The result it belongs to, while that is known. */
  readonly trace?: number;
  /** Sorted by code units. */
  readonly aliases: readonly string[];
  /** Whether it was packaged with the record of an approval. */
  readonly isApproved: boolean;
  /** Content of the predictions that it was tried with, which tell whether an evaluation is of this very version. */
  readonly predictions?: string;
  /** Contents of the profile that lies in it, and of the data that the profile is of. */
  readonly profile?: {readonly hash: string; readonly of: string};
}

/** What is no alias since it always means the newest version that people approved. */
export const APPROVED = 'approved';

/** One move of an alias. */
export interface AliasMove {
  readonly alias: string;
  /** Absent: the alias was taken away. */
  readonly version?: number;
  readonly atMs: number;
  /** As far as it is known who did it. */
  readonly by?: string;
  readonly because?: string;
}

export interface Models {
  /** By name, the newest version first; of one model, or of all. */
  versions(model?: string): readonly ModelVersion[];
  /** Newest first. */
  moves(model: string): readonly AliasMove[];
  /** @returns false when there is no such version. */
  move(model: string, move: AliasMove): boolean;
  /** Another text after every change of the registry. */
  stamp(): string;
  /** Bundles that were approved, or that an alias points at or pointed at: nothing may remove them. */
  promoted(): readonly Digest[];
}

interface VersionColumns {
  readonly model: string;
  readonly version: number;
  readonly hash: Uint8Array;
  readonly created_ms: number;
  readonly run: number | null;
  readonly trace: number | null;
  readonly approved: number;
  readonly predictions: string | null;
  readonly profile: string | null;
  readonly profile_of: string | null;
}

export class SqliteModels implements Models {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  versions(model?: string): readonly ModelVersion[] {
    const database = this.#database;
    const current = new Map<string, string[]>();
    for (const [name, alias, version] of database.tuples<[string, string, number | null]>(CURRENT)) {
      const key = `${name}\0${String(version)}`;
      current.set(key, [...(current.get(key) ?? []), alias]);
    }
    // A run or a trace that was deleted since is not there to be shown.
    const sql = `SELECT v.model, v.version, v.hash, v.created_ms, r.id AS run, t.id AS trace, v.approved, v.predictions,
        v.profile, v.profile_of
      FROM model_versions v
      LEFT JOIN runs r ON r.id = v.run LEFT JOIN traces t ON t.id = v.trace
      WHERE ? IS NULL OR v.model = ? ORDER BY v.model, v.version DESC`;
    return database.all<VersionColumns>(sql, model ?? null, model ?? null).map((row) => ({
      model: row.model,
      version: row.version,
      hash: cellDigest(row.hash),
      createdAtMs: row.created_ms,
      ...(row.run === null ? {} : {run: runId(row.run)}),
      ...(row.trace === null ? {} : {trace: row.trace}),
      aliases: current.get(`${row.model}\0${String(row.version)}`) ?? [],
      isApproved: row.approved === 1,
      ...(row.predictions === null ? {} : {predictions: row.predictions}),
      ...(row.profile === null || row.profile_of === null ? {} : {profile: {hash: row.profile, of: row.profile_of}}),
    }));
  }

  moves(model: string): readonly AliasMove[] {
    const sql = 'SELECT alias, version, at_ms, by, because FROM model_aliases WHERE model = ? ORDER BY id DESC';
    return this.#database
      .tuples<[string, number | null, number, string | null, string | null]>(sql, model)
      .map(([alias, version, atMs, by, because]) => ({
        alias,
        atMs,
        ...(version === null ? {} : {version}),
        ...(by === null ? {} : {by}),
        ...(because === null ? {} : {because}),
      }));
  }

  move(model: string, {alias, version, atMs, by, because}: AliasMove): boolean {
    const database = this.#database;
    return database.write(() => {
      const known = 'SELECT 1 FROM model_versions WHERE model = ? AND version = ?';
      if (version !== undefined && database.tuple(known, model, version) === undefined) return false;
      const sql = 'INSERT INTO model_aliases (model, alias, version, at_ms, by, because) VALUES (?, ?, ?, ?, ?, ?)';
      database.run(sql, model, alias, version ?? null, atMs, by ?? null, because ?? null);
      return true;
    });
  }

  stamp(): string {
    const rows = `SELECT model || ' ' || version || ' ' || hex(hash) || approved || coalesce(predictions, '') || ' '
      || coalesce(profile, '') || ' ' || coalesce(profile_of, '') AS row FROM model_versions ORDER BY model, version`;
    const sql = `SELECT (SELECT group_concat(row, char(10)) FROM (${rows})), (SELECT max(id) FROM model_aliases)`;
    return JSON.stringify(this.#database.tuple(sql));
  }

  promoted(): readonly Digest[] {
    const sql = `SELECT DISTINCT v.hash FROM model_versions v
      LEFT JOIN model_aliases a ON a.model = v.model AND a.version = v.version WHERE v.approved = 1 OR a.id IS NOT NULL`;
    return this.#database.tuples<[Uint8Array]>(sql).map(([hash]) => cellDigest(hash));
  }
}

/** Of each alias the newest move, if it did not take the alias away. */
const CURRENT = `SELECT model, alias, version FROM model_aliases
  WHERE id IN (SELECT max(id) FROM model_aliases GROUP BY model, alias) AND version IS NOT NULL ORDER BY alias`;

/** Of a result that is committed: what makes it a version of a model, if it is one. */
interface Made {
  readonly document: Pick<KeyDocument, 'action' | 'deps' | 'names'>;
  readonly outputs: readonly OutputEntry[];
  readonly createdAtMs: number;
  readonly run?: RunId;
}

/** Called inside the commit of a result: one of `package` is a new version, unless the same bundle has one. */
export function registerModel(database: Database, made: Made, trace: number): void {
  const {action} = made.document;
  if (!isJsonObject(action) || action['uses'] !== 'package' || !isJsonObject(action['with'])) return;
  const {name} = action['with'];
  const bundle = made.outputs.find(({type}) => type === 'dir');
  if (typeof name !== 'string' || bundle === undefined || bundle.hash === '') return;
  // The same bundle made again may have been approved since, or tried with predictions.
  const sql = `INSERT INTO model_versions
      (model, version, hash, created_ms, run, trace, approved, predictions, profile, profile_of)
    SELECT ?, coalesce(max(version), 0) + 1, ?, ?, ?, ?, ?, ?, ?, ? FROM model_versions WHERE model = ?
    ON CONFLICT (model, hash) DO UPDATE SET approved = max(approved, excluded.approved),
      predictions = coalesce(excluded.predictions, predictions), profile = coalesce(excluded.profile, profile),
      profile_of = coalesce(excluded.profile_of, profile_of)`;
  const approved = isOfApproval(contentOf('approval', made.document), database) ? 1 : 0;
  const contents = ['predictions', 'profile', 'data'].map((input) => contentOf(input, made.document) ?? null);
  const facts = [made.createdAtMs, made.run ?? null, trace, approved, ...contents] as const;
  database.run(sql, name, digestCell(bundle.hash), ...facts, name);
}

/** Whether a stage that people decide wrote these bytes: a file of the same words that somebody else wrote approves nothing. */
function isOfApproval(hash: string | undefined, database: Database): boolean {
  if (hash === undefined) return false;
  const sql = 'SELECT x.trace FROM objects o JOIN outputs x ON x.object = o.id WHERE o.hash = ?';
  return database
    .tuples<[number]>(sql, digestCell(hash as Digest))
    .some(([trace]) => documentOf(database, trace)?.action['kind'] === 'approval');
}

/** The document tells inputs by name wherever the result came from, as a lock file does not. */
function pathOf(input: string, {names = []}: Made['document']): string | undefined {
  return names.find(([role, name]) => role === 'in' && name === input)?.[2];
}

function contentOf(input: string, document: Made['document']): string | undefined {
  const path = pathOf(input, document);
  if (path === undefined) return undefined;
  const hash = document.deps.find(([dep, type]) => dep === path && (type === 'file' || type === 'dir'))?.[3];
  return hash === '' ? undefined : hash;
}
