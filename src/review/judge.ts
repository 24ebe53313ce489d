/** From the decisions of a request to its verdict: a pure function of what was found out of each of them. */
import {formatList, plural} from '../base/format.ts';
import type {Json} from '../base/json.ts';
import type {
  ApprovalPolicy,
  ApprovalRequest,
  ApprovalVerdict,
  Decision,
  Requirement,
  Shown,
  SignedDecision,
  WeighedDecision,
} from '../model/approval.ts';
import {personOf} from './reviewers.ts';

/** What was found out of a decision, from Git and its signature. */
export interface Evidence {
  /** Whether `by` names its author, as the reviewers file stood when it was decided; a text is why that cannot be said. */
  readonly isReviewer: boolean | string;
  /** Absent where it is not signed; a text is what is wrong with the signature. */
  readonly signature?: {readonly principal: string; readonly fingerprint: string} | string;
  /** The protected branch that has it as it is here; a text says where it is instead. */
  readonly forge?: {readonly branch: string} | string;
  /** Whether they changed what is shown since the last approval; a text is why that cannot be said. Absent: not asked. */
  readonly isAuthor?: boolean | string;
}

export type Considered = SignedDecision & {readonly evidence: Evidence};

/** @param considered of this request, oldest first. */
export function judge(request: ApprovalRequest, considered: readonly Considered[], nowMs: number): ApprovalVerdict {
  const {policy, gates} = request;
  const decisions = considered.map((one) => weigh(one, request, nowMs));
  const valid = decisions.filter(({flaw}) => flaw === undefined);
  const conflict = new Set(valid.map(({decision}) => decision.decision)).size > 1;
  const base = {decisions, conflict};
  const lastNo = valid.findLastIndex(({decision}) => decision.decision === 'rejected');
  const last = valid.at(-1);
  // The newest word of a reviewer counts: a rejection sets aside what was approved before it.
  if (last !== undefined && lastNo === valid.length - 1) {
    const because = `${last.decision.who} rejected it${saying(last.decision.note)}`;
    return {...base, state: 'rejected', by: 'people', because, facts: null};
  }
  const yes = valid.slice(lastNo + 1);
  const people = [...new Map(yes.map(({decision: {who}}) => [personOf(who), who])).values()];
  const override = yes.map(({decision}) => decision.override).find((reason) => reason !== undefined);
  const enough = people.length >= policy.count;
  if (gates === 'fail' && !(enough && override !== undefined && policy.when !== 'never'))
    return {...base, state: 'rejected', by: 'gates', because: failedGates(policy, enough), facts: null};
  if (policy.when === 'never' && gates !== 'pass') {
    const because = `the gates are ${gates ?? 'unjudged'}, and \`when: never\` leaves the decision to them`;
    return {...base, state: 'rejected', by: 'gates', because, facts: null};
  }
  if (policy.when !== 'always' && gates === 'pass')
    return {...base, state: 'approved', by: 'gates', because: 'all gates passed', facts: {by: 'gates'}};
  if (!enough) {
    const left = policy.count - people.length;
    const some = people.length === 0 ? '' : ` besides ${formatList(people, people.length)}`;
    const because = `needs ${left === 1 ? 'an approval' : plural(left, 'approval')} by ${formatList(policy.by, 4)}${some}`;
    return {...base, state: 'waiting', by: 'people', because, facts: null};
  }
  const facts = yes.map(({decision, levels}) => ({...decision, levels})) as unknown as Json;
  return {
    ...base,
    state: 'approved',
    by: 'people',
    because: `approved by ${formatList(people, people.length)}`,
    ...(override === undefined ? {} : {override}),
    facts,
  };
}

const saying = (note: string | undefined): string => (note === undefined ? '' : `: ${note}`);

const failedGates = ({when}: ApprovalPolicy, approved: boolean): string =>
  when === 'never'
    ? 'gates failed'
    : approved
      ? 'gates failed, and no approval overrides them (`mlp approve ID --override REASON`)'
      : 'gates failed; only an approval with `--override REASON` goes past them';

function weigh({evidence, ...one}: Considered, request: ApprovalRequest, nowMs: number): WeighedDecision {
  const {signature, forge} = evidence;
  const {decision} = one;
  const isSigned = typeof signature === 'object' && signature.principal === decision.who;
  const levels: Requirement[] = ['claim'];
  if (isSigned) levels.push('signed');
  if (typeof forge === 'object') levels.push('forge');
  const flaw = flawOf(decision, evidence, request, levels, nowMs);
  return {
    ...one,
    levels,
    ...(isSigned ? {key: signature.fingerprint} : {}),
    ...(flaw === undefined ? {} : {flaw}),
  };
}

/** The first reason why a decision does not count. */
function flawOf(
  decision: Decision,
  {isReviewer, signature, forge, isAuthor}: Evidence,
  {id, stage, policy, shows}: ApprovalRequest,
  levels: readonly Requirement[],
  nowMs: number,
): string | undefined {
  const {who} = decision;
  if (decision.id !== id || decision.stage !== stage) return 'it is about something else than its name says';
  // The id is a short hash: what was shown is compared in full.
  if (!isSameList(decision.inputs, shows)) return 'it lists other contents than those that are shown';
  if (typeof signature === 'string') return `its signature is not good: ${signature}`;
  if (signature !== undefined && signature.principal !== who)
    return `it says \`${who}\` and is signed by \`${signature.principal}\``;
  if (typeof isReviewer === 'string') return isReviewer;
  if (!isReviewer) return `\`${who}\` was no reviewer when it was decided`;
  if (!levels.includes(policy.require))
    return policy.require === 'signed'
      ? 'it is not signed, and `require: signed` wants that'
      : `\`require: forge\` wants it in the protected branch, and it is ${typeof forge === 'string' ? forge : 'not there'}`;
  // Whoever says no need not have answered, nor be somebody else.
  if (decision.decision === 'rejected') return undefined;
  if (typeof isAuthor === 'string') return isAuthor;
  if (isAuthor === true) return `\`${who}\` changed what is shown, and \`not_author\` wants somebody else`;
  const open = policy.ask.filter((question) => (decision.answers?.[question] ?? '').trim() === '');
  if (open.length > 0) return `it does not answer: ${formatList(open, 3)}`;
  const age = nowMs - Date.parse(decision.at);
  if (policy.expiresMs === undefined) return undefined;
  if (age < -CLOCKS_APART_MS) return 'its time has not come yet, so that nobody can tell when it expires';
  return age <= policy.expiresMs ? undefined : 'it has expired';
}

/** Clocks of two machines are not further apart than this. */
const CLOCKS_APART_MS = 86_400_000;

function isSameList(one: readonly Shown[], other: readonly Shown[]): boolean {
  const words = (list: readonly Shown[]): string =>
    JSON.stringify(list.map(({name, path, hash}) => [name, path, hash]));
  return words(one) === words(other);
}
