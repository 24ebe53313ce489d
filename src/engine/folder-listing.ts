/** The names below a folder, without a question about any single file. */
import {FileTrouble, type Host} from '../host/host.ts';
import type {FileRecords} from '../model/file-records.ts';
import type {TreeEntry} from '../model/artifact.ts';

/** A path that can be no input or output: a socket, a device, a named pipe. */
export class NotAFile extends Error {
  override readonly name = 'NotAFile';
  readonly path: string;
  constructor(path: string) {
    super(
      `\`${path}\` is neither a file nor a folder but a pipe, a socket or a device: remove it, or name another path`,
    );
    this.path = path;
  }
}

/**
 * Everything below a folder, depth first. `text` says it whole, in pieces joined by NUL, so that two listings are compared
 * and kept as one string: `f`, `d` or `l` and the path relative to the folder; after a link `>` and its target.
 */
export class FolderListing {
  readonly text: string;
  readonly files: readonly string[];
  #positions: ReadonlyMap<string, number> | undefined;

  constructor(text: string, files = filesIn(text)) {
    this.text = text;
    this.files = files;
  }

  /** Which of the files it is. */
  positionOf(file: string): number | undefined {
    this.#positions ??= new Map(this.files.map((name, position) => [name, position]));
    return this.#positions.get(file);
  }

  /** @param records of the files. Those that were not there when they were looked at are left out. */
  tree(records: FileRecords): readonly TreeEntry[] {
    const tree: TreeEntry[] = [];
    let position = 0;
    const pieces = this.text === '' ? [] : this.text.split('\0');
    for (const [index, piece] of pieces.entries()) {
      const path = piece.slice(1);
      if (piece.startsWith('d')) tree.push({path, type: 'dir', exec: false, size: 0, hash: ''});
      else if (piece.startsWith('l')) {
        const target = pieces[index + 1]?.slice(1) ?? '';
        tree.push({path, type: 'link', exec: false, size: 0, hash: '', target});
      } else if (piece.startsWith('f')) {
        const at = position++;
        if (!records.isThere(at)) continue;
        const [exec, size, hash] = [records.exec(at), records.size(at), records.sha256(at)];
        tree.push({path, type: 'file', exec, size, hash});
      }
    }
    return tree;
  }
}

function filesIn(text: string): readonly string[] {
  return text.split('\0').flatMap((piece) => (piece.startsWith('f') ? [piece.slice(1)] : []));
}

/**
 * A link that stays inside the folder is kept as a link; one that leads out is followed, because its target would not
 * travel with the folder; a dangling one is kept as a link, and so is one to a folder above, which would be walked in circles.
 * @throws NotAFile, FileTrouble
 */
export function listFolder(host: Host, folder: string): FolderListing {
  const {files} = host;
  const root = files.realPath(folder) ?? folder;
  const pieces: string[] = [];
  const names: string[] = [];
  const addFile = (path: string): void => {
    pieces.push(`f${path}`);
    names.push(path);
  };
  const visit = (at: string, prefix: string, around: readonly string[]): void => {
    for (const {name, type} of files.list(at)) {
      const path = prefix + name;
      if (type === 'file') addFile(path);
      else if (type === 'dir') {
        pieces.push(`d${path}`);
        quietWhenGone(() => {
          visit(`${at}/${name}`, `${path}/`, around);
        });
      } else if (type === 'link') visitLink(`${at}/${name}`, path, around);
      else throw new NotAFile(`${at}/${name}`);
    }
  };
  const visitLink = (full: string, path: string, around: readonly string[]): void => {
    const real = files.realPath(full);
    const inside = real !== undefined && (real === root || real.startsWith(`${root}/`));
    const above = real !== undefined && `${root}/`.startsWith(real === '/' ? real : `${real}/`);
    if (real === undefined || inside || above) {
      pieces.push(`l${path}`, `>${files.readLink(full)}`);
      return;
    }
    const type = files.stat(full)?.type;
    if (type === 'file') addFile(path);
    else if (!around.includes(real) && type === 'dir') {
      pieces.push(`d${path}`);
      visit(full, `${path}/`, [...around, real]);
    }
  };
  visit(folder, '', [root]);
  return new FolderListing(pieces.join('\0'), names);
}

/** What vanishes while it is listed is left out. */
function quietWhenGone(action: () => void): void {
  try {
    action();
  } catch (error) {
    if (!(error instanceof FileTrouble) || error.code !== 'ENOENT') throw error;
  }
}
