/** What a build or an installation was made from, as one hash, so that it is done again only when that changed. */
import {createHash} from 'node:crypto';
import {existsSync, readdirSync, readFileSync, statSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

function filesBelow(path) {
  if (!statSync(join(root, path)).isDirectory()) return [path];
  return readdirSync(join(root, path))
    .sort()
    .flatMap((name) => filesBelow(`${path}/${name}`));
}

/** @param paths files and folders, relative to the repository. @returns a hash of their names and bytes. */
export function hashOfFiles(paths) {
  const hash = createHash('sha256').update(process.version);
  for (const file of paths.flatMap(filesBelow)) hash.update(`\0${file}\0`).update(readFileSync(join(root, file)));
  return hash.digest('hex');
}

/** True when `stampFile` holds `hash`. */
export const isUnchanged = (stampFile, hash) => existsSync(stampFile) && readFileSync(stampFile, 'utf8') === hash;
