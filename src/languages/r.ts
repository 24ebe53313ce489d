/** R: scripts, read as parsed expressions by the R that runs them. */
import type {JsonObject} from '../base/json.ts';
import {byCodeUnits} from '../base/compare.ts';
import type {CapturedProcess, Host} from '../host/host.ts';
import type {Action} from '../model/stage.ts';
import type {CodeEntry, CodeFingerprint, CodeTrouble, InterpreterCall, Language, RuntimeIdentity} from './language.ts';
import {rEntries} from './r/entries.ts';
import {FINGERPRINT_PROGRAM} from './r/fingerprint-program.ts';
import {RUNTIME_PROGRAM} from './r/runtime-program.ts';
import {
  answerOf,
  askInterpreter,
  askVersions,
  commandName,
  distinctCalls,
  findProgram,
  cannotStart,
  missingScript,
  shebang,
  interpreterGuards,
} from './shared/ask.ts';
import {linesFingerprint} from './shared/raw-code.ts';

const INSTALL_HINT =
  'Install R 4.0 or newer (https://cran.r-project.org, or `apt install r-base-core`) and put `Rscript` on PATH.';
const BOOT = 'eval(parse(file("stdin",encoding="UTF-8")))';

/** Files that choose libraries when R starts. */
const CHOICES = ['.Rprofile', '.Renviron', 'renv.lock'];

/** What FINGERPRINT_PROGRAM answers. */
interface Parsed {
  readonly files: readonly {readonly path: string; readonly pieces: readonly (readonly [string, string])[]}[];
  readonly absent: readonly string[];
  readonly packages: readonly string[];
  readonly untracked: CodeFingerprint['untracked'];
}

class RLanguage implements Language {
  readonly name = 'r';
  readonly version = 1;

  entries(action: Action, cwd: string): readonly CodeEntry[] {
    return rEntries(action, cwd);
  }

  async fingerprint(entry: CodeEntry, host: Host): Promise<CodeFingerprint | CodeTrouble> {
    const interpreter = interpreterOf(entry, host);
    if (host.files.stat(entry.script)?.type !== 'file')
      return missingScript(entry.script, `\`${commandName(entry, interpreter)}\``);
    const asked = {...entry, interpreter};
    const request = `request <- list(root=${text(host.root)},cwd=${text(entry.cwd)},script=${text(entry.script)})\n`;
    const program = request + FINGERPRINT_PROGRAM;
    let answer = answerOf(await ask(asked, ['--vanilla'], program, '.', host));
    if (answer === undefined) {
      const plain = {language: entry.language, script: entry.script, cwd: entry.cwd, interpreter: 'Rscript'};
      answer = answerOf(await ask(plain, ['--vanilla'], program, '.', host));
    }
    if (answer === undefined) return linesFingerprint(entry.script, interpreter, host);
    if (typeof answer['trouble'] === 'string') {
      const message = answer['trouble'].split('\n').join(' ').trim();
      return {
        kind: 'syntax',
        message: `${message}.`,
        hint: 'Mend the syntax of this file; `Rscript -e "parse(\'FILE\')"` shows the line.',
      };
    }
    return fingerprintOf(answer as unknown as Parsed, host);
  }

  async runtime(entry: CodeEntry, packages: readonly string[], host: Host): Promise<RuntimeIdentity | CodeTrouble> {
    const asked = {...entry, interpreter: interpreterOf(entry, host)};
    const json = FINGERPRINT_PROGRAM.slice(0, FINGERPRINT_PROGRAM.indexOf('mlp_join <-'));
    const program = `wanted <- c(character(),${packages.map(text).join(',') || 'NULL'})\n${json}${RUNTIME_PROGRAM}`;
    const captured = await ask(asked, [], program, entry.cwd, host);
    const answer = answerOf(captured);
    if (answer === undefined) return cannotStart(asked, asked.interpreter, captured, INSTALL_HINT);
    const versions = answer['packages'];
    const identity: JsonObject = {
      R: answer['version'] ?? null,
      packages: Array.isArray(versions) ? {} : (versions ?? {}),
    };
    return {identity, guards: interpreterGuards(asked, answer['guards'], CHOICES, host)};
  }

  runtimeMemo(entry: CodeEntry, host: Host): string {
    const found = findProgram(entry.launcher?.[0] ?? interpreterOf(entry, host), entry.cwd, host) ?? '';
    return [found, ...['R_HOME', 'R_LIBS', 'R_LIBS_USER', 'CONDA_PREFIX'].map((name) => host.env.get(name) ?? '')].join(
      '\n',
    );
  }

  doctor(host: Host, calls: readonly InterpreterCall[]): ReturnType<Language['doctor']> {
    return askVersions(host, distinctCalls(calls, 'Rscript'), 'R', INSTALL_HINT);
  }
}

/** The member of the family. */
export const createR = (): Language => new RLanguage();

const interpreterOf = (entry: CodeEntry, host: Host): string =>
  entry.interpreter === '' ? (shebang(entry.script, host) ?? 'Rscript') : entry.interpreter;

/** A text as R writes it; R knows all of JSON's escapes. */
const text = (value: string): string => JSON.stringify(value);

function ask(
  entry: CodeEntry,
  flags: readonly string[],
  program: string,
  folder: string,
  host: Host,
): Promise<CapturedProcess> {
  const plainR = /(?:^|\/)R$/.test(entry.interpreter) ? ['--no-echo', '--no-restore'] : [];
  const locale = host.machine.os === 'linux' ? 'C.UTF-8' : 'en_US.UTF-8';
  const words = [...plainR, ...flags, '-e', BOOT];
  // Reading code needs base R only, which starts in half the time; versions are asked for as the user has set R up.
  const env = {LC_ALL: locale, LANGUAGE: 'en', ...(flags.length === 0 ? {} : {R_DEFAULT_PACKAGES: 'NULL'})};
  return askInterpreter({entry, program: entry.interpreter, words, cwd: folder, input: program, env}, host);
}

function fingerprintOf(parsed: Parsed, host: Host): CodeFingerprint {
  const modules: Record<string, string> = {};
  const texts = new Map<string, string>();
  const whole: string[] = [];
  for (const {path, pieces} of [...parsed.files].sort((a, b) => byCodeUnits(a.path, b.path))) {
    modules[path] = host.hashing.sha256(host.files.readBytes(path));
    for (const [name, code] of pieces) texts.set(`${path}#${name}`, `${texts.get(`${path}#${name}`) ?? ''}${code}\n`);
    whole.push(path, ...pieces.map(([, code]) => code));
  }
  return {
    fingerprint: host.hashing.sha256(JSON.stringify(whole)),
    modules,
    absent: parsed.absent,
    pieces: Object.fromEntries([...texts].map(([name, code]) => [name, host.hashing.sha256(code)])),
    packages: parsed.packages,
    untracked: parsed.untracked,
  };
}
