/** `${stages.NAME.outs.KEY}`: the outputs of other stages, found while their own keys are still templates. */
import {isGlob} from '../base/glob.ts';
import type {Json, JsonObject} from '../base/json.ts';
import {edgeGlob} from './dynamic.ts';
import type {Branches} from './branches.ts';
import {STAND_IN} from './deferred.ts';
import type {ProblemList} from './problems.ts';
import * as say from './problems-template.ts';
import {Resolver} from './resolve.ts';
import {type BranchValues, type Lookup, type Scope, wrong} from './scope.ts';
import {type Located, locatedMap, madeAt, type Member, type Spot} from './source.ts';
import {OUT_ROLES, stageFiles} from './stage-files.ts';
import type {OutSpec} from '../model/stage.ts';
import type {Reference} from './template.ts';

const ROLES = Object.keys(OUT_ROLES);

/** How other stages are reached while they are still templates. */
export interface StageReferenceOptions {
  readonly problems: ProblemList;
  readonly stages: ReadonlyMap<string, Located>;
  readonly branches: (group: string) => Branches;
  /** What the keys of a branch of `group` can name. */
  readonly scopeOf: (group: string, values: BranchValues) => Scope;
}

/** Finds outputs of other stages, each branch once. */
export class StageReferences {
  readonly #options: StageReferenceOptions;
  /** Branch -> its outputs; `open` while they are being found, so that a loop is noticed. */
  readonly #outs = new Map<string, readonly OutSpec[] | 'open' | 'told'>();

  constructor(options: StageReferenceOptions) {
    this.#options = options;
  }

  /** @param inCommand whether the value goes into a command, which needs paths that are known. */
  lookup(reference: Reference, at: Spot, inCommand: boolean): Lookup {
    const steps = reference.path;
    const split = steps.findIndex((step, index) => index > 0 && typeof step === 'string' && ROLES.includes(step));
    if (split === -1) return wrong(say.badStageReference(reference.text));
    const name = steps.slice(0, split).join('.');
    const role = String(steps[split]);
    const group = this.#options.stages.has(name) ? name : (name.split('@')[0] ?? name);
    if (!this.#options.stages.has(group)) return wrong(say.unknownStage(name, this.#options.stages.keys()));
    const branches = this.#options.branches(group);
    if (branches.kind === 'broken')
      return branches.loop === true ? wrong(say.templateLoop(reference.text)) : {kind: 'told'};
    const known = branches.kind === 'dynamic' ? [{name: group, values: {dynamic: true}}] : branches.branches;
    const chosen = name === group ? known : known.filter((branch) => branch.name === name);
    if (chosen.length === 0)
      return wrong(
        say.unknownStage(
          name,
          known.map((branch) => branch.name),
        ),
      );
    const paths: string[] = [];
    for (const branch of chosen) {
      const found = this.#pathsOf(group, branch, role, steps.slice(split + 1), reference.text);
      if ('problem' in found) return wrong(found.problem);
      if (found.paths === undefined) return {kind: 'told'};
      paths.push(...found.paths);
    }
    return this.#value(paths, reference, at, inCommand, chosen.length === 1 && split + 1 < steps.length);
  }

  #value(paths: readonly string[], reference: Reference, at: Spot, inCommand: boolean, one: boolean): Lookup {
    const unknown = paths.some((path) => path.includes(STAND_IN));
    if (unknown && inCommand) return wrong(say.severalFiles(reference.text));
    const entries: Json[] = [];
    for (const path of paths) {
      const glob = path.includes(STAND_IN) ? edgeGlob('path', path) : undefined;
      if (glob === undefined && path.includes(STAND_IN)) return wrong(say.filesAnywhere(reference.text));
      // Text stays text, so that it can be part of a longer path; only an odd name has to say that it is no glob.
      entries.push(glob ?? (isGlob(path) && !inCommand ? {path} : path));
    }
    return {kind: 'value', node: madeAt(at, one && entries.length === 1 ? (entries[0] ?? null) : entries)};
  }

  #pathsOf(
    group: string,
    branch: {readonly name: string; readonly values: BranchValues},
    role: string,
    key: readonly (string | number)[],
    text: string,
  ): {readonly paths: readonly string[] | undefined} | {readonly problem: ReturnType<typeof say.templateLoop>} {
    const outs = this.#outsOf(group, branch);
    if (outs === 'open') return {problem: say.templateLoop(text)};
    if (outs === 'told') return {paths: undefined};
    const wanted = outs.filter((out) => out.role === OUT_ROLES[role as keyof typeof OUT_ROLES]);
    if (key.length === 0) return {paths: wanted.map((out) => out.path)};
    const name = key.join('.');
    const index = key.length === 1 && typeof key[0] === 'number' ? key[0] : undefined;
    const found = index === undefined ? wanted.filter((out) => out.name === name) : wanted.slice(index, index + 1);
    if (found.length > 0) return {paths: found.map((out) => out.path)};
    return {
      problem: say.unknownOutput(
        `stage \`${branch.name}\``,
        role,
        index === undefined ? name : `[${index}]`,
        wanted.map((out) => out.name),
      ),
    };
  }

  #outsOf(
    group: string,
    branch: {readonly name: string; readonly values: BranchValues},
  ): readonly OutSpec[] | 'open' | 'told' {
    const known = this.#outs.get(branch.name);
    if (known !== undefined) return known;
    this.#outs.set(branch.name, 'open');
    const stage = this.#options.stages.get(group);
    const members = new Map<string, Member>([...(stage?.members ?? [])].filter(([key]) => ROLES.includes(key)));
    // The same mistakes are told again when the stage itself is loaded; the list keeps one of each.
    const resolver = new Resolver(this.#options.scopeOf(group, branch.values), this.#options.problems);
    const body = stage === undefined ? {} : resolver.value(locatedMap(stage, members), true).value;
    const {outs} = stageFiles(body as JsonObject, () => undefined);
    const settled = resolver.broken ? 'told' : outs;
    this.#outs.set(branch.name, settled);
    return settled;
  }
}
