/**
 * Drift of texts: can a model tell from a text which of two tables it is from? Logistic regression on hashed character
 * trigrams, trained on one half of the texts and judged on the other by its AUC: 0.5 when they are alike. A model of its own
 * of forty lines, since `ml/` stands above `data/`, and this one only has to be quick and the same everywhere.
 */
import {delong, delongInterval} from '../../stats/ranking.ts';
import type {Interval} from '../../stats/intervals.ts';
import {Random} from '../../stats/random.ts';
import {mix32} from '../profile/row-sample.ts';

/** Texts of each side that are looked at. */
const MOST_TEXTS = 4000;
/** With fewer of a side, half of them left to judge by, nothing is said. */
export const LEAST_TEXTS = 50;
const FEATURES = 2 ** 13;
const ROUNDS = 4;
const RATE = 0.5;
/** Pulls every weight that is used towards 0. */
const DECAY = 1e-3;

export interface ClassifierResult {
  readonly auc: number;
  readonly interval: Interval;
  /** Texts of both sides that it was judged by. */
  readonly judged: number;
}

interface Example {
  readonly features: Uint16Array;
  readonly isCurrent: boolean;
}

/** @returns undefined when a side has fewer than LEAST_TEXTS texts. */
export function tellApart(reference: readonly string[], current: readonly string[]): ClassifierResult | undefined {
  if (reference.length < LEAST_TEXTS || current.length < LEAST_TEXTS) return undefined;
  const random = new Random('which table');
  const half = (texts: readonly string[], isCurrent: boolean): readonly (readonly Example[])[] => {
    const chosen = Array.from(random.sample(texts.length, MOST_TEXTS), (place) => texts[place] ?? '');
    random.shuffle(chosen);
    const examples = chosen.map((text) => ({features: trigrams(text), isCurrent}));
    const middle = examples.length >>> 1;
    return [examples.slice(0, middle), examples.slice(middle)];
  };
  const [trainBefore = [], judgeBefore = []] = half(reference, false);
  const [trainNow = [], judgeNow = []] = half(current, true);
  const weights = train(trainBefore, trainNow, random);
  const judged = [...judgeBefore, ...judgeNow];
  const result = delong(
    Uint8Array.from(judged, ({isCurrent}) => Number(isCurrent)),
    Float64Array.from(judged, ({features}) => scoreOf(features, weights)),
  );
  return result === undefined ? undefined : {auc: result.auc, interval: delongInterval(result), judged: judged.length};
}

/** Places of the distinct trigrams, case kept, with marks at both ends; longer texts are cut. */
function trigrams(text: string): Uint16Array {
  const marked = `\u0002${text.slice(0, 500)}\u0003`;
  const places = new Set<number>();
  for (let at = 0; at + 2 < marked.length || at === 0; at += 1) {
    const code =
      Math.imul(marked.charCodeAt(at) || 0, 0x9e37_79b1) ^ Math.imul(marked.charCodeAt(at + 1) || 0, 0x85eb_ca77);
    places.add(mix32(code ^ Math.imul(marked.charCodeAt(at + 2) || 0, 0xc2b2_ae3d)) % FEATURES);
  }
  return Uint16Array.from(places);
}

/** Both sides weigh the same, however many texts they have. */
function train(before: readonly Example[], now: readonly Example[], random: Random): Float64Array {
  const weights = new Float64Array(FEATURES + 1);
  const all = [...before, ...now];
  const weightOf = (example: Example): number => all.length / 2 / (example.isCurrent ? now : before).length;
  for (let round = 0; round < ROUNDS; round += 1) {
    random.shuffle(all);
    for (const example of all) {
      const {features, isCurrent} = example;
      const error = Number(isCurrent) - 1 / (1 + Math.exp(-scoreOf(features, weights)));
      const step = (RATE * error * weightOf(example)) / (1 + round) / Math.sqrt(features.length);
      for (const place of features) weights[place] = (weights[place] ?? 0) * (1 - DECAY) + step;
      weights[FEATURES] = (weights[FEATURES] ?? 0) + step;
    }
  }
  return weights;
}

function scoreOf(features: Uint16Array, weights: Float64Array): number {
  let sum = 0;
  for (const place of features) sum += weights[place] ?? 0;
  return sum / Math.sqrt(features.length) + (weights[FEATURES] ?? 0);
}
