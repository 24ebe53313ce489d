/** Names in a stage that must exist elsewhere: params and stages. */
import type {Json, JsonObject} from '../base/json.ts';
import type {Branches} from './branches.ts';
import {locatedAt, missingStep, parseParamPath} from './params.ts';
import type {ProblemList} from './problems.ts';
import {wrongType} from './problems-shape.ts';
import {missingParam, unknownStage} from './problems-template.ts';
import {describe} from './render.ts';
import {type Located, setKey} from './source.ts';

/** @param names the key `params` of a stage. @returns dotted path -> value, of those that are there. */
export function namedParams(names: Located | undefined, params: Located, problems: ProblemList): JsonObject {
  const values: Record<string, Json> = {};
  for (const item of names?.items ?? []) {
    if (typeof item.value !== 'string' || item.deferred !== undefined) continue;
    const path = parseParamPath(item.value);
    const node = path === undefined ? undefined : locatedAt(params, path);
    if (node !== undefined) setKey(values, item.value, node.value);
    else if (path === undefined)
      problems.add(wrongType('a param', 'a dotted path such as `train.trees`', describe(item.value)), item);
    else problems.add(missingParam(item.value, missingStep(params, path)), item);
  }
  return values;
}

/** Says which names in `after` are no stage, no group and no branch. */
export function afterNames(
  after: Located | undefined,
  stages: Located,
  branches: (group: string) => Branches,
  problems: ProblemList,
): void {
  for (const item of after?.items ?? []) {
    const name = item.value;
    if (typeof name !== 'string' || item.deferred !== undefined || stages.members?.has(name) === true) continue;
    const group = name.split('@')[0] ?? name;
    if (stages.members?.has(group) !== true) {
      problems.add(unknownStage(name, stages.members?.keys() ?? []), item);
      continue;
    }
    const known = branches(group);
    if (known.kind === 'static' && !known.branches.some((branch) => branch.name === name))
      problems.add(
        unknownStage(
          name,
          known.branches.map((branch) => branch.name),
        ),
        item,
      );
  }
}
