/**
 * Shell scripts and programs of the project that no other member understands: their bytes are their code. Scripts that
 * a shell script starts in turn belong to it; what else it starts is told as untracked.
 */
import type {Host} from '../host/host.ts';
import {byCodeUnits} from '../base/compare.ts';
import type {Action} from '../model/stage.ts';
import type {CodeEntry, CodeFingerprint, CodeTrouble, InterpreterCall, Language, RuntimeIdentity} from './language.ts';
import {commandsOf, commandsOfText, type PlacedCommand} from './shared/commands.ts';
import {askInterpreter, askVersions, cannotStart, distinctCalls, findProgram, uniqueGuards} from './shared/ask.ts';
import {baseName, programFamily, SCRIPT_PROGRAMS, scriptFamily, scriptPath, SHELLS} from './shared/programs.ts';
import {firstOperand} from './shared/wrappers.ts';
import type {Word} from './shared/command-words.ts';

/** Folders of installed programs: not the project's code, and they hold absolute paths. */
const INSTALLED = /(?:^|\/)(?:\.venv|venv|\.tox|\.conda|\.pixi|node_modules|renv)\//;

class Shell implements Language {
  readonly name = 'shell';
  readonly version = 1;

  entries(action: Action, cwd: string): readonly CodeEntry[] {
    return commandsOf(action, cwd).flatMap(shellEntry);
  }

  async fingerprint(entry: CodeEntry, host: Host): Promise<CodeFingerprint | CodeTrouble> {
    const modules: Record<string, string> = {};
    const absent: string[] = [];
    const untracked: {path: string; line: number; what: string}[] = [];
    const queue: CodeEntry[] = [entry];
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const {script} = next;
      if (Object.hasOwn(modules, script) || absent.includes(script)) continue;
      if (host.files.stat(script)?.type !== 'file') {
        absent.push(script);
        continue;
      }
      const [hashes] = await host.hashing.files([script]);
      if (hashes === undefined) continue;
      modules[script] = hashes.sha256;
      if (!isShellScript(next, host)) continue;
      for (const command of commandsOfText(host.files.readText(script), next.cwd)) {
        const inner = shellEntry(command);
        queue.push(...inner);
        const program = command.words[0]?.text ?? '';
        if (inner.length === 0 && (programFamily(program) !== undefined || scriptFamily(program) !== 'shell')) {
          const shown = command.words
            .map((word) => word.text)
            .join(' ')
            .slice(0, 80);
          untracked.push({path: script, line: command.line, what: `code that \`${shown}\` starts`});
        }
      }
    }
    const paths = Object.keys(modules).sort(byCodeUnits);
    return {
      fingerprint: host.hashing.sha256(JSON.stringify(paths.map((path) => [path, modules[path] ?? '']))),
      modules,
      absent,
      pieces: Object.fromEntries(paths.map((path) => [`${path}#(all)`, modules[path] ?? ''])),
      packages: [],
      untracked,
    };
  }

  async runtime(entry: CodeEntry, _packages: readonly string[], host: Host): Promise<RuntimeIdentity | CodeTrouble> {
    const name = baseName(entry.interpreter);
    // A POSIX shell or the script's own program gives the same result on every machine, or it is not portable at all.
    if (entry.interpreter === '' || SHELLS.has(name)) return {identity: {}, guards: []};
    const words = [name.startsWith('lua') ? '-v' : '--version'];
    const captured = await askInterpreter({entry, program: entry.interpreter, words}, host);
    const version = /\d+\.\d+/.exec(`${captured.stdout}\n${captured.stderr}`)?.[0];
    if (captured.code === undefined || (version === undefined && name !== 'awk')) {
      return cannotStart(entry, entry.interpreter, captured, `Install \`${name}\` and put it on PATH.`);
    }
    const found = findProgram(entry.interpreter, entry.cwd, host);
    return {identity: {[name]: version ?? null}, guards: uniqueGuards(found === undefined ? [] : [found], host)};
  }

  runtimeMemo(entry: CodeEntry, host: Host): string {
    const name = baseName(entry.interpreter);
    return entry.interpreter === '' || SHELLS.has(name) ? '' : (findProgram(entry.interpreter, entry.cwd, host) ?? '');
  }

  async doctor(host: Host, calls: readonly InterpreterCall[]): ReturnType<Language['doctor']> {
    const lines = [];
    for (const call of distinctCalls(calls, '')) {
      const {interpreter, cwd} = call;
      if (interpreter === '') continue;
      const name = baseName(interpreter);
      const hint = `Install \`${name}\` and put it on PATH.`;
      if (SHELLS.has(name) || name === 'awk') {
        const found = findProgram(interpreter, cwd, host);
        if (found === undefined)
          lines.push({ok: false, message: `\`${interpreter}\`, which a stage needs, is not there.`, hint});
        else lines.push({ok: true, message: `\`${interpreter}\` is ${found}.`});
      } else lines.push(...(await askVersions(host, [call], name, hint, name.startsWith('lua') ? '-v' : '--version')));
    }
    return lines;
  }
}

/** The member of the family. */
export const createShell = (): Language => new Shell();

function shellEntry(command: PlacedCommand): readonly CodeEntry[] {
  const program = command.words[0];
  if (program === undefined || !program.literal || command.cwd === undefined) return [];
  const name = baseName(program.text);
  if (name === '.' || name === 'source') {
    return INSTALLED.test(command.words[1]?.text ?? '') ? [] : entry('', command.words[1], command);
  }
  const values = SCRIPT_PROGRAMS.get(name);
  if (SHELLS.has(name))
    return entry(
      program.text,
      firstOperand(command.words, ['-o', '+o', '-O', '+O', '--rcfile', '--init-file']) ?? command.stdin,
      command,
    );
  if (name === 'make' || name === 'gmake') return entry(program.text, makefile(command.words), command);
  if (values !== undefined) return entry(program.text, scriptOf(command, values), command);
  const own =
    program.text.includes('/') && programFamily(program.text) === undefined && scriptFamily(program.text) === 'shell';
  return own && !INSTALLED.test(program.text) ? entry('', program, command) : [];
}

/** The script among the words of an interpreter; none when the program itself is a word (`perl -e`, `awk '{...}'`). */
function scriptOf(command: PlacedCommand, values: readonly string[]): Word | undefined {
  const flag = command.words.findIndex((word) => word.text === '-f');
  if (baseName(command.words[0]?.text ?? '') === 'awk') return flag === -1 ? undefined : command.words[flag + 1];
  const script = firstOperand(command.words, values);
  const before = script === undefined ? command.words : command.words.slice(1, command.words.indexOf(script));
  if (before.some((word) => /^-(?:[a-zA-Z]*e|E|r|-eval|-run|-print)$/.test(word.text) && !values.includes(word.text)))
    return undefined;
  return script ?? command.stdin;
}

function makefile(words: readonly Word[]): Word {
  const flag = words.findIndex((word) => /^(?:-f|--file|--makefile)$/.test(word.text));
  const folder = words.findIndex((word) => /^(?:-C|--directory)$/.test(word.text));
  const file = (flag === -1 ? undefined : words[flag + 1]) ?? {text: 'Makefile', literal: true, quoted: true};
  const base = folder === -1 ? undefined : words[folder + 1];
  return base === undefined
    ? file
    : {...file, text: `${base.text}/${file.text}`, literal: base.literal && file.literal};
}

function entry(interpreter: string, word: Word | undefined, command: PlacedCommand): readonly CodeEntry[] {
  if (word === undefined || !word.literal || command.cwd === undefined) return [];
  const script = scriptPath(word.text, command.cwd);
  if (script === undefined) return [];
  const {launcher, cwd} = command;
  return [{language: 'shell', script, interpreter, cwd, ...(launcher.length === 0 ? {} : {launcher})}];
}

function isShellScript(entry: CodeEntry, host: Host): boolean {
  if (entry.interpreter !== '') return SHELLS.has(baseName(entry.interpreter));
  const head = new TextDecoder().decode(host.files.readRange(entry.script, 0, 200));
  if (head.startsWith('#!')) return /^#!.*\b(?:ba|da|z|k|a)?sh\b/.test(head);
  return /\.(?:sh|bash|zsh|ksh|env)$/.test(entry.script);
}
