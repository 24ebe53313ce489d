/** Encodings of categories: one-hot, ordinal, hashed. Same results as scikit-learn's encoders where those have them. */
import {byCodeUnits} from '../../base/compare.ts';
import {oneHotBlock, spread} from './block.ts';
import type {Block} from './block.ts';
import {hashedPlace} from './murmur.ts';
import type {Coded} from './source.ts';
import type {OneHotSpec, OrdinalSpec} from './spec.ts';

/** More categories than this are stored sparse, unless the recipe says otherwise. */
const DENSE_CATEGORIES = 16;

export interface FittedOneHot {
  /** One column each, in this order. */
  readonly categories: readonly string[];
  readonly other?: true;
  readonly missing?: true;
  readonly storage: Block['storage'];
}

export function fitOneHot({distinct, counts}: Coded, spec: OneHotSpec): FittedOneHot {
  const {min_count: minCount = 1, top = Infinity, other, missing, sparse} = spec;
  const candidates = distinct
    .map((category, code) => ({category, count: counts[code] ?? 0}))
    .filter(({count}) => count >= Math.max(1, minCount))
    .sort((a, b) => b.count - a.count || byCodeUnits(a.category, b.category));
  const categories = candidates
    .slice(0, top)
    .map(({category}) => category)
    .sort(byCodeUnits);
  return {
    categories,
    ...(other === true ? {other} : {}),
    ...(missing === true ? {missing} : {}),
    storage: (sparse ?? categories.length > DENSE_CATEGORIES) ? 'sparse' : 'dense',
  };
}

export function oneHotNames(recipe: string, {categories, other, missing}: FittedOneHot): readonly string[] {
  const more = [...(other === true ? ['(other)'] : []), ...(missing === true ? ['(missing)'] : [])];
  return [...categories, ...more].map((category) => `${recipe}=${category}`);
}

export function openOneHot({categories, other, missing, storage}: FittedOneHot): (coded: Coded) => Block {
  const placeOf = new Map(categories.map((category, index) => [category, index]));
  const otherPlace = other === true ? categories.length : -1;
  const missingPlace = missing === true ? categories.length + (other === true ? 1 : 0) : -1;
  const columns = categories.length + (other === true ? 1 : 0) + (missing === true ? 1 : 0);
  return ({codes, distinct}) => {
    const columnOf = (code: number): number =>
      code < 0 ? missingPlace : (placeOf.get(distinct[code] ?? '') ?? otherPlace);
    return oneHotBlock(codes, columnOf, {columns, distinct: distinct.length, storage});
  };
}

export interface FittedOrdinal {
  readonly order: readonly string[];
  readonly unseen: number;
}

export function fitOrdinal({distinct, counts}: Coded, {order, unseen = -1}: OrdinalSpec): FittedOrdinal {
  const seen = distinct.filter((_, code) => (counts[code] ?? 0) > 0);
  return {order: order ?? seen.sort(byCodeUnits), unseen};
}

/** Missing cells are missing numbers. */
export function openOrdinal({order, unseen}: FittedOrdinal): (coded: Coded) => Float64Array {
  const placeOf = new Map(order.map((category, index) => [category, index]));
  return ({codes, distinct}) =>
    spread(
      codes,
      Float64Array.from(distinct, (category) => placeOf.get(category) ?? unseen),
    );
}

export const hashedNames = (recipe: string, columns: number): readonly string[] =>
  Array.from({length: columns}, (_, index) => `${recipe}#${index}`);

/** One entry of 1 or -1 for each row that has a category. */
export function hashCategories({codes, distinct}: Coded, columns: number): Block {
  const places = distinct.map((category) => hashedPlace(category, columns));
  return {
    storage: 'sparse',
    columns,
    storedOf: codes,
    starts: Uint32Array.from({length: distinct.length + 1}, (_, index) => index),
    indices: Uint32Array.from(places, ({column}) => column),
    values: Float32Array.from(places, ({sign}) => sign),
  };
}
