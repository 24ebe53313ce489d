/** Commands that work on outputs without running their stages, `mlp restore` and `mlp accept`, hold the stages meanwhile. */
import type {Host} from '../host/host.ts';
import type {StageName} from '../model/ids.ts';
import type {Store} from '../store/store.ts';
import {holderName, livingIn} from './living.ts';

export interface HeldStages {
  /** The first that another process holds, and who that is; then none is held. */
  readonly refused?: {readonly stage: StageName; readonly by: string};
  release(): void;
}

export function holdStages(
  stages: Iterable<StageName>,
  {host, store}: {readonly host: Host; readonly store: Store},
): HeldStages {
  const held: StageName[] = [];
  const release = (): void => {
    for (const stage of held.splice(0)) store.release(stage);
  };
  for (const stage of stages) {
    const claim = store.hold(stage, {...host.machine.self, sinceMs: host.clock.now()}, livingIn(host, store));
    if (claim.claimed) {
      held.push(stage);
      continue;
    }
    release();
    return {refused: {stage, by: claim.holder === undefined ? 'another run' : holderName(claim.holder)}, release};
  }
  return {release};
}
