/** Functions, and which words of a command are a JavaScript or TypeScript program. */
import type {Action, FunctionReference} from '../../model/stage.ts';
import type {CodeEntry} from '../language.ts';
import type {Word} from '../shared/command-words.ts';
import {commandsOf, mentions, type PlacedCommand} from '../shared/commands.ts';
import {baseName, programFamily, scriptFamily, scriptPath} from '../shared/programs.ts';

const VALUE_FLAGS = new Set([
  '-C',
  '--conditions',
  '--env-file',
  '--loader',
  '--experimental-loader',
  '--input-type',
  '--stack-trace-limit',
  '--title',
  '--tsconfig',
  '-P',
  '--project',
  '-c',
  '--config',
  '--import-map',
  '--watch-path',
  '--test-name-pattern',
]);
const PRELOAD_FLAGS = new Set(['-r', '--require', '--import', '--preload']);

/** In the order of the commands. */
export function typescriptEntries(action: Action, cwd: string): readonly CodeEntry[] {
  if (action.kind === 'function') {
    return [functionEntry(action)];
  }
  if (action.kind === 'builtin')
    return Object.values(action.functions ?? {}).map((named) => ({...functionEntry(named), namedBy: 'with'}));
  if (!mentions(action, /node|deno|bun|[jt]s/)) return [];
  return commandsOf(action, cwd).flatMap((command) => {
    const program = command.words[0]?.text ?? '';
    if (programFamily(program) === 'node') return scriptsOf(program, command);
    return program.includes('/') && scriptFamily(program) === 'node' && programFamily(program) === undefined
      ? entry('node', command.words[0], command)
      : [];
  });
}

const functionEntry = ({module, exportName}: FunctionReference): CodeEntry => ({
  language: 'typescript',
  script: module,
  interpreter: '',
  cwd: '.',
  exportName,
});

function scriptsOf(program: string, command: PlacedCommand): readonly CodeEntry[] {
  const name = baseName(program);
  const {words} = command;
  const found: CodeEntry[] = [];
  const verbs = name === 'deno' || name === 'bun' ? ['run'] : name === 'tsx' ? ['watch'] : [];
  let index = verbs.includes(words[1]?.text ?? '') ? 2 : 1;
  // `bun test`, `bun run build`, `deno task` and their like run what only their settings know.
  const isOther = (text: string): boolean => (name === 'deno' || name === 'bun') && scriptFamily(text) !== 'node';
  for (; index < words.length; index++) {
    const word = words[index];
    const text = word?.text ?? '';
    if (text === '-e' || text === '--eval' || text === '-p' || text === '--print' || text === '-pe') return found;
    if (text === '--test') return found;
    if (text === '-') break;
    if (text === '--') return [...found, ...entry(program, words[index + 1], command)];
    if (PRELOAD_FLAGS.has(text)) {
      const preload = words[++index];
      if (preload !== undefined && /^\.{0,2}\//.test(preload.text)) found.push(...entry(program, preload, command));
    } else if (VALUE_FLAGS.has(text)) index++;
    else if (!text.startsWith('-')) return isOther(text) ? found : [...found, ...entry(program, word, command)];
  }
  return [...found, ...entry(program, command.stdin, command)];
}

function entry(interpreter: string, word: Word | undefined, command: PlacedCommand): readonly CodeEntry[] {
  if (word === undefined || !word.literal || command.cwd === undefined) return [];
  const script = scriptPath(word.text, command.cwd);
  const {launcher, cwd} = command;
  return script === undefined
    ? []
    : [{language: 'typescript', script, interpreter, cwd, ...(launcher.length === 0 ? {} : {launcher})}];
}
