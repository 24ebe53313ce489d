/** What a recipe learns from the training rows. */
import {fitOneHot, fitOrdinal} from './categories.ts';
import type {Block} from './block.ts';
import {callFunction} from './functions.ts';
import {fitNGrams} from './n-grams.ts';
import {applySteps, fitSteps} from './number-steps.ts';
import {openNumber} from './recipes.ts';
import type {FittedRecipe, NumberWay} from './recipes.ts';
import type {Shared} from './shared.ts';
import type {Source} from './source.ts';
import {NUMBER_STEPS} from './spec.ts';
import type {NumberSteps, Recipe} from './spec.ts';
import {fitTarget} from './target.ts';

export interface Training {
  readonly shared: Shared;
  readonly source: Source;
  /** Column that `target` learns from. */
  readonly label?: string;
  readonly seed: number | string;
}

/**
 * @returns what was learnt, and the block of the training rows where it is another than for later rows or was made on the way.
 */
export function fitRecipe(
  name: string,
  recipe: Recipe,
  training: Training,
): {readonly fitted: FittedRecipe; readonly trained?: Block} {
  const from = typeof recipe.from === 'string' ? [recipe.from] : (recipe.from ?? [name]);
  const {source} = training;
  const base = {name, from};
  const ofCategories = recipe.one_hot ?? recipe.ordinal ?? recipe.target ?? recipe.hashed;
  if (from.length !== 1 && ofCategories === undefined && recipe.fn === undefined)
    throw new Error(
      `\`${name}\` is made \`from\` ${from.length} columns, but only categories and functions take several`,
    );
  if (recipe.one_hot !== undefined)
    return {
      fitted: {...base, way: 'one_hot', details: fitOneHot(source.categories(from), recipe.one_hot)},
    };
  if (recipe.hashed !== undefined) return {fitted: {...base, way: 'hashed', details: recipe.hashed}};
  if (recipe.target !== undefined) {
    if (training.label === undefined)
      throw new Error(`\`target\` of \`${name}\` learns from the label: say which column it is by \`label\``);
    const seed = `${training.seed} ${name}`;
    const {fitted, trained} = fitTarget(source.categories(from), source.column(training.label), recipe.target, seed);
    return {fitted: {...base, way: 'target', details: fitted}, trained: {storage: 'dense', columns: trained}};
  }
  if (recipe.n_grams !== undefined)
    return {
      fitted: {...base, way: 'n_grams', details: fitNGrams(source.texts(from[0] ?? ''), recipe.n_grams)},
    };
  if (recipe.date !== undefined) return {fitted: {...base, way: 'date', details: recipe.date}};
  if (recipe.fn !== undefined) return fitFunction(base, recipe.fn, recipe, training);
  const way = numberWay(recipe, source, from);
  const values = openNumber({...base, ...way, steps: {}}, training.shared)(source);
  const steps = fitSteps(name, values, recipe);
  return {fitted: {...base, ...way, steps}, trained: applySteps(name, values, steps)};
}

type WithoutSteps<One> = One extends unknown ? Omit<One, 'steps'> : never;

function numberWay(recipe: Recipe, source: Source, from: readonly string[]): WithoutSteps<NumberWay> {
  const {ordinal, measure, matches, count, share, look_up: lookUp} = recipe;
  if (ordinal !== undefined) return {way: 'ordinal', details: fitOrdinal(source.categories(from), ordinal)};
  if (measure !== undefined) return {way: 'measure', details: measure};
  if (matches !== undefined) return {way: 'matches', details: matches};
  if (count !== undefined) return {way: 'count', details: {...count, of: count.of ?? 'text'}};
  if (share !== undefined) return {way: 'share', details: {...share, of: share.of ?? 'words'}};
  if (lookUp !== undefined) return {way: 'look_up', details: lookUp};
  return {way: 'number', details: null};
}

function fitFunction(
  base: {readonly name: string; readonly from: readonly string[]},
  reference: string,
  steps: NumberSteps,
  training: Training,
): {readonly fitted: FittedRecipe; readonly trained: Block} {
  const {name, from} = base;
  const {shape, columns} = callFunction(
    training.source,
    {recipe: name, reference, columns: from},
    {call: training.shared.functionOf(reference)},
  );
  const [numbers] = columns;
  if (shape.gives === 'number' && numbers !== undefined) {
    const fitted = fitSteps(name, numbers, steps);
    return {
      fitted: {...base, way: 'fn', details: reference, shape, steps: fitted},
      trained: applySteps(name, numbers, fitted),
    };
  }
  const step = NUMBER_STEPS.find((one) => steps[one] !== undefined);
  if (step !== undefined)
    throw new Error(`\`${step}\` of \`${name}\` is for single numbers, but \`${reference}\` gives a ${shape.gives}`);
  return {fitted: {...base, way: 'fn', details: reference, shape, steps: {}}, trained: {storage: 'dense', columns}};
}
