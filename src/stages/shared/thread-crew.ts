import type {Host} from '../../host/host.ts';
import {soloCrew, type Crew} from '../../ml/crew.ts';

/** A crew of worker threads, as many as the stage was given cores; with one core it is this thread itself. */
export function threadCrew(host: Host, size = coresOf(host)): Crew {
  if (size <= 1) return soloCrew;
  return {
    size,
    start: (kind, setup) => {
      const threads = Array.from({length: size}, (_, index) => host.threads.start('train-member', kind, setup(index)));
      return {
        size,
        call: async (index, name, argument) => (await threads[index]?.call(String(name), argument)) as never,
        end: () => {
          for (const thread of threads) thread.end();
        },
      };
    },
  };
}

/** What `resources.cpu` of the stage says. */
function coresOf({env, machine}: Host): number {
  const cores = Number(env.get('OMP_NUM_THREADS') ?? '1');
  return Number.isInteger(cores) && cores > 0 ? Math.min(cores, machine.cores) : 1;
}
