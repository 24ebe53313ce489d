/** One stage of the file to its nodes: branches, templates, shape, specs. */
import type {Json, JsonObject} from '../base/json.ts';
import type {Path, StageFiles} from './stage-files.ts';
import type {NodeSpec} from '../model/stage.ts';
import {stageName} from '../model/ids.ts';
import {buildStage, cwdOf, type StageSurroundings} from './build-stage.ts';
import type {Branch, Branches} from './branches.ts';
import {checkShape} from './check-shape.ts';
import {STAND_IN} from './deferred.ts';
import {edgeDeps, edgeOuts} from './dynamic.ts';
import type {DynamicTemplate} from './expand.ts';
import {withReads} from './kind-reads.ts';
import type {Kinds} from './kinds.ts';
import {type Declared, envMap, mergedEnv, stageEnv} from './load-env.ts';
import {afterNames, namedParams} from './load-names.ts';
import type {Problem} from './problem.ts';
import {ProblemList} from './problems.ts';
import {unknownKey, wrongType} from './problems-shape.ts';
import {badStageName, itemNotHere, noAction, severalActions, unknownKind} from './problems-stage.ts';
import {describe} from './render.ts';
import {deferredWithin, Resolver} from './resolve.ts';
import type {Schemas} from './schema.ts';
import type {BranchValues, Scope} from './scope.ts';
import {keySpot, type Located, locatedMap, type Member, memberOf, nearest, placeOf, type Spot} from './source.ts';
import {stageFiles} from './stage-files.ts';

/** A node with where its parts were written, for the problems of the graph. */
export interface LoadedNode {
  readonly spec: NodeSpec;
  readonly stage: Spot;
  /** For each of the node's own deps and outs. */
  readonly deps: readonly Spot[];
  readonly outs: readonly Spot[];
  readonly after: Spot;
  readonly axes: readonly string[];
}

/** What all stages of a file share. */
export interface StageLoaderOptions {
  readonly problems: ProblemList;
  readonly schemas: Schemas;
  readonly params: Located;
  readonly env: Declared;
  readonly tokens: {readonly [name: string]: number};
  readonly executors: readonly string[];
  readonly kinds: Kinds;
  /** The map `stages` of the file. */
  readonly stages: Located;
  readonly branches: (group: string) => Branches;
  readonly scopeOf: (values: BranchValues, inCommand: boolean) => Scope;
}

/** Keys of which a stage has exactly one. */
export const ACTIONS = ['run', 'cmd', 'uses', 'approval'];
/** Lists in which a template that gives a list takes several places. */
const SPLICED = new Set([
  'deps',
  'outs',
  'metrics',
  'plots',
  'params',
  'after',
  'code',
  'ignore_code',
  'tags',
  'secrets',
  'shows',
  'by',
  'ask',
]);
/** Keys that may hold an item which is known only during the run; the others decide about the run itself. */
const MAY_WAIT = new Set([
  'cmd',
  'with',
  'deps',
  'shows',
  'outs',
  'metrics',
  'plots',
  'env',
  'cwd',
  'code',
  'seed',
  'version',
  'timeout',
  'timeout_idle',
  'resources',
  'description',
  'meta',
]);

/** What building a stage says again of values whose shape was found wrong. */
const ECHOES = new Set(['wrong-type', 'bad-dependency', 'bad-command', 'bad-module']);

/** Shown at the key and not at its value. */
const ABOUT_KEYS = new Set([
  'unknown-resource',
  'resource-too-large',
  'bad-env-name',
  'key-not-for-action',
  'contradicting-keys',
]);

/** Loads the stages of one file, one after another. */
export class StageLoader {
  readonly #options: StageLoaderOptions;
  readonly #known: readonly string[];

  constructor(options: StageLoaderOptions) {
    this.#options = options;
    this.#known = Object.keys(options.schemas.stage.shape);
  }

  load(group: string, node: Located): readonly LoadedNode[] {
    const {problems, stages} = this.#options;
    const nameSpot = keySpot(stages, group);
    if (!/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(group)) problems.add(badStageName(group), nameSpot);
    const where = `stage \`${group}\``;
    if (node.members === undefined) {
      problems.add(
        wrongType(where, "a map of the stage's keys", describe(node.value)),
        node.value === null ? nameSpot : node,
      );
      return [];
    }
    const actions = ACTIONS.filter((key) => node.members?.has(key));
    if (actions.length === 0) problems.add(noAction(group), nameSpot);
    else if (actions.length > 1) problems.add(severalActions(group, actions), keySpot(node, actions[1] ?? ''));
    const branches = this.#options.branches(group);
    const list: readonly Branch[] =
      branches.kind === 'dynamic'
        ? [{name: group, values: {dynamic: true}}]
        : branches.kind === 'static'
          ? branches.branches
          : [];
    if (list.length === 0)
      for (const key of node.members.keys())
        if (!this.#known.includes(key)) problems.add(unknownKey(key, this.#known, where), keySpot(node, key));
    return list.flatMap((branch) => this.#branch(group, node, branch, branches) ?? []);
  }

  #branch(group: string, stage: Located, branch: Branch, branches: Branches): LoadedNode | undefined {
    const {problems, schemas, stages, env} = this.#options;
    const where = `stage \`${group}\``;
    const resolved = this.#resolve(stage, branch);
    const {body} = resolved;
    const shapeFits = checkShape(schemas.stage, body, {where, problems, known: this.#known});
    const actions = ACTIONS.filter((key) => stage.members?.has(key));
    const told = !shapeFits || resolved.broken || actions.length !== 1;
    const report = (path: Path, problem: Problem): void => {
      if (told && ECHOES.has(problem.code)) return;
      if (path.length === 0) problems.add(problem, keySpot(stages, group));
      else
        problems.add(
          problem,
          ABOUT_KEYS.has(problem.code)
            ? keySpot(nearest(body, path.slice(0, -1)), String(path.at(-1)))
            : nearest(body, path),
        );
    };
    for (const {path, problem} of resolved.fileProblems) report(path, problem);
    const fitting = this.#settings(body, where);
    const settings = fitting ?? {};
    const kind = this.#options.kinds.of(body);
    const around: StageSurroundings = {
      group,
      kindVersion: kind?.version ?? 0,
      env: envMap(mergedEnv(env, memberOf(body, 'env'))),
      params: namedParams(memberOf(body, 'params'), this.#options.params, problems),
      tokens: this.#options.tokens,
      executors: this.#options.executors,
    };
    afterNames(memberOf(body, 'after'), stages, this.#options.branches, problems);
    if (resolved.filesBroken) return undefined;
    const complete: JsonObject = {
      ...(body.value as JsonObject),
      ...(memberOf(body, 'uses') === undefined ? {} : {with: settings}),
    };
    const stageSpot = keySpot(stages, group);
    // What waits for an item has only a stand-in yet, which would look like a mistake.
    const deferred = branches.kind === 'dynamic' ? deferredWithin(body) : [];
    const certain = (path: Path, problem: Problem): void => {
      if (!deferred.some(({at}) => at[0] === path[0])) report(path, problem);
    };
    const files = fitting === undefined ? resolved.files : withReads(resolved.files, kind, fitting, certain);
    const spots = {
      stage: stageSpot,
      deps: files.depPaths.map((path) => nearest(body, path)),
      outs: files.outPaths.map((path) => nearest(body, path)),
      after: keySpot(stage, 'after'),
      axes: [...(branch.values.axes?.keys() ?? [])],
    };
    const place = placeOf(stageSpot);
    if (branches.kind !== 'dynamic')
      return {spec: buildStage(branch.name, complete, files, around, place, report), ...spots};
    for (const {at} of deferred)
      if (!MAY_WAIT.has(String(at[0]))) problems.add(itemNotHere(String(at[0])), nearest(body, at));
    const trial = buildStage(branch.name, complete, files, around, place, certain);
    const template: DynamicTemplate = {
      body: {...complete, env: around.env},
      deferred,
      around,
    };
    return {
      spec: {
        kind: 'dynamic',
        name: stageName(branch.name),
        group,
        over: branches.over,
        template: template as unknown as Json,
        deps: edgeDeps(branches.over, files.deps),
        after: trial.after,
        outGlobs: edgeOuts(files),
        tags: trial.tags,
        ...(trial.description === undefined || trial.description.includes(STAND_IN)
          ? {}
          : {description: trial.description}),
        place,
      },
      ...spots,
    };
  }

  /** Templates in two steps, since a command may name the stage's own files. */
  #resolve(
    stage: Located,
    branch: Branch,
  ): {
    body: Located;
    files: StageFiles;
    fileProblems: readonly {path: Path; problem: Problem}[];
    broken: boolean;
    filesBroken: boolean;
  } {
    const {problems, env} = this.#options;
    const members = new Map<string, Member>();
    const outer = this.#options.scopeOf(branch.values, false);
    const own = stageEnv(stage, outer, problems);
    const declared = envMap(mergedEnv(env, own.env));
    const early = new Resolver(outer.with({env: declared}), problems);
    for (const [key, member] of stage.members ?? []) {
      if (key === 'matrix' || key === 'foreach') continue;
      const isLate = key === 'cmd' || key === 'run' || key === 'with';
      const value =
        key === 'env' ? (own.env ?? member.node) : isLate ? member.node : early.value(member.node, SPLICED.has(key));
      members.set(key, value === member.node ? member : {...member, node: value});
    }
    const half = locatedMap(stage, members);
    const fileProblems: {path: Path; problem: Problem}[] = [];
    const files = stageFiles(half.value as JsonObject, (path, problem) => fileProblems.push({path, problem}));
    const waits =
      branch.values.dynamic === true &&
      ['deps', 'shows', 'outs', 'metrics', 'plots', 'cwd'].some((key) =>
        deferredWithin(members.get(key)?.node ?? half).some(({at}) => at.length > 0 || key === 'cwd'),
      );
    const cwd = cwdOf(half.value as JsonObject, () => undefined);
    const inner = this.#options
      .scopeOf(branch.values, true)
      .with({env: declared, files: waits ? 'later' : {...files, cwd}});
    const late = new Resolver(inner, problems);
    for (const key of ['cmd', 'run', 'with']) {
      const member = members.get(key);
      if (member !== undefined)
        members.set(key, {...member, node: key === 'cmd' ? late.command(member.node) : late.value(member.node)});
    }
    return {
      body: locatedMap(stage, members),
      files,
      fileProblems,
      broken: own.broken || early.broken || late.broken,
      filesBroken: early.broken,
    };
  }

  /** Settings of a built-in stage, completed. @returns undefined when they are wrong. */
  #settings(body: Located, where: string): Json | undefined {
    const uses = memberOf(body, 'uses');
    if (uses === undefined) return {};
    const {kinds, problems} = this.#options;
    if (kinds.has(String(uses.value)))
      return kinds.settings(String(uses.value), memberOf(body, 'with'), uses, where, problems);
    problems.add(unknownKind(String(uses.value), kinds.names), uses);
    return undefined;
  }
}
