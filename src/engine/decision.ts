/** What deciding a stage needs to know, and what comes of it. */
import type {Cache} from '../cache/cache.ts';
import type {Host} from '../host/host.ts';
import type {ApprovalRequest, ApprovalVerdict} from '../model/approval.ts';
import type {StageName} from '../model/ids.ts';
import type {Failure} from '../model/job.ts';
import type {KeyedDocument} from '../model/key-document.ts';
import type {Reason, Trace} from '../model/run.ts';
import type {StageSpec} from '../model/stage.ts';
import type {Unreadable} from '../review/decision-files.ts';
import type {Desk} from '../review/desk.ts';
import type {Store} from '../store/store.ts';
import type {CodeReader, StageCode} from './code.ts';
import type {Contents} from './contents.ts';
import type {InputSources, StageInputs} from './inputs.ts';
import type {OLDER_SCHEMES} from './key.ts';
import type {Settled, SettledTrace} from './settled.ts';

/** A question to people and what is known of its answer. */
export interface Asked {
  readonly request: ApprovalRequest;
  readonly verdict: ApprovalVerdict & {readonly unreadable: readonly Unreadable[]};
}

/** A cache folder that several projects share, as a memory of results. */
export interface SharedMemory {
  /** Results of the stage's key that are whole in the cache, as traces of the store; newest first. */
  find(stage: StageSpec, known: Known): readonly Trace[];
  /** To be called when a result is in the cache and in the store. @throws FileTrouble */
  publish(stage: StageSpec, known: Known, trace: Trace): void;
}

export interface Known extends KeyedDocument {
  readonly inputs: StageInputs;
  readonly code: StageCode;
  /** For an approval that was given. */
  readonly approval?: Asked;
}

export type Decision =
  | {
      readonly kind: 'skip';
      /** The result that is on disk; undefined for a frozen stage that never ran. */
      readonly result?: SettledTrace;
      /** Answered from the memo: the result is the current one already. */
      readonly remembered: boolean;
      readonly reason: Reason;
    }
  /** `candidates`: results that can be restored, best first; `paths`: outputs that differ from the first. */
  | {
      readonly kind: 'restore';
      readonly known: Known;
      readonly candidates: readonly Trace[];
      readonly reason: Reason;
      readonly results: number;
    }
  /** `results`: how many the key had when it was decided; with more of them it must be decided anew. */
  | {readonly kind: 'run'; readonly known: Known; readonly reason: Reason; readonly results: number}
  /** A person has to decide. */
  | {readonly kind: 'waiting'; readonly asked: Asked; readonly reason: Reason}
  /** It cannot be decided, so it must not run: an input is missing, code cannot be read. */
  | {readonly kind: 'error'; readonly failure: Failure; readonly reason: Reason};

export interface StalenessWorld extends InputSources {
  readonly host: Host;
  readonly store: Store;
  readonly cache: Cache;
  readonly contents: Contents;
  readonly code: CodeReader;
  readonly salt: string;
  readonly settled: Settled;
  /** See OLDER_SCHEMES. */
  readonly olderSchemes: typeof OLDER_SCHEMES;
  /** A result that mlp.lock remembers for the key, as a trace of the store. */
  readonly fromLock: (stage: StageSpec, keyed: KeyedDocument) => Trace | undefined;
  /** Results of a cache folder that several projects share; absent where there is none. */
  readonly shared?: SharedMemory;
  /** For approvals: where their decisions are looked into, and what the things that a stage shows were made of. */
  readonly desk: Desk;
  readonly sourcesOf: (stage: StageName) => Promise<readonly string[] | undefined>;
}
