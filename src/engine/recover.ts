/**
 * After a crash: attempts that say `running` and whose process is gone get their old outputs back and become
 * `interrupted`. Every step may be repeated, so a crash during recovery is no trouble. Nobody is asked anything. Of several
 * processes that find the same attempt one repairs it: the others would take away what the first makes anew.
 */
import type {Host} from '../host/host.ts';
import type {Emit} from '../model/event.ts';
import type {StageName} from '../model/ids.ts';
import type {AttemptRow} from '../model/run.ts';
import type {Store} from '../store/store.ts';
import {livingIn} from './living.ts';
import {bringBack} from './aside.ts';
import {MARK, paramsFile} from './environment.ts';

/** @param stage absent: all stages. @returns paths that may have other contents now. @throws FileTrouble */
export async function recover(host: Host, store: Store, emit: Emit, stage?: StageName): Promise<readonly string[]> {
  const isAlive = livingIn(host, store);
  // Before anything is taken over: what belongs to a process that nobody finds would be taken from it in turn.
  store.presence.announce(host.machine.self);
  const touched: string[] = [];
  for (const attempt of store.deadAttempts(isAlive)) {
    if (stage !== undefined && attempt.stage !== stage) continue;
    const dead = store.takeOver(attempt.id, host.machine.self, isAlive);
    if (dead === undefined) continue;
    try {
      touched.push(...(await repair(attempt, host, store)));
    } catch (error) {
      // This process may live on, and the attempt is to be found again.
      store.takeOver(attempt.id, dead, () => false);
      throw error;
    }
    emit({
      type: 'notice',
      level: 'info',
      code: 'recovered',
      stage: attempt.stage,
      message: `${attempt.stage} was interrupted (machine or process died); it will run again if it is needed`,
    });
  }
  store.closeDeadRuns(isAlive, host.clock.now());
  return touched;
}

async function repair(attempt: AttemptRow, host: Host, store: Store): Promise<readonly string[]> {
  // What the dead engine started ends with it, but maybe not before this one looks, and must not write into its results.
  await host.processes.endMarked(MARK, host.files.absolute(paramsFile(attempt.workFolder)));
  const touched = bringBack(attempt.workFolder, host);
  store.endAttempt(attempt.id, {
    state: 'interrupted',
    endedAtMs: host.clock.now(),
    wallMs: 0,
    failure: {class: 'interrupted', message: 'the machine or mlp died while it ran'},
    logBytes: host.files.stat(attempt.logFile)?.size ?? 0,
  });
  return touched;
}
