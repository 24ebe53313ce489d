/**
 * Tables to features. What is learnt from the training rows (means, categories, vocabularies, ...) is plain data, a Featurizer;
 * the same code turns the training rows, the test rows and later each request into features by it.
 */
import {isJsonObject, type Json} from '../../base/json.ts';
import {assemble} from './block.ts';
import type {Block} from './block.ts';
import type {ColumnType, Table} from '../../data/table.ts';
import type {FeatureMatrix} from '../matrix.ts';
import {fitRecipe} from './fit-recipe.ts';
import {namesOf, openRecipe, storageOf} from './recipes.ts';
import type {FittedRecipe} from './recipes.ts';
import {Shared} from './shared.ts';
import {Source} from './source.ts';
import type {FeaturizerSpec, FeatureFunction, LookUpTable, TextSpec} from './spec.ts';

/** As JSON: all that is needed to make features of other rows, but for the code of the functions. */
export interface Featurizer {
  readonly version: 1;
  /** Of the feature set. */
  readonly name?: string;
  /** The columns that a table must have, as the training rows had them. */
  readonly inputs: readonly {readonly name: string; readonly type: ColumnType}[];
  readonly texts: {readonly [name: string]: TextSpec};
  readonly tables: {readonly [name: string]: LookUpTable};
  readonly recipes: readonly FittedRecipe[];
}

export interface FeaturizerOptions {
  /** For folds of `target`. */
  readonly seed: number | string;
  /** What `look_up` reads, by name. */
  readonly tables?: {readonly [name: string]: LookUpTable};
  /** By reference, as written. */
  readonly functions?: ReadonlyMap<string, FeatureFunction>;
}

const VERSION = 1;
const NO_FUNCTIONS: ReadonlyMap<string, FeatureFunction> = new Map();

/**
 * Learns from a table.
 * @returns what was learnt, and the features of the table itself, in which no row has seen its own label.
 * @throws Error with a sentence for a column that is not there, a recipe that cannot be followed, two features of one name
 */
export function fitFeaturizer(
  spec: FeaturizerSpec,
  table: Table,
  {seed, tables = {}, functions = NO_FUNCTIONS}: FeaturizerOptions,
): {readonly featurizer: Featurizer; readonly matrix: FeatureMatrix} {
  const {name, columns, texts = {}, label} = spec;
  if (table.rowCount === 0) throw new Error('the table has no rows to learn from');
  for (const text of Object.keys(texts)) {
    if (table.columns.some((column) => column.name === text))
      throw new Error(`\`texts\` makes a text \`${text}\`, but the table has a column of that name: choose another`);
  }
  const source = new Source(table, texts);
  const shared = new Shared(texts, tables, functions);
  const training = {source, shared, seed, ...(label === undefined ? {} : {label})};
  const fits = Object.entries(columns).flatMap(([key, {each, ...recipe}]) =>
    (each ?? [key]).map((one) => fitRecipe(one, recipe, training)),
  );
  const recipes = fits.map(({fitted}) => fitted);
  const used = new Set(recipes.flatMap(({from}) => from.map((one) => shared.columnOf(one))));
  const leaking = recipes.find(({from}) => from.some((one) => shared.columnOf(one) === label));
  if (leaking !== undefined)
    throw new Error(
      `\`${leaking.name}\` is made from \`${label ?? ''}\`, which is the label: no later row will have it`,
    );
  const lookedUp = new Set(recipes.flatMap((recipe) => (recipe.way === 'look_up' ? [recipe.details.in] : [])));
  const featurizer: Featurizer = {
    version: VERSION,
    ...(name === undefined ? {} : {name}),
    inputs: [...used].map((one) => ({name: one, type: source.column(one).type})),
    texts,
    tables: Object.fromEntries(Object.entries(tables).filter(([one]) => lookedUp.has(one))),
    recipes,
  };
  const opened = open(featurizer, shared);
  return {featurizer, matrix: opened.featuresOf(source, (index) => fits[index]?.trained)};
}

/** @throws Error with a sentence for a text that is no featurizer of this version */
export function parseFeaturizer(text: string): Featurizer {
  let featurizer: Json;
  try {
    featurizer = JSON.parse(text) as Json;
  } catch (error) {
    throw new Error(`the featurizer is no JSON: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
  if (!isJsonObject(featurizer)) throw new Error('the featurizer is no JSON object');
  checkVersion(featurizer);
  return featurizer as unknown as Featurizer;
}

function checkVersion({version, recipes}: {readonly version?: unknown; readonly recipes?: unknown}): void {
  if (version !== VERSION)
    throw new Error(`the featurizer is of version ${String(version)}; this version of mlp reads ${VERSION}`);
  if (!Array.isArray(recipes)) throw new Error('the featurizer has no `recipes`');
}

/** Ready to be applied to any number of tables. */
export interface OpenFeaturizer {
  /** Of the columns of the matrix. */
  readonly names: readonly string[];
  /** Of each column of the matrix, the columns of the table that it is made from. */
  readonly from: readonly (readonly string[])[];
  /** @throws Error with a sentence for a column that is not there or of another sort than in training */
  apply(table: Table): FeatureMatrix;
  /** @param instead of the block of a recipe. */
  featuresOf(source: Source, instead: (recipe: number) => Block | undefined): FeatureMatrix;
}

/** @throws Error with a sentence for a featurizer of another version, a function that is not handed over, two features of one name */
export function openFeaturizer(
  featurizer: Featurizer,
  functions: ReadonlyMap<string, FeatureFunction> = NO_FUNCTIONS,
): OpenFeaturizer {
  checkVersion(featurizer);
  return open(featurizer, new Shared(featurizer.texts, featurizer.tables, functions));
}

function open({texts, recipes}: Featurizer, shared: Shared): OpenFeaturizer {
  const opened = recipes.map((recipe) => openRecipe(recipe, shared));
  const inOrder = ['dense', 'sparse'].flatMap((storage) => recipes.filter((recipe) => storageOf(recipe) === storage));
  const names = distinctNames(inOrder);
  const from = inOrder.flatMap((recipe) => {
    const columns = recipe.from.map((one) => shared.columnOf(one));
    return namesOf(recipe).map(() => columns);
  });
  const featuresOf: OpenFeaturizer['featuresOf'] = (source, instead) =>
    assemble(
      source.rows,
      names,
      opened.map((apply, index) => instead(index) ?? apply(source)),
    );
  return {names, from, featuresOf, apply: (table) => featuresOf(new Source(table, texts), () => undefined)};
}

/** Features of one table; who has several tables opens the featurizer once. */
export function applyFeaturizer(
  featurizer: Featurizer,
  table: Table,
  functions?: ReadonlyMap<string, FeatureFunction>,
): FeatureMatrix {
  return openFeaturizer(featurizer, functions).apply(table);
}

function distinctNames(recipes: readonly FittedRecipe[]): readonly string[] {
  const madeBy = new Map<string, string>();
  for (const recipe of recipes) {
    for (const name of namesOf(recipe)) {
      const other = madeBy.get(name);
      if (other !== undefined)
        throw new Error(
          `\`${other}\` and \`${recipe.name}\` in \`columns\` both make a feature \`${name}\`: rename one of them`,
        );
      madeBy.set(name, recipe.name);
    }
  }
  return [...madeBy.keys()];
}
