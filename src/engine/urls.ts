/** What a URL holds now, told by its validator (ETag, else Last-Modified and length), asked once a run. */
import type {Http} from '../host/host.ts';

export class UrlState {
  readonly #http: Http;
  readonly #asked = new Map<string, Promise<string>>();

  constructor(http: Http) {
    this.#http = http;
  }

  /** @throws UrlTrouble when the server cannot be asked or tells nothing. */
  validator(url: string): Promise<string> {
    const known = this.#asked.get(url);
    if (known !== undefined) return known;
    const asked = this.#ask(url);
    this.#asked.set(url, asked);
    return asked;
  }

  async #ask(url: string): Promise<string> {
    const reply = await this.#http.head(url);
    if (reply.kind === 'failed') throw new UrlTrouble(url, reply.reason);
    const {etag, lastModified, length} = reply;
    if (etag !== undefined) return `etag:${etag}`;
    if (lastModified !== undefined) return `modified:${lastModified}:${length ?? ''}`;
    throw new UrlTrouble(url, 'it gives neither an ETag nor a Last-Modified date');
  }
}

/** A URL among the deps about which nothing can be said. */
export class UrlTrouble extends Error {
  override readonly name = 'UrlTrouble';
  constructor(url: string, reason: string) {
    super(`cannot tell whether \`${url}\` changed: ${reason}; give its sha256 in deps to need no question`);
  }
}
