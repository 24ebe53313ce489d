/** The bundle that a word on the command line names: a folder, an archive, or a version of a model such as `names@champion`. */
import {openBundleFiles, type BundleFiles} from '../bundle/bundle-files.ts';
import type {Cache} from '../cache/cache.ts';
import {openCache} from '../cache/open-cache.ts';
import {modelVersion} from '../history/model-refs.ts';
import type {Digest} from '../model/ids.ts';
import {openProjectStore} from '../project/open-project-store.ts';
import {UsageError} from '../project/usage-error.ts';
import type {CommandContext} from './command.ts';
import {openProject} from './open-project.ts';

/** @returns undefined when the project that was asked has mistakes, which were shown. @throws UsageError */
export async function openBundle(word: string, context: CommandContext): Promise<BundleFiles | undefined> {
  const {host} = context;
  // What is on disk comes first: a bundle can be used where there is no project.
  if (host.files.exists(word) || word.includes('/') || word.endsWith('.tar.gz')) {
    const files = openBundleFiles(host, word);
    if (files.ok) return files.value;
    throw new UsageError(files.error, 'a bundle is what a stage of the kind `package` writes, or `NAME@VERSION`');
  }
  const project = await openProject(context);
  if (project === undefined) return undefined;
  const store = openProjectStore(project.host);
  try {
    const version = modelVersion(word, store.models);
    if (!version.ok)
      throw new UsageError(version.error, '`mlp models` lists them; a folder or a .tar.gz will do as well');
    const cache = openCache(project.host, project.pipeline.settings.cacheFolder ?? '.mlp/cache');
    const files = bundleInCache(`${version.value.model}@${String(version.value.version)}`, version.value.hash, cache);
    if (files === undefined) throw notInCache(word);
    const unpack = (): string => {
      const folder = `.mlp/tmp/bundle-${project.host.ids.random(8)}`;
      const content = {type: 'dir', hash: version.value.hash, exec: false, size: 0} as const;
      // Never a link: what a program writes must not reach the cache.
      const reply = cache.restore(content, folder, ['reflink', 'copy']);
      if (reply.kind !== 'restored') throw new UsageError(`the files of \`${word}\` are not whole in the cache`);
      return project.host.files.absolute(folder);
    };
    return {...files, unpack};
  } finally {
    store.close();
  }
}

/** @param name of the model and its version. */
export const notInCache = (name: string): UsageError =>
  new UsageError(`the files of \`${name}\` are not in the cache`, '`mlp run` of its stage makes them again');

/** @param name for messages. @returns undefined when its folder is not in the cache. */
export function bundleInCache(name: string, hash: Digest, cache: Cache): BundleFiles | undefined {
  const tree = cache.readTree(hash)?.filter(({type}) => type === 'file');
  if (tree === undefined) return undefined;
  const hashes = new Map<string, Digest | ''>(tree.map((entry) => [entry.path, entry.hash]));
  return {
    name,
    paths: [...hashes.keys()],
    read: (path) => {
      const blob = hashes.get(path);
      return blob === undefined ? undefined : blob === '' ? new Uint8Array() : cache.readBytes(blob);
    },
  };
}
