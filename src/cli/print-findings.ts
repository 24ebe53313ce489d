/** How commands print what checks of data found. */
import {findingCodes, findingsJson, sortFindings, worstLevel, type Finding} from '../data/findings.ts';
import type {ProfileViewOptions} from '../stages/shared/profile-view.ts';
import {UsageError} from '../project/usage-error.ts';
import type {CommandContext} from './command.ts';
import {exitCodes} from './exit-codes.ts';
import {lookFor} from './screen.ts';

export const findingFormats = ['text', 'json', 'junit', 'sarif', 'github', 'html'] as const;
export type FindingFormat = (typeof findingFormats)[number];

export function parseFindingFormat(text: string): FindingFormat {
  const format = findingFormats.find((known) => known === text);
  if (format === undefined) throw new UsageError(`--format takes ${findingFormats.join(', ')}, not \`${text}\``);
  return format;
}

export interface PrintOptions {
  /** Absent: text, or JSON for `--json`; with text, annotations too where GitHub runs it. */
  readonly format?: FindingFormat;
  /** A file in place of stdout. */
  readonly output?: string;
  /** What the page shows beside the findings. */
  readonly page: Omit<ProfileViewOptions, 'findings'>;
}

/** Prints, and exits with 1 when there is a finding of level `error`. */
export async function printFindings(
  context: CommandContext,
  findings: readonly Finding[],
  options: PrintOptions,
): Promise<void> {
  const {host, globals} = context;
  const format = options.format ?? (globals.json ? 'json' : 'text');
  const sorted = sortFindings(findings);
  const text = await findingsText(context, sorted, format, options.page);
  if (options.output === undefined || options.output === '-') host.output.out(text);
  else {
    host.files.writeAtomic(options.output, text);
    host.output.out(`${options.output}\n`);
  }
  if (options.format === undefined && format === 'text' && host.env.get('GITHUB_ACTIONS') === 'true')
    host.output.out(await findingsText(context, sorted, 'github', options.page));
  if (worstLevel(findings) === 'error') context.exit(exitCodes.failed);
}

async function findingsText(
  {host, globals, outside}: CommandContext,
  findings: readonly Finding[],
  format: FindingFormat,
  page: PrintOptions['page'],
): Promise<string> {
  const view = {findings};
  switch (format) {
    case 'json':
      return findingsJson(findings);
    case 'junit':
      return (await import('../report/render/findings-junit.ts')).findingsJunit(view);
    case 'sarif':
      return (await import('../report/render/findings-sarif.ts')).findingsSarif(view, outside.version, findingCodes);
    case 'github':
      return (await import('../report/render/findings-github.ts')).findingsGithub(view);
    case 'html': {
      const {renderProfile} = await import('../report/render/profile.ts');
      const {profileView} = await import('../stages/shared/profile-view.ts');
      return renderProfile(profileView({...page, findings}));
    }
    case 'text': {
      const {renderFindings} = await import('../report/render/findings.ts');
      return renderFindings(view, {...(await lookFor(host)), all: globals.verbosity > 0});
    }
  }
}
