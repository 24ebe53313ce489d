/** Outputs of a run as bytes again: from the cache, whatever lies in the workspace now. */
import type {Cache} from '../cache/cache.ts';
import type {Host} from '../host/host.ts';
import type {FileContent} from '../model/artifact.ts';
import {projectPath, type Digest} from '../model/ids.ts';
import type {RunRow} from '../model/run.ts';
import type {Store} from '../store/store.ts';
import {MlpError} from './mlp-error.ts';

type Content = Pick<FileContent, 'type' | 'hash' | 'exec' | 'size'>;

interface Found {
  readonly path: string;
  readonly content: Content;
}

export class Outputs {
  readonly #host: Host;
  readonly #store: Store;
  readonly #cache: Cache;

  constructor(host: Host, store: Store, cache: Cache) {
    this.#host = host;
    this.#store = store;
    this.#cache = cache;
  }

  read(run: RunRow, typed: string): Uint8Array {
    const {path, content} = this.#find(run, typed);
    if (content.type === 'dir')
      throw new MlpError('usage', `\`${path}\` is a folder`, 'read a file in it, or use `writeOutput` for all of it');
    const {hash} = content;
    if (hash === '') throw new MlpError('not-found', `\`${path}\` was not there after run ${String(run.id)}`);
    const {files} = this.#host;
    const inCache = this.#cache.has(hash);
    const bytes = this.#cache.readBytes(hash);
    if (bytes !== undefined) return bytes;
    // What is not cached may still lie where the stage wrote it.
    if (files.stat(path)?.type === 'file' && this.#host.hashing.fileSha256(path) === hash) return files.readBytes(path);
    throw inCache ? damaged(path) : notInCache(path, run);
  }

  write(run: RunRow, typed: string, folder: string): string {
    const {path, content} = this.#find(run, typed);
    const {files} = this.#host;
    const target = `${files.absolute(folder)}/${path.slice(path.lastIndexOf('/') + 1)}`;
    if (content.type === 'file' && content.hash !== '' && !this.#cache.has(content.hash)) {
      files.writeAtomic(target, this.read(run, typed), {mode: content.exec ? 0o755 : 0o644});
      return target;
    }
    if (content.hash === '') throw new MlpError('not-found', `\`${path}\` was not there after run ${String(run.id)}`);
    const reply = this.#cache.restore(content, target, ['reflink', 'copy']);
    if (reply.kind === 'restored') return target;
    throw reply.kind === 'corrupt' ? damaged(path) : notInCache(path, run);
  }

  /** An output, or a file in a folder that is one. */
  #find(run: RunRow, typed: string): Found {
    const path = projectPath(typed.replace(/\/+$/, ''));
    const outputs = this.#store
      .runStages(run.id)
      .flatMap(({trace}) => (trace === undefined ? [] : (this.#store.trace(trace)?.outputs ?? [])));
    const exact = outputs.find((output) => output.path === path);
    if (path !== undefined && exact !== undefined) return {path, content: exact};
    const folder = outputs.find((output) => output.type === 'dir' && path?.startsWith(`${output.path}/`) === true);
    if (path === undefined || folder === undefined || folder.hash === '')
      throw new MlpError('not-found', `run ${String(run.id)} has no output \`${typed}\``, namesOf(outputs));
    const tree = this.#cache.readTree(folder.hash);
    if (tree === undefined) throw notInCache(folder.path, run);
    const within = path.slice(folder.path.length + 1);
    const entry = tree.find((candidate) => candidate.path === within && candidate.type === 'file');
    if (entry === undefined)
      throw new MlpError('not-found', `\`${folder.path}\` had no file \`${within}\` after run ${String(run.id)}`);
    return {path, content: {type: 'file', hash: entry.hash as Digest, exec: entry.exec, size: entry.size}};
  }
}

function namesOf(outputs: readonly {readonly path: string}[]): string | undefined {
  if (outputs.length === 0) return undefined;
  const names = outputs.slice(0, 10).map(({path}) => `\`${path}\``);
  return `it has ${names.join(', ')}${outputs.length > names.length ? ' and more' : ''}`;
}

function notInCache(path: string, run: RunRow): MlpError {
  return new MlpError(
    'not-in-cache',
    `the bytes of \`${path}\` of run ${String(run.id)} are not in the cache any more`,
  );
}

function damaged(path: string): MlpError {
  return new MlpError(
    'damaged',
    `the bytes of \`${path}\` in the cache are damaged`,
    'the next `mlp run` makes them anew',
  );
}
