/**
 * A person's decision as part of a pipeline. An approval is a content-addressed input and no paused process: what is shown
 * has a digest, the decision names it, and another content simply has no decision yet.
 */
import type {Json} from '../base/json.ts';
import type {Digest, ProjectPath} from './ids.ts';

/** What must hold of a decision's author, besides being a reviewer. */
export type Requirement =
  /** Their name is a claim that nobody checks. */
  | 'claim'
  /** Signed by a key that the file of allowed signers gives to that name. */
  | 'signed'
  /** The decision stands in the protected branch of the forge as it is here, so that the forge let it in. */
  | 'forge';

/** The keys of a stage with `approval: true`. */
export interface ApprovalPolicy {
  /** always: a person decides. inconclusive: gates decide where they can. never: gates alone decide. */
  readonly when: 'always' | 'inconclusive' | 'never';
  /** Addresses, and `@groups` of the reviewers file. */
  readonly by: readonly string[];
  /** How many different people must approve. */
  readonly count: number;
  /** Nobody approves what they themselves changed since the last approval. */
  readonly notAuthor: boolean;
  /** Questions that each approval answers. */
  readonly ask: readonly string[];
  readonly require: Requirement;
  /** Age at which an approval no longer counts. Looked at whenever it is asked, and in no key. */
  readonly expiresMs?: number;
  readonly reviewersFile: ProjectPath;
  readonly signersFile: ProjectPath;
  /** The file of gates; absent: one named `gates.json` among what is shown. */
  readonly gatesFile?: ProjectPath;
}

export type GateState = 'pass' | 'fail' | 'inconclusive' | 'unjudged';

/** Something that is shown, with its content. */
export interface Shown {
  readonly name: string;
  readonly path: string;
  readonly hash: Digest | '';
  readonly size: number;
}

/** What a decision is asked for. */
export interface ApprovalRequest {
  /** Hash of the policy and of what is shown. */
  readonly id: string;
  readonly stage: string;
  readonly policy: ApprovalPolicy;
  readonly shows: readonly Shown[];
  readonly gates?: GateState;
}

/** A decision as it is written to `reviews/<stage>/<id>.<who>.yaml`, and signed without its signature. */
export interface Decision {
  readonly id: string;
  readonly stage: string;
  readonly decision: 'approved' | 'rejected';
  readonly who: string;
  /** Where the name comes from: a claim of this machine, or the environment that a forge gives its jobs. */
  readonly how: 'local' | 'github' | 'gitlab';
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly note?: string;
  /** Question -> answer. */
  readonly answers?: {readonly [question: string]: string};
  /** Why it is approved although gates failed. */
  readonly override?: string;
  /** HEAD of Git when it was decided. */
  readonly commit?: string;
  readonly inputs: readonly Shown[];
  readonly gates?: GateState;
  /** Version of mlp. */
  readonly mlp: string;
}

export interface SignedDecision {
  readonly file: ProjectPath;
  readonly decision: Decision;
  /** Armoured, by `ssh-keygen -Y sign`. */
  readonly signature?: string;
}

/** A decision with what was found out of it. */
export interface WeighedDecision extends SignedDecision {
  /** What is known of its author, best last: `claim`, `signed by SHA256:...`, `in origin/main`. */
  readonly levels: readonly Requirement[];
  readonly key?: string;
  /** Why it does not count; absent: it does. */
  readonly flaw?: string;
}

export interface ApprovalVerdict {
  readonly state: 'approved' | 'rejected' | 'waiting';
  /** A sentence: who approved, what is missing. */
  readonly because: string;
  /** `gates`: nobody was asked. */
  readonly by: 'gates' | 'people';
  /** Newest last. */
  readonly decisions: readonly WeighedDecision[];
  /** Reviewers disagree; the newest word counts. */
  readonly conflict: boolean;
  readonly override?: string;
  /** Decisions that made it so, as data: part of the key of an approved stage. */
  readonly facts: Json;
}
