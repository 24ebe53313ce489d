/** A stage whose branches are known only during the run: what of it can be said before. Pure. */
import {escapeGlob} from '../base/glob.ts';
import type {DepSpec, DynamicSpec} from '../model/stage.ts';
import {STAND_IN} from './deferred.ts';
import type {StageFiles} from './stage-files.ts';

/**
 * The glob for a path in which items are still unknown, for edges: `*` within a name, `**` where the item is a whole
 * part of the path, since it may hold `/`.
 * @returns undefined when the path begins with the item: it could be anything, and the expanded branches will tell.
 */
export function edgeGlob(kind: 'path' | 'glob', path: string): string | undefined {
  const parts = path.split('/');
  if (path.startsWith(STAND_IN)) return undefined;
  return parts
    .map((part) => (part === STAND_IN ? '**' : (kind === 'path' ? escapeGlob(part) : part).replaceAll(STAND_IN, '*')))
    .join('/');
}

/** The file or folder whose content decides the branches. */
const overPath = (over: DynamicSpec['over']): string => (over.kind === 'json' ? over.path : over.folder);

/** What the branches read, as far as it is known, and what they go through. */
export function edgeDeps(over: DynamicSpec['over'], deps: readonly DepSpec[]): readonly DepSpec[] {
  const path = overPath(over);
  const known = deps.flatMap((dep): DepSpec[] => {
    if (!dep.path.includes(STAND_IN)) return [dep];
    const glob = dep.kind === 'path' || dep.kind === 'glob' ? edgeGlob(dep.kind, dep.path) : undefined;
    return glob === undefined ? [] : [{name: glob, kind: 'glob', path: glob, optional: true}];
  });
  return [
    {name: path, kind: 'path', path, optional: false},
    ...known.filter((dep) => dep.kind !== 'path' || dep.path !== path),
  ];
}

/** Globs of what the branches may write. */
export const edgeOuts = (files: StageFiles): readonly string[] =>
  files.outs.flatMap((out) => edgeGlob('path', out.path) ?? []);
