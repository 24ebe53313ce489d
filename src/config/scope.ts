/** What `${...}` can name while a stage is loaded. */
import {type Located, madeAt, type Spot} from './source.ts';
import type {Problem} from './problem.ts';
import * as say from './problems-template.ts';
import {locatedAt, missingStep} from './params.ts';
import {type NamedFiles, namedFiles} from './file-names.ts';
import type {Reference} from './template.ts';

/** What a reference stands for. */
export type Lookup =
  | {readonly kind: 'value'; readonly node: Located}
  /** Not there: a default may stand in. */
  | {readonly kind: 'missing'; readonly problem: Problem}
  | {readonly kind: 'wrong'; readonly problem: Problem}
  /** It has no value because of a mistake that is told elsewhere. */
  | {readonly kind: 'told'}
  /** Known only when the item of a dynamic foreach is. */
  | {readonly kind: 'later'};

/** The axes of a matrix branch or the item of a foreach branch. */
export interface BranchValues {
  readonly axes?: ReadonlyMap<string, Located>;
  readonly item?: Located;
  readonly key?: string;
  /** The items come from a stage and are not known yet. */
  readonly dynamic?: boolean;
}

/** Everything that templates of a stage can name. */
export interface ScopeOptions {
  readonly params: Located;
  /** Declared variables: text, or null for one that is passed on. */
  readonly env: {readonly [name: string]: string | null};
  /** Value of a variable in the caller's environment; remembers that it was asked. */
  readonly callerEnv: (name: string) => string | undefined;
  readonly branch: BranchValues;
  readonly stages?: (reference: Reference, at: Spot) => Lookup;
  /** Files of the stage itself; `later` while they wait for the item. */
  readonly files?: NamedFiles | 'later';
}

const ROOTS = ['params', 'matrix', 'item', 'key', 'stages', 'env', 'deps', 'outs'];

/** Finds values of references; changes nothing. */
export class Scope {
  readonly #options: ScopeOptions;

  constructor(options: ScopeOptions) {
    this.#options = options;
  }

  with(more: Partial<ScopeOptions>): Scope {
    return new Scope({...this.#options, ...more});
  }

  /** @param at where the value will stand. */
  lookup(reference: Reference, at: Spot): Lookup {
    switch (reference.root) {
      case 'params':
        return this.#param(reference.path);
      case 'matrix':
        return this.#axis(reference);
      case 'item':
      case 'key':
        return this.#item(reference, at);
      case 'env':
        return this.#env(reference.path, at);
      case 'stages':
        return this.#options.stages?.(reference, at) ?? wrong(say.notHere(reference.text, 'this key'));
      case 'deps':
      case 'outs':
      case 'metrics':
      case 'plots':
        return this.#files(reference, at);
      default:
        return wrong(say.unknownTemplate(reference.text, reference.root, ROOTS));
    }
  }

  #param(path: readonly (string | number)[]): Lookup {
    const node = locatedAt(this.#options.params, path);
    if (node !== undefined) return {kind: 'value', node};
    return {kind: 'missing', problem: say.missingParam(path.join('.'), missingStep(this.#options.params, path))};
  }

  #axis(reference: Reference): Lookup {
    const [axis, ...rest] = reference.path;
    const axes = this.#options.branch.axes ?? new Map<string, Located>();
    const value = axes.get(String(axis));
    if (axis === undefined || value === undefined) return wrong(say.unknownAxis(String(axis ?? ''), [...axes.keys()]));
    return inside(value, rest, reference.text);
  }

  #item(reference: Reference, at: Spot): Lookup {
    const {item, key, dynamic} = this.#options.branch;
    if (dynamic === true && reference.root === 'item') return {kind: 'later'};
    if (reference.root === 'key')
      return key === undefined ? wrong(say.noItem(reference.text)) : {kind: 'value', node: madeAt(at, key)};
    return item === undefined ? wrong(say.noItem(reference.text)) : inside(item, reference.path, reference.text);
  }

  #env(path: readonly (string | number)[], at: Spot): Lookup {
    const name = path.join('.');
    const {env} = this.#options;
    if (!Object.hasOwn(env, name)) return wrong(say.undeclaredEnv(name, Object.keys(env)));
    const value = env[name] ?? this.#options.callerEnv(name);
    return value === undefined
      ? {kind: 'missing', problem: say.unsetEnv(name)}
      : {kind: 'value', node: madeAt(at, value)};
  }

  #files(reference: Reference, at: Spot): Lookup {
    const {files} = this.#options;
    if (files === undefined)
      return wrong(say.notHere(reference.text, 'this key: it stands for files in `cmd` and `with`'));
    if (files === 'later') return {kind: 'later'};
    const found = namedFiles(files, reference.root, reference.path, reference.text);
    return 'problem' in found ? wrong(found.problem) : {kind: 'value', node: madeAt(at, found.value)};
  }
}

/** A lookup that failed with a message of its own. */
export const wrong = (problem: Problem): Lookup => ({kind: 'wrong', problem});

function inside(value: Located, path: readonly (string | number)[], text: string): Lookup {
  const node = locatedAt(value, path);
  if (node !== undefined) return {kind: 'value', node};
  const {missing, known} = missingStep(value, path);
  return {kind: 'missing', problem: say.itemHasNo(text, missing, known)};
}
