/** What every trainer is handed: rows, what is to be learnt from them, and who wants to know how it goes. */
import type {FeatureMatrix} from './matrix.ts';
import type {ModelTask} from './model.ts';

export interface TrainingSet {
  readonly matrix: FeatureMatrix;
  readonly target: Target;
  /** Of each row, 0 or more, not all 0; all 1 when absent. Class weights are multiplied in. */
  readonly weights?: Float64Array;
}

export type Target =
  | {
      readonly kind: 'classification';
      readonly classes: readonly string[];
      /** Of each row the index of its class. */
      readonly codes: Int32Array;
    }
  | {readonly kind: 'regression'; readonly values: Float64Array};

/** Who watches a training. */
export interface TrainingHooks {
  /** A point of a curve; steps count from 1. */
  metric(name: string, value: number, step: number): void;
  /** 0 to 1. */
  progress(fraction: number, text: string): void;
  /** Asked between steps. @throws what the training shall end with */
  check(): void;
}

export const taskOf = (target: Target): ModelTask =>
  target.kind === 'classification' ? {kind: 'classification', classes: target.classes} : {kind: 'regression'};

/** Of one row; the sum of all is what averages are divided by. */
export const weightOf = (weights: Float64Array | undefined, row: number): number => weights?.[row] ?? 1;

export function totalWeight({matrix, weights}: TrainingSet): number {
  if (weights === undefined) return matrix.rows;
  let sum = 0;
  for (const weight of weights) sum += weight;
  return sum;
}

/** The rows of a set, in that order: for validation shares. */
export function takeTrainingRows(set: TrainingSet, rows: Uint32Array): TrainingSet {
  const {target, weights} = set;
  return {
    matrix: takeMatrixRows(set.matrix, rows),
    target:
      target.kind === 'classification'
        ? {...target, codes: Int32Array.from(rows, (row) => target.codes[row] ?? 0)}
        : {...target, values: Float64Array.from(rows, (row) => target.values[row] ?? 0)},
    ...(weights === undefined ? {} : {weights: Float64Array.from(rows, (row) => weights[row] ?? 0)}),
  };
}

/** The rows of a matrix, in that order; a row may come more than once. */
export function takeMatrixRows({names, dense, sparse}: FeatureMatrix, rows: Uint32Array): FeatureMatrix {
  const taken = {
    rows: rows.length,
    names,
    dense: dense.map((column) => takeValues(column, rows)),
  };
  if (sparse === undefined) return taken;
  const starts = new Uint32Array(rows.length + 1);
  rows.forEach((row, to) => {
    starts[to + 1] = (starts[to] ?? 0) + (sparse.starts[row + 1] ?? 0) - (sparse.starts[row] ?? 0);
  });
  const indices = new Uint32Array(starts[rows.length] ?? 0);
  const values = new Float32Array(indices.length);
  rows.forEach((row, to) => {
    const [from, end] = [sparse.starts[row] ?? 0, sparse.starts[row + 1] ?? 0];
    indices.set(sparse.indices.subarray(from, end), starts[to] ?? 0);
    values.set(sparse.values.subarray(from, end), starts[to] ?? 0);
  });
  return {...taken, sparse: {columns: sparse.columns, starts, indices, values}};
}

function takeValues(column: Float32Array, rows: Uint32Array): Float32Array {
  const taken = new Float32Array(rows.length);
  for (let to = 0; to < rows.length; to += 1) taken[to] = column[rows[to] as number] as number;
  return taken;
}
