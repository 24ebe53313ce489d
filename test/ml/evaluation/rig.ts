/** Tables of predictions for tests. */
import type {Column, Table} from '../../../src/data/table.ts';
import type {EvaluateOptions} from '../../../src/ml/evaluation/evaluate.ts';
import {evaluate, type Evaluation} from '../../../src/ml/evaluation/evaluate.ts';
import type {Estimate} from '../../../src/ml/evaluation/estimate.ts';
import {Random} from '../../../src/stats/random.ts';
import {readPredictions, type PredictionOptions, type Predictions} from '../../../src/ml/evaluation/predictions.ts';

type Cells = readonly (string | number | null)[];

function column(name: string, cells: Cells): Column {
  const missing = Uint8Array.from(cells, (cell) => Number(cell === null));
  const flags = missing.includes(1) ? {missing} : {};
  if (cells.some((cell) => typeof cell === 'string')) {
    const words = [...new Set(cells.filter((cell) => cell !== null).map(String))];
    return {
      name,
      type: 'string',
      words,
      codes: Int32Array.from(cells, (cell) => (cell === null ? -1 : words.indexOf(String(cell)))),
      ...flags,
    };
  }
  const values = Float64Array.from(cells, (cell) => (cell === null ? Number.NaN : Number(cell)));
  return {
    name,
    type: values.every((value) => Number.isInteger(value) || Number.isNaN(value)) ? 'integer' : 'number',
    values,
    ...flags,
  };
}

export function tableOf(columns: {readonly [name: string]: Cells}): Table {
  const list = Object.entries(columns).map(([name, cells]) => column(name, cells));
  return {rowCount: Object.values(columns)[0]?.length ?? 0, columns: list};
}

export const read = (columns: {readonly [name: string]: Cells}, options: PredictionOptions = {}): Predictions =>
  readPredictions(tableOf(columns), options, 'p.csv');

export const DEFAULTS: EvaluateOptions = {
  slices: [],
  minRows: 100,
  fairness: [],
  gates: [],
  measures: new Map(),
  name: 'p.csv',
};

export const run = (
  predictions: Predictions,
  options: Partial<EvaluateOptions> = {},
  baseline?: Predictions,
): Evaluation => evaluate(predictions, baseline, {...DEFAULTS, ...options});

export function estimateOf(evaluation: Evaluation, name: string): Estimate {
  const found = evaluation.metrics.find((metric) => metric.name === name);
  if (!found) throw new Error(`no ${name} among ${evaluation.metrics.map((metric) => metric.name).join(', ')}`);
  return found.estimate;
}

interface Simulated {
  readonly truth: string[];
  readonly pred: string[];
  readonly p: number[];
}

/** Rows that a model with this share of right answers predicts. */
export function simulate(seed: number | string, rows: number, right: number): Simulated {
  const random = new Random(seed);
  const truth = Array.from({length: rows}, () => (random.uniform() < 0.4 ? 'yes' : 'no'));
  const pred = truth.map((label) => (random.uniform() < right ? label : label === 'yes' ? 'no' : 'yes'));
  const p = pred.map((label) => (label === 'yes' ? 0.5 : 0) + random.uniform() / 2);
  return {truth, pred, p};
}
export const columnsOf = ({truth, pred, p}: Simulated) => ({y_true: truth, y_pred: pred, p_yes: p});
