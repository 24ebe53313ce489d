/** Removes what crashes left behind, and what was set aside as broken. */
import type {Files} from '../host/host.ts';

/** Nothing that is still being written is this old. */
const LEFT_BEHIND_MS = 3_600_000;

export interface SweepOptions {
  /** Folders whose entries go when nothing in them was written for an hour. */
  readonly temporary: readonly string[];
  /** Folder whose entries all go. */
  readonly quarantine: string;
  readonly nowMs: number;
  readonly dryRun: boolean;
}

/** @returns bytes freed, or that would be. */
export function sweep(files: Files, options: SweepOptions): number {
  let freed = 0;
  const sweepFolder = (folder: string, writtenBeforeMs: number): void => {
    if (!files.exists(folder)) return;
    for (const {name} of files.list(folder)) {
      const path = `${folder}/${name}`;
      const {bytes, newestMs} = measure(files, path);
      if (newestMs > writtenBeforeMs) continue;
      freed += bytes;
      if (!options.dryRun) files.remove(path);
    }
  };
  for (const folder of options.temporary) sweepFolder(folder, options.nowMs - LEFT_BEHIND_MS);
  sweepFolder(options.quarantine, Number.POSITIVE_INFINITY);
  return freed;
}

function measure(files: Files, path: string): {readonly bytes: number; readonly newestMs: number} {
  const stat = files.lstat(path);
  if (stat === undefined) return {bytes: 0, newestMs: 0};
  if (stat.type !== 'dir') return {bytes: stat.size, newestMs: stat.mtimeMs};
  let bytes = 0;
  let newestMs = stat.mtimeMs;
  for (const entry of files.walk(path)) {
    if (entry.stat.type !== 'dir') bytes += entry.stat.size;
    newestMs = Math.max(newestMs, entry.stat.mtimeMs);
  }
  return {bytes, newestMs};
}
