/** `matrix` and `foreach` to the branches of a stage. */
import type {Json} from '../base/json.ts';
import {projectPath, type ProjectPath} from '../model/ids.ts';
import type {DynamicSpec} from '../model/stage.ts';
import {distinct, elementName, elementNames} from './branch-name.ts';
import * as say from './problems-stage.ts';
import type {ProblemList} from './problems.ts';
import {describe} from './render.ts';
import {Resolver, sameJson} from './resolve.ts';
import type {BranchValues, Scope} from './scope.ts';
import {keySpot, type Located, memberOf, type Spot} from './source.ts';
import {checkedPath} from './stage-files.ts';

/** One stage of a group, with what its templates can name. */
export interface Branch {
  /** The stage's name: with `@` and the branch, or the group's own. */
  readonly name: string;
  readonly values: BranchValues;
}

/** What a stage of the file becomes. */
export type Branches =
  | {readonly kind: 'static'; readonly branches: readonly Branch[]}
  | {readonly kind: 'dynamic'; readonly over: DynamicSpec['over']}
  /** A mistake was told. */
  | {readonly kind: 'broken'; /** They are being found: who asks now needs its own answer. */ readonly loop?: true};

const MOST_BRANCHES = 100_000;
const BROKEN: Branches = {kind: 'broken'};

/** Mistakes are added to `problems`; a stage without `matrix` and `foreach` is its own single branch. */
export function branchesOf(group: string, stage: Located, scope: Scope, problems: ProblemList): Branches {
  const matrix = memberOf(stage, 'matrix');
  const foreach = memberOf(stage, 'foreach');
  if (matrix !== undefined && foreach !== undefined) {
    problems.add(say.matrixAndForeach(), keySpot(stage, 'foreach'));
    return BROKEN;
  }
  const branches =
    matrix !== undefined
      ? new Matrix(group, problems).expand(matrix, scope)
      : foreach !== undefined
        ? each(group, foreach, scope, problems)
        : single(group);
  if (branches.kind === 'static' && branches.branches.length === 0) {
    problems.add(say.noBranches(group), keySpot(stage, matrix === undefined ? 'foreach' : 'matrix'));
  }
  return branches;
}

const single = (group: string): Branches => ({kind: 'static', branches: [{name: group, values: {}}]});

class Matrix {
  readonly #group: string;
  readonly #problems: ProblemList;

  constructor(group: string, problems: ProblemList) {
    this.#group = group;
    this.#problems = problems;
  }

  expand(written: Located, scope: Scope): Branches {
    const resolver = new Resolver(scope, this.#problems);
    const node = resolver.value(written);
    if (resolver.broken) return BROKEN;
    if (node.members === undefined || node.members.size === 0)
      return this.#refuse('`matrix` must be a map of lists', node);
    const axes = new Map<string, readonly Located[]>();
    let repeated = false;
    for (const [axis, member] of node.members) {
      if (axis === 'include' || axis === 'exclude') continue;
      if (member.node.items === undefined) return this.#refuse(`the axis \`${axis}\` must be a list`, member.node);
      for (const index of elementNames(member.node.items).duplicates) {
        const item = member.node.items[index] ?? member.node;
        repeated = true;
        this.#problems.add(say.duplicateBranch(elementName(item)), item);
      }
      axes.set(axis, member.node.items);
    }
    const count = [...axes.values()].reduce((product, items) => product * items.length, 1);
    if (count > MOST_BRANCHES) {
      this.#problems.add(say.tooManyBranches(count, MOST_BRANCHES), written);
      return BROKEN;
    }
    const included = this.#maps(node, 'include');
    const excluded = this.#maps(node, 'exclude');
    if (included === undefined || excluded === undefined) return BROKEN;
    const whole = axes.size === 0 ? [] : cross(axes);
    for (const exclude of excluded) this.#checkExclude(exclude, axes, whole);
    const crossed = whole.filter((axisValues) => !excluded.some((exclude) => isExcluded(axisValues, exclude)));
    const all = [
      ...crossed,
      ...included.map((map) => new Map([...(map.members ?? [])].map(([axis, member]) => [axis, member.node] as const))),
    ];
    if (repeated) return BROKEN;
    return this.#named(all, [...axes.keys()], written);
  }

  #checkExclude(
    exclude: Located,
    axes: ReadonlyMap<string, unknown>,
    whole: readonly ReadonlyMap<string, Located>[],
  ): void {
    const odd = [...(exclude.members?.keys() ?? [])].filter((axis) => !axes.has(axis));
    for (const axis of odd) this.#problems.add(say.unknownAxis(axis, axes.keys()), keySpot(exclude, axis));
    if (odd.length === 0 && !whole.some((axisValues) => isExcluded(axisValues, exclude)))
      this.#problems.add(say.excludesNothing(JSON.stringify(exclude.value)), exclude);
  }

  #named(all: readonly ReadonlyMap<string, Located>[], order: readonly string[], at: Spot): Branches {
    const elements = all.map((axes) => {
      const inOrder = [
        ...order.filter((axis) => axes.has(axis)),
        ...[...axes.keys()].filter((axis) => !order.includes(axis)),
      ];
      const name = inOrder.map((axis) => elementName(axes.get(axis) ?? {value: null})).join('-');
      return {name, value: Object.fromEntries([...axes].map(([axis, node]) => [axis, node.value])) as Json};
    });
    const {names, duplicates} = distinct(elements);
    for (const index of duplicates) this.#problems.add(say.duplicateBranch(names[index] ?? ''), at);
    return {
      kind: 'static',
      branches: all.map((axes, index) => ({name: `${this.#group}@${names[index] ?? ''}`, values: {axes}})),
    };
  }

  #maps(node: Located, key: string): readonly Located[] | undefined {
    const list = memberOf(node, key);
    if (list === undefined) return [];
    const odd = list.items === undefined ? list : list.items.find((item) => item.members === undefined);
    if (odd === undefined) return list.items;
    this.#refuse(`\`${key}\` must be a list of maps from axis to value`, odd);
    return undefined;
  }

  #refuse(what: string, node: Located): Branches {
    this.#problems.add(say.badMatrix(what, describe(node.value)), node);
    return BROKEN;
  }
}

function cross(axes: ReadonlyMap<string, readonly Located[]>): readonly ReadonlyMap<string, Located>[] {
  let all: readonly ReadonlyMap<string, Located>[] = [new Map()];
  for (const [axis, items] of axes)
    all = all.flatMap((before) => items.map((item) => new Map([...before, [axis, item]])));
  return all;
}

const isExcluded = (axes: ReadonlyMap<string, Located>, exclude: Located): boolean =>
  [...(exclude.members ?? [])].every(([axis, member]) => {
    const value = axes.get(axis);
    return value !== undefined && sameJson(value.value, member.node.value);
  });

function each(group: string, written: Located, scope: Scope, problems: ProblemList): Branches {
  const resolver = new Resolver(scope, problems);
  const node = resolver.value(written);
  if (resolver.broken) return BROKEN;
  const keys = [...(node.members?.keys() ?? [])];
  const over = (main: string, more: string): boolean =>
    keys.includes(main) && keys.every((key) => key === main || key === more);
  if (over('json', 'pointer') || over('files', 'pattern')) return dynamicMap(node, problems);
  if (typeof written.value === 'string' && /^\$\{\s*stages\./.test(written.value) && typeof node.value === 'string')
    return dynamicPath(node, problems);
  if (node.members !== undefined) {
    const named = [...node.members].map(([key, member]) => ({key, node: member.node, name: elementName({value: key})}));
    return {
      kind: 'static',
      branches: named.map(({key, node: item, name}) => ({name: `${group}@${name}`, values: {item, key}})),
    };
  }
  if (node.items === undefined) {
    problems.add(say.badForeach(describe(node.value)), node);
    return BROKEN;
  }
  const {items} = node;
  const {names, duplicates} = elementNames(items);
  for (const index of duplicates) problems.add(say.duplicateBranch(names[index] ?? ''), items[index]);
  return {
    kind: 'static',
    branches: items.map((item, index) => ({name: `${group}@${names[index] ?? ''}`, values: {item}})),
  };
}

function dynamicMap(node: Located, problems: ProblemList): Branches {
  const json = memberOf(node, 'json');
  const place = json ?? memberOf(node, 'files') ?? node;
  const detail = memberOf(node, json === undefined ? 'pattern' : 'pointer');
  if (typeof place.value !== 'string' || (detail !== undefined && typeof detail.value !== 'string')) {
    const odd = typeof place.value === 'string' ? (detail ?? place) : place;
    problems.add(say.badForeach(describe(odd.value)), odd);
    return BROKEN;
  }
  const path = checkedPath(place.value, [], (_, problem) => problems.add(problem, place));
  if (path === undefined) return BROKEN;
  const text = typeof detail?.value === 'string' ? detail.value : undefined;
  return {
    kind: 'dynamic',
    over:
      json === undefined
        ? {kind: 'files', folder: path, pattern: text ?? '**'}
        : {kind: 'json', path, pointer: text ?? ''},
  };
}

/** An output of a stage: the list in a .json file, else the files of a folder. */
function dynamicPath(node: Located, problems: ProblemList): Branches {
  const path: ProjectPath | undefined = projectPath(String(node.value));
  if (path === undefined) {
    problems.add(say.badForeach(describe(node.value)), node);
    return BROKEN;
  }
  return {
    kind: 'dynamic',
    over: path.endsWith('.json') ? {kind: 'json', path, pointer: ''} : {kind: 'files', folder: path, pattern: '**'},
  };
}
