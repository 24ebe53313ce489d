/**
 * A stage that the test holds: it tells when it has begun and goes on when it is let. Two named pipes, so that order needs
 * no sleep.
 */
import {execFileSync} from 'node:child_process';
import {mkdirSync} from 'node:fs';
import {readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import type {Rig} from './rig.ts';

export interface Gate {
  /** Shell text for the stage: says that it has begun, then waits. */
  readonly command: string;
  /** Resolves when a stage stands at the gate; rejects when the run ends before one did. */
  begun(run: Promise<unknown>): Promise<void>;
  /** Lets the stage go on. */
  open(): Promise<void>;
}

/** @param name of the gate; each stage that is held needs its own. */
export function gate(rig: Rig, name: string): Gate {
  const folder = join(rig.folder, '.gates');
  mkdirSync(folder, {recursive: true});
  const [up, down] = [join(folder, `${name}.up`), join(folder, `${name}.down`)];
  execFileSync('mkfifo', [up, down]);
  return {
    command: `echo begun > '${up}'; cat '${down}' > /dev/null`,
    begun: async (run) => {
      let reached = false;
      const tooEarly = run.then(async (result) => {
        if (reached) return;
        // Somebody must write to the pipe, or reading it never ends.
        await writeFile(up, '');
        throw new Error(`the run ended before a stage stood at the gate: ${JSON.stringify(result)}`);
      });
      await Promise.race([readFile(up), tooEarly]);
      reached = true;
      tooEarly.catch(() => undefined);
    },
    open: () => writeFile(down, 'go'),
  };
}
