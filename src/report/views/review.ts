/** What `mlp review` shows, as plain data. */
import type {Decision, GateState, Requirement, Shown} from '../../model/approval.ts';

export interface ReviewRow {
  readonly stage: string;
  /** Absent where what it shows is not there yet. */
  readonly id?: string;
  readonly state: 'waiting' | 'approved' | 'rejected' | 'not-ready';
  readonly because: string;
}

export interface ReviewView {
  readonly reviews: readonly ReviewRow[];
}

/** One request with everything that is known of it. */
export interface RequestView extends ReviewRow {
  readonly id: string;
  readonly gates?: GateState;
  readonly by: readonly string[];
  readonly count: number;
  readonly require: Requirement;
  readonly notAuthor: boolean;
  readonly ask: readonly string[];
  readonly expiresMs?: number;
  readonly shows: readonly (Shown & {
    /** Against the last approval of this stage; absent where there was none. */
    readonly change?: 'same' | 'changed' | 'new';
  })[];
  /** Shown at the last approval, and not now. */
  readonly gone: readonly string[];
  readonly lastApproved?: {readonly id: string; readonly who: string; readonly at: string};
  readonly decisions: readonly DecisionRow[];
  readonly conflict: boolean;
}

export interface DecisionRow extends Pick<
  Decision,
  'decision' | 'who' | 'how' | 'at' | 'note' | 'answers' | 'override'
> {
  readonly file: string;
  readonly levels: readonly Requirement[];
  /** `SHA256:...` of the key that signed it. */
  readonly key?: string;
  /** Why it does not count. */
  readonly flaw?: string;
}
