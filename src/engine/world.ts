/** Puts together what deciding needs: contents, code, URLs, the lock file. One for each command. */
import type {Cache} from '../cache/cache.ts';
import type {SharedTraces} from '../cache/shared-traces.ts';
import type {Host} from '../host/host.ts';
import type {Language} from '../languages/language.ts';
import type {Store} from '../store/store.ts';
import {CodeReader} from './code.ts';
import {Contents} from './contents.ts';
import {OLDER_SCHEMES} from './key.ts';
import {LockedResults} from './locked-results.ts';
import {SharedResults} from './shared-results.ts';
import {Settled} from './settled.ts';
import type {StalenessWorld} from './staleness.ts';
import {UrlState} from './urls.ts';

export interface WorldParts {
  readonly host: Host;
  readonly store: Store;
  readonly cache: Cache;
  readonly languages: readonly Language[];
  readonly salt: string;
  /** Digest of everything but files that decides. */
  readonly plan: string;
  /** For approvals, see StalenessWorld. */
  readonly sourcesOf: StalenessWorld['sourcesOf'];
  /** A protected branch whose reviewers and keys count. */
  readonly policyRef?: string;
  /** Hash everything again, whatever the memo says. */
  readonly paranoid: boolean;
  /** Where the cache is a folder that several projects share: its results, and the name of this project. */
  readonly sharing?: {readonly traces: SharedTraces; readonly project: string};
}

export function openWorld({
  host,
  store,
  cache,
  languages,
  salt,
  plan,
  paranoid,
  sharing,
  sourcesOf,
  policyRef,
}: WorldParts): StalenessWorld {
  const contents = new Contents(host, store, {paranoid});
  const locked = new LockedResults(host, store);
  return {
    host,
    store,
    cache,
    contents,
    code: new CodeReader(host, store, contents, languages),
    urls: new UrlState(host.http),
    salt,
    olderSchemes: OLDER_SCHEMES,
    settled: new Settled(host, store, paranoid ? undefined : plan),
    sourcesOf,
    desk: {host, ...(policyRef === undefined ? {} : {policyRef})},
    fromLock: (stage, keyed) => locked.trace(stage, keyed),
    ...(sharing === undefined ? {} : {shared: new SharedResults({host, store, cache, ...sharing})}),
  };
}
