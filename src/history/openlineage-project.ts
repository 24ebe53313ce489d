/** What OpenLineage events say of the project itself: its namespace, where its files lie, where its code is kept. */
import type {Host} from '../host/host.ts';

export interface OpenLineageProject {
  /** Namespace of jobs and data sets: the name of the pipeline. */
  readonly namespace: string;
  /** `file:` URI of the project folder, with a slash at its end. */
  readonly folder: string;
  /** Where its code is kept, as a URI without user and password; absent where Git names no remote. */
  readonly repository?: string;
  /** URI of the mlp that writes the events. */
  readonly producer: string;
  readonly version: string;
}

export async function openLineageProject(host: Host, name: string, version: string): Promise<OpenLineageProject> {
  const git = await host.processes.capture(['git', 'config', '--get', 'remote.origin.url'], {
    cwd: host.root,
    timeoutMs: 20_000,
  });
  const repository = git.code === 0 ? repositoryUri(git.stdout.trim()) : undefined;
  return {
    namespace: name,
    folder: `file://${uriPath(host.root)}/`,
    ...(repository === undefined ? {} : {repository}),
    producer: `pkg:npm/mlp-cli@${encodeURIComponent(version)}`,
    version,
  };
}

/** A remote as Git knows it (`git@host:owner/name.git`, a URL, a path) as a URI; secrets in it are left out. */
export function repositoryUri(remote: string): string | undefined {
  if (remote === '') return undefined;
  const [, scheme, rest] = /^([a-z][a-z0-9+.-]*):\/\/(?:[^/@]*@)?(.+)$/is.exec(remote) ?? [];
  if (scheme !== undefined && rest !== undefined)
    return `${scheme.toLowerCase()}://${uriPath(rest).replaceAll(/%25(?=[0-9A-F]{2})/gi, '%')}`;
  const [, host, path] = /^(?:[^/@:]+@)?([^/:]+):(.+)$/s.exec(remote) ?? [];
  if (host !== undefined && path !== undefined) return `ssh://${uriPath(`${host}/${path.replace(/^\//, '')}`)}`;
  return remote.startsWith('/') ? `file://${uriPath(remote)}` : undefined;
}

/** A path as part of a URI: what a URI may not hold becomes %xx. */
export function uriPath(path: string): string {
  // Half a surrogate pair has no bytes, and encodeURI throws at it.
  const text = Buffer.from(path).toString();
  return encodeURI(text).replaceAll(/[?#[\]]/g, encodeURIComponent);
}
