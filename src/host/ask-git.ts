/** One question to Git about the project: never waits for a person, takes no lock. */
import type {Host} from './host.ts';

const QUIET = {GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C'};
const TIMEOUT_MS = 60_000;

/** @returns what it printed; undefined when it failed, or is not there. */
export async function askGit(host: Host, words: readonly string[], input?: string): Promise<string | undefined> {
  const reply = await host.processes.capture(['git', ...words], {
    cwd: host.root,
    env: QUIET,
    timeoutMs: TIMEOUT_MS,
    ...(input === undefined ? {} : {input}),
  });
  return reply.code === 0 ? reply.stdout : undefined;
}
