import {statSync} from 'node:fs';
import {byCodeUnits} from '../base/compare.ts';
import {asTrouble} from './file-trouble.ts';
import type {ShowPath} from './file-trouble.ts';
import type {Globs} from './host.ts';

const NEVER = ['**/.mlp/**', '**/.git/**', '**/node_modules/**'];

/**
 * Globs below the project folder, by fast-glob. Links to files match; `**` does not go through links to folders, or a
 * link that leads to its own parent would be walked until the system gives up.
 */
export function createGlobs(root: string, show: ShowPath): Globs {
  return {
    match: async (pattern) => {
      const {default: fastGlob} = await import('fast-glob');
      try {
        const found = await fastGlob.glob(pattern, {
          cwd: root,
          dot: false,
          // Otherwise links are dropped: whether one leads to a file is asked below.
          onlyFiles: false,
          objectMode: true,
          unique: true,
          ignore: NEVER,
          followSymbolicLinks: false,
        });
        return found
          .filter(({path, dirent}) => dirent.isFile() || (dirent.isSymbolicLink() && leadsToFile(`${root}/${path}`)))
          .map(({path}) => path)
          .sort(byCodeUnits);
      } catch (error) {
        throw asTrouble(error, `${root}/${pattern}`, show);
      }
    },
  };
}

function leadsToFile(absolute: string): boolean {
  try {
    return statSync(absolute).isFile();
  } catch {
    return false;
  }
}
