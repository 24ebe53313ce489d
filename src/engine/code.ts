/**
 * What a stage's code means and what runs it, through the languages family and the store's memos. A memo of a fingerprint
 * holds while every file that was read has the same bytes and every file that was looked for is still absent; a memo of a
 * runtime holds while the interpreter and the library folders have not been written. A run with nothing to do therefore
 * starts neither esbuild, Python nor R.
 */
import {canonicalJson, isJsonObject, type Json, type JsonObject} from '../base/json.ts';
import type {Host} from '../host/host.ts';
import {compileGlob} from '../base/glob.ts';
import type {CodeEntry, CodeFingerprint, CodeTrouble, Language, RuntimeIdentity} from '../languages/language.ts';
import type {StageSpec} from '../model/stage.ts';
import type {Store} from '../store/store.ts';
import type {Contents} from './contents.ts';

export interface StageCode {
  /** The `code` part of the key document. */
  readonly code: JsonObject;
  /** The `runtime` part. */
  readonly runtime: JsonObject;
  readonly pieces: {readonly [piece: string]: string};
  readonly untracked: CodeFingerprint['untracked'];
  /** Functions that the stage calls, by `functionName` -> project path of the runnable module. */
  readonly bundles: ReadonlyMap<string, string>;
  /** Files that the process itself will read as code, with their hashes; '' for one that must stay absent. */
  readonly files: {readonly [path: string]: string};
}

export class CodeReader {
  readonly #host: Host;
  readonly #store: Store;
  readonly #contents: Contents;
  readonly #languages: ReadonlyMap<string, Language>;
  #isReady = false;
  readonly #fingerprints = new Map<string, Promise<CodeFingerprint | CodeTrouble>>();
  readonly #runtimes = new Map<string, Promise<RuntimeIdentity | CodeTrouble>>();

  constructor(host: Host, store: Store, contents: Contents, languages: readonly Language[]) {
    this.#host = host;
    this.#store = store;
    this.#contents = contents;
    this.#languages = new Map(languages.map((language) => [language.name, language]));
  }

  /** Every place where code of some language begins in the stage's action. Pure text work. */
  entries(stage: StageSpec): readonly CodeEntry[] {
    return stage.entries ?? codeEntries(stage, [...this.#languages.values()]);
  }

  /** Bundles of earlier runs can be run again. */
  ready(): void {
    if (this.#isReady) return;
    this.#isReady = true;
    for (const language of this.#languages.values()) language.ready?.(this.#host);
  }

  /** @throws NotAFile, FileTrouble */
  async of(stage: StageSpec, entries: readonly CodeEntry[] = this.entries(stage)): Promise<StageCode | CodeTrouble> {
    const code: Record<string, Json> = {};
    const runtime: Record<string, Json> = {};
    let pieces: Record<string, string> = {};
    const untracked: CodeFingerprint['untracked'][number][] = [];
    const files: Record<string, string> = {};
    const bundles = new Map<string, string>();
    for (const entry of entries) {
      const found = await this.#fingerprint(entry);
      // A built-in stage may call several functions of one module, each with its own meaning.
      const name = entry.namedBy === 'with' ? functionName(entry) : entry.script;
      if ('kind' in found) {
        // A command may write a script and then run it; a function that is not there cannot be called.
        if (found.kind !== 'missing' || entry.exportName !== undefined) return found;
        code[`${entry.language} ${entry.script}`] = 'absent';
        continue;
      }
      const identity = await this.#runtime(entry, found.packages);
      if ('kind' in identity) return identity;
      code[`${entry.language} ${name}`] = significant(found, stage.ignoreCode, this.#host);
      if (identity.identity !== null)
        runtime[runtimeName(entry)] = merge(runtime[runtimeName(entry)], identity.identity);
      pieces = {...pieces, ...found.pieces};
      untracked.push(...found.untracked);
      if (found.bundle !== undefined) bundles.set(functionName(entry), found.bundle);
      // A function runs from a module that was built when its key was made: edits of its sources cannot reach it.
      if (found.bundle === undefined) Object.assign(files, guardsOf(found));
    }
    const extra = await this.#contents.of(stage.code);
    stage.code.forEach((path, index) => (files[path] = code[`file ${path}`] = extra[index]?.hash ?? ''));
    return {code, runtime, pieces, untracked, files, bundles};
  }

  /**
   * Rule R7 for code: files whose edits since the key was made changed what the code means. A process reads its script when
   * it comes to it, which may be long after. @throws NotAFile, FileTrouble
   */
  async moved(stage: StageSpec, before: StageCode): Promise<readonly string[]> {
    const paths = Object.keys(before.files);
    for (const path of paths) this.#contents.forget(path);
    const contents = await this.#contents.of(paths);
    const edited = paths.filter((path, index) => contents[index]?.hash !== before.files[path]);
    if (edited.length === 0) return [];
    for (const entry of this.entries(stage))
      this.#fingerprints.delete(`${entry.language} ${canonicalJson(entry as unknown as Json)}`);
    const now = await this.of(stage);
    return !('kind' in now) && canonicalJson(now.code) === canonicalJson(before.code) ? [] : edited;
  }

  /** Every file whose change may change what the code of a stage means, also those that are not there yet. */
  async filesOf(stage: StageSpec): Promise<readonly string[]> {
    const found = await Promise.all(
      this.entries(stage).map(async (entry) => {
        const fingerprint = await this.#fingerprint(entry);
        return 'kind' in fingerprint ? [entry.script] : Object.keys(guardsOf(fingerprint));
      }),
    );
    return [...found.flat(), ...stage.code];
  }

  async #fingerprint(entry: CodeEntry): Promise<CodeFingerprint | CodeTrouble> {
    const subject = canonicalJson(entry as unknown as Json);
    const language = this.#language(entry);
    const asked =
      this.#fingerprints.get(`${language.name} ${subject}`) ?? this.#readFingerprint(language, entry, subject);
    this.#fingerprints.set(`${language.name} ${subject}`, asked);
    return asked;
  }

  async #readFingerprint(
    language: Language,
    entry: CodeEntry,
    subject: string,
  ): Promise<CodeFingerprint | CodeTrouble> {
    const tool = `code ${language.name} ${language.version}`;
    const memo = this.#store.toolMemo(tool, subject);
    if (memo !== undefined) {
      const remembered = memo.value as unknown as CodeFingerprint;
      if ((await this.#same(memo.guards)) && this.#bundleThere(remembered)) return remembered;
    }
    const found = await language.fingerprint(entry, this.#host);
    if ('kind' in found) return found;
    this.#store.setToolMemo(tool, subject, {guards: guardsOf(found), value: found as unknown as Json});
    return found;
  }

  #bundleThere(fingerprint: CodeFingerprint): boolean {
    return fingerprint.bundle === undefined || this.#host.files.exists(fingerprint.bundle);
  }

  /** Whether files have these bytes; '' stands for absent. */
  async #same(guards: {readonly [path: string]: string}): Promise<boolean> {
    const paths = Object.keys(guards);
    const contents = await this.#contents.of(paths);
    return paths.every((path, index) => contents[index]?.hash === guards[path]);
  }

  async #runtime(entry: CodeEntry, packages: readonly string[]): Promise<RuntimeIdentity | CodeTrouble> {
    const language = this.#language(entry);
    const subject = `${canonicalJson(entry as unknown as Json)} ${packages.join(' ')} ${language.runtimeMemo?.(entry, this.#host) ?? ''}`;
    const asked =
      this.#runtimes.get(`${language.name} ${subject}`) ?? this.#askRuntime(language, entry, packages, subject);
    this.#runtimes.set(`${language.name} ${subject}`, asked);
    return asked;
  }

  async #askRuntime(
    language: Language,
    entry: CodeEntry,
    packages: readonly string[],
    subject: string,
  ): Promise<RuntimeIdentity | CodeTrouble> {
    // The interpreter that runs mlp runs its functions too: another Node is another identity.
    const tool = `runtime ${language.name} ${language.version} ${this.#host.machine.nodeVersion}`;
    const memo = this.#store.toolMemo(tool, subject);
    const signature = (file: string): string => this.#host.files.stat(file)?.signature ?? '';
    if (memo !== undefined && Object.entries(memo.guards).every(([file, was]) => signature(file) === was))
      return {identity: memo.value, guards: []};
    const found = await language.runtime(entry, packages, this.#host);
    if ('kind' in found) return found;
    const guards: Record<string, string> = {};
    for (const file of found.guards) guards[file] = signature(file);
    this.#store.setToolMemo(tool, subject, {guards, value: found.identity});
    return found;
  }

  #language(entry: CodeEntry): Language {
    const language = this.#languages.get(entry.language);
    if (language === undefined) throw new Error(`BUG: no language named ${entry.language}`);
    return language;
  }
}

/** `path#export` of a function, its default export named too. */
export const functionName = (
  entry: {readonly exportName?: string} & ({readonly script: string} | {readonly module: string}),
): string => `${'script' in entry ? entry.script : entry.module}#${entry.exportName ?? ''}`;

/** Every place where code of some language begins in the stage's action. Pure text work, and not cheap: kept in the plan. */
export function codeEntries(
  stage: Pick<StageSpec, 'action' | 'cwd'>,
  languages: readonly Language[],
): readonly CodeEntry[] {
  return languages.flatMap((language) => language.entries(stage.action, stage.cwd));
}

/** The files that a fingerprint was made of, and those that were looked for in vain. */
function guardsOf({modules, absent}: CodeFingerprint): {readonly [path: string]: string} {
  return {...modules, ...Object.fromEntries(absent.map((path) => [path, '']))};
}

/** The name under which an identity is shown: the language, and the interpreter where a stage uses several. */
function runtimeName(entry: CodeEntry): string {
  return entry.interpreter === '' ? entry.language : entry.interpreter;
}

/** Two scripts under one interpreter: their packages are put together. */
function merge(before: Json | undefined, now: Json): Json {
  if (!isJsonObject(before) || !isJsonObject(now)) return now;
  const merged: Record<string, Json> = {...before};
  for (const [name, value] of Object.entries(now)) merged[name] = merge(before[name], value);
  return merged;
}

/** The fingerprint, or with `ignore_code` that of the pieces that are not ignored. */
function significant(found: CodeFingerprint, ignore: readonly string[], host: Host): string {
  if (ignore.length === 0) return found.fingerprint;
  const ignored = ignore.map(compileGlob);
  const kept = Object.entries(found.pieces).filter(
    ([piece]) => !ignored.some((glob) => glob.matches(piece.slice(0, piece.lastIndexOf('#')))),
  );
  return host.hashing.sha256(JSON.stringify(kept.sort(([a], [b]) => (a < b ? -1 : 1))));
}
