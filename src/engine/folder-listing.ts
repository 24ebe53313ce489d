/** The names below a folder, without a question about any single file. */
import {FileTrouble, type Files, type Host} from '../host/host.ts';
import type {FileRecords} from '../model/file-records.ts';
import type {TreeEntry} from '../model/artifact.ts';

/** A folder of fewer files comes in one piece. */
export const PIECE_FILES = 1000;

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
  #files: readonly string[] | undefined;
  #positions: ReadonlyMap<string, number> | undefined;

  constructor(text: string) {
    this.text = text;
  }

  /** Paths, made on use: they take more room than all else that is known of a folder. */
  get files(): readonly string[] {
    this.#files ??= filesIn(this.text);
    return this.#files;
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
 * Lists a folder piece by piece, so that what was found can be read while the rest is still looked for; the errors of the
 * file system come with the piece. A link that stays inside the folder is kept as a link; one that leads out is followed,
 * because its target would not travel with the folder; a dangling one is kept as a link, and so is one to a folder above,
 * which would be walked in circles.
 */
export class FolderLister implements Iterable<readonly string[]> {
  readonly #files: Files;
  readonly #root: string;
  readonly #walk: Generator<readonly string[], void>;
  readonly #texts: string[] = [];
  /** What comes next. */
  #text: string[] = [];
  #names: string[] = [];

  constructor({files}: Host, folder: string) {
    this.#files = files;
    this.#root = files.realPath(folder) ?? folder;
    this.#walk = this.#pieces(folder);
  }

  /** The next thousand files or more, all that are left, or none. @throws NotAFile, FileTrouble */
  next(): readonly string[] {
    return this.#walk.next().value ?? [];
  }

  /** The text of each piece that was given out, and at last of what comes after all files. */
  get texts(): readonly string[] {
    return this.#texts;
  }

  /** What `next` gives, up to the end. */
  [Symbol.iterator](): Iterator<readonly string[]> {
    return this.#walk;
  }

  /** Lists what is left, and says it all. @throws NotAFile, FileTrouble */
  listing(): FolderListing {
    while (this.next().length > 0);
    return new FolderListing(this.#texts.join('\0'));
  }

  *#pieces(folder: string): Generator<readonly string[], void> {
    yield* this.#visit(folder, '', [this.#root]);
    const last = this.#take();
    if (last.length > 0) yield last;
  }

  *#visit(at: string, prefix: string, around: readonly string[]): Generator<readonly string[], void> {
    for (const {name, type} of this.#files.list(at)) {
      const path = prefix + name;
      if (type === 'file') this.#addFile(path);
      else if (type === 'dir') {
        this.#text.push(`d${path}`);
        try {
          yield* this.#visit(`${at}/${name}`, `${path}/`, around);
        } catch (error) {
          // What vanishes while it is listed is left out.
          if (!(error instanceof FileTrouble) || error.code !== 'ENOENT') throw error;
        }
      } else if (type === 'link') yield* this.#visitLink(`${at}/${name}`, path, around);
      else throw new NotAFile(`${at}/${name}`);
    }
    if (this.#names.length >= PIECE_FILES) yield this.#take();
  }

  *#visitLink(full: string, path: string, around: readonly string[]): Generator<readonly string[], void> {
    const [files, root] = [this.#files, this.#root];
    const real = files.realPath(full);
    const inside = real !== undefined && (real === root || real.startsWith(`${root}/`));
    const above = real !== undefined && `${root}/`.startsWith(real === '/' ? real : `${real}/`);
    if (real === undefined || inside || above) {
      this.#text.push(`l${path}`, `>${files.readLink(full)}`);
      return;
    }
    const type = files.stat(full)?.type;
    if (type === 'file') this.#addFile(path);
    else if (!around.includes(real) && type === 'dir') {
      this.#text.push(`d${path}`);
      yield* this.#visit(full, `${path}/`, [...around, real]);
    }
  }

  #addFile(path: string): void {
    this.#text.push(`f${path}`);
    this.#names.push(path);
  }

  #take(): readonly string[] {
    // One text instead of many, which the garbage collector would have to move about.
    if (this.#text.length > 0) this.#texts.push(this.#text.join('\0'));
    const names = this.#names;
    this.#text = [];
    this.#names = [];
    return names;
  }
}
