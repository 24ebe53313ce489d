/** Which engines live: those of this machine by their processes, those of other containers by the lock they hold. */
import type {Host} from '../host/host.ts';
import type {Holder, Owner, Store} from '../store/store.ts';

export type Living = (owner: Owner) => boolean;

export function livingIn({machine}: Host, {presence}: Store): Living {
  // Of a dead one its file goes, too.
  return (owner) => machine.isAlive(owner) || presence.isThere(owner);
}

/** Who has a stage, in a sentence. */
export const holderName = ({run, pid}: Holder): string => (run === undefined ? `process ${pid}` : `run ${run}`);

/** But this one. */
export function othersLivingIn(host: Host, store: Store): Living {
  const [{bootId, pid, startTime}, isAlive] = [host.machine.self, livingIn(host, store)];
  return (owner) => (owner.pid !== pid || owner.startTime !== startTime || owner.bootId !== bootId) && isAlive(owner);
}
