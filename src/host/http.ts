import type {Http} from './host.ts';
import {download} from './download.ts';
import {addressed, answeredBadly, textHeader, unreachable} from './http-answer.ts';

const TIMEOUT_MS = 30_000;

/** HTTP by the fetch that Node brings. @param absolute of a project path */
export function createHttp(absolute: (path: string) => string = (path) => path): Http {
  return {
    head: async (url) => {
      try {
        const address = addressed(url);
        const response = await fetch(address.url, {
          headers: address.headers,
          method: 'HEAD',
          redirect: 'follow',
          signal: AbortSignal.timeout(TIMEOUT_MS),
        });
        if (!response.ok) return {kind: 'failed', reason: answeredBadly(url, response)};
        return {
          kind: 'answered',
          ...textHeader(response, 'etag', 'etag'),
          ...textHeader(response, 'last-modified', 'lastModified'),
          ...textHeader(response, 'content-length', 'length'),
        };
      } catch (error) {
        return {kind: 'failed', reason: unreachable(url, error)};
      }
    },
    download: (url, path, options = {}) => download(url, absolute(path), {silenceMs: TIMEOUT_MS, ...options}),
  };
}
