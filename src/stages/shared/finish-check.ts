/** What stages that check have in common: where they write, what they say, and when they fail. */
import {
  countLevels,
  findingsJson,
  findingLevels,
  sortFindings,
  type Finding,
  type FindingLevel,
} from '../../data/findings.ts';
import type {Host} from '../../host/host.ts';
import {countsText, renderFindings} from '../../report/render/findings.ts';
import {renderProfile} from '../../report/render/profile.ts';
import type {StageContext} from '../define-stage.ts';
import type {FailOn} from './fail-on.ts';
import {profileView, type ProfileViewOptions} from './profile-view.ts';

export interface CheckOutputs {
  /** findings.json */
  readonly findings?: string;
  /** The page. */
  readonly page?: string;
  /** profile.json */
  readonly profile?: string;
  /** Folder of the rows that findings are about. */
  readonly rows?: string;
}

/**
 * Outs by their names (`findings`, `page`, `profile`, `rows`), or else by their files: `.html` is the page, `profile.json` the
 * profile, another `.json` the findings, a folder `rows` the rows.
 * @param kind for messages. @param known what this kind can write.
 * @throws Error when there is none, or one is not known.
 */
export function checkOutputs(
  kind: string,
  {outputs}: StageContext,
  known: readonly (keyof CheckOutputs)[],
): CheckOutputs {
  const found: {-readonly [name in keyof CheckOutputs]: string} = {};
  for (const [name, path] of Object.entries(outputs)) {
    const role = roleOf(name, path);
    if (role === undefined || !known.includes(role) || found[role] !== undefined)
      throw new Error(`\`${kind}\` does not know what to write to \`${name}\`: ${expected(known)}`);
    found[role] = path;
  }
  if (Object.keys(found).length === 0) throw new Error(`\`${kind}\` does not know where to: name ${expected(known)}`);
  return found;
}

const EXAMPLES = {findings: 'findings.json', page: 'page.html', profile: 'profile.json', rows: 'rows'} as const;

const expected = (known: readonly (keyof CheckOutputs)[]): string =>
  `\`outs\` such as ${known.map((role) => `\`${role}: build/${EXAMPLES[role]}\``).join(', ')}`;

function roleOf(name: string, path: string): keyof CheckOutputs | undefined {
  if (name === 'findings' || name === 'page' || name === 'profile' || name === 'rows') return name;
  if (path.endsWith('/rows')) return 'rows';
  if (path.endsWith('.html')) return 'page';
  if (path === 'profile.json' || path.endsWith('/profile.json')) return 'profile';
  return path.endsWith('.json') ? 'findings' : undefined;
}

/**
 * Writes the findings and the page, says them in the log, counts them as metrics.
 * @throws Error when one is as bad as `failOn`.
 */
export function finishCheck(
  context: StageContext,
  {files}: Host,
  found: readonly Finding[],
  {
    failOn,
    outputs,
    page,
  }: {
    readonly failOn: FailOn;
    readonly outputs: CheckOutputs;
    /** What the page shows beside the findings. */
    readonly page?: Omit<ProfileViewOptions, 'findings'>;
  },
): void {
  const findings = sortFindings(found);
  if (outputs.findings !== undefined) files.writeAtomic(outputs.findings, findingsJson(findings));
  if (outputs.page !== undefined && page !== undefined)
    files.writeAtomic(outputs.page, renderProfile(profileView({...page, findings})));
  context.log(renderFindings({findings}).trimEnd());
  const counts = countLevels(findings);
  for (const level of findingLevels) context.metric(`findings.${level}`, counts[level]);
  if (failOn === 'never') return;
  const isBad = (level: FindingLevel): boolean => level === 'error' || (failOn === 'warn' && level === 'warn');
  const bad = findings.filter(({level}) => isBad(level));
  const [first] = bad;
  if (first === undefined) return;
  throw new Error(
    `${countsText(findings)}: ${first.message}${bad.length === 1 ? '' : ', and others in the log'} (\`fail_on: never\` lets the stage pass)`,
  );
}
