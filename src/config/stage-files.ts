/** The files of a stage: `deps`, `outs`, `metrics`, `plots` as plain data to specs. Pure; also used when a dynamic stage is expanded. */
import {isGlob, isTooWide, MOST_ALTERNATIVES} from '../base/glob.ts';
import {isJsonObject, type Json, type JsonObject} from '../base/json.ts';
import {isInside, projectPath, type ProjectPath} from '../model/ids.ts';
import type {DepSpec, OutSpec} from '../model/stage.ts';
import type {Problem} from './problem.ts';
import {wrongType} from './problems-shape.ts';
import * as say from './problems-stage.ts';
import {describe} from './render.ts';

/** Where in a stage something stands: keys and indexes. */
export type Path = readonly (string | number)[];
/** Takes a mistake and where in the stage it is. */
export type Report = (path: Path, problem: Problem) => void;

/** All files of a stage. */
export interface StageFiles {
  readonly deps: readonly DepSpec[];
  /** For each of deps: where in the stage it was written. */
  readonly depPaths: readonly Path[];
  readonly outs: readonly OutSpec[];
  readonly outPaths: readonly Path[];
}

/** Key of a stage -> role of its outputs. */
export const OUT_ROLES = {outs: 'out', metrics: 'metrics', plots: 'plots'} as const;

/** @param body the keys of a stage, templates resolved. */
export function stageFiles(body: JsonObject, report: Report): StageFiles {
  const deps: DepSpec[] = [];
  const depPaths: Path[] = [];
  const seen = new Set<string>();
  for (const entry of [...entriesOf(body['deps'], 'deps'), ...entriesOf(body['shows'], 'shows')]) {
    const spec = depSpec(entry, report);
    if (spec === undefined) continue;
    const id = `${spec.kind}\0${spec.path}`;
    if (seen.has(id)) report(entry.path, say.duplicateDependency(spec.path));
    if (seen.has(id) && entry.key === undefined) continue;
    seen.add(id);
    deps.push(spec);
    depPaths.push(entry.path);
  }
  const outs: OutSpec[] = [];
  const outPaths: Path[] = [];
  const names = new Set<string>();
  for (const key of ['outs', 'metrics', 'plots'] as const) {
    for (const entry of entriesOf(body[key], key)) {
      const spec = outSpec(entry, OUT_ROLES[key], report);
      if (spec === undefined) continue;
      if (entry.key !== undefined && names.has(spec.name)) report(entry.path, say.duplicateName(spec.name));
      names.add(spec.name);
      outs.push(spec);
      outPaths.push(entry.path);
    }
  }
  return {deps, depPaths, outs, outPaths};
}

/**
 * Adds deps that the settings of a built-in stage name. One that is there under the same name is the same; one that is there
 * under another name gets this name too. @param spotOf where in the stage a path was written.
 */
export function withMoreDeps(
  files: StageFiles,
  more: JsonObject,
  spotOf: (path: string) => Path,
  report: Report,
): StageFiles {
  const deps = [...files.deps];
  const depPaths = [...files.depPaths];
  for (const [key, written] of Object.entries(more)) {
    const declared = files.deps.filter((dep) => dep.name === key);
    for (const {value} of several(written, key, [])) {
      const at = spotOf(writtenPath(value));
      const spec = depSpec({key, value, path: at}, (_, problem) => report(at, problem));
      if (spec === undefined || declared.some((dep) => dep.kind === spec.kind && dep.path === spec.path)) continue;
      if (declared.length > 0) report(at, say.otherDependency(key, declared[0]?.path ?? '', spec.path));
      deps.push(spec);
      depPaths.push(at);
    }
  }
  return {...files, deps, depPaths};
}

/** What a dep was written as: its path, pattern, URL or model. */
function writtenPath(dep: Json): string {
  const {path, glob, url, model, clock} = isJsonObject(dep) ? dep : {};
  const text = path ?? glob ?? url ?? model ?? clock ?? dep;
  return typeof text === 'string' ? text : '';
}

interface Entry {
  /** The name in a map; absent in a list. */
  readonly key: string | undefined;
  readonly value: Json;
  readonly path: Path;
}

/** A list in a map (one name for several inputs) gives one entry for each. */
function entriesOf(value: Json | undefined, at: string): readonly Entry[] {
  if (Array.isArray(value))
    return (value as readonly Json[]).flatMap((item, index) => several(item, undefined, [at, index]));
  if (!isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => several(item, key, [at, key]));
}

const several = (value: Json, key: string | undefined, path: Path): readonly Entry[] =>
  Array.isArray(value)
    ? (value as readonly Json[]).map((item, index) => ({key, value: item, path: [...path, index]}))
    : [{key, value, path}];

function depSpec({key, value, path}: Entry, report: Report): DepSpec | undefined {
  if (typeof value === 'string') return depOfText(value, key, path, report);
  if (!isJsonObject(value)) return refuse(path, 'a path, or a map with `path`, `glob` or `url`', value, report);
  const {
    path: file,
    glob,
    url,
    model,
    part,
    clock,
    sha256,
    optional,
  } = value as {
    readonly [name: string]: Json | undefined;
  };
  const given = [file, glob, url, model, clock].filter((one) => one !== undefined);
  if (
    given.length !== 1 ||
    (sha256 !== undefined && url === undefined) ||
    (optional !== undefined && url !== undefined)
  ) {
    report(path, say.badDependency());
    return undefined;
  }
  const text = given[0];
  if (typeof text !== 'string') return refuse(path, 'a text', text ?? null, report);
  if (model !== undefined)
    return {name: key ?? text, kind: 'model', path: text, optional: true, ...(part === 'profile' ? {part} : {})};
  if (clock !== undefined) return {name: key ?? text, kind: 'clock', path: text, optional: false};
  if (url !== undefined)
    return {
      name: key ?? text,
      kind: 'url',
      path: text,
      optional: false,
      ...(typeof sha256 === 'string' ? {sha256} : {}),
    };
  const kind = glob === undefined ? 'path' : 'glob';
  const checked = checkedPath(text, [...path, kind], report);
  if (checked === undefined || (kind === 'glob' && isRefusedAsTooWide(text, [...path, kind], report))) return undefined;
  return {name: key ?? checked, kind, path: checked, optional: optional === true};
}

function depOfText(text: string, key: string | undefined, path: Path, report: Report): DepSpec | undefined {
  if (/^https?:\/\//.test(text)) return {name: key ?? text, kind: 'url', path: text, optional: false};
  const checked = checkedPath(text, path, report);
  if (checked === undefined || (isGlob(text) && isRefusedAsTooWide(text, path, report))) return undefined;
  return {name: key ?? checked, kind: isGlob(text) ? 'glob' : 'path', path: checked, optional: false};
}

function isRefusedAsTooWide(glob: string, path: Path, report: Report): boolean {
  if (!isTooWide(glob)) return false;
  report(path, say.globTooWide(glob, MOST_ALTERNATIVES));
  return true;
}

function outSpec({key, value, path}: Entry, role: OutSpec['role'], report: Report): OutSpec | undefined {
  const options = isJsonObject(value) ? value : {};
  const text = typeof value === 'string' ? value : options['path'];
  if (typeof text !== 'string') return refuse(path, 'a path, or a map with `path`', value, report);
  if (typeof value === 'string' && /[*?]/.test(text)) {
    report(path, say.globInOuts(text));
    return undefined;
  }
  const checked = checkedPath(text, typeof value === 'string' ? path : [...path, 'path'], report);
  if (checked === undefined) return undefined;
  const type = options['type'];
  const description = options['description'];
  return {
    name: key ?? checked,
    path: checked,
    role,
    type: type === 'file' || type === 'dir' ? type : text.endsWith('/') ? 'dir' : 'any',
    cache: options['cache'] !== false,
    persist: options['persist'] === true,
    optional: options['optional'] === true,
    push: options['push'] !== false,
    ...(typeof description === 'string' ? {description} : {}),
  };
}

function refuse(path: Path, expected: string, found: Json, report: Report): undefined {
  report(path, wrongType(`\`${String(path[0])}\``, expected, describe(found)));
  return undefined;
}

/** A path (or glob) that lies in the project, outside .mlp, and is not the project itself. */
export function checkedPath(text: string, at: Path, report: Report, allowWhole = false): ProjectPath | undefined {
  const path = projectPath(text);
  if (path !== undefined && (path !== '.' || allowWhole) && !isInside(path, '.mlp')) return path;
  const why =
    text === ''
      ? 'empty'
      : text.includes('\0')
        ? 'nul'
        : text.startsWith('/')
          ? 'absolute'
          : path === undefined
            ? 'outside'
            : path === '.'
              ? 'whole'
              : 'internal';
  report(at, say.badPath(text, why));
  return undefined;
}
