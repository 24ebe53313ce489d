/** TypeScript and JavaScript: functions, and programs that `node` and its kin run; read as esbuild bundles them. */
import type {JsonObject} from '../base/json.ts';
import type {Host} from '../host/host.ts';
import type {Action} from '../model/stage.ts';
import type {CodeEntry, CodeFingerprint, CodeTrouble, InterpreterCall, Language, RuntimeIdentity} from './language.ts';
import {
  askInterpreter,
  askVersions,
  commandName,
  distinctCalls,
  findProgram,
  cannotStart,
  missingScript,
  uniqueGuards,
} from './shared/ask.ts';
import {baseName, folderOf} from './shared/programs.ts';
import {bundle, meaningOptions, type Built} from './typescript/build.ts';
import {typescriptEntries} from './typescript/entries.ts';
import {NODE_FILE_HOOK} from './typescript/file-hook.ts';
import {candidates, moduleFiles, settingsFiles} from './typescript/looked-at.ts';
import {installedVersions, packagesOf} from './typescript/packages.ts';
import {piecesOf} from './typescript/pieces.ts';
import {writeApiShim, writeRunnable} from './typescript/runnable.ts';

export interface TypescriptOptions {
  /** Absolute path of mlp's own dist/api.js, for stages that import `mlp-cli`. */
  readonly apiModule: string;
}

const INSTALL_HINT = 'Install Node.js 20.17 or newer (https://nodejs.org) and put it on PATH.';

/** What esbuild's warnings mean for `why`. */
const UNTRACKED: ReadonlyMap<string, string> = new Map([
  ['unsupported-dynamic-import', 'import() of a computed path'],
  ['unsupported-require-call', 'require() of a computed path'],
  ['indirect-require', 'require used as a value'],
  ['direct-eval', 'eval()'],
]);

class Typescript implements Language {
  readonly name = 'typescript';
  /** Rises with esbuild's version too, since its output is what is hashed. */
  readonly version = 1;
  readonly fileHook = NODE_FILE_HOOK;
  readonly #apiModule: string;

  constructor(options: TypescriptOptions) {
    this.#apiModule = options.apiModule;
  }

  entries(action: Action, cwd: string): readonly CodeEntry[] {
    return typescriptEntries(action, cwd);
  }

  ready(host: Host): void {
    writeApiShim(this.#apiModule, host);
  }

  async fingerprint(entry: CodeEntry, host: Host): Promise<CodeFingerprint | CodeTrouble> {
    const script = scriptFile(entry, host);
    if (script === undefined) {
      return entry.exportName === undefined
        ? missingScript(entry.script, `\`${commandName(entry, entry.interpreter)}\``)
        : missingScript(entry.script, `\`${entry.namedBy ?? 'run'}\``, entry.namedBy === 'with' ? 'names' : 'starts');
    }
    const built = await bundle(entry, script, host, meaningOptions);
    if (!('text' in built)) return built;
    const packages = packagesOf(built.metafile);
    const runnable =
      entry.exportName === undefined ? undefined : await writeRunnable(entry, packages, this.#apiModule, host);
    if (typeof runnable === 'object') return runnable;
    const files = moduleFiles(built.metafile);
    const looked = [...files, ...settingsFiles(files, host)];
    const hashes = await host.hashing.files(looked);
    const modules: Record<string, string> = {};
    const absent = new Set(candidates(built.metafile, host));
    for (const [index, path] of looked.entries()) {
      const sha256 = hashes[index]?.sha256;
      if (sha256 === undefined) absent.add(path);
      else modules[path] = sha256;
    }
    return {
      fingerprint: host.hashing.sha256(built.text),
      modules,
      absent: [...absent],
      pieces: await piecesOf(files, host),
      packages,
      untracked: untrackedOf(built),
      ...(runnable === undefined ? {} : {bundle: runnable}),
    };
  }

  async runtime(entry: CodeEntry, packages: readonly string[], host: Host): Promise<RuntimeIdentity | CodeTrouble> {
    const name = baseName(entry.interpreter);
    const runners = name === 'tsx' || name.startsWith('ts-node') ? [name === 'tsx' ? 'tsx' : 'ts-node'] : [];
    const installed = installedVersions([...packages, ...runners], folderOf(entry.script), host);
    const found = await interpreterVersion(entry, runners.length > 0 ? 'node' : entry.interpreter, host);
    if ('kind' in found) return found;
    const identity: JsonObject = {[found.name]: found.version, packages: installed.versions};
    return {identity, guards: uniqueGuards([...found.guards, ...installed.guards], host)};
  }

  runtimeMemo(entry: CodeEntry, host: Host): string {
    if (entry.interpreter === '') return host.machine.nodeVersion;
    const ofFamily = /^(?:deno|bun)$/.test(baseName(entry.interpreter)) || entry.interpreter.includes('/');
    return findProgram(ofFamily ? entry.interpreter : 'node', entry.cwd, host) ?? '';
  }

  async doctor(host: Host, calls: readonly InterpreterCall[]): ReturnType<Language['doctor']> {
    const own = {ok: true, message: `Functions run on Node.js ${host.machine.nodeVersion}.`};
    const named = distinctCalls(calls, '').filter(({interpreter}) => interpreter !== '');
    return [own, ...(await askVersions(host, named, 'JavaScript', INSTALL_HINT))];
  }
}

/** The member of the family. */
export const createTypescript = (options: TypescriptOptions): Language => new Typescript(options);

/** The file that a script stands for: Node also takes it without its ending. */
function scriptFile(entry: CodeEntry, host: Host): string | undefined {
  const names = entry.exportName === undefined ? ['', '.js', '.json', '/index.js'] : [''];
  return names.map((ending) => entry.script + ending).find((path) => host.files.stat(path)?.type === 'file');
}

/** Name and `major.minor` of what runs the code. */
async function interpreterVersion(
  entry: CodeEntry,
  interpreter: string,
  host: Host,
): Promise<{readonly name: string; readonly version: string; readonly guards: readonly string[]} | CodeTrouble> {
  const minor = (version: string): string | undefined => /\d+\.\d+/.exec(version)?.[0];
  if (entry.interpreter === '') return {name: 'node', version: minor(host.machine.nodeVersion) ?? '', guards: []};
  const name = baseName(interpreter).replace('nodejs', 'node');
  const captured = await askInterpreter({entry, program: interpreter, words: ['--version']}, host);
  const version = captured.code === 0 ? minor(captured.stdout) : undefined;
  const path = findProgram(entry.launcher?.[0] ?? interpreter, entry.cwd, host);
  if (version !== undefined) return {name, version, guards: path === undefined ? [] : [path]};
  const hint = name === 'node' ? INSTALL_HINT : `Install \`${name}\` and put it on PATH.`;
  return cannotStart(entry, interpreter, captured, hint);
}

function untrackedOf({warnings, metafile}: Built): CodeFingerprint['untracked'] {
  const noted = warnings.flatMap(({id, location}) => {
    const what = UNTRACKED.get(id);
    return what === undefined || location === null ? [] : [{path: location.file, line: location.line, what}];
  });
  const globs = Object.entries(metafile.inputs).flatMap(([path, {imports}]) =>
    imports
      .filter((imported) => imported.path.includes('*'))
      .map((imported) => ({path, line: 1, what: `new files that \`${imported.path}\` would match`})),
  );
  return [...noted, ...globs];
}
