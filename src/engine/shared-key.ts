/**
 * The key under which a result is shared with other projects. It is the stage's own key, except for a built-in stage whose
 * result does not depend on where its files lie: there inputs and outputs stand under their names, so that a project with
 * other folders finds what it asks for. The stage's own key keeps the paths, since the store and mlp.lock speak of paths.
 */
import type {Digest} from '../model/ids.ts';
import type {Host} from '../host/host.ts';
import type {KeyDocument} from '../model/key-document.ts';
import type {StageSpec} from '../model/stage.ts';
import {keyOf} from './key.ts';

export const isPathFree = ({action}: StageSpec): boolean => action.kind === 'builtin' && action.pathFree !== undefined;

export function sharedKey(stage: StageSpec, document: KeyDocument, host: Pick<Host, 'hashing'>): Digest {
  return keyOf(sharedDocument(stage, document), host);
}

function sharedDocument({action, deps, outs}: StageSpec, document: KeyDocument): KeyDocument {
  if (action.kind !== 'builtin' || action.pathFree === undefined) return document;
  const paths = new Set(deps.filter(({kind}) => kind === 'path').map(({path}) => path));
  const outRows = new Map(document.outs.map((row) => [row[0], row]));
  const {names: _, ...rest} = document;
  return {
    ...rest,
    action: {...document.action, with: action.pathFree},
    deps: [
      ...deps.flatMap(({kind, name, path}): KeyDocument['deps'] => {
        const row = kind === 'path' ? document.deps.find((candidate) => candidate[0] === path) : undefined;
        return row === undefined ? [] : [[named(name, path), row[1], row[2], row[3]]];
      }),
      // What a pattern finds is told apart by nothing but its path.
      ...document.deps.filter(([path]) => !paths.has(path)),
    ],
    outs: outs.flatMap(({name, path}): KeyDocument['outs'] => {
      const row = outRows.get(path);
      return row === undefined ? [] : [[named(name, path), row[1], row[2], row[3]]];
    }),
  };
}

/** With the ending of the file, which often says in what format it is read or written. */
const named = (name: string, path: string): string => `${name} ${/\.[^/]*$/.exec(path)?.[0] ?? ''}`;
