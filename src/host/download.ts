/**
 * A download that can go on where it stopped. Beside the target lie `.part`, the bytes so far, and `.part.json`, what they
 * are the beginning of. `If-Range` makes the server send the rest only while its content is the one that was begun; a
 * server without validators, or without ranges, is asked for everything again.
 */
import * as fs from 'node:fs';
import {dirname} from 'node:path';
import type {Downloaded, Http} from './host.ts';
import {addressed, answeredBadly, deepestMessage, textHeader, unreachable, withoutPassword} from './http-answer.ts';
import {asTrouble} from './file-trouble.ts';

interface Begun {
  readonly url: string;
  readonly etag?: string;
  readonly lastModified?: string;
}

interface Options extends NonNullable<Parameters<Http['download']>[2]> {
  /** How long the server may send nothing. */
  readonly silenceMs: number;
}

/** @param path absolute. The rest is said at `Http`. @throws FileTrouble */
export async function download(url: string, path: string, options: Options): ReturnType<Http['download']> {
  const part = `${path}.part`;
  const note = `${part}.json`;
  const removeParts = (): void => {
    fs.rmSync(part, {force: true});
    fs.rmSync(note, {force: true});
  };
  try {
    fs.mkdirSync(dirname(path), {recursive: true});
    const validator = begunOf(url, note);
    const had = validator === undefined ? 0 : (fs.statSync(part, {throwIfNoEntry: false})?.size ?? 0);
    const watch = new Silence(options);
    try {
      const address = addressed(url);
      const response = await fetch(address.url, {
        redirect: 'follow',
        signal: watch.signal,
        headers: {
          ...address.headers,
          // Bytes as they are stored: what a proxy compresses on the way can be neither resumed nor checked.
          'accept-encoding': 'identity',
          ...(had === 0 || validator === undefined ? {} : {range: `bytes=${had}-`, 'if-range': validator}),
        },
      });
      if (response.status === 416 && had > 0) {
        await response.body?.cancel();
        removeParts();
        return await download(url, path, options);
      }
      if (!response.ok || response.body === null) return {kind: 'failed', reason: answeredBadly(url, response)};
      const resumedAt = response.status === 206 ? rangeStart(response) : 0;
      if (resumedAt !== 0 && resumedAt !== had) {
        await response.body.cancel();
        return {
          kind: 'failed',
          reason: `\`${withoutPassword(url)}\` sent another part of its content than was asked for`,
        };
      }
      const begun: Begun = {
        url,
        ...textHeader(response, 'etag', 'etag'),
        ...textHeader(response, 'last-modified', 'lastModified'),
      };
      // Before the note says what the part is the beginning of: a program that dies here must not leave the old bytes under it.
      if (resumedAt === 0) fs.rmSync(part, {force: true});
      // Of what comes compressed on the way, a number of bytes tells no place to go on from.
      fs.writeFileSync(note, JSON.stringify(isEncoded(response) ? {url} : begun));
      const bytes = await receive(response, part, resumedAt, watch, options);
      fs.renameSync(part, path);
      removeParts();
      const {etag, lastModified} = begun;
      return {
        kind: 'downloaded',
        bytes,
        resumedAt,
        ...(etag === undefined ? {} : {etag}),
        ...(lastModified === undefined ? {} : {lastModified}),
      } satisfies Downloaded;
    } finally {
      watch.stop();
    }
  } catch (error) {
    const trouble = asTrouble(error, path, (shown) => shown);
    if (trouble !== error) throw trouble;
    if (error instanceof Broken) return {kind: 'failed', reason: error.message};
    return {kind: 'failed', reason: unreachable(url, error)};
  }
}

/** The connection ended before the content did. */
class Broken extends Error {}

async function receive(
  response: Response,
  part: string,
  start: number,
  watch: Silence,
  {progress}: Options,
): Promise<number> {
  const length = response.headers.get('content-length');
  const total = isEncoded(response) || length === null ? undefined : start + Number(length);
  const file = fs.openSync(part, start === 0 ? 'w' : 'a');
  let bytes = start;
  try {
    for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
      watch.heard();
      for (let done = 0; done < chunk.length;) done += fs.writeSync(file, chunk, done);
      bytes += chunk.length;
      progress?.(bytes, total);
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error && 'syscall' in error && error.syscall === 'write') throw error;
    throw broken(response.url, bytes, total, watch.reason ?? deepestMessage(error));
  } finally {
    fs.closeSync(file);
  }
  if (total !== undefined && bytes !== total) throw broken(response.url, bytes, total, 'the connection ended');
  return bytes;
}

const isEncoded = (response: Response): boolean =>
  (response.headers.get('content-encoding') ?? 'identity') !== 'identity';

function broken(url: string, bytes: number, total: number | undefined, why: string): Broken {
  const of = total === undefined ? '' : ` of ${total}`;
  return new Broken(
    `\`${withoutPassword(url)}\` broke off after ${bytes}${of} bytes (${why}): what came is kept, and the next attempt goes on from there`,
  );
}

/** ETag, else date, of what an earlier download of this URL began with; a weak ETag does not vouch for bytes. */
function begunOf(url: string, note: string): string | undefined {
  if (!fs.existsSync(note)) return undefined;
  let begun: Begun;
  try {
    begun = JSON.parse(fs.readFileSync(note, 'utf8')) as Begun;
  } catch {
    // Cut off when the program died.
    return undefined;
  }
  if (begun.url !== url) return undefined;
  return begun.etag === undefined || begun.etag.startsWith('W/') ? begun.lastModified : begun.etag;
}

function rangeStart(response: Response): number {
  return Number(/^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '')?.[1] ?? Number.NaN);
}

/** Ends a request when nothing was heard for a while, or when the caller wants it. */
class Silence {
  readonly #abort = new AbortController();
  readonly #timer: NodeJS.Timeout;
  readonly #caller: AbortSignal | undefined;
  readonly #onAbort = (): void => this.#abort.abort(this.#caller?.reason);
  /** Why it was ended by us; undefined while it was not. */
  reason: string | undefined;

  constructor({silenceMs, signal}: Options) {
    this.#caller = signal;
    if (signal?.aborted === true) this.#onAbort();
    signal?.addEventListener('abort', this.#onAbort, {once: true});
    this.#timer = setTimeout(() => {
      this.reason = `nothing came for ${silenceMs / 1000} s`;
      this.#abort.abort(new Error(this.reason));
    }, silenceMs);
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  heard(): void {
    this.#timer.refresh();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#caller?.removeEventListener('abort', this.#onAbort);
  }
}
