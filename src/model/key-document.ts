/**
 * The key document: everything that decides whether a stage's result can be used again, as data beside its digest.
 * `why` is always the difference of two of these. Nothing in here may name a machine, a user, a time, an absolute path,
 * or the stage itself: see ../../shared in the design for what is in and out; the tests of engine/key hold the list.
 */
import type {Json, JsonObject} from '../base/json.ts';
import type {Digest} from './ids.ts';

/** Rises only when the meaning of a document changes; a miss under n is tried again under n - 1 (rule R9). */
export const KEY_SCHEME = 1;

export interface KeyDocument {
  readonly scheme: number;
  readonly salt: string;
  /** argv or script and shell; or module#export; or the built-in's name, version and settings. */
  readonly action: JsonObject;
  readonly cwd: string;
  /** What the code means: language -> fingerprint, plus path -> hash for extra code files, plus the `version` escape. */
  readonly code: JsonObject;
  /** Only the named params. */
  readonly params: JsonObject;
  /** Only declared variables; null when not set. */
  readonly env: {readonly [name: string]: string | null};
  /** Interpreter and library versions; os and architecture only where the stage says `platform: true`. */
  readonly runtime: JsonObject;
  readonly seed: Json;
  /** [path, type, exec, hash], sorted by path. A glob enters as [pattern, 'glob', false, hash of its list of matches] beside the matches. */
  readonly deps: readonly (readonly [string, string, boolean, string])[];
  /**
   * ['in' or 'out', name, path] where a name is not the path, sorted; of a built-in stage all, in their order, since it goes
   * by names and order. Left out when there is none.
   */
  readonly names?: readonly (readonly ['in' | 'out', string, string])[];
  /** [path, role, type, flags], sorted by path; flags are the sorted names of those that are set. */
  readonly outs: readonly (readonly [string, string, string, string])[];
}

/** One leaf that differs between two documents. */
export interface KeyChange {
  /** Top-level field: what kind of thing changed. */
  readonly part: keyof KeyDocument;
  /** Dotted path below it, or the dep's or out's path. */
  readonly path: string;
  /** Undefined: was not there. */
  readonly before?: Json;
  readonly after?: Json;
}

export interface KeyedDocument {
  readonly key: Digest;
  readonly document: KeyDocument;
}
