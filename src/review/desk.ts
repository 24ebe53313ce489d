/**
 * What is known of decisions: from their files, from Git and from signatures. What was true when a decision was recorded
 * counts: who was a reviewer then stays one for it. Git is asked only when there is a decision to look into.
 *
 * What can be trusted: the files of names and keys come from the commit that recorded the decision, or, where a protected
 * branch is named and does not hold that commit, from that branch, since a change must not choose its own reviewers.
 */
import {askGit} from '../host/ask-git.ts';
import type {Host} from '../host/host.ts';
import type {ApprovalRequest, ApprovalVerdict, SignedDecision} from '../model/approval.ts';
import {NAMESPACE, readDecisions, REVIEWS, signedText, type Unreadable} from './decision-files.ts';
import {judge, type Considered, type Evidence} from './judge.ts';
import {isReviewer, parseReviewers, personOf} from './reviewers.ts';

export interface Desk {
  readonly host: Host;
  /** A protected branch, such as `origin/main`. */
  readonly policyRef?: string;
}

/** More files than a command line holds: the whole project stands for them. */
const MOST_PATHS = 500;
const HEAD = 'HEAD';

/** Sources as Git takes them. @param sources undefined: all of the project. */
export const pathWords = (sources: readonly string[] | undefined): readonly string[] =>
  sources === undefined || sources.length > MOST_PATHS
    ? ['.', `:(exclude)${REVIEWS}`]
    : sources.map((path) => `:(literal)${path}`);

/**
 * @param sources files that what is shown was made of: data, code, params, pipeline.yaml; undefined: all of the project.
 *   Asked for where it matters.
 * @returns also files that are no decisions.
 */
export async function verdictOf(
  request: ApprovalRequest,
  sources: () => Promise<readonly string[] | undefined>,
  desk: Desk,
): Promise<ApprovalVerdict & {readonly unreadable: readonly Unreadable[]}> {
  const {decisions, unreadable} = await readDecisions(request.stage, desk.host);
  const nowMs = desk.host.clock.now();
  const mine = decisions.filter((one) => one.decision.id === request.id || one.file.includes(`/${request.id}.`));
  if (mine.length === 0) return {...judge(request, [], nowMs), unreadable};
  const git = await lookAtGit(desk.host);
  const recorded = await Promise.all(mine.map(async (one) => ({one, ...(await recordOf(one, git, desk.host))})));
  // Those of one moment, as all that are in no commit yet, by their own times.
  recorded.sort((a, b) => (a.atMs === b.atMs ? timeOf(a.one) - timeOf(b.one) : a.atMs - b.atMs));
  const others = decisions.filter((one) => !mine.includes(one));
  const considered = await Promise.all(
    recorded.map(async ({one, commit}): Promise<Considered> => ({
      ...one,
      evidence: await evidenceOf(one, {request, commit, git, others, sources}, desk),
    })),
  );
  return {...judge(request, considered, nowMs), unreadable};
}

const timeOf = ({decision}: SignedDecision): number => Date.parse(decision.at);

interface GitFacts {
  readonly isThere: boolean;
  /** Earlier commits are missing: what they changed, and when, cannot be said. */
  readonly isShallow: boolean;
}

async function lookAtGit(host: Host): Promise<GitFacts> {
  const reply = await askGit(host, ['rev-parse', '--is-shallow-repository']);
  return {isThere: reply !== undefined, isShallow: reply?.trim() === 'true'};
}

/** The commit that recorded a decision as it is now, and when; without one, or where Git cannot know, its own time. */
async function recordOf(
  one: SignedDecision,
  git: GitFacts,
  host: Host,
): Promise<{readonly commit: string | undefined; readonly atMs: number}> {
  const {file} = one;
  const own = timeOf(one);
  if (!git.isThere) return {commit: undefined, atMs: own};
  const [log, changed] = await Promise.all([
    askGit(host, ['log', '-1', '--format=%H %ct', '--', file]),
    askGit(host, ['status', '--porcelain', '--', file]),
  ]);
  const [commit, seconds] = (log ?? '').trim().split(' ');
  // Not yet committed: newer than all that is.
  if (commit === undefined || commit === '' || changed?.trim() !== '') return {commit: undefined, atMs: Infinity};
  return {commit, atMs: git.isShallow ? own : Number(seconds) * 1000};
}

interface Surroundings {
  readonly request: ApprovalRequest;
  readonly commit: string | undefined;
  readonly git: GitFacts;
  /** Decisions of the stage on other contents. */
  readonly others: readonly SignedDecision[];
  readonly sources: () => Promise<readonly string[] | undefined>;
}

async function evidenceOf(one: SignedDecision, around: Surroundings, desk: Desk): Promise<Evidence> {
  const {policy} = around.request;
  const ref = await policySource(around.commit, desk);
  const {who} = one.decision;
  const reviewers = await parseReviewers(await textAt(ref, policy.reviewersFile, desk.host), policy.reviewersFile);
  const signature = await signatureOf(one, ref, policy.signersFile, desk.host);
  return {
    isReviewer: reviewers.ok
      ? isReviewer(who, policy.by, reviewers.value) || (around.git.isShallow ? unsureReviewer(who) : false)
      : reviewers.error,
    ...(signature === undefined ? {} : {signature}),
    ...(policy.require === 'forge' ? {forge: await forgeOf(one, desk)} : {}),
    ...(policy.notAuthor ? {isAuthor: await authorOf(one, around, desk)} : {}),
  };
}

const unsureReviewer = (who: string): string =>
  `\`${who}\` is no reviewer here, and this shallow clone cannot tell whether they were one: \`git fetch --unshallow\``;

/** Where the files of names and keys are read: undefined is the work tree. */
async function policySource(commit: string | undefined, {host, policyRef}: Desk): Promise<string | undefined> {
  if (policyRef === undefined) return commit;
  if (commit === undefined) return policyRef;
  const isMerged = await askGit(host, ['merge-base', '--is-ancestor', commit, policyRef]);
  return isMerged === undefined ? policyRef : commit;
}

async function textAt(ref: string | undefined, file: string, host: Host): Promise<string | undefined> {
  return ref === undefined ? host.files.readTextIfThere(file) : askGit(host, ['show', `${ref}:./${file}`]);
}

async function signatureOf(
  {decision, signature}: SignedDecision,
  ref: string | undefined,
  signersFile: string,
  host: Host,
): Promise<Evidence['signature']> {
  if (signature === undefined) return undefined;
  const signers = await textAt(ref, signersFile, host);
  if (signers === undefined) return `there is no \`${signersFile}\` that says whose key it is`;
  const path = `.mlp/tmp/${host.ids.random(8)}.signers`;
  host.files.writeAtomic(path, signers);
  try {
    const verified = await host.signatures.verify(signedText(decision), NAMESPACE, signature, path);
    return verified.ok ? verified.value : verified.error.replaceAll(path, signersFile);
  } finally {
    host.files.remove(path);
  }
}

/** A protected branch holds what the forge let in; that it is protected is the forge's word, which nobody checks here. */
async function forgeOf({file}: SignedDecision, {host, policyRef}: Desk): Promise<NonNullable<Evidence['forge']>> {
  const branch = policyRef ?? (await askGit(host, ['rev-parse', '--abbrev-ref', 'origin/HEAD']))?.trim();
  if (branch === undefined || branch === '') return 'not known which branch that is: set MLP_REVIEW_POLICY=origin/main';
  const there = await textAt(branch, file, host);
  return there !== undefined && there === host.files.readTextIfThere(file)
    ? {branch}
    : `not in ${branch} as it is here`;
}

/** Whether they are author or committer of a change to the sources since the last approval. */
async function authorOf(
  one: SignedDecision,
  {git, commit, request, others, sources}: Surroundings,
  desk: Desk,
): Promise<boolean | string> {
  const {host} = desk;
  const {who} = one.decision;
  if (!git.isThere) return '`not_author` needs Git, which says who changed what';
  if (git.isShallow)
    return '`not_author` cannot be checked in a shallow clone: `git fetch --unshallow` (in CI: `fetch-depth: 0`)';
  // Not the commit that the decision names: its author wrote that, and could name one before their own changes.
  const end = commit ?? HEAD;
  const since = await lastApproved(one, others, request, desk);
  const paths = await sources();
  const range = since === undefined ? end : `${since}..${end}`;
  const log = await askGit(host, ['log', '--format=%ae%n%ce', range, '--', ...pathWords(paths)]);
  if (log === undefined) return '`not_author` cannot be checked: Git does not list the changes';
  return log.split('\n').some((address) => personOf(address) === personOf(who));
}

/**
 * The commit of the newest approval before this decision that Git still has, and that is what the policy wants of one. One by
 * the same person is none: nobody approves their own changes by way of a decision about something else.
 */
async function lastApproved(
  mine: SignedDecision,
  others: readonly SignedDecision[],
  {policy}: ApprovalRequest,
  desk: Desk,
): Promise<string | undefined> {
  const before = others
    .filter((one) => one.decision.decision === 'approved' && timeOf(one) <= timeOf(mine))
    .filter((one) => personOf(one.decision.who) !== personOf(mine.decision.who))
    .sort((a, b) => timeOf(b) - timeOf(a));
  for (const one of before) {
    const commit = await known(one.decision.commit, desk.host);
    if (commit !== undefined && (await isAsRequired(one, policy, desk))) return commit;
  }
  return undefined;
}

/** An approval that anybody could have written must not hide what was changed before it. */
async function isAsRequired(one: SignedDecision, policy: ApprovalRequest['policy'], desk: Desk): Promise<boolean> {
  if (policy.require === 'forge') return typeof (await forgeOf(one, desk)) === 'object';
  if (policy.require === 'claim') return true;
  const signature = await signatureOf(one, desk.policyRef, policy.signersFile, desk.host);
  return typeof signature === 'object' && signature.principal === one.decision.who;
}

async function known(commit: string | undefined, host: Host): Promise<string | undefined> {
  if (commit === undefined || !/^[0-9a-f]{40,64}$/.test(commit)) return undefined;
  return (await askGit(host, ['cat-file', '-e', `${commit}^{commit}`])) === undefined ? undefined : commit;
}
