/** The files that go into a bundle, before its manifest is made of them. */
import type {Host} from '../../host/host.ts';
import {LAYOUT} from '../../bundle/layout.ts';
import {isListed, type BundleFile} from '../../bundle/manifest.ts';

export class Contents {
  readonly #files = new Map<string, {readonly bytes: number; readonly sha256: string}>();
  readonly #host: Host;
  readonly #folder: string;

  /** @param folder made when the first file comes. */
  constructor(host: Host, folder: string) {
    this.#host = host;
    this.#folder = folder;
  }

  get files(): readonly BundleFile[] {
    return [...this.#files].map(([path, facts]) => ({path, ...facts}));
  }

  write(path: string, content: string | Uint8Array): void {
    const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
    this.#host.files.writeAtomic(this.#place(path), bytes);
    this.#files.set(path, {bytes: bytes.length, sha256: this.#host.hashing.sha256(bytes)});
  }

  copy(from: string, path: string): void {
    const {files, hashing} = this.#host;
    const target = this.#place(path);
    files.copy(from, target, ['reflink', 'copy']);
    files.setMode(target, files.stat(from)?.exec === true ? 0o755 : 0o644);
    this.#files.set(path, {bytes: files.stat(target)?.size ?? 0, sha256: hashing.fileSha256(target)});
  }

  /** A file, or all files of a folder, below `place`. */
  copyAll(from: string, place: string): void {
    if (this.#host.files.stat(from)?.type !== 'dir') {
      this.copy(from, place);
      return;
    }
    for (const {path, stat} of this.#host.files.walk(from)) {
      if (stat.type === 'file') this.copy(`${from}/${path}`, `${place}/${path}`);
      else if (stat.type !== 'dir')
        throw new Error(
          `\`${from}/${path}\` is no plain file, which a bundle cannot hold: name the file that it leads to`,
        );
    }
  }

  #place(path: string): string {
    if (!isListed(path)) throw new Error(`\`${path}\` in the bundle is written by \`package\` itself: rename yours`);
    if (this.#files.has(path))
      throw new Error(`two files would be \`${path}\` in the bundle: rename one, or put them into folders`);
    const target = `${this.#folder}/${path}`;
    this.#host.files.makeFolder(target.slice(0, target.lastIndexOf('/')));
    return target;
  }
}

/** Lock files and licences lie under their names, without their folders. */
export const environmentPath = (path: string): string => `${LAYOUT.environment}/${nameOf(path)}`;
export const licencePath = (path: string): string => `${LAYOUT.licences}/${nameOf(path)}`;

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
