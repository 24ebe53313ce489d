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
  };
}
