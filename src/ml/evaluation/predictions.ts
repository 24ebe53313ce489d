/**
 * The predictions of any model in any language as numbers: a table `row_id, y_true, y_pred, p_<class>... | y_score, weight?` and any
 * other columns, by which rows are grouped or sliced. What cannot be judged (no prediction, no truth, a class outside the declared
 * ones) is refused, never passed over.
 */
import {formatNumber, plural} from '../../base/format.ts';
import {suggest} from '../../base/suggest.ts';
import {columnNamed, isMissing, isNumeric, type Column, type Table} from '../../data/table.ts';
import {cellText} from '../../data/row-key.ts';
import {
  classesOf,
  codes,
  numbers,
  positiveOf,
  PROBABILITY_PREFIX,
  readProbabilities,
  readScores,
  texts,
} from './class-columns.ts';

export interface PredictionOptions {
  /**
   * Default: classification with `p_` columns, a `y_score`, `positive` or `labels`, for texts, and for whole numbers of up to
   * 20 sorts.
   */
  readonly task?: 'classification' | 'regression';
  /** The class that binary metrics are about. Default: the second in order of two, so `1` of 0 and 1. */
  readonly positive?: string;
  /** All classes there may be, in the order shown; any other is an error. Default: those that occur, sorted. */
  readonly labels?: readonly string[];
  /** Other names for the columns. */
  readonly columns?: {
    readonly truth?: string;
    readonly prediction?: string;
    readonly score?: string;
    readonly weight?: string;
    readonly id?: string;
  };
  /** Rows with the same value belong together: intervals resample groups. */
  readonly group?: string;
}

interface PredictionsOf<Task extends string> {
  readonly task: Task;
  readonly rows: number;
  /** What the reader should know of how the file was read. */
  readonly notices: readonly string[];
  /** Not negative; absent when every row counts the same. */
  readonly weights?: Float64Array;
  readonly groups?: {readonly of: Uint32Array; readonly count: number};
  /** Of each row its id, for pairing with another file. */
  readonly ids?: readonly string[];
  /** The rows they were read from, for slices. */
  readonly table: Table;
}

export interface ClassPredictions extends PredictionsOf<'classification'> {
  readonly classes: readonly string[];
  /** Index into `classes`. */
  readonly truth: Int32Array;
  readonly predicted: Int32Array;
  /** Of each class one probability a row, which sum to 1. */
  readonly probabilities?: readonly Float64Array[];
  /** Only of two classes: index of the one that scores speak for. */
  readonly positive?: number;
  /** Only of two classes: larger means more likely positive. A probability where all of them lie in [0, 1]. */
  readonly scores?: Float64Array;
}

export interface NumberPredictions extends PredictionsOf<'regression'> {
  readonly truth: Float64Array;
  readonly predicted: Float64Array;
}

export type Predictions = ClassPredictions | NumberPredictions;

/**
 * @param name of the file, for messages. @throws Error with a sentence: a column or a value is missing, a class is not declared,
 * probabilities do not sum to 1, a weight is negative
 */
export function readPredictions(table: Table, options: PredictionOptions, name: string): Predictions {
  const names = {
    truth: 'y_true',
    prediction: 'y_pred',
    score: 'y_score',
    weight: 'weight',
    id: 'row_id',
    ...options.columns,
  };
  if (table.rowCount === 0) throw new Error(`\`${name}\` has no rows, so there is nothing to evaluate`);
  const truth = neededColumn(table, names.truth, name, 'the truth of each row');
  const prediction = neededColumn(table, names.prediction, name, 'the prediction of each row');
  const idColumn = columnNamed(table, names.id);
  const shared = {
    rows: table.rowCount,
    table,
    ...(idColumn === undefined ? {} : {ids: texts(idColumn, table.rowCount)}),
    ...readWeights(table, names.weight, name, options.columns?.weight !== undefined),
    ...readGroups(table, options.group, name),
  };
  const row = (index: number): string => `row ${index + 1}${rowName(idColumn, index)}`;
  refuseMissing(
    truth,
    table.rowCount,
    (count, first) =>
      `${plural(count, 'row')} of \`${name}\` ${count === 1 ? 'has' : 'have'} no \`${names.truth}\`, the first is ${row(first)}: evaluate only rows whose truth is known`,
  );
  refuseMissing(prediction, table.rowCount, (count, first) =>
    missingPrediction(count, name, names.prediction, row(first)),
  );
  const probabilityColumns = table.columns.filter((column) => column.name.startsWith(PROBABILITY_PREFIX));
  const scoreColumn = columnNamed(table, names.score);
  const task =
    options.task ?? guessTask(truth, prediction, probabilityColumns.length > 0 || scoreColumn !== undefined, options);
  if (task === 'regression') {
    return {task, ...shared, notices: [], truth: numbers(truth, name), predicted: numbers(prediction, name)};
  }
  const classes = classesOf([truth, prediction], probabilityColumns, options.labels, name, table.rowCount);
  const coded = {
    classes,
    truth: codes(truth, classes, table.rowCount),
    predicted: codes(prediction, classes, table.rowCount),
  };
  const {probabilities, notices} = readProbabilities(probabilityColumns, classes, name, row);
  const positive = positiveOf(classes, options.positive, name);
  const scores = positive === undefined ? undefined : (probabilities?.[positive] ?? readScores(scoreColumn, name, row));
  const notice =
    positive !== undefined && options.positive === undefined && !/^(1|true|yes)$/i.test(classes[positive] ?? '');
  return {
    task,
    ...shared,
    ...coded,
    notices: notice ? [...notices, `\`positive\` is not set: \`${classes[positive] ?? ''}\` was taken`] : notices,
    ...(probabilities === undefined ? {} : {probabilities}),
    ...(positive === undefined ? {} : {positive}),
    ...(scores === undefined ? {} : {scores}),
  };
}

/** The column of that name. @param what it holds, for the message. @throws Error naming it, and one like it */
export function neededColumn(table: Table, column: string, name: string, what: string): Column {
  const found = columnNamed(table, column);
  if (found !== undefined) return found;
  const near = suggest(
    column,
    table.columns.map((one) => one.name),
  );
  throw new Error(
    `\`${name}\` has no column \`${column}\` (${what})${near === undefined ? '' : `; there is \`${near}\``}: name it so, or say in \`columns\` what it is called`,
  );
}

const rowName = (ids: Column | undefined, index: number): string => {
  const id = ids === undefined ? undefined : cellText(ids, index);
  return id === undefined ? '' : ` (\`${ids?.name ?? ''}\` ${id})`;
};

const missingPrediction = (count: number, name: string, column: string, first: string): string =>
  `prediction.nan: ${plural(count, 'row')} of \`${name}\` ${count === 1 ? 'has' : 'have'} no \`${column}\` (empty, NaN or infinite), the first is ${first}: the model must predict every row`;

function refuseMissing(column: Column, rows: number, message: (count: number, first: number) => string): void {
  let [count, first] = [0, -1];
  for (let row = 0; row < rows; row += 1) {
    const isThere = !isMissing(column, row) && (!isNumeric(column) || Number.isFinite(column.values[row]));
    if (isThere && !(column.type === 'string' && column.codes[row] === -1)) continue;
    if (count === 0) first = row;
    count += 1;
  }
  if (count > 0) throw new Error(message(count, first));
}

/** A column of numbers with fractions is a quantity; whole numbers of up to 20 sorts are classes only when nothing else says so. */
function guessTask(
  truth: Column,
  prediction: Column,
  hasScores: boolean,
  {positive, labels}: PredictionOptions,
): Predictions['task'] {
  if (hasScores || positive !== undefined || labels !== undefined) return 'classification';
  const isQuantity = (column: Column): boolean => column.type === 'number' || column.type === 'integer';
  if (!isQuantity(truth) || !isQuantity(prediction)) return 'classification';
  const distinct = isNumeric(truth) ? new Set(truth.values) : new Set();
  return truth.type === 'integer' && prediction.type === 'integer' && distinct.size <= 20
    ? 'classification'
    : 'regression';
}

function readWeights(
  table: Table,
  column: string,
  name: string,
  isDeclared: boolean,
): {readonly weights?: Float64Array} {
  const found = columnNamed(table, column);
  if (found === undefined) {
    if (isDeclared) neededColumn(table, column, name, 'the weight of each row');
    return {};
  }
  const weights = numbers(found, name);
  const bad = weights.findIndex((value) => !(value >= 0 && value < Infinity));
  if (bad >= 0)
    throw new Error(
      `\`${column}\` of row ${bad + 1} of \`${name}\` is ${formatNumber(weights[bad] ?? Number.NaN)}: weights are numbers from 0`,
    );
  if (weights.every((value) => value === 0)) throw new Error(`every \`${column}\` of \`${name}\` is 0: no row counts`);
  return weights.every((value) => value === 1) ? {} : {weights};
}

function readGroups(table: Table, column: string | undefined, name: string): Pick<Predictions, 'groups'> {
  if (column === undefined) return {};
  const found = neededColumn(table, column, name, 'rows that belong together');
  const places = new Map<string | undefined, number>();
  const of = new Uint32Array(table.rowCount);
  for (let row = 0; row < table.rowCount; row += 1) {
    const text = cellText(found, row);
    const place = places.get(text) ?? places.size;
    places.set(text, place);
    of[row] = place;
  }
  return {groups: {of, count: places.size}};
}

/** The same predictions of some of the rows, for a slice. */
export function takePredictions<Kind extends Predictions>(predictions: Kind, rows: Uint32Array): Kind;
export function takePredictions(predictions: Predictions, rows: Uint32Array): Predictions {
  const {groups, weights} = predictions;
  const part = {
    rows: rows.length,
    ...(weights === undefined ? {} : {weights: takeNumbers(weights, rows)}),
    ...(groups === undefined ? {} : {groups: {...groups, of: rows.map((row) => groups.of[row] ?? 0)}}),
  };
  if (predictions.task === 'regression') {
    return {
      ...predictions,
      ...part,
      truth: takeNumbers(predictions.truth, rows),
      predicted: takeNumbers(predictions.predicted, rows),
    };
  }
  const {probabilities, scores} = predictions;
  return {
    ...predictions,
    ...part,
    truth: takeCodes(predictions.truth, rows),
    predicted: takeCodes(predictions.predicted, rows),
    ...(probabilities === undefined ? {} : {probabilities: probabilities.map((values) => takeNumbers(values, rows))}),
    ...(scores === undefined ? {} : {scores: takeNumbers(scores, rows)}),
  };
}

const takeNumbers = (values: Float64Array, rows: Uint32Array): Float64Array =>
  Float64Array.from(rows, (row) => values[row] ?? Number.NaN);
const takeCodes = (values: Int32Array, rows: Uint32Array): Int32Array =>
  Int32Array.from(rows, (row) => values[row] ?? -1);
