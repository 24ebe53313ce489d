/**
 * Decisions on disk: `reviews/<stage>/<id>.<who>.yaml`, one file for each person, so that two people decide without a
 * merge conflict; `<id>.yaml` is read, too. Version 1. They belong into Git, which says who added them and when; changing
 * one's mind is a new commit. A signature is over the canonical JSON of everything else.
 */
import {byCodeUnits} from '../base/compare.ts';
import {canonicalJson, isJsonObject, type Json} from '../base/json.ts';
import {err, ok, type Result} from '../base/result.ts';
import type {Host} from '../host/host.ts';
import type {Decision, SignedDecision} from '../model/approval.ts';
import type {ProjectPath} from '../model/ids.ts';

export const DECISION_VERSION = 1;
export const REVIEWS = 'reviews';
/** Namespace of signatures: one made for something else does not count. */
export const NAMESPACE = 'mlp-review';

/** A file that is no decision, and why. */
export interface Unreadable {
  readonly file: ProjectPath;
  readonly problem: string;
}

export const signedText = (decision: Decision): string =>
  canonicalJson({version: DECISION_VERSION, ...decision} as unknown as Json);

export function decisionPath({stage, id, who}: Pick<Decision, 'stage' | 'id' | 'who'>): ProjectPath {
  const name = who.replaceAll(/[^A-Za-z0-9@+_-]+/g, '-');
  return `${reviewsFolder(stage)}/${id}.${name}.yaml` as ProjectPath;
}

/** The branch of a stage may have characters that no folder should have. */
export const reviewsFolder = (stage: string): string => `${REVIEWS}/${stage.replaceAll(/[^A-Za-z0-9@._-]+/g, '-')}`;

export async function decisionText(decision: Decision, signature?: string): Promise<string> {
  const {stringify} = await import('yaml');
  const all = {version: DECISION_VERSION, ...decision, ...(signature === undefined ? {} : {signature})};
  return stringify(all, {lineWidth: 0});
}

/** All decisions of a stage, whatever they are about; sorted by path. */
export async function readDecisions(
  stage: string,
  {files}: Host,
): Promise<{readonly decisions: readonly SignedDecision[]; readonly unreadable: readonly Unreadable[]}> {
  const folder = reviewsFolder(stage);
  const decisions: SignedDecision[] = [];
  const unreadable: Unreadable[] = [];
  const names = files.stat(folder)?.type === 'dir' ? files.list(folder) : [];
  for (const {name, type} of [...names].sort((a, b) => byCodeUnits(a.name, b.name))) {
    if (type !== 'file' || !/\.ya?ml$/.test(name)) continue;
    const file = `${folder}/${name}` as ProjectPath;
    const parsed = await parseDecision(files.readText(file));
    if (parsed.ok) decisions.push({file, ...parsed.value});
    else unreadable.push({file, problem: parsed.error});
  }
  return {decisions, unreadable};
}

/** @returns why it is no decision. */
export async function parseDecision(text: string): Promise<Result<Omit<SignedDecision, 'file'>, string>> {
  const {parse} = await import('yaml');
  let document: Json;
  try {
    document = parse(text, {maxAliasCount: 0}) as Json;
  } catch {
    return err('it is no YAML');
  }
  if (!isJsonObject(document)) return err('it is no map');
  const {version, signature, ...rest} = document;
  if (version !== DECISION_VERSION)
    return err(`it is of version ${String(version)}, and this mlp reads ${DECISION_VERSION}`);
  const wrong = shapeProblem(rest);
  if (wrong !== undefined) return err(wrong);
  if (signature !== undefined && typeof signature !== 'string') return err('`signature` is no text');
  const decision = rest as unknown as Decision;
  return ok({decision, ...(signature === undefined ? {} : {signature})});
}

const TEXTS = ['id', 'stage', 'who', 'at', 'mlp'] as const;
const CHOICES = {decision: ['approved', 'rejected'], how: ['local', 'github', 'gitlab']} as const;
const OPTIONAL_TEXTS = ['note', 'override', 'commit'] as const;

function shapeProblem(value: {readonly [key: string]: Json}): string | undefined {
  for (const key of TEXTS)
    if (typeof value[key] !== 'string' || value[key] === '') return `\`${key}\` is missing or no text`;
  for (const [key, words] of Object.entries(CHOICES))
    if (!words.some((word) => word === value[key])) return `\`${key}\` must be one of ${words.join(', ')}`;
  for (const key of OPTIONAL_TEXTS)
    if (value[key] !== undefined && typeof value[key] !== 'string') return `\`${key}\` is no text`;
  if (Number.isNaN(Date.parse(String(value['at'])))) return '`at` is no time';
  const {answers = {}, inputs} = value;
  if (!isJsonObject(answers) || !Object.values(answers).every((answer) => typeof answer === 'string'))
    return '`answers` is no map of texts';
  const isShown = (one: Json): boolean =>
    isJsonObject(one) && ['name', 'path', 'hash'].every((key) => typeof one[key] === 'string');
  return Array.isArray(inputs) && inputs.every(isShown) ? undefined : '`inputs` is no list of what was shown';
}
