/** Which version of a model a text names: `names@3`, `names@champion`, `names@approved`, or `names` for the newest. */
import {suggest} from '../base/suggest.ts';
import {err, ok, type Result} from '../base/result.ts';
import {aliasSteps} from '../store/alias-steps.ts';
import {APPROVED, type Models, type ModelVersion} from '../store/models.ts';

/** A sentence for the user. */
export function modelVersion(text: string, models: Models): Result<ModelVersion, string> {
  const cut = text.lastIndexOf('@');
  const [model, wanted] = cut > 0 ? [text.slice(0, cut), text.slice(cut + 1)] : [text, undefined];
  const versions = models.versions(model);
  const [newest] = versions;
  if (newest === undefined) return err(noModel(model, models));
  if (wanted === undefined) return ok(newest);
  const found = versions.find(
    ({version, aliases, isApproved}) =>
      String(version) === wanted || aliases.includes(wanted) || (wanted === APPROVED && isApproved),
  );
  if (found !== undefined) return ok(found);
  if (wanted === APPROVED)
    return err(
      `no version of \`${model}\` is approved: its stage \`package\` takes the record of an approval as the dep \`approval\``,
    );
  const aliases = versions.flatMap((version) => version.aliases);
  const numbers = newest.version === 1 ? 'version 1' : `versions 1 to ${String(newest.version)}`;
  const there = [numbers, ...aliases.map((alias) => `\`${alias}\``)];
  return err(`the model \`${model}\` has no version or alias \`${wanted}\`; it has ${there.join(', ')}`);
}

function noModel(model: string, models: Models): string {
  const names = [...new Set(models.versions().map((version) => version.model))];
  if (names.length === 0) return 'there is no model yet: a stage of the kind `package` makes one';
  const near = suggest(model, names);
  const meant = near === undefined ? `there is ${names.map((name) => `\`${name}\``).join(', ')}` : `\`${near}\`?`;
  return `there is no model \`${model}\`: ${meant}`;
}

/**
 * The version that an alias pointed at before the one it points at now, whatever moves were taken back since: rolling back
 * twice goes back two versions.
 * @returns a sentence when there is none.
 */
export function versionBefore(model: string, alias: string, models: Models): Result<number, string> {
  const steps = aliasSteps(model, alias, models);
  const before = steps.at(-2);
  if (before !== undefined) return ok(before);
  return err(
    steps.length === 0
      ? `no version of \`${model}\` is or was \`${alias}\``
      : `\`${alias}\` of \`${model}\` has always been version ${String(steps[0])}: there is nothing to go back to`,
  );
}
