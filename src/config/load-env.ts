/** `env`: a list of names, or a map of names to texts. */
import type {ProblemList} from './problems.ts';
import {Resolver} from './resolve.ts';
import type {Scope} from './scope.ts';
import {type Located, locatedMap, madeAt, memberOf, type Member} from './source.ts';

/** Declared variables of the whole file: name -> text, or null for one that is passed on. */
export type Declared = Located | undefined;

/** Both forms as one map; a list of names passes them on. */
export function envMembers(env: Located | undefined): ReadonlyMap<string, Member> {
  if (env?.items === undefined) return env?.members ?? new Map();
  const members = new Map<string, Member>();
  for (const item of env.items) {
    if (typeof item.value === 'string')
      members.set(item.value, {keyStart: item.start, keyEnd: item.end, node: madeAt(item, null)});
  }
  return members;
}

/** What a stage declares itself, its templates resolved against the variables of the file. */
export function stageEnv(
  stage: Located,
  scope: Scope,
  problems: ProblemList,
): {readonly env: Located | undefined; readonly broken: boolean} {
  const written = memberOf(stage, 'env');
  if (written === undefined) return {env: undefined, broken: false};
  const resolver = new Resolver(scope, problems);
  return {env: resolver.texts(written), broken: resolver.broken};
}

/** The stage's own declarations come before those of the file. */
export function mergedEnv(file: Located | undefined, stage: Located | undefined): ReadonlyMap<string, Member> {
  return new Map([...envMembers(file), ...envMembers(stage)]);
}

/** Plain data: name -> text, or null for one that is passed on. */
export function envMap(members: ReadonlyMap<string, Member>): {readonly [name: string]: string | null} {
  const map: Record<string, string | null> = {};
  for (const [name, {node}] of members) map[name] = node.value === null ? null : String(node.value);
  return map;
}

/** A located map in the one form. */
export const asEnv = (env: Located): Located => locatedMap(env, envMembers(env));
