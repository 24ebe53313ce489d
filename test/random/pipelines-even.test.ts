import {it} from 'vitest';
import {runSeeds, seedsOf} from './seeds.ts';

const seeds = seedsOf(0);

it.skipIf(seeds.length === 0)(
  'leaves what a from-scratch run leaves, whatever was edited or killed before (even seeds)',
  async () => runSeeds(seeds),
  20_000 * (seeds.length + 6),
);
