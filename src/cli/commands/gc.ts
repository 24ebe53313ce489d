/** `mlp gc`: frees space by reachability, age and size; never what the workspace, a pinned run or the lock of a branch needs. */
import {openSharedTraces, type SharedTraceFile, type SharedTraces} from '../../cache/shared-traces.ts';
import {collectGarbage} from '../../cache/gc.ts';
import {openCache} from '../../cache/open-cache.ts';
import type {Cache} from '../../cache/cache.ts';
import {lockedEverywhere} from '../../history/forget-locks.ts';
import type {Locked} from '../../history/forget-locks.ts';
import type {Host} from '../../host/host.ts';
import type {Digest} from '../../model/ids.ts';
import {renderGc} from '../../report/render/gc.ts';
import type {GcRow, GcView} from '../../report/views/gc.ts';
import type {Store} from '../../store/store.ts';
import type {CommandMember} from '../command.ts';
import {leftovers} from '../leftovers.ts';
import {openProject} from '../open-project.ts';
import {openProjectStore} from '../../project/open-project-store.ts';
import {UsageError} from '../../project/usage-error.ts';
import {parseAge, parseCount, parseSize} from '../parse-options.ts';
import {lookFor} from '../screen.ts';

/** While a run goes on its newest objects are named by no result yet. */
const IN_USE_MS = 3_600_000;
/** Among so many of the newest runs is one that goes on. */
const NEWEST_RUNS = 50;

/** Of a shared folder nobody knows all: another project may be running, or its records may be on their way. */
const UNKNOWN_IN_SHARED_MS = 7 * 86_400_000;

interface GcOptions {
  readonly olderThan?: number;
  readonly maxSize?: number;
  readonly keepRuns: number;
  readonly dryRun?: boolean;
}

export const gcCommand: CommandMember = {
  name: 'gc',
  summary: 'free space: objects of no known result, old results, logs and left-over work folders',
  examples: [
    ['mlp gc --dry-run', 'what could be freed'],
    ['mlp gc', 'only what no known result needs'],
    ['mlp gc --older-than 30d', 'also results that were not used for 30 days'],
    [
      'mlp gc --max-size 20G --keep-runs 5',
      'least recently used first, never those of the last 5 runs, of pinned runs or in the mlp.lock of a branch',
    ],
  ],
  define(command, context) {
    command
      .option('--older-than <age>', 'results not used for this long go too: 12h, 30d, 8w', parseAge)
      .option(
        '--max-size <size>',
        'the least recently used results go until the cache is no larger: 500M, 20G',
        parseSize,
      )
      .option('--keep-runs <number>', 'results of the newest runs stay whatever their age', parseCount, 1)
      .option('-n, --dry-run', 'only say what would go')
      .action(async (options: GcOptions) => {
        const {globals} = context();
        const project = await openProject(context());
        if (project === undefined) return;
        const {host, pipeline} = project;
        const store = openProjectStore(host);
        try {
          const cache = openCache(host, pipeline.settings.cacheFolder ?? '.mlp/cache');
          const locked = await lockedEverywhere(host, store);
          if (!locked.ok) throw new UsageError(locked.error);
          const shared = openSharedTraces(host, pipeline.settings.cacheFolder);
          const view = collect({host, store, cache, locked: locked.value, shared}, options);
          if (globals.json) host.output.out(`${JSON.stringify({schema_version: 1, type: 'gc', ...view})}\n`);
          else host.output.out(renderGc(view, await lookFor(host)));
        } finally {
          store.close();
        }
      });
  },
};

interface GcWorld {
  readonly host: Host;
  readonly store: Store;
  readonly cache: Cache;
  readonly locked: Locked;
  /** What other projects have in the same folder. */
  readonly shared: SharedTraces | undefined;
}

function collect({host, store, cache, locked, shared}: GcWorld, options: GcOptions): GcView {
  const nowMs = host.clock.now();
  const dryRun = options.dryRun === true;
  const known = new Map<Digest, Known>();
  for (const {hash, type, lastUsedMs} of store.referencedObjects()) {
    const before = known.get(hash);
    const isTree = type === 'dir' || before?.isTree === true;
    known.set(hash, {isTree, usedMs: Math.max(before?.usedMs ?? 0, lastUsedMs)});
  }
  const ofOthers = [...(shared?.all() ?? [])];
  if (ofOthers.some(({newer}) => newer))
    throw new UsageError(
      `\`${cache.folder}\` holds results of a newer mlp, whose objects this one does not know`,
      'update mlp, or collect with the newer one',
    );
  for (const {outputs, usedMs} of ofOthers) {
    for (const {hash, type} of outputs) {
      if (hash === '') continue;
      const before = known.get(hash);
      known.set(hash, {
        isTree: type === 'dir' || before?.isTree === true,
        usedMs: Math.max(before?.usedMs ?? 0, usedMs),
      });
    }
  }
  const lockedObjects = new Set(locked.objects.keys());
  for (const {hash, type} of shared?.sources() ?? []) {
    lockedObjects.add(hash);
    known.set(hash, {isTree: type === 'dir', usedMs: Number.POSITIVE_INFINITY});
  }
  const isTree = (hash: Digest): boolean => known.get(hash)?.isTree ?? locked.objects.get(hash) === 'dir';
  const reachable = withFiles(cache, [...known.keys(), ...lockedObjects], isTree);
  // A run may be between two attempts; one that died and says that it runs keeps young objects, no more.
  const running = store.runs(NEWEST_RUNS).some(({status}) => status === 'running');
  const lost = collectGarbage(cache, {
    keep: reachable,
    keepsFiles: true,
    ...(shared !== undefined ? {olderThanMs: UNKNOWN_IN_SHARED_MS} : running ? {olderThanMs: IN_USE_MS} : {}),
    nowMs,
    dryRun,
  });
  const rows: GcRow[] = [{what: 'objects of no known result', count: lost.removed, bytes: lost.bytesFreed}];
  let {kept, bytesKept} = lost;
  if (options.olderThan !== undefined || options.maxSize !== undefined) {
    const runs = [...store.runs(options.keepRuns).map((run) => run.id), ...store.pinnedRuns()];
    const needed = withFiles(cache, [...store.objectsOfRuns(runs), ...lockedObjects], isTree);
    const old = collectGarbage(cache, {
      keep: (hash) => needed.has(hash) || !reachable.has(hash),
      keepsFiles: true,
      mayBeTree: isTree,
      lastUsedMs: (hash) => known.get(hash)?.usedMs,
      ...(options.olderThan === undefined ? {} : {olderThanMs: options.olderThan}),
      // A dry run has not freed the first kind: it must not count against the size.
      ...(options.maxSize === undefined ? {} : {maxBytes: options.maxSize + (dryRun ? lost.bytesFreed : 0)}),
      nowMs,
      dryRun,
    });
    rows.push({what: 'objects of old results', count: old.removed, bytes: old.bytesFreed});
    kept -= old.removed;
    bytesKept -= old.bytesFreed;
  }
  if (shared !== undefined) {
    // In a dry run nothing has gone yet, so that none of them has lost an object.
    const incomplete = ofOthers.filter(({outputs}) =>
      outputs.some((output) => output.cached && !cache.complete(output, false)),
    );
    rows.push({what: 'shared results', count: incomplete.length, bytes: sumOf(incomplete)});
    if (!dryRun) for (const file of incomplete) shared.remove(file);
  }
  const temp = cache.sweepTemp(nowMs, dryRun);
  if (temp > 0) rows.push({what: 'temporary files', count: 1, bytes: temp});
  rows.push(
    ...leftovers(host, store, {
      nowMs,
      dryRun,
      ...(options.olderThan === undefined ? {} : {logsOlderThanMs: options.olderThan}),
    }),
  );
  if (!dryRun) store.removeLostRows();
  return {dryRun, freed: rows.filter((row) => row.count > 0), kept: {count: kept, bytes: bytesKept}};
}

const sumOf = (files: readonly SharedTraceFile[]): number => files.reduce((sum, {bytes}) => sum + bytes, 0);

interface Known {
  readonly isTree: boolean;
  readonly usedMs: number;
}

/** A folder needs its files. */
function withFiles(cache: Cache, hashes: Iterable<Digest>, isTree: (hash: Digest) => boolean): ReadonlySet<Digest> {
  const all = new Set<Digest>();
  for (const hash of hashes) {
    all.add(hash);
    if (!isTree(hash)) continue;
    for (const entry of cache.readTree(hash) ?? []) if (entry.hash !== '') all.add(entry.hash);
  }
  return all;
}
