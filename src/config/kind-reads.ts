/** What the settings of a built-in stage name beside its own keys: files that it reads, functions that it calls. Pure. */
import type {Json, JsonObject} from '../base/json.ts';
import {projectPath, type ProjectPath} from '../model/ids.ts';
import type {FunctionReference} from '../model/stage.ts';
import type {StageKind} from '../stages/kind.ts';
import {badModule, badSettings} from './problems-stage.ts';
import {checkedPath, type Path, type Report, type StageFiles, withMoreDeps} from './stage-files.ts';

export interface NamedBySettings {
  /** By their text in the settings. */
  readonly functions?: {readonly [reference: string]: FunctionReference};
  /** See KindReads. */
  readonly pathFree?: JsonObject;
}

/**
 * @param settings completed; their mistakes are told before.
 * @returns the files of the stage with those that its settings name, and its functions.
 */
export function withReads(
  files: StageFiles,
  kind: Pick<StageKind, 'name' | 'reads'> | undefined,
  settings: Json,
  report: Report,
): StageFiles & NamedBySettings {
  if (kind?.reads === undefined) return files;
  const spotOf = (text: string): Path => ['with', ...(pathTo(settings, text) ?? [])];
  let reads: ReturnType<NonNullable<StageKind['reads']>>;
  try {
    reads = kind.reads(settings);
  } catch {
    // Only settings that hold an item of the run come here unchecked.
    report(['with'], badSettings(kind.name));
    return files;
  }
  const all = withMoreDeps(files, (reads.deps ?? {}) as unknown as JsonObject, spotOf, report);
  const functions = (reads.functions ?? []).map(
    (text) => [text, functionReference(text, spotOf(text), report)] as const,
  );
  return {
    ...all,
    ...(functions.length === 0 ? {} : {functions: Object.fromEntries(functions)}),
    ...(reads.pathFree === undefined ? {} : {pathFree: reads.pathFree}),
  };
}

/** `path#export`, or a path for its default export. */
export function functionReference(text: string, at: Path, report: Report): FunctionReference {
  const hash = text.lastIndexOf('#');
  const named = hash > 0 && /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(text.slice(hash + 1));
  const module = checkedPath(named ? text.slice(0, hash) : text, at, report);
  if (module !== undefined && !/\.[cm]?[jt]sx?$/.test(module)) report(at, badModule(text));
  return {
    module: module ?? projectPath(text) ?? ('.' as ProjectPath),
    exportName: named ? text.slice(hash + 1) : 'default',
  };
}

/** Where in a value a text stands; undefined when it is nowhere. */
function pathTo(value: Json, text: string): Path | undefined {
  if (value === text) return [];
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, member] of Object.entries(value)) {
    const below = pathTo(member, text);
    if (below !== undefined) return [Array.isArray(value) ? Number(key) : key, ...below];
  }
  return undefined;
}
