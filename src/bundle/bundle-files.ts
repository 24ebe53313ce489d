/** The files of a bundle, from its folder or its archive, which are read in the same way. */
import {byCodeUnits} from '../base/compare.ts';
import {err, ok, type Result} from '../base/result.ts';
import type {Host} from '../host/host.ts';
import {MANIFEST} from './manifest.ts';
import {readTar} from './tar.ts';

export interface BundleFiles {
  /** As the user wrote it. */
  readonly name: string;
  /** Of all files, sorted. */
  readonly paths: readonly string[];
  /** Undefined when there is no such file. */
  read(path: string): Uint8Array | undefined;
  /** Of a bundle in the cache: puts it on disk for a program. @returns the absolute path of the folder, which the caller removes. */
  unpack?(): string;
}

/** @param path of a folder or of a .tar.gz. @returns the files, or a sentence for the user. */
export function openBundleFiles(host: Host, path: string): Result<BundleFiles, string> {
  const stat = host.files.stat(path);
  if (stat === undefined) return err(`\`${path}\` is not there`);
  return stat.type === 'dir' ? folderFiles(host, path) : archiveFiles(host, path);
}

function folderFiles(host: Host, folder: string): Result<BundleFiles, string> {
  const paths = new Set<string>();
  for (const {path, stat} of host.files.walk(folder)) {
    // A link may lead out of the bundle.
    if (stat.type === 'link' || stat.type === 'other')
      return err(`\`${folder}/${path}\` is no plain file, which a bundle cannot hold`);
    if (stat.type === 'file') paths.add(path);
  }
  if (!paths.has(MANIFEST)) return err(`\`${folder}\` is no bundle: it has no \`${MANIFEST}\``);
  return ok({
    name: folder,
    paths: [...paths].sort(byCodeUnits),
    read: (path) => (paths.has(path) ? host.files.readBytes(`${folder}/${path}`) : undefined),
  });
}

/** All of an archive lies in one folder, which may have any name. */
function archiveFiles(host: Host, path: string): Result<BundleFiles, string> {
  const bytes = host.compression.gunzip(host.files.readBytes(path));
  if (bytes === undefined) return err(`\`${path}\` is neither a folder nor a whole .tar.gz`);
  const archive = readTar(bytes);
  if (!archive.ok) return err(`\`${path}\`: ${archive.error}`);
  const files = new Map<string, Uint8Array>();
  for (const file of archive.value) {
    const inner = file.path.slice(file.path.indexOf('/') + 1);
    if (inner.split('/').includes('..') || inner.startsWith('/') || files.has(inner))
      return err(`\`${path}\` holds \`${file.path}\`, which no bundle does`);
    files.set(inner, file.content);
  }
  if (!files.has(MANIFEST)) return err(`\`${path}\` is no bundle: it has no \`${MANIFEST}\``);
  return ok({name: path, paths: [...files.keys()].sort(byCodeUnits), read: (inner) => files.get(inner)});
}
