/** What an HTTP server answered, as facts and as sentences. */

/** `{[name]: value}` of a header, `{}` when the server did not send it. */
export function textHeader<Name extends string>(
  response: Response,
  header: string,
  name: Name,
): {readonly [name in Name]?: string} {
  const value = response.headers.get(header);
  return value === null ? {} : ({[name]: value} as {readonly [name in Name]: string});
}

export const answeredBadly = (url: string, response: Response): string =>
  `\`${withoutPassword(url)}\` answered ${response.status} ${response.statusText}`.trim();

export const unreachable = (url: string, error: unknown): string =>
  `\`${withoutPassword(url)}\` cannot be reached: ${deepestMessage(error)}`;

/** What fetch is to be called with: it takes no `user:password@`, which goes into a header. */
export function addressed(url: string): {readonly url: string; readonly headers: {readonly authorization?: string}} {
  const {username, password} = new URL(url);
  if (username === '' && password === '') return {url, headers: {}};
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return {
    url: withoutPassword(url),
    headers: {authorization: `Basic ${Buffer.from(pair).toString('base64')}`},
  };
}

/** A URL as it may be printed. */
export const withoutPassword = (url: string): string => url.replace(/^(\w+:\/\/)[^/?#]*@/, '$1');

/** fetch says only "fetch failed"; what failed is in the causes. */
export function deepestMessage(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : deepestMessage(error.cause);
}
