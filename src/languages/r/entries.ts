/** Which words of a command are an R script. */
import type {Action} from '../../model/stage.ts';
import type {CodeEntry} from '../language.ts';
import type {Word} from '../shared/command-words.ts';
import {commandsOf, mentions, type PlacedCommand} from '../shared/commands.ts';
import {baseName, programFamily, scriptFamily, scriptPath} from '../shared/programs.ts';

/** In the order of the commands. */
export function rEntries(action: Action, cwd: string): readonly CodeEntry[] {
  if (!mentions(action, /R|\.r/)) return [];
  return commandsOf(action, cwd).flatMap((command) => {
    const program = command.words[0]?.text ?? '';
    if (programFamily(program) === 'r') {
      return entry(program, baseName(program) === 'R' ? scriptOfR(command) : scriptOfRscript(command), command);
    }
    return program.includes('/') && scriptFamily(program) === 'r' ? entry('', command.words[0], command) : [];
  });
}

/** `Rscript [flags] file`; with `-e` there is no file. */
function scriptOfRscript({words, stdin}: PlacedCommand): Word | undefined {
  for (const word of words.slice(1)) {
    if (word.text === '-e') return undefined;
    const file = attachedFile(word);
    if (file !== undefined) return file;
    if (!word.text.startsWith('-')) return word;
    if (word.text === '-') return stdin;
  }
  return stdin;
}

/** `R -f file`, `R --file=file`, `R CMD BATCH [flags] file`, `R < file`. */
function scriptOfR({words, stdin}: PlacedCommand): Word | undefined {
  if (words[1]?.text === 'CMD') {
    return words[2]?.text === 'BATCH' ? words.slice(3).find((word) => !word.text.startsWith('-')) : undefined;
  }
  for (const [index, word] of words.entries()) {
    if (word.text === '-e' || word.text === '--args') break;
    if (word.text === '-f' || word.text === '--file') return words[index + 1];
    const file = attachedFile(word);
    if (file !== undefined) return file;
  }
  return stdin;
}

const attachedFile = (word: Word): Word | undefined =>
  word.text.startsWith('--file=') ? {...word, text: word.text.slice('--file='.length)} : undefined;

function entry(interpreter: string, word: Word | undefined, command: PlacedCommand): readonly CodeEntry[] {
  if (word === undefined || !word.literal || command.cwd === undefined) return [];
  const script = scriptPath(word.text, command.cwd);
  const {launcher, cwd} = command;
  return script === undefined
    ? []
    : [{language: 'r', script, interpreter, cwd, ...(launcher.length === 0 ? {} : {launcher})}];
}
