/** Turns a stage's declared deps into the contents that enter its key and the names that its process sees. */
import {byCodeUnits} from '../base/compare.ts';
import type {Host} from '../host/host.ts';
import type {InputEntry} from '../model/artifact.ts';
import {isInside} from '../model/ids.ts';
import type {KeyDocument} from '../model/key-document.ts';
import {MODEL_INPUT, type ClockStep, type DepSpec, type StageSpec} from '../model/stage.ts';
import {startOf} from './clock-inputs.ts';
import type {Contents} from './contents.ts';
import type {Store} from '../store/store.ts';
import {judgedInput, modelContent, modelInput} from './model-inputs.ts';
import type {UrlState} from './urls.ts';

export interface StageInputs {
  /** Sorted by path, each path once. */
  readonly entries: readonly InputEntry[];
  /** The `deps` part of the key document. */
  readonly keyed: KeyDocument['deps'];
  /** Name -> path, or the list of matches of a glob. */
  readonly names: {readonly [name: string]: string | readonly string[]};
  /** Declared, not optional, not there; a glob that matches nothing is one of them. */
  readonly missing: readonly string[];
}

export interface InputSources {
  readonly host: Host;
  readonly contents: Contents;
  readonly urls: UrlState;
  readonly store: Pick<Store, 'models'>;
}

type KeyedDep = KeyDocument['deps'][number];

/** @throws NotAFile, FileTrouble, UrlTrouble, ModelTrouble */
export async function resolveInputs(stage: StageSpec, sources: InputSources): Promise<StageInputs> {
  const names = new Map<string, string | readonly string[]>();
  /** A name that several deps have is a list of all their files. */
  const named = ({name}: DepSpec, paths: string | readonly string[]): void => {
    const before = names.get(name);
    names.set(name, before === undefined ? paths : [...new Set([before, paths].flat())].sort(byCodeUnits));
  };
  const wanted: {readonly dep: DepSpec; readonly path: string}[] = [];
  const keyed: KeyedDep[] = [];
  const missing: string[] = [];
  for (const dep of stage.deps) {
    if (dep.kind === 'path') {
      named(dep, dep.path);
      wanted.push({dep, path: dep.path});
    } else if (dep.kind === 'glob') {
      const matches = (await sources.host.globs.match(dep.path)).filter(
        (path) => !stage.outs.some((out) => isInside(path, out.path)),
      );
      named(dep, matches);
      if (matches.length === 0 && !dep.optional) missing.push(dep.path);
      for (const path of matches) wanted.push({dep, path});
      keyed.push([dep.path, 'glob', false, sources.host.hashing.sha256(matches.join('\0'))]);
    } else if (dep.kind === 'url') {
      named(dep, dep.path);
      keyed.push([dep.path, 'url', false, dep.sha256 ?? (await sources.urls.validator(dep.path))]);
    } else if (dep.kind === 'clock') {
      const time = startOf(dep.path as ClockStep, sources.host.clock.now());
      named(dep, time);
      keyed.push([dep.path, 'clock', false, time]);
    }
  }
  const contents = await sources.contents.of(wanted.map(({path}) => path));
  for (const dep of stage.deps) {
    if (dep.kind !== 'model') continue;
    const judged = wanted.findIndex((one) => one.dep.name === judgedInput(dep.part));
    const version = modelInput(dep, contents[judged]?.hash, sources.store.models);
    if (version !== undefined) named(dep, `${MODEL_INPUT}${version.model}@${String(version.version)}`);
    keyed.push([dep.path, 'model', false, modelContent(version, dep.part)]);
  }
  const entries = new Map<string, InputEntry>();
  wanted.forEach(({dep, path}, index) => {
    const content = contents[index];
    if (content === undefined) return;
    if (content.type === 'absent' && !dep.optional) missing.push(path);
    entries.set(path, {...content, name: dep.name, path});
  });
  const sorted = [...entries.values()].sort((a, b) => byCodeUnits(a.path, b.path));
  for (const entry of sorted) keyed.push([entry.path, entry.type, entry.exec, entry.hash]);
  keyed.sort((a, b) => byCodeUnits(a[0], b[0]) || byCodeUnits(a[1], b[1]));
  return {entries: sorted, keyed, names: Object.fromEntries(names), missing};
}
