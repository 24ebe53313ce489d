/** Which files a bundle depends on, and which ones would change it by being created. */
import type {Metafile} from 'esbuild';
import {byCodeUnits} from '../../base/compare.ts';
import type {Host} from '../../host/host.ts';
import {folderOf} from '../shared/programs.ts';
import {PICKER} from './build.ts';

/** Endings that esbuild tries, in its order. */
const ENDINGS = ['.tsx', '.ts', '.jsx', '.js', '.css', '.json'];

/** Project files of the bundle, sorted; what lies outside the project starts with `../`. */
export function moduleFiles(metafile: Metafile): readonly string[] {
  return Object.keys(metafile.inputs)
    .filter((path) => path !== PICKER && path !== '<runtime>' && !path.startsWith('node_modules/'))
    .sort(byCodeUnits);
}

/** tsconfig.json and package.json of every folder above the modules: they say how imports and syntax are read. */
export function settingsFiles(modules: readonly string[], host: Host): readonly string[] {
  const folders = new Set<string>(['.']);
  for (const module of modules) {
    for (let folder = folderOf(module); folder !== '.' && !folder.endsWith('..'); folder = folderOf(folder))
      folders.add(folder);
  }
  const found = new Set<string>();
  const queue = [...folders].flatMap((folder) => [inFolder(folder, 'tsconfig.json'), inFolder(folder, 'package.json')]);
  for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
    if (found.has(path)) continue;
    found.add(path);
    const text = path.endsWith('package.json') ? undefined : host.files.readTextIfThere(path);
    for (const match of (text ?? '').matchAll(/"extends"\s*:\s*(\[[^\]]*\]|"[^"]*")/g)) {
      for (const [, base = ''] of (match[1] ?? '').matchAll(/"(\.[^"]*)"/g)) {
        queue.push(normalPath(`${folderOf(path)}/${base.endsWith('.json') ? base : `${base}.json`}`));
      }
    }
  }
  return [...found].sort(byCodeUnits);
}

/** Files that an import of these modules would have taken before, or beside, the one it found, and that are not there. */
export function candidates(metafile: Metafile, host: Host): readonly string[] {
  const found = new Set<string>();
  for (const [importer, input] of Object.entries(metafile.inputs)) {
    for (const {original, path, external} of input.imports) {
      if (original === undefined || external === true || importer.startsWith('node_modules/')) continue;
      const written = /^\.{1,2}(?:\/|$)/.test(original)
        ? normalPath(`${folderOf(importer)}/${original}`)
        : path.replace(/\.\w+$/, '');
      const stem = written.replace(/\.[cm]?jsx?$/, '');
      const names = [
        written,
        ...ENDINGS.map((ending) => written + ending),
        ...ENDINGS.map((ending) => `${written}/index${ending}`),
      ];
      if (stem !== written) names.push(...['.ts', '.tsx', '.mts', '.cts'].map((ending) => stem + ending));
      for (const name of [...names, `${written}/package.json`]) {
        // A folder of that name is no answer to an import; a file in its place would be.
        if (host.files.stat(name) === undefined) found.add(name);
      }
    }
  }
  return [...found].sort(byCodeUnits);
}

export const inFolder = (folder: string, name: string): string => (folder === '.' ? name : `${folder}/${name}`);

/** Without `.` and inner `..` parts. */
export function normalPath(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else parts.push(part);
  }
  return parts.length === 0 ? '.' : parts.join('/');
}
