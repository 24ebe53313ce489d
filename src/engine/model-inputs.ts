/** Which version of a packaged model a stage is handed, for one that compares with what was approved or is in use. */
import {aliasSteps} from '../store/alias-steps.ts';
import {APPROVED, type Models, type ModelVersion} from '../store/models.ts';

/** A dep that names a model, of which nothing can be said. */
export class ModelTrouble extends Error {
  override readonly name = 'ModelTrouble';
}

/**
 * A version by its number is that version. Of the approved ones, and of those that an alias went through, it is the newest
 * that is not of the very predictions that are judged: else approving a model, or promoting it, would change the report that
 * it was approved by.
 * @param reference `NAME@3`, `NAME@approved`, `NAME@ALIAS`; `approved` means that of the only model.
 * @param judged content of the stage's own predictions.
 * @returns undefined while nothing is approved, or has the alias. @throws ModelTrouble
 */
export function modelInput(reference: string, judged: string | undefined, models: Models): ModelVersion | undefined {
  const cut = reference.lastIndexOf('@');
  const [model, wanted] =
    cut > 0 ? [reference.slice(0, cut), reference.slice(cut + 1)] : [onlyModel(models), reference];
  if (model === undefined) return undefined;
  const versions = models.versions(model);
  if (/^\d+$/.test(wanted)) {
    const found = versions.find(({version}) => String(version) === wanted);
    if (found !== undefined) return found;
    throw new ModelTrouble(
      `the model \`${model}\` has no version \`${wanted}\`: \`mlp models\` lists those that are there`,
    );
  }
  if (judged === undefined)
    throw new ModelTrouble(
      `which version \`${reference}\` is depends on what is judged: name one predictions file as \`predictions\` in \`deps\``,
    );
  for (const candidate of candidatesOf(model, wanted, versions, models)) {
    if (candidate.predictions === undefined)
      throw new ModelTrouble(
        `whether \`${model}@${String(candidate.version)}\` is the very model that is judged cannot be told: ` +
          'it was packaged without the dep `predictions`',
      );
    if (candidate.predictions !== judged) return candidate;
  }
  return undefined;
}

/** How a version stands in a key: `why` tells its number, its content decides. */
export const modelContent = (version: ModelVersion | undefined): string =>
  version === undefined ? 'none' : `${version.model}@${String(version.version)} ${version.hash}`;

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
