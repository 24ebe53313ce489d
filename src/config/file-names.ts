/** `${deps.x}` and `${outs.x}` in a command: from names to paths as the process sees them. Pure. */
import type {DepSpec, OutSpec} from '../model/stage.ts';
import type {Json} from '../base/json.ts';
import type {Problem} from './problem.ts';
import {severalFiles, unknownOutput} from './problems-template.ts';

/** The files of a stage and the folder from which its process sees them. */
export interface NamedFiles {
  readonly deps: readonly DepSpec[];
  readonly outs: readonly OutSpec[];
  /** Where the process starts. */
  readonly cwd: string;
}

/** @param root `deps` or an output role. @param path empty: all of them; a number: by place; else the name, dots and all. */
export function namedFiles(
  files: NamedFiles,
  root: string,
  path: readonly (string | number)[],
  text: string,
): {readonly value: Json} | {readonly problem: Problem} {
  const role = root === 'outs' ? 'out' : root;
  const all: readonly (DepSpec | OutSpec)[] =
    root === 'deps' ? files.deps : files.outs.filter((out) => out.role === role);
  const [first] = path;
  const name = path.join('.');
  const index = typeof first === 'number' && path.length === 1 ? first : undefined;
  const named =
    path.length === 0
      ? all
      : index === undefined
        ? all.filter((file) => file.name === name)
        : all.slice(index, index + 1);
  if (named.length === 0 && path.length > 0)
    return {
      problem: unknownOutput(
        'the stage',
        root,
        index === undefined ? name : `[${index}]`,
        all.map((file) => file.name),
      ),
    };
  if (named.some((file) => 'kind' in file && file.kind !== 'path')) return {problem: severalFiles(text)};
  const paths = named.map((file) => seenFrom(files.cwd, file.path));
  return {value: paths.length === 1 && path.length > 0 ? (paths[0] ?? null) : paths};
}

/** A project path as it is written by a process that starts in `cwd`; never taken for an option. */
function seenFrom(cwd: string, path: string): string {
  const up = cwd === '.' ? [] : cwd.split('/');
  const down = path.split('/');
  while (up.length > 0 && down.length > 1 && up[0] === down[0]) {
    up.shift();
    down.shift();
  }
  const seen = [...up.map(() => '..'), ...down].join('/');
  return seen.startsWith('-') ? `./${seen}` : seen;
}
