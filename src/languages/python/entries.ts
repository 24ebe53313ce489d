/** Which words of a command are a Python script or module. */
import type {Action} from '../../model/stage.ts';
import type {CodeEntry} from '../language.ts';
import type {Word} from '../shared/command-words.ts';
import {commandsOf, mentions, type PlacedCommand} from '../shared/commands.ts';
import {baseName, programFamily, scriptFamily, scriptPath} from '../shared/programs.ts';

/** Programs that run the Python script among their words: the first literal word that ends in `.py`. */
const RUNNERS = new Set(['torchrun', 'accelerate', 'deepspeed', 'coverage', 'kernprof', 'streamlit', 'horovodrun']);

/** Modules that run the script after them, as `python -m cProfile train.py`. */
const RUNNER_MODULES = new Set([
  'torch.distributed.run',
  'torch.distributed.launch',
  'accelerate.commands.launch',
  'cProfile',
  'profile',
  'trace',
  'pdb',
  'coverage',
  'kernprof',
  'memory_profiler',
  'debugpy',
]);

/** In the order of the commands. */
export function pythonEntries(action: Action, cwd: string): readonly CodeEntry[] {
  if (!mentions(action, /py|uv/)) return [];
  return commandsOf(action, cwd).flatMap((command) => {
    const program = command.words[0]?.text ?? '';
    if (programFamily(program) === 'python') return entriesOf(program, command);
    if (RUNNERS.has(baseName(program))) return scriptEntry('', scriptAmong(command.words.slice(1)), command);
    const itself = program.includes('/') && scriptFamily(program) === 'python' && programFamily(program) === undefined;
    return itself ? scriptEntry('', command.words[0], command) : [];
  });
}

function entriesOf(interpreter: string, command: PlacedCommand): readonly CodeEntry[] {
  const {words} = command;
  for (let index = 1; index < words.length; index++) {
    const word = words[index];
    const text = word?.text ?? '';
    if (text === '-') break;
    if (!text.startsWith('-')) return scriptEntry(interpreter, word, command);
    if (text.startsWith('--')) {
      if (text === '--') return scriptEntry(interpreter, words[index + 1], command);
      if (text === '--check-hash-based-pycs') index++;
      continue;
    }
    const flag = /[cmWXQ]/.exec(text);
    if (flag === null) continue;
    if (flag[0] === 'c') return [];
    const attached = text.slice(flag.index + 1);
    const value = attached === '' ? words[++index] : {text: attached, literal: word?.literal === true};
    if (flag[0] !== 'm') continue;
    if (value === undefined || !value.literal) return [];
    return moduleEntries(interpreter, value.text, words.slice(index + 1), command);
  }
  return scriptEntry(interpreter, command.stdin, command);
}

function moduleEntries(
  interpreter: string,
  module: string,
  rest: readonly Word[],
  command: PlacedCommand,
): readonly CodeEntry[] {
  if (RUNNER_MODULES.has(module)) return scriptEntry(interpreter, scriptAmong(rest), command);
  if (command.cwd === undefined || !/^[^\s./]+(?:\.[^\s./]+)*$/.test(module)) return [];
  const script = scriptPath(`${module.replaceAll('.', '/')}.py`, command.cwd);
  return script === undefined ? [] : [{...entry(interpreter, script, command.cwd, command), module}];
}

const scriptAmong = (words: readonly Word[]): Word | undefined =>
  words.find((word) => word.literal && /\.pyw?$/.test(word.text) && !word.text.startsWith('-'));

function scriptEntry(interpreter: string, word: Word | undefined, command: PlacedCommand): readonly CodeEntry[] {
  if (word === undefined || !word.literal || command.cwd === undefined) return [];
  const script = scriptPath(word.text, command.cwd);
  return script === undefined ? [] : [entry(interpreter, script, command.cwd, command)];
}

function entry(interpreter: string, script: string, cwd: string, command: PlacedCommand): CodeEntry {
  const {launcher} = command;
  return {language: 'python', script, interpreter, cwd, ...(launcher.length === 0 ? {} : {launcher})};
}
