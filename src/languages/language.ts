/**
 * FAMILY contract: what a programming language knows of its stages: which commands are its own, what a stage's code
 * means (a fingerprint free of comments and layout), and which interpreter and libraries run it.
 */
import type {Json} from '../base/json.ts';
import type {Host} from '../host/host.ts';
import type {CodeEntry} from '../model/code-entry.ts';
import type {Action} from '../model/stage.ts';

export type {CodeEntry} from '../model/code-entry.ts';

export interface CodeFingerprint {
  /** Enters the key: changes only when the meaning changes. */
  readonly fingerprint: string;
  /** Every project file that was looked at: path -> sha256 of its bytes. A fingerprint stays valid while these are equal. */
  readonly modules: {readonly [path: string]: string};
  /** Files that were looked for and not there: creating one may change the meaning. */
  readonly absent: readonly string[];
  /** Named pieces (functions, classes, top-level statements) -> hash of their normal form, as `path#name`; for `why`. */
  readonly pieces: {readonly [piece: string]: string};
  /** Third-party packages that the code imports, as named there. */
  readonly packages: readonly string[];
  /** What cannot be followed, for `why`: dynamic imports, eval. */
  readonly untracked: readonly {readonly path: string; readonly line: number; readonly what: string}[];
  /** For functions: the runnable module, project path below .mlp/build. */
  readonly bundle?: string;
}

export interface RuntimeIdentity {
  /** Enters the key: e.g. {node: '20.20', packages: {zod: '4.6.7'}}. */
  readonly identity: Json;
  /** Paths whose stat signatures must stay equal for the identity to hold without asking again (interpreter, library folders). */
  readonly guards: readonly string[];
}

export type CodeTrouble = {
  /** syntax: the code cannot be parsed; missing: the script is not there; interpreter: it cannot be started. */
  readonly kind: 'syntax' | 'missing' | 'interpreter';
  readonly message: string;
  readonly hint?: string;
};

/**
 * How mlp sees which files code of a language opens, so that inputs that are not declared can be named. The hook finds in
 * `MLP_OPENED` the beginning of two paths: `.known` holds the project folder and the declared paths, separated by NULs; to
 * `.log` it appends `R` or `W`, a project path and a NUL. It must never change what the code does.
 */
export interface FileHook {
  /** Name below the folder of all hooks; a folder of its own where other files would be found beside it. */
  readonly file: string;
  readonly text: string;
  /** A CommonJS module that the thread of a function loads first. */
  readonly preloadsFunctions?: boolean;
  /** What makes a process load it. @param path of the file, absolute. @param env what the process would have without it. */
  variables(path: string, env: {readonly [name: string]: string}): {readonly [name: string]: string};
}

/** An interpreter as a stage calls it: by what launcher, in which folder. Empty: the usual one of the language. */
export type InterpreterCall = Pick<CodeEntry, 'interpreter' | 'launcher' | 'cwd'>;

export interface Language {
  readonly name: string;
  /** Behaviour number of the fingerprint: belongs to the memo. */
  readonly version: number;
  /** The places where code of this language begins in a command, in order; empty when it is not mine. Pure text work. */
  entries(action: Action, cwd: string): readonly CodeEntry[];
  /** Reads and understands the code. Called only when no memo holds. */
  fingerprint(entry: CodeEntry, host: Host): Promise<CodeFingerprint | CodeTrouble>;
  /** Called only when no memo holds. */
  runtime(entry: CodeEntry, packages: readonly string[], host: Host): Promise<RuntimeIdentity | CodeTrouble>;
  /**
   * What decides, beside the guards, which interpreter would answer `runtime`: its path on PATH, an activated
   * environment. Belongs to the memo of `runtime`, never to a key. Starts no process.
   */
  runtimeMemo?(entry: CodeEntry, host: Host): string;
  /** Absent: only tracing sees what code of this language opens. */
  readonly fileHook?: FileHook;
  /** Called once before bundles of an earlier run are used again. */
  ready?(host: Host): void;
  /** Whether the interpreters that stages call are here, for `mlp doctor`. */
  doctor(
    host: Host,
    calls: readonly InterpreterCall[],
  ): Promise<readonly {readonly ok: boolean; readonly message: string; readonly hint?: string}[]>;
}
