import type {Http} from './host.ts';

const TIMEOUT_MS = 30_000;

/** HTTP by the fetch that Node brings. */
export function createHttp(): Http {
  return {
    head: async (url) => {
      try {
        const response = await fetch(url, {
          method: 'HEAD',
          redirect: 'follow',
          signal: AbortSignal.timeout(TIMEOUT_MS),
        });
        if (!response.ok)
          return {kind: 'failed', reason: `\`${url}\` answered ${response.status} ${response.statusText}`.trim()};
        const fact = (name: string): string | undefined => response.headers.get(name) ?? undefined;
        const [etag, lastModified, length] = [fact('etag'), fact('last-modified'), fact('content-length')];
        return {
          kind: 'answered',
          ...(etag === undefined ? {} : {etag}),
          ...(lastModified === undefined ? {} : {lastModified}),
          ...(length === undefined ? {} : {length}),
        };
      } catch (error) {
        return {kind: 'failed', reason: `\`${url}\` cannot be reached: ${deepestMessage(error)}`};
      }
    },
  };
}

/** fetch says only "fetch failed"; what failed is in the causes. */
function deepestMessage(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : deepestMessage(error.cause);
}
