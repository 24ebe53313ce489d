/** Tells that something may have changed in folders. A hint to look, never what changed: every system says that otherwise. */
import {watch, type FSWatcher} from 'node:fs';

const POLL_MS = 500;

export interface FolderWatch {
  /**
   * Calls `wake` whenever an entry of one of the folders (not of those below them) may have changed; every half a second
   * where the system cannot tell, or where `poll` asks for that. Keeps the process alive.
   * @returns a function that ends it.
   */
  start(folders: readonly string[], wake: () => void, options: {readonly poll: boolean}): () => void;
}

export function createFolderWatch(absolute: (path: string) => string): FolderWatch {
  return {
    start: (folders, wake, options) => {
      const watchers: FSWatcher[] = [];
      let timer: NodeJS.Timeout | undefined;
      const poll = (): void => {
        for (const watcher of watchers.splice(0)) watcher.close();
        timer ??= setInterval(wake, POLL_MS);
      };
      if (options.poll) poll();
      try {
        for (const folder of options.poll ? [] : folders) {
          const watcher = watch(absolute(folder), wake);
          // Too many watchers, or a folder that went away.
          watcher.on('error', poll);
          watchers.push(watcher);
        }
      } catch {
        poll();
      }
      return () => {
        for (const watcher of watchers) watcher.close();
        clearInterval(timer);
      };
    },
  };
}
