/**
 * What is done to a feature of one number: clip, impute, log1p, then scale or bins. Same results as scikit-learn's SimpleImputer,
 * StandardScaler, MinMaxScaler, RobustScaler and KBinsDiscretizer (quantiles of type 7).
 */
import {Moments, quantile, sortedCopy} from '../../stats/describe.ts';
import {oneHotBlock, toFloats} from './block.ts';
import type {Block} from './block.ts';
import type {NumberSteps} from './spec.ts';

export interface FittedSteps {
  readonly clip?: readonly [number | null, number | null];
  /** What missing cells become. */
  readonly impute?: number;
  readonly indicator?: true;
  readonly log1p?: true;
  /** (value - center) * factor */
  readonly scale?: {readonly center: number; readonly factor: number};
  /** Inner edges, rising; a value equal to an edge is above it. */
  readonly bins?: {readonly edges: readonly number[]; readonly as: 'ordinal' | 'one_hot'};
}

/** Quantiles nearer to each other than this make no bin of their own, as in scikit-learn. */
const NARROWEST_BIN = 1e-8;

/** @param recipe for errors. @throws Error with a sentence where a statistic is no number */
export function fitSteps(recipe: string, values: Float64Array, steps: NumberSteps): FittedSteps {
  const {clip, indicator, log1p, scale, bins} = steps;
  const clipped = clip === undefined ? values : values.map((value) => clipOne(value, clip));
  const impute = fitImpute(recipe, clipped, steps.impute);
  const fitted: FittedSteps = {
    ...(clip === undefined ? {} : {clip}),
    ...(impute === undefined ? {} : {impute}),
    ...(indicator === true ? {indicator} : {}),
    ...(log1p === true ? {log1p} : {}),
  };
  if (scale === undefined && bins === undefined) return fitted;
  const known = valuesAfter(recipe, values, fitted).filter((value) => !Number.isNaN(value));
  return {
    ...fitted,
    ...(scale === undefined ? {} : {scale: fitScale(recipe, known, scale)}),
    ...(bins === undefined
      ? {}
      : {bins: {edges: bins.edges ?? fitEdges(known, bins.quantiles), as: bins.as ?? 'ordinal'}}),
  };
}

function clipOne(value: number, [low, high]: readonly [number | null, number | null]): number {
  if (low !== null && value < low) return low;
  return high !== null && value > high ? high : value;
}

function fitImpute(recipe: string, values: Float64Array, impute: NumberSteps['impute']): number | undefined {
  if (impute === undefined || typeof impute === 'number') return impute;
  const known = values.filter((value) => !Number.isNaN(value));
  // Nothing is known of a column without values; 0 is as good as any number.
  if (known.length === 0) return 0;
  return finite(recipe, impute, impute === 'mean' ? Moments.of(known).mean : quantile(sortedCopy(known), 0.5));
}

function finite(recipe: string, statistic: string, value: number): number {
  if (Number.isFinite(value)) return value;
  throw new Error(
    `the ${statistic} of \`${recipe}\` is ${String(value)}, because the training rows hold infinite numbers: give it \`clip\``,
  );
}

/** 1 for a spread of nothing: a constant stays as far from the center as it is. */
const over = (spread: number): number => (spread === 0 ? 1 : 1 / spread);

function fitScale(
  recipe: string,
  known: Float64Array,
  scale: 'standard' | 'minmax' | 'robust',
): {readonly center: number; readonly factor: number} {
  if (known.length === 0) return {center: 0, factor: 1};
  if (scale === 'standard') {
    const moments = Moments.of(known);
    finite(recipe, 'mean', moments.mean);
    const deviation = moments.deviation('sample');
    // The deviation of a constant may be a rounding error, not quite 0.
    const isConstant = moments.min === moments.max;
    return {center: moments.mean, factor: isConstant ? 1 : over(finite(recipe, 'deviation', deviation))};
  }
  const sorted = sortedCopy(known);
  const at = (p: number): number => finite(recipe, 'quantile', quantile(sorted, p));
  if (scale === 'minmax') return {center: at(0), factor: over(at(1) - at(0))};
  return {center: at(0.5), factor: over(at(0.75) - at(0.25))};
}

function fitEdges(known: Float64Array, quantiles = 4): readonly number[] {
  const sorted = sortedCopy(known);
  if (sorted.length === 0) return [];
  const all = Array.from({length: quantiles + 1}, (_, index) => quantile(sorted, index / quantiles));
  const kept = all.filter((edge, index) => index === 0 || edge - (all[index - 1] ?? edge) > NARROWEST_BIN);
  return kept.slice(1, -1);
}

/** The numbers before bins. @throws Error with a sentence where log1p has no value */
function valuesAfter(recipe: string, values: Float64Array, {clip, impute, log1p, scale}: FittedSteps): Float64Array {
  if (clip === undefined && impute === undefined && log1p === undefined && scale === undefined) return values;
  return values.map((value, row) => {
    let one = clip === undefined ? value : clipOne(value, clip);
    if (impute !== undefined && Number.isNaN(one)) one = impute;
    if (log1p === true) {
      if (one <= -1)
        throw new Error(
          `\`log1p\` of \`${recipe}\` needs numbers above -1, but row ${row + 1} is ${one}: give it \`clip\``,
        );
      one = Math.log1p(one);
    }
    return scale === undefined ? one : (one - scale.center) * scale.factor;
  });
}

/** Names of the columns that come of the recipe. */
export function namesAfter(recipe: string, {bins, indicator}: FittedSteps): readonly string[] {
  const missing = indicator === true ? [`${recipe}_missing`] : [];
  if (bins?.as !== 'one_hot') return [recipe, ...missing];
  const {edges} = bins;
  if (edges.length === 0) return [`${recipe}=any`, ...missing];
  const inner = edges.slice(1).map((edge, index) => `${recipe}=[${String(edges[index])},${edge})`);
  return [`${recipe}=<${String(edges[0])}`, ...inner, `${recipe}=>=${String(edges.at(-1))}`, ...missing];
}

export function applySteps(recipe: string, values: Float64Array, steps: FittedSteps): Block {
  const after = valuesAfter(recipe, values, steps);
  const missing = steps.indicator === true ? [Float32Array.from(values, (value) => (Number.isNaN(value) ? 1 : 0))] : [];
  if (steps.bins === undefined) return {storage: 'dense', columns: [toFloats(after, recipe), ...missing]};
  const {edges, as} = steps.bins;
  const places = Int32Array.from(after, (value) => (Number.isNaN(value) ? -1 : binOf(value, edges)));
  if (as === 'ordinal') {
    const numbers = Float32Array.from(places, (place) => (place < 0 ? Number.NaN : place));
    return {storage: 'dense', columns: [numbers, ...missing]};
  }
  const columns = edges.length + 1;
  const block = oneHotBlock(places, (place) => place, {columns, distinct: columns, storage: 'dense'});
  return block.storage === 'dense' ? {storage: 'dense', columns: [...block.columns, ...missing]} : block;
}

/** How many edges are not above the value. */
function binOf(value: number, edges: readonly number[]): number {
  let [low, high] = [0, edges.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((edges[middle] ?? 0) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
