/** The parts of README.md that are made from the code, so that they cannot say something else. */
import type {Command, Option} from 'commander';

/** One entry for each visible command, with its options; those that every command has come first. */
export function commandsSection(program: Command): string {
  const helper = program.createHelp();
  const options = (command: Command): string[] =>
    helper
      .visibleOptions(command)
      .filter((option) => option.long !== '--help')
      .map((option: Option) => `\`${option.flags}\` ${option.description}`);
  const shared = options(program);
  const own = (command: Command): string[] => options(command).filter((option) => !shared.includes(option));
  const entries = helper
    .visibleCommands(program)
    .filter((command) => command.name() !== 'help')
    .map((command) => {
      const words = command.registeredArguments.map((argument) => helper.argumentTerm(argument));
      const placeholders = words.map((word, i) => {
        const argument = command.registeredArguments[i];
        const name = `${word.toUpperCase()}${argument?.variadic === true ? '...' : ''}`;
        return argument?.required === true ? name : `[${name}]`;
      });
      const head = `- **\`${['mlp', command.name(), ...placeholders].join(' ')}\`**: ${command.description()}`;
      const detail = own(command).join('; ');
      return detail === '' ? head : `${head}  \n  ${detail}`;
    });
  const everywhere = shared.length === 0 ? [] : ['', `Every command takes ${shared.join('; ')}.`];
  return [...entries, ...everywhere].join('\n');
}

/** A table of problem codes, in the order of the code. */
export function problemsSection(codes: Readonly<Record<string, string>>): string {
  const rows = Object.entries(codes).map(([code, meaning]) => `| \`${code}\` | ${meaning.replaceAll('|', '\\|')} |`);
  return ['| code | meaning |', '|---|---|', ...rows].join('\n');
}

/** README with the text between `<!-- name -->` and `<!-- /name -->` replaced. */
export function withSection(readme: string, name: string, text: string): string {
  const start = `<!-- ${name} -->`;
  const end = `<!-- /${name} -->`;
  const [from, to] = [readme.indexOf(start), readme.indexOf(end)];
  if (from === -1 || to < from) throw new Error(`README.md has no ${start} ... ${end}`);
  return `${readme.slice(0, from + start.length)}\n${text}\n${readme.slice(to)}`;
}
