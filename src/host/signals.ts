import type {Signals} from './host.ts';

const NAMES = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Signals that were sent to this process. */
export function createSignals(): Signals {
  return {
    listen: (handler) => {
      const listeners = NAMES.map((name) => {
        const listener = (): void => {
          handler(name);
        };
        process.on(name, listener);
        return {name, listener};
      });
      return () => {
        for (const {name, listener} of listeners) process.off(name, listener);
      };
    },
    end: (exitCode) => {
      // `process.exit` waits for threads, and one in a native call, or in a loop that V8 of Node 24 compiled without a
      // check, cannot be ended. Node 20 has no `execve`, and the exit code is lost.
      const {execve} = process as {execve?: (file: string, argv: readonly string[], env: object) => void};
      execve?.('/bin/sh', ['sh', '-c', `exit ${exitCode}`], {});
      process.kill(process.pid, 'SIGKILL');
    },
  };
}
