/** How this terminal wants to be written to: colour, width, ASCII, CI. */
import type {Host} from '../host/host.ts';
import type {LookOptions} from '../report/look.ts';
import type {Reporter, ReporterContext} from '../report/reporter.ts';
import {reporters} from '../report/reporters/index.ts';
import type {GlobalOptions} from './command.ts';
import {UsageError} from '../project/usage-error.ts';

/** NO_COLOR and FORCE_COLOR as everybody reads them. */
function wantsColour(host: Host, isTerminal: boolean): boolean {
  const force = host.env.get('FORCE_COLOR');
  if (force !== undefined) return force !== '0' && force !== 'false';
  if (host.env.get('NO_COLOR') !== undefined && host.env.get('NO_COLOR') !== '') return false;
  return isTerminal && host.env.get('TERM') !== 'dumb';
}

/** ASCII where the locale says that the terminal shows nothing else. */
function wantsUnicode(host: Host): boolean {
  if (host.env.get('MLP_ASCII') !== undefined) return host.env.get('MLP_ASCII') === '0';
  const locale = host.env.get('LC_ALL') || host.env.get('LC_CTYPE') || host.env.get('LANG') || '';
  return (
    host.env.get('TERM') !== 'linux' && (locale === '' || /utf-?8/i.test(locale) || host.env.get('CI') !== undefined)
  );
}

/** For what a command prints on stdout. */
export function lookFor(host: Host): Promise<LookOptions> {
  return look(host, host.output.outIsTerminal);
}

/** For what a command says on stderr. */
export function lookForTalk(host: Host): Promise<LookOptions> {
  return look(host, host.output.talkIsTerminal);
}

async function look(host: Host, isTerminal: boolean): Promise<LookOptions> {
  const {loadPaint} = await import('../report/paint.ts');
  const paint = await loadPaint(wantsColour(host, isTerminal));
  return {paint, unicode: wantsUnicode(host), ...(isTerminal ? {width: host.output.width()} : {})};
}

export function createReporter(
  host: Host,
  globals: GlobalOptions,
  named: string | undefined,
): Promise<Reporter> | Reporter {
  const name = named ?? reporterFor(host, globals);
  const member = reporters.find((candidate) => candidate.name === name);
  if (member === undefined)
    throw new UsageError(`--reporter takes ${reporters.map((known) => known.name).join(', ')}, not \`${name}\``);
  return member.create(reporterContext(host, globals));
}

function reporterFor(host: Host, globals: GlobalOptions): string {
  if (globals.json) return 'json';
  if (globals.verbosity < 0) return 'quiet';
  if (host.env.get('GITHUB_ACTIONS') === 'true') return 'github';
  if (host.env.get('GITLAB_CI') === 'true') return 'gitlab';
  const ci = host.env.get('CI');
  const terminal =
    host.output.talkIsTerminal && host.env.get('TERM') !== 'dumb' && (ci === undefined || ci === 'false' || ci === '');
  return terminal ? 'live' : 'plain';
}

function reporterContext(host: Host, globals: GlobalOptions): ReporterContext {
  const summaryFile = host.env.get('GITHUB_STEP_SUMMARY');
  return {
    out: (text) => host.output.out(text),
    talk: (text) => host.output.talk(text),
    width: () => host.output.width(),
    height: () => host.output.height(),
    now: () => host.clock.now(),
    every: (ms, callback) => host.clock.every(ms, callback),
    colour: wantsColour(host, host.output.talkIsTerminal),
    unicode: wantsUnicode(host),
    verbosity: globals.verbosity,
    ...(summaryFile === undefined ? {} : {stepSummary: (markdown: string) => host.files.append(summaryFile, markdown)}),
  };
}
