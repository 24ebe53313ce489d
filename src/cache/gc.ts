/**
 * Garbage collection: which objects may go, which of them do, and their removal. What is kept comes from the store; a
 * kept tree keeps its blobs. Objects of a run that is going on are named by no trace yet, so whoever collects while runs
 * may be going on gives `olderThanMs`.
 */
import {byCodeUnits} from '../base/compare.ts';
import type {Digest} from '../model/ids.ts';
import type {Cache} from './cache.ts';

export interface GarbageOptions {
  /** Objects that must stay. */
  readonly keep: ReadonlySet<Digest> | ((hash: Digest) => boolean);
  /** true: `keep` names the files of kept folders, too, so that no folder need be opened. */
  readonly keepsFiles?: boolean;
  /** Which objects may be folders, where that is known: the others are not opened. */
  readonly mayBeTree?: (hash: Digest) => boolean;
  /** When an object was last of use, where more is known than the time of its file. */
  readonly lastUsedMs?: (hash: Digest) => number | undefined;
  /** Of what may go, only what was last used longer ago than this goes. */
  readonly olderThanMs?: number;
  /** Of what may go, the least recently used goes until all objects together have at most so many bytes. */
  readonly maxBytes?: number;
  readonly nowMs: number;
  /** true: only the numbers. */
  readonly dryRun: boolean;
}

/** Numbers of objects and their bytes. */
export interface GarbageReport {
  readonly removed: number;
  readonly bytesFreed: number;
  readonly kept: number;
  readonly bytesKept: number;
}

interface Candidate {
  readonly hash: Digest;
  readonly bytes: number;
  /** Newest use of it and of every candidate tree that needs it. */
  usedMs: number;
  readonly blobs: readonly Digest[];
}

/** Without `olderThanMs` and `maxBytes` all goes that may go; with both, what either of them says. */
export function collectGarbage(cache: Cache, options: GarbageOptions): GarbageReport {
  const isKept = keeper(cache, options);
  // The order in which things go is of no matter when all of them go.
  const isOrdered = options.olderThanMs !== undefined || options.maxBytes !== undefined;
  const candidates = new Map<Digest, Candidate>();
  let kept = 0;
  let bytesKept = 0;
  for (const {hash, bytes, mtimeMs} of cache.objects()) {
    kept++;
    bytesKept += bytes;
    if (isKept(hash)) continue;
    const usedMs = Math.max(mtimeMs, options.lastUsedMs?.(hash) ?? 0);
    candidates.set(hash, {
      hash,
      bytes,
      usedMs,
      blobs: isOrdered && options.mayBeTree?.(hash) !== false ? blobsOf(cache, hash) : [],
    });
  }
  const removal = {removed: 0, bytesFreed: 0};
  for (const candidate of leastRecentlyUsedFirst(candidates)) {
    if (!goes(candidate, options, bytesKept)) break;
    if (!options.dryRun) cache.remove(candidate.hash);
    removal.removed++;
    removal.bytesFreed += candidate.bytes;
    kept--;
    bytesKept -= candidate.bytes;
  }
  return {...removal, kept, bytesKept};
}

/** Candidates come oldest first, so the first that stays means that all later ones stay. */
function goes(candidate: Candidate, options: GarbageOptions, bytesNow: number): boolean {
  const {olderThanMs, maxBytes, nowMs} = options;
  if (olderThanMs === undefined && maxBytes === undefined) return true;
  const isOld = olderThanMs !== undefined && nowMs - candidate.usedMs > olderThanMs;
  return isOld || (maxBytes !== undefined && bytesNow > maxBytes);
}

/** A tree goes before its blobs, so that what stays is whole; so a blob is at least as recent as a tree that needs it. */
function leastRecentlyUsedFirst(candidates: ReadonlyMap<Digest, Candidate>): readonly Candidate[] {
  for (const tree of candidates.values()) {
    for (const hash of tree.blobs) {
      const blob = candidates.get(hash);
      if (blob !== undefined) blob.usedMs = Math.max(blob.usedMs, tree.usedMs);
    }
  }
  const isTree = (candidate: Candidate): number => Number(candidate.blobs.length > 0);
  return [...candidates.values()].sort(
    (a, b) => a.usedMs - b.usedMs || isTree(b) - isTree(a) || byCodeUnits(a.hash, b.hash),
  );
}

/** Trees that must stay are opened once, to learn which blobs must stay with them. */
function keeper(cache: Cache, {keep, keepsFiles}: GarbageOptions): (hash: Digest) => boolean {
  const isNamed = typeof keep === 'function' ? keep : (hash: Digest): boolean => keep.has(hash);
  if (keepsFiles === true) return isNamed;
  const named = typeof keep === 'function' ? hashesOf(cache) : keep;
  const needed = new Set<Digest>();
  for (const hash of named) {
    if (isNamed(hash)) for (const blob of blobsOf(cache, hash)) needed.add(blob);
  }
  return (hash) => isNamed(hash) || needed.has(hash);
}

function* hashesOf(cache: Cache): Iterable<Digest> {
  for (const {hash} of cache.objects()) yield hash;
}

function blobsOf(cache: Cache, hash: Digest): readonly Digest[] {
  return (cache.readTree(hash) ?? []).flatMap((entry) => (entry.hash === '' ? [] : [entry.hash]));
}
