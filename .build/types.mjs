/**
 * Keeps of the declarations that tsc wrote those that the entry's types need: the inside of mlp is nobody's contract. Makes
 * them name each other by the endings that every TypeScript resolves.
 */
import {readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';

/** @param folder of declarations. @param entry relative to it. */
export function removeUnreachableTypes(folder, entry) {
  const kept = new Set();
  const open = [entry];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (kept.has(file)) continue;
    kept.add(file);
    const text = readFileSync(join(folder, file), 'utf8').replaceAll(
      /((?:from |import\()["']\.[^"']+)\.ts(["'])/g,
      '$1.js$2',
    );
    writeFileSync(join(folder, file), text);
    for (const [, specifier] of text.matchAll(/(?:from |import\()["'](\.[^"']+)\.js["']/g))
      open.push(join(dirname(file), `${specifier}.d.ts`));
  }
  for (const found of readdirSync(folder, {recursive: true, withFileTypes: true}))
    if (found.isFile()) {
      const path = join(found.parentPath, found.name);
      if (!kept.has(path.slice(folder.length + 1))) rmSync(path);
    }
  removeEmptyFolders(folder);
}

function removeEmptyFolders(folder) {
  for (const found of readdirSync(folder, {withFileTypes: true})) {
    if (!found.isDirectory()) continue;
    const path = join(folder, found.name);
    removeEmptyFolders(path);
    if (readdirSync(path).length === 0) rmSync(path, {recursive: true});
  }
}
