/**
 * Stages with `approval: true`: what they show is their inputs, the decisions about it are part of their key, and what they
 * make, if they declare an output, is the record of who decided. They never become a job.
 */
import {canonicalJson, type Json} from '../base/json.ts';
import type {Host} from '../host/host.ts';
import type {RunEvent} from '../model/event.ts';
import type {ProjectPath, StageName} from '../model/ids.ts';
import type {StageSpec} from '../model/stage.ts';
import {verdictOf} from '../review/desk.ts';
import {requestOf} from '../review/request.ts';
import type {StageCode} from './code.ts';
import type {StageInputs} from './inputs.ts';
import type {Asked, Decision, StalenessWorld} from './decision.ts';

/** @returns undefined for every other stage. @throws GatesTrouble */
export async function askedOf(
  stage: StageSpec,
  inputs: StageInputs,
  {host, desk, sourcesOf}: StalenessWorld,
): Promise<Asked | undefined> {
  if (stage.action.kind !== 'approval') return undefined;
  const request = requestOf(stage.name, stage.action.policy, inputs.entries, host);
  return {request, verdict: await verdictOf(request, () => sourcesOf(stage.name), desk)};
}

export function undecided(asked: Asked): Decision & {kind: 'error' | 'waiting'} {
  const {request, verdict} = asked;
  const {because} = verdict;
  if (verdict.state === 'waiting')
    return {kind: 'waiting', asked, reason: {kind: 'needs-approval', request: request.id, because}};
  const failure = {
    class: 'rejected',
    message: because,
    hint: `\`mlp review show ${request.id}\` shows what was decided; other data, code or params are another question`,
  } as const;
  return {kind: 'error', failure, reason: {kind: 'rejected', request: request.id, because}};
}

/** Who decided is what this stage's code is to another: it decides what comes out. */
export function codeOfApproval({verdict}: Asked, {hashing}: Host): StageCode {
  return {
    code: {decisions: hashing.sha256(canonicalJson(verdict.facts))},
    runtime: {},
    pieces: {},
    untracked: [],
    files: {},
    bundles: new Map(),
  };
}

/** What a stage after it can read: the question, and everyone whose word counted. */
export function writeApproval(spec: StageSpec, {request, verdict}: Asked, {files}: Host): void {
  const record = {
    version: 1,
    stage: request.stage,
    request: request.id,
    state: verdict.state,
    by: verdict.by,
    because: verdict.because,
    ...(request.gates === undefined ? {} : {gates: request.gates}),
    ...(verdict.override === undefined ? {} : {override: verdict.override}),
    shows: request.shows,
    decisions: verdict.by === 'gates' ? [] : verdict.facts,
  };
  const text = `${JSON.stringify(JSON.parse(canonicalJson(record as unknown as Json)), null, 2)}\n`;
  for (const {path} of spec.outs) files.writeAtomic(path, text);
}

/** A question that nobody has answered, for tools: `.mlp/requests/<id>.json`. */
export function writeRequest({request, verdict}: Asked, {files}: Host): ProjectPath {
  const path = `.mlp/requests/${request.id}.json` as ProjectPath;
  const {unreadable: _, decisions, because} = verdict;
  files.writeAtomic(path, `${JSON.stringify({version: 1, ...request, because, decisions}, null, 2)}\n`);
  return path;
}

/** What is to be said of a question and its decisions: those that do not count, disagreement, and what to do now. */
export function approvalNotices(stage: StageName, {request, verdict}: Asked): readonly RunEvent[] {
  const notice = (level: 'info' | 'warning', code: string, message: string, hint?: string): RunEvent => ({
    type: 'notice',
    level,
    code,
    message,
    stage,
    ...(hint === undefined ? {} : {hint}),
  });
  const valid = verdict.decisions.filter(({flaw}) => flaw === undefined);
  const words = valid.map(({decision}) => `${decision.who} ${decision.decision} it`);
  return [
    ...verdict.decisions.flatMap(({file, flaw}) =>
      flaw === undefined ? [] : [notice('warning', 'decision-void', `\`${file}\` does not count: ${flaw}`)],
    ),
    ...verdict.unreadable.map(({file, problem}) =>
      notice('warning', 'decision-void', `\`${file}\` is no decision: ${problem}`),
    ),
    ...(verdict.conflict
      ? [notice('warning', 'decision-conflict', `reviewers disagree: ${words.join(', then ')}; the last word counts`)]
      : []),
    verdict.state === 'waiting'
      ? notice(
          'info',
          'approval-needed',
          verdict.because,
          `\`mlp review show ${request.id}\` says what it is about; then \`mlp approve ${request.id}${request.policy.ask.map(() => ' --answer TEXT').join('')}\` or \`mlp reject ${request.id}\``,
        )
      : notice('info', 'approved', verdict.because),
  ];
}
