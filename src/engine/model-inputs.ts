/** Which version of a packaged model a stage is handed, for one that compares with what was approved or is in use. */
import type {DepSpec, ModelPart} from '../model/stage.ts';
import {aliasSteps} from '../store/alias-steps.ts';
import {APPROVED, type Models, type ModelVersion} from '../store/models.ts';

/** A dep that names a model, of which nothing can be said. */
export class ModelTrouble extends Error {
  override readonly name = 'ModelTrouble';
}

/** The input of a stage that says of which version what it judges is, and the like of a version. */
const JUDGED = {
  whole: {input: 'predictions', of: ({predictions}: ModelVersion) => predictions},
  profile: {input: 'data', of: ({profile}: ModelVersion) => profile?.of},
} as const;

/** Name of the input whose content is to be given as `judged`. */
export const judgedInput = (part: ModelPart | undefined): string => JUDGED[part ?? 'whole'].input;

/**
 * A version by its number is that version. Of the approved ones, and of those that an alias went through, it is the newest
 * that is not of the very predictions that are judged: else approving a model, or promoting it, would change the report that
 * it was approved by. Where only the profile counts, versions without one are passed over.
 * @param dep `NAME@3`, `NAME@approved`, `NAME@ALIAS`; `approved` means that of the only model.
 * @param judged content of the stage's own input, see `judgedInput`.
 * @returns undefined while nothing is approved, or has the alias. @throws ModelTrouble
 */
export function modelInput(
  {path: reference, part}: Pick<DepSpec, 'path' | 'part'>,
  judged: string | undefined,
  models: Models,
): ModelVersion | undefined {
  const {input, of} = JUDGED[part ?? 'whole'];
  const cut = reference.lastIndexOf('@');
  const [model, wanted] =
    cut > 0 ? [reference.slice(0, cut), reference.slice(cut + 1)] : [onlyModel(models), reference];
  if (model === undefined) return undefined;
  const versions = models.versions(model);
  if (/^\d+$/.test(wanted)) {
    const found = versions.find(({version}) => String(version) === wanted);
    if (found === undefined)
      throw new ModelTrouble(
        `the model \`${model}\` has no version \`${wanted}\`: \`mlp models\` lists those that are there`,
      );
    if (part === 'profile' && found.profile === undefined)
      throw new ModelTrouble(
        `there is no profile in \`${reference}\`: it was packaged without the deps \`profile\` and \`data\``,
      );
    return found;
  }
  if (judged === undefined)
    throw new ModelTrouble(
      `which version \`${reference}\` is depends on what is judged: name one file as \`${input}\` in \`deps\``,
    );
  for (const candidate of candidatesOf(model, wanted, versions, models)) {
    if (part === 'profile' && candidate.profile === undefined) continue;
    if (of(candidate) === undefined)
      throw new ModelTrouble(
        `whether \`${model}@${String(candidate.version)}\` is the very model that is judged cannot be told: ` +
          `it was packaged without the dep \`${input}\``,
      );
    if (of(candidate) !== judged) return candidate;
  }
  return undefined;
}

/** How a version stands in a key: `why` tells its number, its content decides. Versions with the same profile are one. */
export function modelContent(version: ModelVersion | undefined, part?: ModelPart): string {
  if (version === undefined) return 'none';
  return part === 'profile'
    ? `profile ${version.profile?.hash ?? ''}`
    : `${version.model}@${String(version.version)} ${version.hash}`;
}

function onlyModel(models: Models): string | undefined {
  const names = [...new Set(models.versions().map(({model}) => model))];
  if (names.length < 2) return names[0];
  const shown = names.map((name) => `\`${name}@${APPROVED}\``).join(', ');
  throw new ModelTrouble(`\`${APPROVED}\` may be of several models: say which, ${shown}`);
}

/** Newest first. */
function candidatesOf(
  model: string,
  wanted: string,
  versions: readonly ModelVersion[],
  models: Models,
): readonly ModelVersion[] {
  if (wanted === APPROVED) return versions.filter(({isApproved}) => isApproved);
  if (!versions.some(({aliases}) => aliases.includes(wanted))) return [];
  return aliasSteps(model, wanted, models)
    .toReversed()
    .flatMap((step) => versions.find(({version}) => version === step) ?? []);
}
