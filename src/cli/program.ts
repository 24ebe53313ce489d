/** The commander program: global options and the commands, each of them loaded only when it is asked for. */
import {Command, Help} from 'commander';
import type {Host} from '../host/host.ts';
import {commands} from './commands/index.ts';
import type {CommandContext, CommandMember, GlobalOptions} from './command.ts';
import type {Outside} from '../project/outside.ts';
import {UsageError} from '../project/usage-error.ts';

/** Options with a value that may stand before the command's name. */
const WITH_VALUE = new Set(['-C', '--chdir']);

export async function createProgram(outside: Outside, host: Host, exit: (code: number) => void): Promise<Command> {
  const program = new Command('mlp')
    .description(
      'Reproducible ML pipelines from a folder and a pipeline.yaml: skips what is unchanged, restores what is known, runs the rest in parallel, remembers everything.',
    )
    .version(outside.version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show this help')
    .exitOverride()
    .configureHelp({
      // An option that may be repeated starts as an empty list, which says nothing to a reader.
      optionDescription: (option) => new Help().optionDescription(option).replace(/ \(default: \[\]\)$/, ''),
    })
    .configureOutput({
      writeOut: (text) => host.output.out(text),
      writeErr: (text) => host.output.talk(text.replace(/^error: /, 'mlp: ')),
    })
    .showHelpAfterError('(`mlp --help` lists what there is)')
    .showSuggestionAfterError(true)
    .enablePositionalOptions(false);
  addGlobalOptions(program);
  const wanted = commandName(outside.argv);
  const known = commands.find(({name}) => name === wanted);
  for (const entry of known === undefined ? commands : [known]) {
    const member = await entry.load();
    const command = program
      .command(member.name)
      .summary(member.summary)
      .description(member.summary)
      .helpOption('-h, --help', 'show this help');
    addGlobalOptions(command);
    command.addHelpText('after', examplesText(member));
    member.define(command, () => contextOf(command, outside, host, exit));
  }
  return program;
}

/** The first word that is no option. */
function commandName(argv: readonly string[]): string | undefined {
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at] as string;
    if (WITH_VALUE.has(word)) at++;
    else if (!word.startsWith('-')) return word;
  }
  return undefined;
}

function addGlobalOptions(command: Command): void {
  command
    .option('-C, --chdir <folder>', 'work as if started in this folder')
    .option('--json', 'print JSON for programs on stdout')
    .option('-q, --quiet', 'only failures and the summary')
    .option('-v, --verbose', 'more: every stage, hashes, settings');
}

function contextOf(command: Command, outside: Outside, host: Host, exit: (code: number) => void): CommandContext {
  const options = command.optsWithGlobals<{chdir?: string; json?: boolean; quiet?: boolean; verbose?: boolean}>();
  const folder = options.chdir === undefined ? outside.cwd : host.files.absolute(options.chdir);
  if (options.chdir !== undefined && host.files.stat(folder)?.type !== 'dir')
    throw new UsageError(`-C: there is no folder \`${options.chdir}\``);
  const globals: GlobalOptions = {
    json: options.json === true,
    verbosity: options.quiet === true ? -1 : options.verbose === true ? 1 : 0,
  };
  const there = options.chdir === undefined ? host : outside.openHost(folder);
  return {outside: {...outside, cwd: folder}, host: there, globals, commands, exit};
}

function examplesText(member: CommandMember): string {
  const width = Math.max(...member.examples.map(([typed]) => typed.length));
  return `\nExamples:\n${member.examples.map(([typed, does]) => `  $ ${typed.padEnd(width)}  # ${does}\n`).join('')}`;
}
