/** A featurizer as ONNX operators, where there are such: numbers with their steps, one-hot and ordinal categories. */
import type {FittedOneHot, FittedOrdinal} from '../features/categories.ts';
import type {Featurizer} from '../features/featurizer.ts';
import type {FittedSteps} from '../features/number-steps.ts';
import {namesOf, storageOf, type FittedRecipe} from '../features/recipes.ts';
import type {OnnxGraph, Value} from './graph.ts';

/**
 * Adds an input for each column of the table, and all features side by side, float32.
 * @param expected names of the features that the model learnt from.
 * @throws Error naming the recipe that ONNX has no operators for
 */
export function featuresOf(graph: OnnxGraph, featurizer: Featurizer, expected: readonly string[]): Value {
  const inputs = new Map<string, Value>();
  const types = new Map(featurizer.inputs.map(({name, type}) => [name, type]));
  const inputOf = (recipe: FittedRecipe, type: 'double' | 'string'): Value => {
    const [name = '', ...others] = recipe.from;
    if (others.length > 0 || !types.has(name))
      throw inexpressible(recipe, 'it is made of a text or of several columns');
    const key = `${type} ${name}`;
    const known = inputs.get(key);
    if (known !== undefined) return known;
    if (inputs.has(`${type === 'double' ? 'string' : 'double'} ${name}`))
      throw inexpressible(recipe, `\`${name}\` would be a number and a text`);
    const input = graph.input(name, type, 1);
    inputs.set(key, input);
    return input;
  };
  const {recipes} = featurizer;
  const inOrder = ['dense', 'sparse'].flatMap((storage) => recipes.filter((recipe) => storageOf(recipe) === storage));
  const names = inOrder.flatMap((recipe) => [...namesOf(recipe)]);
  if (names.join('\n') !== expected.join('\n'))
    throw new Error(
      'the model did not learn from the features of this featurizer: give the one of its own `featurize` stage',
    );
  const blocks = inOrder.map((recipe) => graph.cast(blockOf(graph, recipe, inputOf), 'float'));
  return blocks.length === 1 ? (blocks[0] as Value) : graph.add('Concat', blocks, {axis: {int: 1}});
}

const inexpressible = ({name, way}: FittedRecipe, why: string): Error =>
  new Error(
    `the feature \`${name}\` (\`${way}\`) cannot be written as ONNX: ${why}; leave the dep \`featurizer\` away to write the model ` +
      'alone, which takes features, or package it with mlp',
  );

function blockOf(
  graph: OnnxGraph,
  recipe: FittedRecipe,
  inputOf: (recipe: FittedRecipe, type: 'double' | 'string') => Value,
): Value {
  if (recipe.way === 'number') return numbers(graph, inputOf(recipe, 'double'), recipe.steps);
  if (recipe.way === 'one_hot') return oneHot(graph, recipe, recipe.details, inputOf(recipe, 'string'));
  if (recipe.way === 'ordinal')
    return numbers(graph, places(graph, recipe.details, inputOf(recipe, 'string')), recipe.steps);
  throw inexpressible(recipe, 'ONNX has no such operator');
}

/** Clip, impute, log1p, scale, bins; in 64 bits, as they were fitted. NaN fails every comparison, so it passes through. */
function numbers(graph: OnnxGraph, value: Value, steps: FittedSteps): Value {
  const {clip, impute, log1p, scale, bins, indicator} = steps;
  const number = (of: number): Value => graph.constant('double', [1, 1], [of]);
  let one = value;
  const [low = null, high = null] = clip ?? [];
  if (low !== null) one = graph.add('Where', [graph.add('Less', [one, number(low)]), number(low), one]);
  if (high !== null) one = graph.add('Where', [graph.add('Greater', [one, number(high)]), number(high), one]);
  const isMissing = graph.add('IsNaN', [one]);
  if (impute !== undefined) one = graph.add('Where', [isMissing, number(impute), one]);
  if (log1p === true) one = graph.add('Log', [graph.add('Add', [one, number(1)])]);
  if (scale !== undefined)
    one = graph.add('Mul', [graph.add('Sub', [one, number(scale.center)]), number(scale.factor)]);
  if (bins !== undefined) one = binned(graph, one, bins);
  if (indicator !== true) return one;
  return graph.add('Concat', [one, graph.cast(isMissing, 'double')], {axis: {int: 1}});
}

function binned(graph: OnnxGraph, value: Value, {edges, as}: NonNullable<FittedSteps['bins']>): Value {
  const number = (of: number): Value => graph.constant('double', [1, 1], [of]);
  const above =
    edges.length === 0
      ? graph.add('Mul', [value, number(0)])
      : graph.add(
          'ReduceSum',
          [
            graph.cast(
              graph.add('GreaterOrEqual', [value, graph.constant('double', [1, edges.length], edges)]),
              'double',
            ),
            graph.constant('int64', [1], [1]),
          ],
          {keepdims: {int: 1}},
        );
  const place = graph.add('Where', [graph.add('IsNaN', [value]), value, above]);
  if (as === 'ordinal') return place;
  const all = graph.constant(
    'double',
    [1, edges.length + 1],
    Array.from({length: edges.length + 1}, (_, at) => at),
  );
  return graph.cast(graph.add('Equal', [place, all]), 'double');
}

function oneHot(graph: OnnxGraph, recipe: FittedRecipe, fitted: FittedOneHot, text: Value): Value {
  const {categories, other, missing} = fitted;
  if (categories.includes(''))
    throw inexpressible(recipe, 'it has the empty text as a category, which means missing there');
  if (categories.length === 0) throw inexpressible(recipe, 'it has no categories');
  const flat = (value: Value, width: number): Value =>
    graph.add('Reshape', [value, graph.constant('int64', [2], [-1, width])]);
  const encoded = (list: readonly string[]): Value =>
    graph.cast(
      flat(graph.addMl('OneHotEncoder', [text], {cats_strings: {strings: list}, zeros: {int: 1}}), list.length),
      'double',
    );
  const known = encoded(categories);
  if (other !== true && missing !== true) return known;
  const isMissing = encoded(['']);
  const sum = graph.add('ReduceSum', [known, graph.constant('int64', [1], [1])], {keepdims: {int: 1}});
  const isOther = graph.add('Sub', [graph.add('Sub', [graph.constant('double', [1, 1], [1]), sum]), isMissing]);
  return graph.add('Concat', [known, ...(other === true ? [isOther] : []), ...(missing === true ? [isMissing] : [])], {
    axis: {int: 1},
  });
}

/** '' becomes NaN. */
function places(graph: OnnxGraph, {order, unseen}: FittedOrdinal, text: Value): Value {
  const keys = order.filter((category) => category !== '');
  return graph.cast(
    graph.addMl('LabelEncoder', [text], {
      keys_strings: {strings: [...keys, '']},
      values_floats: {floats: [...keys.map((category) => order.indexOf(category)), Number.NaN]},
      default_float: {float: unseen},
    }),
    'double',
  );
}
