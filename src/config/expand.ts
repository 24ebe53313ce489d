/**
 * The branches of a dynamic stage, once what it goes through is on disk. Called by the engine during a run: pure, and
 * loads neither yaml nor zod; everything it needs lies in `DynamicSpec.template`.
 */
import {compileGlob, escapeGlob, isGlob} from '../base/glob.ts';
import {byCodeUnits} from '../base/compare.ts';
import {isJsonObject, type Json, type JsonObject} from '../base/json.ts';
import {err, ok, type Result} from '../base/result.ts';
import type {Diagnostic} from '../model/diagnostic.ts';
import type {DynamicSpec, StageSpec} from '../model/stage.ts';
import type {ExpandItems} from './load.ts';
import {elementNames} from './branch-name.ts';
import type {StageKind} from '../stages/kind.ts';
import {buildStage, cwdOf, type StageSurroundings} from './build-stage.ts';
import {type DeferredAt, type DeferredReference, fillIn, placeAt} from './deferred.ts';
import {namedFiles} from './file-names.ts';
import {withReads} from './kind-reads.ts';
import {type Problem, toDiagnostic} from './problem.ts';
import {badItems, duplicateBranch} from './problems-stage.ts';
import {itemHasNo, notAScalar} from './problems-template.ts';
import {describe, jsonStep, scalarText} from './render.ts';
import {stageFiles} from './stage-files.ts';

/** What the loader leaves in `DynamicSpec.template`. */
export interface DynamicTemplate {
  /** The keys of the stage; what waits for the item is filled in at the places of `deferred`. */
  readonly body: JsonObject;
  readonly deferred: readonly DeferredAt[];
  readonly around: StageSurroundings;
}

/**
 * @param content the text of the JSON file, or the files of the folder as paths relative to it, in any order.
 * @returns the items: elements of the list, or project paths of the files that match the pattern, sorted.
 */
export function expandItems(
  content: string | readonly string[],
  dynamic: DynamicSpec,
): Result<ExpandItems, Diagnostic> {
  const {over} = dynamic;
  if (over.kind === 'files') {
    const glob = compileGlob(over.pattern);
    const names = typeof content === 'string' ? [] : content.filter((name) => glob.matches(name));
    return ok(names.sort(byCodeUnits).map((name) => (over.folder === '.' ? name : `${over.folder}/${name}`)));
  }
  const refuse = (message: string, hint?: string): Result<ExpandItems, Diagnostic> =>
    err(toDiagnostic(badItems(message, hint), dynamic.place));
  const file = `\`${over.path}\`, which \`${dynamic.name}\` goes through,`;
  let document: Json;
  try {
    document = JSON.parse(typeof content === 'string' ? content.replace(/^\uFEFF/, '') : '') as Json;
  } catch {
    return refuse(`${file} is not JSON`);
  }
  let at: Json | undefined = document;
  for (const step of over.pointer === '' ? [] : over.pointer.split('.'))
    at = at === undefined ? undefined : jsonStep(at, step);
  if (at === undefined) return refuse(`${file} has nothing at \`${over.pointer}\``);
  const where = over.pointer === '' ? '' : ` at \`${over.pointer}\``;
  if (!Array.isArray(at)) return refuse(`${file} must hold a list${where}, not ${describe(at)}`);
  const items = at as readonly Json[];
  const odd = items.findIndex((item) => item === null || Array.isArray(item));
  if (odd !== -1)
    return refuse(`element ${odd} of ${file} must be a text, a number or a map, not ${describe(items[odd])}`);
  return ok(items);
}

/** One stage for each item, in the order of the items; or all mistakes. */
export function expandDynamic(
  dynamic: DynamicSpec,
  items: readonly Json[],
  kinds: readonly StageKind[],
): Result<readonly StageSpec[], readonly Diagnostic[]> {
  const template = dynamic.template as unknown as DynamicTemplate;
  const {over} = dynamic;
  const inFolder = (item: Json): Json =>
    over.kind === 'files' && typeof item === 'string' && over.folder !== '.'
      ? item.slice(over.folder.length + 1)
      : item;
  const {names, duplicates} = elementNames(items.map((item) => ({value: inFolder(item)})));
  const diagnostics: Diagnostic[] = duplicates.map((index) =>
    toDiagnostic(duplicateBranch(names[index] ?? ''), dynamic.place),
  );
  const stages = items.map((item, index) => {
    const name = `${dynamic.group}@${names[index] ?? ''}`;
    const report = (problem: Problem): void => {
      diagnostics.push(toDiagnostic({...problem, message: `${problem.message} (in \`${name}\`)`}, dynamic.place));
    };
    return expandOne({name, item, dynamic, template, kinds}, report);
  });
  const failed = diagnostics.some((diagnostic) => diagnostic.severity === 'error');
  return failed ? err(diagnostics) : ok(stages);
}

interface OneBranch {
  readonly name: string;
  readonly item: Json;
  readonly dynamic: DynamicSpec;
  readonly template: DynamicTemplate;
  readonly kinds: readonly StageKind[];
}

function expandOne(branch: OneBranch, report: (problem: Problem) => void): StageSpec {
  const {name, item, dynamic, template, kinds} = branch;
  const body = structuredClone(template.body) as JsonObject;
  const isFileName = ({root}: DeferredReference): boolean => root !== 'item';
  // A command may name the files, so those are built first.
  const [late, early] = partition(template.deferred, ({at}) => at[0] === 'cmd' || at[0] === 'with');
  let told = false;
  const misfit = (problem: Problem): void => {
    told = true;
    report(problem);
  };
  // A value that is missing would be told again as an empty path or command.
  const mistake = (problem: Problem): void => (told ? undefined : report(problem));
  const itemAt = (reference: DeferredReference): Json => itemValue(item, reference, dynamic.over, misfit);
  fill(body, early, itemAt, dynamic.over.kind === 'files', misfit);
  const files = stageFiles(body, (_, problem) => mistake(problem));
  const cwd = cwdOf(body, () => undefined);
  const valueOf = (reference: DeferredReference): Json => {
    if (!isFileName(reference)) return itemAt(reference);
    const found = namedFiles({...files, cwd}, reference.root, reference.path, reference.text);
    if ('value' in found) return found.value;
    misfit(found.problem);
    return null;
  };
  fill(body, late, valueOf, false, misfit);
  const around = {...template.around, env: envOf(body['env'])};
  const tell = (_: unknown, problem: Problem): void => mistake(problem);
  const kind = kinds.find((candidate) => candidate.name === body['uses']);
  return buildStage(name, body, withReads(files, kind, body['with'] ?? {}, tell), around, dynamic.place, tell);
}

/** From the end, so that a list that takes several places moves none that is still to be filled. */
function fill(
  body: JsonObject,
  deferred: readonly DeferredAt[],
  valueOf: (reference: DeferredReference) => Json,
  itemsAreFiles: boolean,
  report: (problem: Problem) => void,
): void {
  for (const wanted of deferred.toReversed()) {
    const file = itemsAreFiles ? fileSort(wanted) : 'none';
    const values = fillIn(wanted, file === 'in-pattern' ? (reference) => literally(valueOf(reference)) : valueOf);
    if (values === undefined)
      report(
        notAScalar(
          wanted.parts.map((part) => (typeof part === 'string' ? part : part.text)).join(''),
          'a list or a map',
        ),
      );
    const written =
      file === 'entry'
        ? values?.map((value) => (typeof value === 'string' && isGlob(value) ? {path: value} : value))
        : values;
    placeAt(body, wanted.at, written ?? [''], wanted.splice || wanted.mode === 'word');
  }
}

/**
 * The name of a file is never a pattern, whatever characters it has: where it is a whole `entry` of the inputs it has to say
 * so, and where it is part of a pattern its characters stand for themselves.
 */
function fileSort({at, parts}: DeferredAt): 'none' | 'entry' | 'in-pattern' {
  if (at[0] !== 'deps' && at[0] !== 'shows') return 'none';
  const key = at.length > 2 ? at.at(-1) : undefined;
  if (key === 'glob') return 'in-pattern';
  if (typeof key === 'string') return 'none';
  return parts.some((part) => typeof part === 'string' && isGlob(part)) ? 'in-pattern' : 'entry';
}

const literally = (value: Json): Json => (typeof value === 'string' ? escapeGlob(value) : value);

function itemValue(
  item: Json,
  reference: DeferredReference,
  over: DynamicSpec['over'],
  report: (problem: Problem) => void,
): Json {
  let at: Json | undefined =
    over.kind === 'files' && typeof item === 'string' && reference.path.length > 0 ? fileParts(item) : item;
  for (const step of reference.path) {
    const holder: Json = at;
    at = jsonStep(holder, step);
    if (at === undefined) {
      if (reference.fallback !== undefined) return reference.fallback;
      report(itemHasNo(reference.text, String(step), isJsonObject(holder) ? Object.keys(holder) : []));
      return '';
    }
  }
  return (at === null || at === '') && reference.fallback !== undefined ? reference.fallback : at;
}

/** What `${item.name}` and its kin give for a file. */
function fileParts(path: string): JsonObject {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  const stem = dot > 0 ? name.slice(0, dot) : name;
  return {path, name, stem, extension: name.slice(stem.length)};
}

function envOf(env: Json | undefined): {readonly [name: string]: string | null} {
  const texts: Record<string, string | null> = {};
  for (const [name, value] of Object.entries(isJsonObject(env) ? env : {}))
    texts[name] = value === null ? null : (scalarText({value}) ?? null);
  return texts;
}

function partition<T>(all: readonly T[], first: (item: T) => boolean): readonly [readonly T[], readonly T[]] {
  return [all.filter(first), all.filter((item) => !first(item))];
}
