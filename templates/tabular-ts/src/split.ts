import {defineStage} from 'mlp-cli';
import {readCsv, writeCsv} from './csv.ts';

interface Params {
  readonly split: {readonly test_share: number};
}

/** Numbers from 0 to 1 that only the seed decides (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export default defineStage<Params>(({params, inputs, outputs, seed}) => {
  const random = randomNumbers(seed);
  const shuffled = readCsv(inputs.clean)
    .map((row) => ({row, place: random()}))
    .sort((a, b) => a.place - b.place)
    .map(({row}) => row);
  const tests = Math.round(shuffled.length * params.split.test_share);
  writeCsv(outputs.test, shuffled.slice(0, tests));
  writeCsv(outputs.train, shuffled.slice(tests));
});
