/** What a command compares a table with: a file, or the profile that lies in a packaged model. */
import {LAYOUT} from '../bundle/layout.ts';
import {parseProfile} from '../data/profile/profile-json.ts';
import {UsageError} from '../project/usage-error.ts';
import {isModel} from '../stages/shared/packaged-model.ts';
import type {Reference} from '../stages/shared/profile-file.ts';
import type {CommandContext} from './command.ts';
import {openBundle} from './open-bundle.ts';
import {asUsage} from './validate-files.ts';

/**
 * @param word a path, or `NAME@VERSION`, `NAME@ALIAS`, `NAME@approved`.
 * @returns undefined when the project that was asked has mistakes, which were shown. @throws UsageError
 */
export async function readReference(word: string, context: CommandContext): Promise<Reference | undefined> {
  if (context.host.files.exists(word) || !isModel(word)) return {name: word, path: word};
  const bundle = await openBundle(word, context);
  if (bundle === undefined) return undefined;
  const bytes = bundle.read(LAYOUT.profile);
  if (bytes === undefined)
    throw new UsageError(
      `there is no profile in \`${word}\``,
      'its stage `package` takes what `validate` wrote as the deps `profile` and `data`',
    );
  const text = new TextDecoder().decode(bytes);
  return {name: word, profile: await asUsage(() => parseProfile(text, `${LAYOUT.profile} of ${word}`))};
}
