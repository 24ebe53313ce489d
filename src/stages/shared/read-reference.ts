/** The setting `reference` of a stage: what a table is compared with. */
import {LAYOUT} from '../../bundle/layout.ts';
import {parseProfile} from '../../data/profile/profile-json.ts';
import type {Host} from '../../host/host.ts';
import type {StageContext} from '../define-stage.ts';
import {isModel, versionOf} from './packaged-model.ts';
import type {Reference} from './profile-file.ts';

/**
 * What it names: a file, or a packaged model, of which the profile counts.
 * @param mlp the command that starts mlp.
 * @returns undefined while there is no such version, which the log says. @throws Error with a sentence
 */
export async function referenceOf(
  reference: string,
  {inputs, log}: StageContext,
  host: Host,
  mlp: readonly string[],
): Promise<Reference | undefined> {
  const input = inputs['reference'];
  if (!isModel(reference)) return {name: reference, path: input ?? reference};
  if (input === undefined) {
    log(`no reference: \`${reference}\` is no packaged model with a profile yet, other than one of this very data`);
    return undefined;
  }
  const name = versionOf(input);
  const printed = await host.processes.capture([...mlp, 'models', name, '--file', LAYOUT.profile], {cwd: host.root});
  if (printed.code !== 0) throw new Error(`the profile of \`${name}\` cannot be had:\n${printed.stderr.trim()}`);
  log(`reference: ${name}`);
  return {name, profile: parseProfile(printed.stdout, `${LAYOUT.profile} of ${name}`)};
}
