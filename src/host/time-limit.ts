/**
 * Code that may never end, such as a regular expression of the user that goes astray (`^(a+)+$`), is stopped from outside:
 * node:vm ends even what runs inside the engine of regular expressions. A call costs 0.1 ms.
 */
import {createContext, Script} from 'node:vm';

/** @throws TimeLimitExceeded when it took longer; what the action did until then stays done. */
export type TimeLimit = <T>(milliseconds: number, action: () => T) => T;

export class TimeLimitExceeded extends Error {
  override readonly name = 'TimeLimitExceeded';
}

export function createTimeLimit(): TimeLimit {
  const box: {action?: () => unknown} = {};
  let context: object | undefined;
  let script: Script | undefined;
  return <T>(milliseconds: number, action: () => T): T => {
    context ??= createContext(box);
    script ??= new Script('action()');
    box.action = action;
    try {
      return script.runInContext(context, {timeout: milliseconds}) as T;
    } catch (error) {
      // The error may come from the other context, whose `Error` is another one.
      if ((error as {readonly code?: unknown} | null)?.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT')
        throw new TimeLimitExceeded(`it took longer than ${String(milliseconds / 1000)} s`);
      throw error;
    } finally {
      delete box.action;
    }
  };
}
