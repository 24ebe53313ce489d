/** Paths as a user types them, from wherever the user stands, as paths of the project. */
import type {Host} from '../host/host.ts';
import {projectPath, type ProjectPath} from '../model/ids.ts';

/** @param here for the folder in which the user stands. @returns undefined for a path that is outside of the project. */
export function typedPath(text: string, here: Host, project: Host): ProjectPath | undefined {
  if (text === '' || text.includes('\0')) return undefined;
  const absolute = projectPath((text.startsWith('/') ? text : `${here.root}/${text}`).slice(1));
  if (absolute === undefined) return undefined;
  return below(project.root, `/${absolute === '.' ? '' : absolute}`) ?? throughLink(`/${absolute}`, project);
}

/** The project may be reached by another name; the last part itself may be a link and stays one. */
function throughLink(absolute: string, project: Host): ProjectPath | undefined {
  const cut = absolute.lastIndexOf('/');
  const folder = project.files.realPath(absolute.slice(0, cut) || '/');
  return folder === undefined ? undefined : below(project.root, `${folder}${absolute.slice(cut)}`);
}

function below(root: string, absolute: string): ProjectPath | undefined {
  if (absolute === root) return projectPath('.');
  const prefix = root === '/' ? root : `${root}/`;
  return absolute.startsWith(prefix) ? projectPath(absolute.slice(prefix.length)) : undefined;
}
