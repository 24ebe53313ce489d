/** Python: scripts and modules, read as syntax trees by the interpreter that runs them. */
import type {Json, JsonObject} from '../base/json.ts';
import type {CapturedProcess, Host} from '../host/host.ts';
import type {Action} from '../model/stage.ts';
import type {CodeEntry, CodeFingerprint, CodeTrouble, InterpreterCall, Language, RuntimeIdentity} from './language.ts';
import {FINGERPRINT_PROGRAM} from './python/fingerprint-program.ts';
import {PYTHON_FILE_HOOK} from './python/file-hook.ts';
import {pythonEntries} from './python/entries.ts';
import {RUNTIME_PROGRAM} from './python/runtime-program.ts';
import {
  answerOf,
  askInterpreter,
  askVersions,
  commandName,
  distinctCalls,
  findProgram,
  firstFound,
  cannotStart,
  missingScript,
  shebang,
  interpreterGuards,
} from './shared/ask.ts';
import {linesFingerprint} from './shared/raw-code.ts';

const INSTALL_HINT =
  'Install Python 3.8 or newer (https://www.python.org/downloads) or create the virtual environment, and put it on PATH.';
/** Nothing of the folder it starts in may be imported: a project's own `json.py` would run. */
const BOOT =
  'import sys;sys.path=[p for p in sys.path if p];import base64;exec(base64.b64decode(sys.argv[1]).decode())';

/** Files whose change may make another interpreter answer. */
const CHOICES = ['.python-version', 'uv.lock', 'poetry.lock', 'Pipfile.lock', 'pdm.lock', 'pyproject.toml'];

class Python implements Language {
  readonly name = 'python';
  readonly version = 1;
  readonly fileHook = PYTHON_FILE_HOOK;

  entries(action: Action, cwd: string): readonly CodeEntry[] {
    return pythonEntries(action, cwd);
  }

  async fingerprint(entry: CodeEntry, host: Host): Promise<CodeFingerprint | CodeTrouble> {
    if (entry.module === undefined && !host.files.exists(entry.script)) {
      return missingScript(entry.script, `\`${commandName(entry, entry.interpreter || 'python3')}\``);
    }
    const interpreter = interpreterOf(entry, host);
    const request = {
      root: host.root,
      cwd: entry.cwd,
      ...(entry.module === undefined ? {script: entry.script} : {module: entry.module}),
    };
    const asked = {...entry, interpreter};
    const captured = await ask(asked, ['-I', '-S'], FINGERPRINT_PROGRAM, request, host);
    const answer = answerOf(captured) ?? (await askAnother(entry, request, host));
    if (answer === undefined) {
      if (host.files.stat(entry.script)?.type === 'file') return linesFingerprint(entry.script, interpreter, host);
      return cannotStart(asked, interpreter, captured, INSTALL_HINT);
    }
    if (typeof answer['trouble'] === 'string') {
      return {
        kind: 'syntax',
        message: `${answer['trouble']}.`,
        hint: 'Mend the syntax of this file; `python3 -m py_compile` on it shows the line.',
      };
    }
    return answer as unknown as CodeFingerprint;
  }

  async runtime(entry: CodeEntry, packages: readonly string[], host: Host): Promise<RuntimeIdentity | CodeTrouble> {
    const asked = {...entry, interpreter: interpreterOf(entry, host)};
    const captured = await ask(asked, [], RUNTIME_PROGRAM, packages, host);
    const answer = answerOf(captured);
    if (answer === undefined) return cannotStart(asked, asked.interpreter, captured, INSTALL_HINT);
    const implementation = answer['implementation'];
    const identity: JsonObject = {
      python: answer['python'] ?? null,
      ...(implementation === 'cpython' ? {} : {implementation: implementation ?? null}),
      packages: answer['packages'] ?? {},
    };
    return {identity, guards: interpreterGuards(asked, answer['guards'], CHOICES, host)};
  }

  runtimeMemo(entry: CodeEntry, host: Host): string {
    const found = findProgram(entry.launcher?.[0] ?? interpreterOf(entry, host), entry.cwd, host) ?? '';
    const chosen = ['VIRTUAL_ENV', 'CONDA_PREFIX', 'PYENV_VERSION', 'PYTHONPATH', 'UV_PYTHON'].map(
      (name) => host.env.get(name) ?? '',
    );
    return [found, ...chosen].join('\n');
  }

  doctor(host: Host, calls: readonly InterpreterCall[]): ReturnType<Language['doctor']> {
    return askVersions(host, distinctCalls(calls, firstFound(['python3', 'python'], host)), 'Python', INSTALL_HINT);
  }
}

/** The member of the family. */
export const createPython = (): Language => new Python();

function interpreterOf(entry: CodeEntry, host: Host): string {
  if (entry.interpreter !== '') return entry.interpreter;
  return shebang(entry.script, host) ?? firstFound(['python3', 'python'], host);
}

/**
 * Any Python reads the code better than none: the fingerprint does not depend on the version.
 * @returns undefined also when it finds a mistake, since that may be only its own view.
 */
async function askAnother(entry: CodeEntry, request: Json, host: Host): Promise<JsonObject | undefined> {
  const interpreter = firstFound(['python3', 'python'], host);
  const plain = {language: entry.language, script: entry.script, cwd: entry.cwd, interpreter};
  const answer = answerOf(await ask(plain, ['-I', '-S'], FINGERPRINT_PROGRAM, request, host));
  return answer?.['trouble'] === undefined ? answer : undefined;
}

/** The program travels as base64 on one line: `conda run` refuses words with line breaks. */
function ask(
  entry: CodeEntry,
  flags: readonly string[],
  program: string,
  request: Json,
  host: Host,
): Promise<CapturedProcess> {
  const escaped = (char: string): string => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  const ascii = JSON.stringify(request).replace(/[\u007f-\uffff]/g, escaped);
  const words = [...flags, '-c', BOOT, Buffer.from(program).toString('base64'), ascii];
  return askInterpreter({entry, program: entry.interpreter, words, cwd: entry.cwd}, host);
}
