/** Questions to interpreters: helper programs that answer with one JSON object after a mark. */
import type {Json, JsonObject} from '../../base/json.ts';
import {isJsonObject} from '../../base/json.ts';
import type {CapturedProcess, Host} from '../../host/host.ts';
import type {CodeEntry, CodeTrouble, InterpreterCall} from '../language.ts';
import {folderOf} from './programs.ts';

/** Stands before the answer, since start-up files of an interpreter may print too. */
const MARK = '@mlp@';

/** The object after the mark; undefined when there is none. */
export function answerOf(captured: CapturedProcess): JsonObject | undefined {
  const start = captured.stdout.lastIndexOf(MARK);
  if (start === -1) return undefined;
  try {
    const value = JSON.parse(captured.stdout.slice(start + MARK.length)) as Json;
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** argv[0] for an interpreter as written: a relative path is resolved against the folder of the command. */
export function programPath(interpreter: string, cwd: string, host: Host): string {
  if (!interpreter.includes('/') || interpreter.startsWith('/')) return interpreter;
  return host.files.absolute(`${cwd}/${interpreter}`);
}

/** Absolute path that a program is found at; undefined when it is not there. */
export function findProgram(interpreter: string, cwd: string, host: Host): string | undefined {
  return host.processes.which(programPath(interpreter, cwd, host));
}

/** The first of two interpreters that is on PATH, for scripts that do not name one; the last one when none is. */
export function firstFound(names: readonly string[], host: Host): string {
  return names.find((name) => host.processes.which(name) !== undefined) ?? names.at(-1) ?? '';
}

/** The program that a script's `#!` line names, without `/usr/bin/env`. */
export function shebang(script: string, host: Host): string | undefined {
  const head = new TextDecoder().decode(host.files.readRange(script, 0, 200));
  const words = /^#!\s*(.*)/.exec(head)?.[1]?.trim().split(/\s+/) ?? [];
  const program = words[0];
  if (program === undefined || !/(?:^|\/)env$/.test(program)) return program;
  return words.slice(1).find((word) => !word.startsWith('-') && !word.includes('='));
}

/** A path for `guards`: relative to the project when it lies inside. */
export function guardPath(path: string, host: Host): string {
  return path.startsWith(`${host.root}/`) ? path.slice(host.root.length + 1) : path;
}

/**
 * What an interpreter's identity rests on: the program itself, what it told of its libraries, and the files that choose
 * between interpreters, in the project and where the stage starts.
 */
export function interpreterGuards(
  entry: Pick<CodeEntry, 'launcher' | 'interpreter' | 'cwd'>,
  told: Json | undefined,
  choices: readonly string[],
  host: Host,
): readonly string[] {
  const found = findProgram(entry.launcher?.[0] ?? entry.interpreter, entry.cwd, host);
  const libraries = Array.isArray(told) ? (told as readonly Json[]).filter((path) => typeof path === 'string') : [];
  const files = choices.flatMap((name) => (entry.cwd === '.' ? [name] : [name, `${entry.cwd}/${name}`]));
  return uniqueGuards([...(found === undefined ? [] : [found]), ...libraries, ...files], host);
}

/** Guards without repetition, sorted as given. */
export const uniqueGuards = (paths: readonly string[], host: Host): readonly string[] => [
  ...new Set(paths.map((path) => guardPath(path, host))),
];

/** The trouble that the script of a command is not there. */
export function missingScript(script: string, written: string, verb = 'starts'): CodeTrouble {
  return {
    kind: 'missing',
    message: `\`${script}\` is not there, but ${written} ${verb} it.`,
    hint: `Correct the path in the stage's action; it is looked for in \`${folderOf(script)}\` of the project.`,
  };
}

export interface Question {
  readonly entry: Pick<CodeEntry, 'cwd' | 'launcher'>;
  /** The interpreter; by default the command is in the project's folder. */
  readonly program: string;
  readonly words: readonly string[];
  readonly cwd?: string;
  readonly input?: string;
  readonly env?: {readonly [name: string]: string};
}

/** Starts an interpreter, through its launcher when it has one. Starts nothing when it is not there. */
export async function askInterpreter(question: Question, host: Host): Promise<CapturedProcess> {
  const {entry, program, words, cwd = '.', input, env} = question;
  const [first = program, ...launcher] = entry.launcher ?? [];
  const found = findProgram(first, entry.cwd, host);
  if (found === undefined) return {code: undefined, stdout: '', stderr: `\`${first}\` is not on PATH`};
  const inside = entry.launcher === undefined ? [] : [...launcher, programPath(program, entry.cwd, host)];
  return host.processes.capture([found, ...inside, ...words], {
    cwd: host.files.absolute(host.files.stat(cwd)?.type === 'dir' ? cwd : '.'),
    env: {...host.env.all(), ...env},
    ...(input === undefined ? {} : {input}),
    timeoutMs: 120_000,
  });
}

/** The trouble that an interpreter gives no answer. */
export function cannotStart(entry: CodeEntry, program: string, captured: CapturedProcess, hint: string): CodeTrouble {
  const lines = captured.stderr.split('\n').filter((line) => line.trim() !== '');
  // What the host says of a command that did not start repeats the whole helper program.
  const said = lines
    .filter((line) => line.length < 300)
    .slice(-2)
    .join(' ')
    .trim();
  return {
    kind: 'interpreter',
    message: `\`${commandName(entry, program)}\` cannot be started${said === '' ? '' : `: ${said.replace(/\.$/, '')}`}.`,
    hint,
  };
}

/** How a command is shown: `uv run python3`. */
export const commandName = (entry: Pick<CodeEntry, 'launcher'>, program: string): string =>
  [...(entry.launcher ?? []), program].join(' ');

/** Each call once, with `usual` where none is named. */
export function distinctCalls(calls: readonly InterpreterCall[], usual: string): readonly InterpreterCall[] {
  const named = calls.map(({interpreter, launcher, cwd}) => ({
    interpreter: interpreter || usual,
    ...(launcher === undefined ? {} : {launcher}),
    // Where it is called matters to what looks for its environment there, or is itself found there.
    cwd: launcher === undefined && !interpreter.includes('/') ? '.' : cwd,
  }));
  return [...new Map(named.map((call) => [JSON.stringify(call), call])).values()];
}

/** What `--version` of each interpreter says, as lines for `mlp doctor`; `purpose` names the language. */
export async function askVersions(
  host: Host,
  calls: readonly InterpreterCall[],
  purpose: string,
  hint: string,
  flag: string = '--version',
): Promise<readonly {readonly ok: boolean; readonly message: string; readonly hint?: string}[]> {
  const lines = [];
  for (const call of calls) {
    const {interpreter, cwd} = call;
    const captured = await askInterpreter({entry: call, program: interpreter, words: [flag], cwd}, host);
    const command = commandName(call, interpreter);
    const said = `${captured.stdout}\n${captured.stderr}`;
    const version = /\d+\.\d+(?:\.\d+)*/.exec(said)?.[0];
    const ok = captured.code === 0 && version !== undefined;
    lines.push(
      ok
        ? {ok, message: `\`${command}\` is ${purpose} ${version}.`}
        : {ok, message: `\`${command}\`, which a stage needs for ${purpose}, cannot be started.`, hint},
    );
  }
  return lines;
}
