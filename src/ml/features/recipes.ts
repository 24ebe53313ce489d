/** What a recipe makes of the columns it is given: learnt from the training rows as plain data, then done to any table. */
import type {Block} from './block.ts';
import {spread} from './block.ts';
import {hashCategories, hashedNames, oneHotNames, openOneHot, openOrdinal} from './categories.ts';
import type {FittedOneHot, FittedOrdinal} from './categories.ts';
import {dateColumns, dateNames} from './dates.ts';
import {callFunction, shapeNames} from './functions.ts';
import type {FunctionShape} from './functions.ts';
import {nGramNames, openNGrams} from './n-grams.ts';
import type {FittedNGrams} from './n-grams.ts';
import {applySteps, namesAfter} from './number-steps.ts';
import type {FittedSteps} from './number-steps.ts';
import type {Shared} from './shared.ts';
import type {Source} from './source.ts';
import type {DateSpec, LookUpSpec, Measure, PatternSpec, TextUnit} from './spec.ts';
import {openTarget, targetNames} from './target.ts';
import type {FittedTarget} from './target.ts';
import {countTexts, lookUpTexts, matchTexts, measureTexts} from './text-features.ts';
import type {TextList} from './text-features.ts';

/** How the number of a row is made, and what is done to it. */
interface OfNumber<Way extends string, Details> {
  readonly way: Way;
  readonly details: Details;
  readonly steps: FittedSteps;
}

/** What was learnt, as plain data. */
export type FittedWay =
  | OfNumber<'number', null>
  | OfNumber<'ordinal', FittedOrdinal>
  | OfNumber<'measure', Measure>
  | OfNumber<'matches', string>
  | OfNumber<'count' | 'share', PatternSpec & {readonly of: TextUnit}>
  | OfNumber<'look_up', LookUpSpec>
  | {readonly way: 'fn'; readonly details: string; readonly shape: FunctionShape; readonly steps: FittedSteps}
  | {readonly way: 'one_hot'; readonly details: FittedOneHot}
  | {readonly way: 'hashed'; readonly details: number}
  | {readonly way: 'target'; readonly details: FittedTarget}
  | {readonly way: 'n_grams'; readonly details: FittedNGrams}
  | {readonly way: 'date'; readonly details: DateSpec};

/** The ways to one number, but for functions, which may give several. */
export type NumberWay = Exclude<Extract<FittedWay, OfNumber<string, unknown>>, {readonly way: 'fn'}>;

export type FittedRecipe = FittedWay & {
  readonly name: string;
  /** Columns and texts. */
  readonly from: readonly string[];
};

/** Names of the columns, in their order. */
export function namesOf(fitted: FittedRecipe): readonly string[] {
  const {name} = fitted;
  switch (fitted.way) {
    case 'one_hot':
      return oneHotNames(name, fitted.details);
    case 'hashed':
      return hashedNames(name, fitted.details);
    case 'target':
      return targetNames(name, fitted.details);
    case 'n_grams':
      return nGramNames(name, fitted.details);
    case 'date':
      return dateNames(name, fitted.details);
    case 'fn':
      return fitted.shape.gives === 'number' ? namesAfter(name, fitted.steps) : shapeNames(name, fitted.shape);
    default:
      return namesAfter(name, fitted.steps);
  }
}

export function storageOf(fitted: FittedRecipe): Block['storage'] {
  if (fitted.way === 'one_hot') return fitted.details.storage;
  return fitted.way === 'hashed' || fitted.way === 'n_grams' ? 'sparse' : 'dense';
}

/** Makes ready what all tables share (a vocabulary as a tree, patterns, maps); what it gives can be called often. */
export function openRecipe(fitted: FittedRecipe, shared: Shared): (source: Source) => Block {
  const {name, from} = fitted;
  switch (fitted.way) {
    case 'one_hot': {
      const encode = openOneHot(fitted.details);
      return (source) => encode(source.categories(from));
    }
    case 'hashed':
      return (source) => hashCategories(source.categories(from), fitted.details);
    case 'target': {
      const encode = openTarget(fitted.details);
      return (source) => ({storage: 'dense', columns: encode(source.categories(from))});
    }
    case 'n_grams': {
      const count = openNGrams(fitted.details);
      return (source) => count(source.texts(from[0] ?? ''));
    }
    case 'date':
      return (source) => ({
        storage: 'dense',
        columns: dateColumns(source.times(from[0] ?? '', name), name, fitted.details),
      });
    case 'fn': {
      const call = shared.functionOf(fitted.details);
      const {shape, steps} = fitted;
      return (source) => {
        const use = {recipe: name, reference: fitted.details, columns: from};
        const {columns} = callFunction(source, use, {call, shape});
        const [numbers] = columns;
        if (shape.gives !== 'number' || numbers === undefined) return {storage: 'dense', columns};
        return applySteps(name, numbers, steps);
      };
    }
    default: {
      const numbersOf = openNumber(fitted, shared);
      return (source) => applySteps(name, numbersOf(source), fitted.steps);
    }
  }
}

/** The number of each row, before the steps. */
export function openNumber(
  fitted: NumberWay & {readonly name: string; readonly from: readonly string[]},
  shared: Shared,
): (source: Source) => Float64Array {
  const {name, from} = fitted;
  const [column = ''] = from;
  if (fitted.way === 'number') return (source) => source.numbers(column, name);
  if (fitted.way === 'ordinal') {
    const encode = openOrdinal(fitted.details);
    return (source) => encode(source.categories(from));
  }
  const ofTexts = openTexts(fitted, shared, column);
  return (source) => spread(source.texts(column).codes, ofTexts(source.textList(column)));
}

function openTexts(
  fitted: Exclude<NumberWay, {readonly way: 'number' | 'ordinal'}> & {readonly name: string},
  shared: Shared,
  column: string,
): (list: TextList) => Float64Array {
  switch (fitted.way) {
    case 'measure':
      return (list) => measureTexts(list, fitted.details);
    case 'matches':
      return matchTexts(fitted.details, `\`${fitted.name}\``);
    case 'count':
    case 'share':
      return countTexts(fitted.details, fitted.way, `\`${fitted.name}\``);
    case 'look_up':
      return lookUpTexts(fitted.details, shared.lookUp(fitted.details.in, column, fitted.name));
  }
}
