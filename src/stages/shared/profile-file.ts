/** One side of a comparison from a file: a stored profile, or a table that is profiled. */
import type {Side} from '../../data/drift/comparison.ts';
import {ProfileBuilder} from '../../data/profile/profile-builder.ts';
import {parseProfile} from '../../data/profile/profile-json.ts';
import type {Profile} from '../../data/profile/profile.ts';
import type {ReadOptions} from '../../data/read-options.ts';
import type {Host} from '../../host/host.ts';
import {scanTableFile} from './table-files.ts';

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

export function readProfile(host: Host, path: string, name: string): Profile {
  return parseProfile(host.files.readText(path), name);
}
