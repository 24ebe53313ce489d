/** One side of a comparison from a file: a stored profile, or a table that is profiled. */
import type {Side} from '../../data/drift/comparison.ts';
import {ProfileBuilder} from '../../data/profile/profile-builder.ts';
import {parseProfile} from '../../data/profile/profile-json.ts';
import type {Profile} from '../../data/profile/profile.ts';
import type {ReadOptions} from '../../data/read-options.ts';
import type {Host} from '../../host/host.ts';
import {scanTableFile} from './table-files.ts';

/** What a table is compared with: a table or a profile, by a file, or a profile that was found elsewhere. */
export type Reference = {readonly name: string} & ({readonly path: string} | {readonly profile: Profile});

/**
 * A file that ends in `.json` is a profile, any other one a table.
 * @param name how the user knows the file.
 * @throws Error with a sentence for the user.
 */
export async function readSide(host: Host, path: string, name: string, options: ReadOptions = {}): Promise<Side> {
  if (host.files.stat(path) === undefined) throw new Error(`\`${name}\` is not there`);
  if (path.endsWith('.json')) return {profile: readProfile(host, path, name)};
  const builder = new ProfileBuilder();
  for await (const batch of scanTableFile(host, path, options)) builder.add(batch);
  return builder.finish();
}

/** @throws Error with a sentence for the user */
export const sideOf = async (host: Host, reference: Reference, options: ReadOptions = {}): Promise<Side> =>
  'profile' in reference ? reference : readSide(host, reference.path, reference.name, options);

export function readProfile(host: Host, path: string, name: string): Profile {
  return parseProfile(host.files.readText(path), name);
}
