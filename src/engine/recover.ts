/**
 * After a crash: attempts that say `running` and whose process is gone get their old outputs back and become
 * `interrupted`. Every step may be repeated, so a crash during recovery is no trouble. Nobody is asked anything.
 */
import type {Host} from '../host/host.ts';
import type {Emit} from '../model/event.ts';
import type {AttemptRow} from '../model/run.ts';
import type {Store} from '../store/store.ts';
import {bringBack} from './aside.ts';
import {paramsFile} from './environment.ts';

export async function recover(host: Host, store: Store, emit: Emit): Promise<readonly AttemptRow[]> {
  const dead = store.deadAttempts((owner) => host.machine.isAlive(owner));
  for (const attempt of dead) {
    // What the dead engine started ends with it, but maybe not before this one looks, and must not write into its results.
    await host.processes.endMarked('MLP_PARAMS', host.files.absolute(paramsFile(attempt.workFolder)));
    bringBack(attempt.workFolder, host);
    const nowMs = host.clock.now();
    store.endAttempt(attempt.id, {
      state: 'interrupted',
      endedAtMs: nowMs,
      wallMs: 0,
      failure: {class: 'interrupted', message: 'the machine or mlp died while it ran'},
      logBytes: host.files.stat(attempt.logFile)?.size ?? 0,
    });
    emit({
      type: 'notice',
      level: 'info',
      code: 'recovered',
      stage: attempt.stage,
      message: `${attempt.stage} was interrupted (machine or process died); it will run again if it is needed`,
    });
  }
  store.closeDeadRuns((owner) => host.machine.isAlive(owner), host.clock.now());
  return dead;
}
