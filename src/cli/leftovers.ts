/** What attempts leave below .mlp beside the cache: work folders, logs, built modules, memos of folders, downloads that broke. What is still of use is made anew. */
import type {Host} from '../host/host.ts';
import {attemptId} from '../model/ids.ts';
import type {GcRow} from '../report/views/gc.ts';
import type {Store} from '../store/store.ts';

const UNUSED_MS = 30 * 86_400_000;

export interface LeftoverOptions {
  readonly nowMs: number;
  readonly dryRun: boolean;
  /** Logs of older attempts go; absent: only those of attempts that nobody remembers. */
  readonly logsOlderThanMs?: number;
}

export function leftovers(host: Host, store: Store, options: LeftoverOptions): readonly GcRow[] {
  const workFolders = sweep(host, '.mlp/work', options.dryRun, (name) => {
    const row = store.attempt(attemptId(name));
    // The newest attempt of a stage may still be looked into.
    return (
      row === undefined || (row.state !== 'running' && store.attempts({stage: row.stage, limit: 1})[0]?.id !== row.id)
    );
  });
  const logs = sweep(host, '.mlp/logs', options.dryRun, (name, writtenMs) => {
    const row = store.attempt(attemptId(name.replace(/\.log$/, '')));
    if (row === undefined) return true;
    return (
      row.state !== 'running' &&
      options.logsOlderThanMs !== undefined &&
      options.nowMs - writtenMs > options.logsOlderThanMs
    );
  });
  const builds = sweep(
    host,
    '.mlp/build',
    options.dryRun,
    (name, writtenMs) => name.endsWith('.mjs') && options.nowMs - writtenMs > UNUSED_MS,
  );
  const unused = (_: string, writtenMs: number): boolean => options.nowMs - writtenMs > UNUSED_MS;
  const folderMemos = sweep(host, '.mlp/folders', options.dryRun, unused);
  const ingest = sweep(host, '.mlp/ingest', options.dryRun, unused);
  const sql = sweep(host, '.mlp/sql', options.dryRun, unused);
  return [
    {what: 'work folders', ...workFolders},
    {what: 'logs', ...logs},
    {what: 'built modules', ...builds},
    {what: 'memos of folders', ...folderMemos},
    {what: 'broken downloads and queries', count: ingest.count + sql.count, bytes: ingest.bytes + sql.bytes},
  ];
}

function sweep(
  host: Host,
  folder: string,
  dryRun: boolean,
  goes: (name: string, writtenMs: number) => boolean,
): {count: number; bytes: number} {
  const freed = {count: 0, bytes: 0};
  if (!host.files.exists(folder)) return freed;
  for (const {name} of host.files.list(folder)) {
    const path = `${folder}/${name}`;
    const stat = host.files.lstat(path);
    if (stat === undefined || !goes(name, stat.mtimeMs)) continue;
    freed.count++;
    freed.bytes += bytesOf(host, path, stat.type, stat.size);
    if (!dryRun) host.files.remove(path);
  }
  return freed;
}

function bytesOf({files}: Host, path: string, type: string, size: number): number {
  if (type !== 'dir') return size;
  let bytes = 0;
  for (const entry of files.walk(path)) if (entry.stat.type === 'file') bytes += entry.stat.size;
  return bytes;
}
