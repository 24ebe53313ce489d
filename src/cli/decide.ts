/** `mlp approve` and `mlp reject`: writes the decision file, after making sure that it would count. */
import {quoteWord} from '../base/shell-quote.ts';
import {askedOf} from '../engine/approval.ts';
import {resolveInputs} from '../engine/inputs.ts';
import {askGit} from '../host/ask-git.ts';
import type {Host} from '../host/host.ts';
import type {SigningKey} from '../host/signatures-contract.ts';
import type {ApprovalRequest, Decision} from '../model/approval.ts';
import {readGitState} from '../project/git-state.ts';
import type {Project} from '../project/load-project.ts';
import {UsageError} from '../project/usage-error.ts';
import {GRACE_MS, wire, type Wired} from '../project/wire.ts';
import {decisionPath, decisionText, NAMESPACE, signedText} from '../review/decision-files.ts';
import {pathWords} from '../review/desk.ts';
import type {CommandContext} from './command.ts';
import {openProject} from './open-project.ts';
import {requestNamed, reviewsOf} from './reviews.ts';

export interface DecideOptions {
  readonly note?: string;
  readonly answer?: readonly string[];
  readonly override?: string;
  readonly as?: string;
  readonly from?: string;
  readonly key?: string;
}

const KEY_VARIABLE = 'MLP_SIGNING_KEY';

export async function decideRequest(
  context: CommandContext,
  id: string,
  word: Decision['decision'],
  options: DecideOptions,
): Promise<void> {
  const project = await openProject(context);
  if (project === undefined) return;
  const wired = wire(project, {paranoid: false, graceMs: GRACE_MS});
  try {
    const {spec, asked} = requestNamed(await reviewsOf(project, wired), id);
    wired.store.flushMemos();
    const {request} = asked;
    const decision = await decisionOn(request, word, options, project, context.outside.version);
    if (word === 'approved' && request.policy.notAuthor) await refuseUncommitted(spec.name, project.host, wired);
    const key = await keyFor(request, options, project.host);
    const signature = key === undefined ? undefined : await sign(decision, key, project.host);
    const file = decisionPath(decision);
    const before = project.host.files.readTextIfThere(file);
    project.host.files.writeAtomic(file, await decisionText(decision, signature), {fsync: true});
    const now = await askedOf(spec, await resolveInputs(spec, wired.world), wired.world);
    const mine = now?.verdict.decisions.find((one) => one.file === file);
    // It is merged later: until then it cannot be where `require: forge` wants it.
    if (mine?.flaw !== undefined && !(request.policy.require === 'forge' && !mine.levels.includes('forge'))) {
      if (before === undefined) project.host.files.remove(file);
      else project.host.files.writeAtomic(file, before);
      throw new UsageError(`this ${word === 'approved' ? 'approval' : 'rejection'} would not count: ${mine.flaw}`);
    }
    const verdict = now?.verdict;
    tell(context, project.host, {
      file,
      decision,
      isSigned: signature !== undefined,
      state: verdict?.state ?? 'waiting',
      because: verdict?.because ?? '',
    });
  } finally {
    wired.store.close();
  }
}

async function decisionOn(
  request: ApprovalRequest,
  word: Decision['decision'],
  options: DecideOptions,
  {host}: Project,
  mlp: string,
): Promise<Decision> {
  const {policy, gates} = request;
  const {note, override, answer = []} = options;
  if (answer.length > policy.ask.length || (word === 'approved' && answer.length < policy.ask.length))
    throw new UsageError(
      `${policy.ask.length} questions are asked and ${answer.length} answered`,
      `give one \`--answer\` for each, in this order: ${policy.ask.map((question) => `\`${question}\``).join(', ')}`,
    );
  if (word === 'approved' && gates === 'fail' && override === undefined)
    throw new UsageError('the gates failed: an approval must say why it goes past them', '`--override REASON`');
  if (override !== undefined && gates !== 'fail')
    throw new UsageError('`--override` is for gates that failed, and none did', 'leave it out');
  const {who, how} = await person(options, host);
  const commit = readGitState(host)?.commit;
  return {
    id: request.id,
    stage: request.stage,
    decision: word,
    who,
    how,
    at: new Date(host.clock.now()).toISOString(),
    ...(note === undefined ? {} : {note}),
    ...(answer.length === 0
      ? {}
      : {answers: Object.fromEntries(answer.map((text, index) => [policy.ask[index] ?? '', text]))}),
    ...(override === undefined ? {} : {override}),
    ...(commit === undefined ? {} : {commit}),
    inputs: request.shows,
    ...(gates === undefined ? {} : {gates}),
    mlp,
  };
}

/** A name is a claim wherever it comes from: only a signature, or the forge's protected branch, says more. */
async function person({as, from}: DecideOptions, host: Host): Promise<Pick<Decision, 'who' | 'how'>> {
  const named = (names: readonly string[]): string | undefined =>
    names.map((name) => host.env.get(name)).find((value) => value !== undefined && value !== '');
  if (from !== undefined && from !== 'github' && from !== 'gitlab')
    throw new UsageError(`\`--from\` takes github or gitlab, not \`${from}\``);
  const how = from ?? 'local';
  const who =
    as ??
    (from === 'github'
      ? named(['GITHUB_TRIGGERING_ACTOR', 'GITHUB_ACTOR'])
      : from === 'gitlab'
        ? named(['GITLAB_USER_EMAIL', 'GITLAB_USER_LOGIN'])
        : (await askGit(host, ['config', 'user.email']))?.trim());
  if (who === undefined || who === '')
    throw new UsageError(
      'who decides? Git knows no address here',
      '`git config user.email you@firm.lt`, or `--as you@firm.lt`',
    );
  return {who, how};
}

/** With `require: signed` a key is looked for where Git and CI keep theirs. */
async function keyFor({policy}: ApprovalRequest, {key}: DecideOptions, host: Host): Promise<SigningKey | undefined> {
  if (key !== undefined) return {file: key};
  if (policy.require !== 'signed') return undefined;
  const text = host.env.get(KEY_VARIABLE);
  if (text !== undefined && text !== '') return {text};
  const ofGit = (await askGit(host, ['config', '--path', 'user.signingkey']))?.trim();
  if (ofGit !== undefined && ofGit !== '' && (await askGit(host, ['config', 'gpg.format']))?.trim() === 'ssh')
    return {file: ofGit};
  throw new UsageError(
    'this approval must be signed, and there is no key',
    `\`--key ~/.ssh/id_ed25519\`, the variable ${KEY_VARIABLE}, or Git's own \`user.signingkey\` with \`gpg.format ssh\``,
  );
}

async function sign(decision: Decision, key: SigningKey, host: Host): Promise<string> {
  const signed = await host.signatures.sign(signedText(decision), NAMESPACE, key);
  if (!signed.ok) throw new UsageError(`the decision cannot be signed: ${signed.error}`);
  return signed.value;
}

/** Who changed what is not known of changes that are in no commit. */
async function refuseUncommitted(
  stage: Parameters<Wired['world']['sourcesOf']>[0],
  host: Host,
  {world}: Wired,
): Promise<void> {
  const paths = pathWords(await world.sourcesOf(stage));
  const status = await askGit(host, ['status', '--porcelain', '--untracked-files=all', '--', ...paths]);
  const first = status?.split('\n').find((line) => line !== '');
  if (first !== undefined)
    throw new UsageError(
      `\`${first.slice(3)}\` is not committed, so that nobody can tell who changed it, which \`not_author\` asks`,
      'commit it, run, and decide then',
    );
}

interface Told {
  readonly file: string;
  readonly decision: Decision;
  readonly isSigned: boolean;
  readonly state: string;
  readonly because: string;
}

function tell({globals}: CommandContext, {output}: Host, told: Told): void {
  const {file, decision, isSigned, state, because} = told;
  if (globals.json) {
    output.out(
      `${JSON.stringify({schema_version: 1, type: 'decision', file, signed: isSigned, state, because, decision})}\n`,
    );
    return;
  }
  output.out(`${decision.who} ${decision.decision} ${decision.stage} ${decision.id}: ${file}\n`);
  output.out(
    isSigned
      ? 'It is signed.\n'
      : `It is a claim: nobody checks that \`${decision.who}\` wrote it. \`--key\` signs it.\n`,
  );
  output.out(`${decision.stage} is ${state}: ${because}\n`);
  output.out(
    `Commit it: git add ${quoteWord(file)} && git commit -m ${quoteWord(`Review of ${decision.stage}`)}; then \`mlp run\`\n`,
  );
}
