/** The programs that an action starts, each with the folder it starts in and without the wrappers before it. */
import type {Action} from '../../model/stage.ts';
import {projectPath} from '../../model/ids.ts';
import {scanShell, type ShellEvent, type Word} from './command-words.ts';
import {baseName, SHELLS} from './programs.ts';
import {unwrap} from './wrappers.ts';

export interface PlacedCommand {
  /** The program and its words; the program is literal. */
  readonly words: readonly Word[];
  /** A file that `<` gives to it. */
  readonly stdin?: Word;
  /** Folder as a project path; undefined when a `cd` before it cannot be followed. */
  readonly cwd: string | undefined;
  /** Words before it that choose an environment, e.g. ['uv', 'run']. */
  readonly launcher: readonly string[];
  /** In the script, counted from 1. */
  readonly line: number;
}

/** Pure text work; nothing for functions and built-in kinds. */
export function commandsOf(action: Action, cwd: string): readonly PlacedCommand[] {
  if (action.kind === 'argv') return place(wordsOf(action.argv), {cwd, launcher: [], line: 1});
  if (action.kind !== 'script') return [];
  // The shell may itself be wrapped (`uv run bash -c`); a shell that is none (`python3 -c`) reads another language.
  return place([...wordsOf(action.shell), ...wordsOf([action.text])], {cwd, launcher: [], line: 1});
}

/** Whether the text of an action holds a hint at all: spares most scans when there are thousands of stages. */
export function mentions(action: Action, hint: RegExp): boolean {
  if (action.kind === 'script') return hint.test(action.text) || action.shell.some((word) => hint.test(word));
  return action.kind === 'argv' && action.argv.some((word) => hint.test(word));
}

/** Commands of a script's text. */
export function commandsOfText(text: string, cwd: string): readonly PlacedCommand[] {
  return placeScript(text, {cwd, launcher: [], line: 1});
}

type Place = Omit<PlacedCommand, 'words' | 'stdin'>;

const wordsOf = (argv: readonly string[]): readonly Word[] => argv.map((text) => ({text, literal: true, quoted: true}));

function placeScript(text: string, start: Place): readonly PlacedCommand[] {
  const found: PlacedCommand[] = [];
  const outer: (string | undefined)[] = [];
  let cwd = start.cwd;
  for (const event of scanShell(text, start.line)) {
    if (event.kind === 'open') outer.push(cwd);
    else if (event.kind === 'close') cwd = outer.length === 0 ? cwd : outer.pop();
    else {
      const words = withoutGrammar(event.words);
      const moved = changedFolder(words, event, cwd);
      if (moved !== 'none') cwd = moved.cwd;
      else found.push(...place(words, {cwd, launcher: start.launcher, line: event.line}, event.stdin));
    }
  }
  return found;
}

function place(words: readonly Word[], where: Place, stdin?: Word): readonly PlacedCommand[] {
  const inner = unwrap(words);
  const program = inner.words[0];
  if (program === undefined || !program.literal) return [];
  const at: Place = {...where, cwd: inner.folder === undefined ? where.cwd : moveTo(inner.folder, where.cwd)};
  const launcher = inner.launcher.length === 0 ? where.launcher : inner.launcher;
  const script = SHELLS.has(baseName(program.text)) ? shellText(inner.words) : undefined;
  if (script !== undefined) return script.literal ? placeScript(script.text, {...at, launcher}) : [];
  return [{words: inner.words, ...(stdin === undefined ? {} : {stdin}), ...at, launcher}];
}

/** The text after `-c` in the words of a shell. */
function shellText(words: readonly Word[]): Word | undefined {
  for (let index = 1; index < words.length; index++) {
    const text = words[index]?.text ?? '';
    if (/^-[a-zA-Z]*c[a-zA-Z]*$/.test(text)) {
      let next = index + 1;
      while (/^[-+]/.test(words[next]?.text ?? '')) next += words[next]?.text === '-o' ? 2 : 1;
      return words[next];
    }
    if (/^[-+][a-zA-Z]*[oO]$/.test(text)) index++;
    else if (!/^[-+]/.test(text)) return undefined;
  }
  return undefined;
}

const BEFORE_COMMAND = new Set([
  'if',
  'then',
  'else',
  'elif',
  'do',
  'while',
  'until',
  '!',
  '{',
  'fi',
  'done',
  'esac',
  '}',
]);
const NO_COMMAND = new Set(['for', 'select', 'case', 'function', '[[', '[', 'export', 'local', 'readonly', 'declare']);

/** Takes away reserved words and assignments, so that the first word left is the program. */
function withoutGrammar(words: readonly Word[]): readonly Word[] {
  let start = 0;
  for (; start < words.length; start++) {
    const word = words[start];
    if (word === undefined) break;
    const name = !word.quoted && word.literal ? word.text : '';
    if (NO_COMMAND.has(name)) return [];
    if (!BEFORE_COMMAND.has(name) && !/^[A-Za-z_]\w*\+?=/.test(word.text)) break;
  }
  return words.slice(start);
}

function changedFolder(
  words: readonly Word[],
  event: Extract<ShellEvent, {kind: 'command'}>,
  cwd: string | undefined,
): {readonly cwd: string | undefined} | 'none' {
  const name = words[0]?.text;
  if (name !== 'cd' && name !== 'pushd' && name !== 'popd') return 'none';
  if (event.apart) return {cwd};
  const target = words.slice(1).find((word) => !['-L', '-P', '-e', '--'].includes(word.text));
  if (name === 'popd' || target === undefined || !target.literal) return {cwd: undefined};
  return {cwd: moveTo(target.text, cwd)};
}

const moveTo = (folder: string, cwd: string | undefined): string | undefined =>
  cwd === undefined ? undefined : projectPath(folder, cwd);
