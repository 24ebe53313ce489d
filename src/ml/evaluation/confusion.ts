/**
 * The confusion matrix and what is computed from it alone. Rows are the truth, columns the prediction, stored row by row; counts may be
 * weights. Where a metric divides by nothing it is undefined; averages over classes then count it as 0, as scikit-learn's zero_division=0.
 */

export interface Confusion {
  readonly classes: number;
  /** classes × classes. */
  readonly cells: Float64Array;
}

/** Index of a row's cell: truth × classes + prediction. */
export function cellsOf(truth: Int32Array, predicted: Int32Array, classes: number): Int32Array {
  return truth.map((label, row) => label * classes + (predicted[row] ?? 0));
}

export function confusionOf(cellOfRow: Int32Array, classes: number, weights?: Float64Array): Confusion {
  const cells = new Float64Array(classes * classes);
  for (let row = 0; row < cellOfRow.length; row += 1) {
    const cell = cellOfRow[row] ?? 0;
    cells[cell] = (cells[cell] ?? 0) + (weights === undefined ? 1 : (weights[row] ?? 0));
  }
  return {classes, cells};
}

export interface ClassCounts {
  readonly right: number;
  /** Rows that are of the class, and rows that were said to be. */
  readonly actual: number;
  readonly predicted: number;
}

export function classCounts({classes, cells}: Confusion, label: number): ClassCounts {
  let [actual, predicted] = [0, 0];
  for (let other = 0; other < classes; other += 1) {
    actual += cells[label * classes + other] ?? 0;
    predicted += cells[other * classes + label] ?? 0;
  }
  return {right: cells[label * classes + label] ?? 0, actual, predicted};
}

export const precision = ({right, predicted}: ClassCounts): number | undefined => divided(right, predicted);
export const recall = ({right, actual}: ClassCounts): number | undefined => divided(right, actual);
/** 2tp/(2tp + fp + fn) */
export const f1 = ({right, actual, predicted}: ClassCounts): number | undefined =>
  divided(2 * right, actual + predicted);

const divided = (part: number, whole: number): number | undefined => (whole > 0 ? part / whole : undefined);

export function totalOf({cells}: Confusion): number {
  let sum = 0;
  for (const count of cells) sum += count;
  return sum;
}

export function rightOf({classes, cells}: Confusion): number {
  let sum = 0;
  for (let label = 0; label < classes; label += 1) sum += cells[label * classes + label] ?? 0;
  return sum;
}

export const accuracy = (confusion: Confusion): number | undefined => divided(rightOf(confusion), totalOf(confusion));

/** Mean of a class metric over the classes that are true or predicted somewhere. */
export function macro(confusion: Confusion, of: (counts: ClassCounts) => number | undefined): number | undefined {
  let [sum, count] = [0, 0];
  eachClass(confusion, (counts) => {
    if (counts.actual + counts.predicted === 0) return;
    sum += of(counts) ?? 0;
    count += 1;
  });
  return divided(sum, count);
}

/** Mean of a class metric by the true rows of each class. */
export function weighted(confusion: Confusion, of: (counts: ClassCounts) => number | undefined): number | undefined {
  let [sum, rows] = [0, 0];
  eachClass(confusion, (counts) => {
    sum += counts.actual * (of(counts) ?? 0);
    rows += counts.actual;
  });
  return divided(sum, rows);
}

/** Mean recall over the classes that occur in the truth. */
export function balancedAccuracy(confusion: Confusion): number | undefined {
  let [sum, count] = [0, 0];
  eachClass(confusion, (counts) => {
    if (counts.actual === 0) return;
    sum += counts.right / counts.actual;
    count += 1;
  });
  return divided(sum, count);
}

/**
 * Matthews' correlation, (c·s - Σpₖtₖ)/√((s² - Σpₖ²)(s² - Σtₖ²)) (Gorodkin 2004); 0 when truth or prediction is one class
 * only, as scikit-learn's.
 */
export function matthews(confusion: Confusion): number | undefined {
  const {right, rows, products, predictedSquares, actualSquares} = margins(confusion);
  if (rows === 0) return undefined;
  const scale = Math.sqrt((rows * rows - predictedSquares) * (rows * rows - actualSquares));
  return scale === 0 ? 0 : (right * rows - products) / scale;
}

/** Cohen's κ = (pₒ - pₑ)/(1 - pₑ); undefined when agreement by chance is certain. */
export function kappa(confusion: Confusion): number | undefined {
  const {right, rows, products} = margins(confusion);
  return divided(right * rows - products, rows * rows - products);
}

function margins(confusion: Confusion) {
  let [products, predictedSquares, actualSquares] = [0, 0, 0];
  eachClass(confusion, ({actual, predicted}) => {
    products += actual * predicted;
    predictedSquares += predicted * predicted;
    actualSquares += actual * actual;
  });
  return {right: rightOf(confusion), rows: totalOf(confusion), products, predictedSquares, actualSquares};
}

function eachClass(confusion: Confusion, visit: (counts: ClassCounts) => void): void {
  for (let label = 0; label < confusion.classes; label += 1) visit(classCounts(confusion, label));
}
