/**
 * A place to build what is then renamed to its target. It lies in the project's own `.mlp/tmp`, so that a run that is
 * killed leaves nothing among the user's files; beside the target only where that is on another device, since a rename
 * cannot cross.
 */
import type {Host} from '../host/host.ts';

export class Staging {
  readonly folder: string;
  readonly #host: Host;

  constructor(host: Host) {
    this.#host = host;
    this.folder = `${host.root}/.mlp/tmp`;
  }

  /** A free path on the device of `target`, whose parent folder is made when it is missing. */
  pathFor(target: string): string {
    const {files, ids} = this.#host;
    const parent = files.absolute(`${files.absolute(target)}/..`);
    files.makeFolder(parent);
    files.makeFolder(this.folder);
    const folder = this.#device(parent) === this.#device(this.folder) ? this.folder : parent;
    return `${folder}/${folder === parent ? '.mlp-tmp-' : ''}${ids.random(8)}`;
  }

  /** Renames what was built over the target, which keeps its old content when that fails. */
  moveInto(built: string, target: string): void {
    const {files} = this.#host;
    const old = files.lstat(target);
    if (old === undefined || (old.type !== 'dir' && files.lstat(built)?.type !== 'dir')) {
      files.move(built, target);
      return;
    }
    // A folder can neither be renamed over nor take the place of a file: the old one steps aside first.
    const aside = this.pathFor(target);
    files.move(target, aside);
    try {
      files.move(built, target);
    } catch (error) {
      files.move(aside, target);
      throw error;
    }
    files.remove(aside);
  }

  /** First part of a signature. */
  #device(path: string): string | undefined {
    return this.#host.files.stat(path)?.signature.split(':', 1)[0];
  }
}
