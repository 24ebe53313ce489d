/** What a stage is, after templates are resolved: everything the engine needs, nothing about YAML. Plain data. */
import type {Json, JsonObject} from '../base/json.ts';
import type {ApprovalPolicy} from './approval.ts';
import type {CodeEntry} from './code-entry.ts';
import type {Place} from './diagnostic.ts';
import type {ProjectPath, StageName} from './ids.ts';

export type Action =
  /** `cmd` as text: one script for a shell; `shell` is the argv that precedes the text, by default `sh -eu -c`. */
  | {readonly kind: 'script'; readonly text: string; readonly shell: readonly string[]}
  /** `cmd` as a list: one process without a shell. */
  | {readonly kind: 'argv'; readonly argv: readonly string[]}
  /** `run`: an exported TypeScript or JavaScript function. */
  | {readonly kind: 'function'; readonly module: ProjectPath; readonly exportName: string}
  /** `uses`: a built-in stage kind. `version` is that kind's behaviour number. */
  | {
      readonly kind: 'builtin';
      readonly uses: string;
      readonly version: number;
      readonly settings: JsonObject;
      /** Functions that the settings name, as written there. Not in the key: their text is in the settings, their code in `code`. */
      readonly functions?: {readonly [reference: string]: FunctionReference};
      /** The settings without names of files; present: the result does not depend on where files lie. See engine/shared-key.ts. */
      readonly pathFree?: JsonObject;
    }
  /** `approval`: people decide; nothing runs. */
  | {readonly kind: 'approval'; readonly policy: ApprovalPolicy};

/** An exported TypeScript or JavaScript function. */
export interface FunctionReference {
  readonly module: ProjectPath;
  readonly exportName: string;
}

export interface DepSpec {
  /** Key in a map of deps, else the path. */
  readonly name: string;
  readonly kind: 'path' | 'glob' | 'url' | 'model' | 'clock';
  /**
   * A ProjectPath, a glob relative to the project, a URL, which version of a packaged model (see engine/model-inputs.ts), or
   * how exact the time is to be.
   */
  readonly path: string;
  /** An optional file that is absent enters the key as absent instead of being an error. */
  readonly optional: boolean;
  /** For a URL: the expected sha256, if the user gave one. */
  readonly sha256?: string;
  /** Of a model: what of it counts, if not all. */
  readonly part?: ModelPart;
}

/** What stands before the version where an input is a packaged model: `model:names@3`. */
export const MODEL_INPUT = 'model:';

/** A time that is an input goes on in such steps. */
export type ClockStep = 'hour' | 'day';

/** The profile of the data that a model was made of. */
export type ModelPart = 'profile';

export interface OutSpec {
  /** Key in a map of outs, else the path. */
  readonly name: string;
  readonly path: ProjectPath;
  readonly role: 'out' | 'metrics' | 'plots';
  /** What must be there after the stage; `any` when the user did not say. */
  readonly type: 'file' | 'dir' | 'any';
  /** false: hashed and recorded, its bytes are not kept in the cache. */
  readonly cache: boolean;
  /** true: not moved away before the stage runs, so that the stage can go on from it. */
  readonly persist: boolean;
  /** true: may be missing after a run that succeeded. */
  readonly optional: boolean;
  /** false: never sent to a remote. */
  readonly push: boolean;
  readonly description?: string;
}

export type RetryCause = 'exit' | 'timeout' | 'signal' | 'oom' | 'lost';

export interface RetryPolicy {
  /** How many attempts may follow the first. */
  readonly times: number;
  readonly on: readonly (RetryCause | number)[];
  /** Wait before attempt n+1: firstMs * factor^(n-1), at most maxMs. */
  readonly backoff: {readonly firstMs: number; readonly factor: number; readonly maxMs: number};
}

export interface Resources {
  /** Cores; also the value of OMP_NUM_THREADS and its kin. */
  readonly cpu: number;
  readonly memoryBytes?: number;
  /** Named tokens such as gpu. */
  readonly tokens: {readonly [name: string]: number};
}

export interface StageSpec {
  readonly kind: 'stage';
  readonly name: StageName;
  /** The name without its branch. */
  readonly group: string;
  readonly action: Action;
  /** Where code begins in the action, found when the file was loaded; absent: not looked for yet. Never part of a key. */
  readonly entries?: readonly CodeEntry[];
  /** Where the process starts. */
  readonly cwd: ProjectPath;
  readonly deps: readonly DepSpec[];
  readonly outs: readonly OutSpec[];
  /** The params that the stage names: dotted path -> value. A path that names a subtree holds the subtree. */
  readonly params: JsonObject;
  /** Declared environment: a text sets the variable, null passes it on from the caller when it is set there. */
  readonly env: {readonly [name: string]: string | null};
  /** Names of variables that are passed on but never stored, printed or part of the key. */
  readonly secrets: readonly string[];
  /** Names of stages or groups that must settle first although no file connects them. */
  readonly after: readonly string[];
  /** Extra files whose content is code of this stage. */
  readonly code: readonly ProjectPath[];
  /** Globs of code files whose changes do not matter. */
  readonly ignoreCode: readonly string[];
  readonly version?: Json;
  readonly seed?: number;
  readonly timeoutMs?: number;
  readonly timeoutIdleMs?: number;
  readonly retry: RetryPolicy;
  readonly resources: Resources;
  readonly onError: 'stop' | 'kill' | 'continue';
  /** Two results for one key are an error. */
  readonly deterministic: boolean;
  /** false: results are recorded, never restored. */
  readonly cache: boolean;
  /** Always stale. */
  readonly always: boolean;
  /** Never stale while its outputs are there. */
  readonly frozen: boolean;
  /** Operating system and architecture are part of the key. */
  readonly platform: boolean;
  readonly sandbox: 'off' | 'strict';
  readonly executor: string;
  readonly tags: readonly string[];
  readonly description?: string;
  readonly meta?: Json;
  readonly place?: Place;
}

/**
 * A `foreach` over something that a stage makes: its branches are known only when `over` is on disk. The engine calls
 * back into config to expand it; `template` and `scope` belong to config and are opaque to everyone else.
 */
export interface DynamicSpec {
  readonly kind: 'dynamic';
  readonly name: StageName;
  readonly group: string;
  readonly over:
    | {
        readonly kind: 'json';
        readonly path: ProjectPath;
        /** Dotted path to the list inside; '' is the document. */ readonly pointer: string;
      }
    | {readonly kind: 'files'; readonly folder: ProjectPath; readonly pattern: string};
  readonly template: Json;
  /** What is known of the branches' deps, for edges: items are replaced by `*`. */
  readonly deps: readonly DepSpec[];
  readonly after: readonly string[];
  /** Globs that match what the branches may write, for edges. */
  readonly outGlobs: readonly string[];
  readonly tags: readonly string[];
  readonly description?: string;
  readonly place?: Place;
}

export type NodeSpec = StageSpec | DynamicSpec;
