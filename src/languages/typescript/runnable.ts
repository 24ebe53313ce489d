/** Puts a runnable bundle where Node finds the packages it imports, and mlp's own package with them. */
import type {Host} from '../../host/host.ts';
import type {CodeEntry, CodeTrouble} from '../language.ts';
import {folderOf} from '../shared/programs.ts';
import {bundle, runnableOptions} from './build.ts';
import {findPackage, OWN_PACKAGE} from './packages.ts';

const BUILD = '.mlp/build';

/**
 * Writes `.mlp/build/<hash>.mjs`. When packages lie in a `node_modules` below the project's top, where a module in
 * `.mlp/build` would not find them, the bundle gets a folder of its own with links to them.
 * @returns its project path.
 */
export async function writeRunnable(
  entry: CodeEntry,
  packages: readonly string[],
  apiModule: string,
  host: Host,
): Promise<string | CodeTrouble> {
  const nested = nestedPackages(folderOf(entry.script), packages, host);
  const options =
    nested.length === 0 ? runnableOptions(BUILD, '../..') : runnableOptions(`${BUILD}/nested`, '../../..');
  const built = await bundle(entry, entry.script, host, options);
  if (!('text' in built)) return built;
  writeApiShim(apiModule, host);
  const hash = host.hashing.sha256(JSON.stringify([built.text, nested])).slice(0, 32);
  const path = nested.length === 0 ? `${BUILD}/${hash}.mjs` : `${BUILD}/${hash}/stage.mjs`;
  for (const {name, target} of nested) {
    const link = `${BUILD}/${hash}/node_modules/${name}`;
    if (host.files.realPath(link) === target) continue;
    host.files.remove(link);
    host.files.makeFolder(folderOf(link));
    host.files.makeLink(target, link);
  }
  if (!host.files.exists(path)) host.files.writeAtomic(path, built.text);
  return path;
}

/**
 * Makes `import ... from 'mlp-cli'` work in a bundle although mlp may be installed globally only: a package beside the
 * bundles that re-exports mlp's own module. Writes nothing when it is there already.
 * @param apiModule absolute path of mlp's dist/api.js.
 */
export function writeApiShim(apiModule: string, host: Host): void {
  const folder = `${BUILD}/node_modules/${OWN_PACKAGE}`;
  const url = `file://${apiModule.split('/').map(encodeURIComponent).join('/')}`;
  const files: readonly (readonly [string, string])[] = [
    [`${folder}/package.json`, `{"name":"${OWN_PACKAGE}","type":"module","exports":"./index.js"}\n`],
    [`${folder}/index.js`, `export * from ${JSON.stringify(url)};\n`],
  ];
  for (const [path, text] of files) {
    if (host.files.readTextIfThere(path) !== text) host.files.writeAtomic(path, text);
  }
}

function nestedPackages(
  folder: string,
  packages: readonly string[],
  host: Host,
): readonly {readonly name: string; readonly target: string}[] {
  return packages.flatMap((name) => {
    const found = findPackage(name, host.files.absolute(folder), host);
    const isNested = found?.startsWith(`${host.root}/`) === true && found !== `${host.root}/node_modules/${name}`;
    const target = isNested ? host.files.realPath(found) : undefined;
    return target === undefined ? [] : [{name, target}];
  });
}
