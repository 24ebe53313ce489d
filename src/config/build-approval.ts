/** The keys of a stage with `approval: true` to its policy. */
import type {Json, JsonObject} from '../base/json.ts';
import {parseDuration} from '../base/units.ts';
import type {ApprovalPolicy, Requirement} from '../model/approval.ts';
import type {ProjectPath} from '../model/ids.ts';
import {badApproval, keyNotForAction} from './problems-stage.ts';
import {checkedPath, type Report} from './stage-files.ts';

/** Keys that have no meaning beside another action. */
export const APPROVAL_KEYS = [
  ...['shows', 'when', 'by', 'count', 'not_author', 'ask', 'require', 'expires', 'reviewers', 'signers', 'gates'],
] as const;

/** Keys of stages that run something. */
const RUN_KEYS = [
  'with',
  'cwd',
  'shell',
  'env',
  'secrets',
  'params',
  'code',
  'seed',
  'metrics',
  'plots',
  'frozen',
  'always',
];

export function approvalPolicy(body: JsonObject, report: Report): ApprovalPolicy {
  for (const key of RUN_KEYS)
    if (body[key] !== undefined) report([key], keyNotForAction(key, 'approval', 'people decide, and nothing runs'));
  const {when, count, require: required} = body;
  const by = textsOf(body['by']);
  const policy: ApprovalPolicy = {
    when: when === 'inconclusive' || when === 'never' ? when : 'always',
    by,
    count: typeof count === 'number' ? count : 1,
    notAuthor: body['not_author'] === true,
    ask: textsOf(body['ask']),
    require: required === 'signed' || required === 'forge' ? (required as Requirement) : 'claim',
    ...optional('expiresMs', parseDuration(body['expires'])),
    reviewersFile: fileOf(body, 'reviewers', 'reviewers.yaml', report),
    signersFile: fileOf(body, 'signers', 'allowed_signers', report),
    ...(body['gates'] === undefined ? {} : {gatesFile: fileOf(body, 'gates', 'gates.json', report)}),
  };
  if (by.length === 0 && policy.when !== 'never')
    report([], badApproval('nobody may decide', 'name addresses or groups: `by: [anna@firm.lt]`'));
  if (!by.some((name) => name.startsWith('@')) && by.length > 0 && policy.count > new Set(by).size)
    report(
      ['count'],
      badApproval(`${policy.count} people must approve, and \`by\` names ${by.length}`, 'lower it, or name more'),
    );
  if (empty(body['shows']) && empty(body['deps']))
    report([], badApproval('it shows nothing that could be decided about', 'name files or folders in `shows`'));
  const outs = body['outs'];
  if (Array.isArray(outs) ? outs.length > 1 : typeof outs === 'object' && outs !== null && Object.keys(outs).length > 1)
    report(['outs'], badApproval('an approval writes one file, the record of who decided', 'name one file in `outs`'));
  return policy;
}

const empty = (value: Json | undefined): boolean =>
  value === undefined || (typeof value === 'object' && value !== null && Object.keys(value).length === 0);

const optional = <K extends string, V>(key: K, value: V | undefined): {readonly [name in K]?: V} =>
  (value === undefined ? {} : {[key]: value}) as {readonly [name in K]?: V};

function fileOf(body: JsonObject, key: string, otherwise: string, report: Report): ProjectPath {
  const written = body[key];
  const path = typeof written === 'string' ? checkedPath(written, [key], report) : undefined;
  return path ?? (otherwise as ProjectPath);
}

const textsOf = (value: Json | undefined): readonly string[] =>
  Array.isArray(value) ? (value as readonly Json[]).filter((item) => typeof item === 'string') : [];
