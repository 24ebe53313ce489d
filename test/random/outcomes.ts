/**
 * What `mlp run` may do with every stage, from the model's own notion of a key, what was recorded before, what is on disk,
 * and which objects of the cache are sound.
 */
import {createHash} from 'node:crypto';
import {lstatSync, readdirSync, readFileSync, type Stats} from 'node:fs';
import {join} from 'node:path';
import {treeText} from '../../src/model/tree.ts';
import type {TreeEntry} from '../../src/model/artifact.ts';
import type {Digest} from '../../src/model/ids.ts';
import type {Outcome} from '../../src/model/run.ts';
import type {Content, Files, Work} from './project.ts';

export type Allowed = ReadonlyMap<string, ReadonlySet<Outcome>>;

/** Results that are recorded for sure, and those of a run that was killed, which may be. */
export interface Knowledge {
  readonly known: Set<string>;
  maybe: Set<string>;
}

const sha256 = (bytes: string | Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** @param killed stages that a killed run may have been at: their outputs may step back into place. */
export function allowedOutcomes(
  root: string,
  works: readonly Work[],
  {known, maybe}: Knowledge,
  killed: ReadonlySet<string> = new Set(),
): Allowed {
  const makers = new Map<string, Set<string>>();
  for (const work of works)
    for (const hash of objectsOf(work)) makers.set(hash, (makers.get(hash) ?? new Set()).add(work.name));
  return new Map(works.map((work) => [work.name, outcomes(work)]));

  function outcomes(work: Work): ReadonlySet<Outcome> {
    if (!known.has(work.key) && !maybe.has(work.key)) return new Set(['ran']);
    const found = new Set<Outcome>(known.has(work.key) ? [] : ['ran']);
    const wrong = work.outs.filter((out) => differences(root, below(work.made, out.path), out.path).length > 0);
    const step = killed.has(work.name);
    if (wrong.length === 0 || step) found.add('skipped');
    if (wrong.length === 0 && !step) return found;
    // What a killed stage wrote is there now, and what was there before it comes back.
    const needed = (step ? work.outs : wrong).filter((out) => below(work.made, out.path).size > 0);
    const unsound = needed.flatMap((out) =>
      (out.cached ? objectsOf(work, out.path) : ['none']).filter((hash) => !isSound(root, hash)),
    );
    if (unsound.length === 0 || step) found.add('restored');
    if (unsound.length > 0) found.add('ran');
    // Another stage of the same run may put the same bytes into the cache.
    if (unsound.length > 0 && unsound.every((hash) => (makers.get(hash)?.size ?? 0) > 1)) found.add('restored');
    return found;
  }
}

/** The part of what a work makes that lies at a declared output. */
export const below = (made: Files, path: string): Files =>
  new Map([...made].filter(([name]) => name === path || name.startsWith(`${path}/`)));

export function objectsOf(work: Work, path?: string): readonly string[] {
  return work.outs
    .filter((out) => out.cached && (path === undefined || out.path === path))
    .flatMap((out) => {
      const made = below(work.made, out.path);
      const blobs = [...made.values()].flatMap((content) => (content === undefined ? [] : [sha256(content.text)]));
      return out.folder ? [...blobs, sha256(treeText(treeOf(made, out.path)))] : blobs;
    });
}

function treeOf(made: Files, folder: string): readonly TreeEntry[] {
  const entries = new Map<string, TreeEntry>();
  for (const [full, content] of made) {
    const path = full.slice(folder.length + 1);
    const parts = path.split('/');
    for (let depth = 1; depth < parts.length + (content === undefined ? 1 : 0); depth++) {
      const above = parts.slice(0, depth).join('/');
      entries.set(above, {path: above, type: 'dir', exec: false, size: 0, hash: ''});
    }
    if (content === undefined) continue;
    const {text, exec} = content;
    entries.set(path, {path, type: 'file', exec, size: text.length, hash: sha256(text) as Digest});
  }
  return [...entries.values()];
}

export const objectPath = (root: string, hash: string): string =>
  join(root, '.mlp/cache/objects', hash.slice(0, 2), hash.slice(2));

function isSound(root: string, hash: string): boolean {
  const path = objectPath(root, hash);
  return statOf(path) !== undefined && sha256(readFileSync(path)) === hash;
}

/** How the disk differs from what should be at `path` and below, one line each. */
export function differences(root: string, wanted: Files, path: string): readonly string[] {
  const there = readBelow(root, path);
  const folders = new Set([...wanted.keys()].flatMap(foldersAbove));
  const lines: string[] = [];
  for (const [name, content] of wanted) {
    const found = there.get(name);
    if (!there.has(name)) lines.push(`${name}: should be there`);
    else if (found?.text !== content?.text)
      lines.push(`${name}: should hold ${JSON.stringify(content?.text)}, not ${JSON.stringify(found?.text)}`);
    else if (found?.exec !== content?.exec) lines.push(`${name}: exec should be ${String(content?.exec)}`);
  }
  for (const name of there.keys())
    if (!wanted.has(name) && !folders.has(name)) lines.push(`${name}: should not be there`);
  return lines;
}

function foldersAbove(path: string): string[] {
  const parts = path.split('/');
  return parts.slice(1).map((_, depth) => parts.slice(0, depth + 1).join('/'));
}

/** Files below a path with their content, folders as `undefined`. */
function readBelow(root: string, path: string): Files {
  const found = new Map<string, Content | undefined>();
  const visit = (name: string): void => {
    const stat = statOf(join(root, name));
    if (stat === undefined) return;
    if (stat.isDirectory()) {
      found.set(name, undefined);
      for (const child of readdirSync(join(root, name))) visit(`${name}/${child}`);
    } else if (stat.isFile())
      found.set(name, {text: readFileSync(join(root, name), 'latin1'), exec: (stat.mode & 0o100) !== 0});
    else found.set(name, {text: 'no file', exec: false});
  };
  visit(path);
  return found;
}

function statOf(path: string): Stats | undefined {
  return lstatSync(path, {throwIfNoEntry: false});
}
