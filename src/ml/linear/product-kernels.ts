/**
 * The loops of `products.ts` in WebAssembly with 128-bit vectors. Floats become doubles before anything is made of them, and
 * each sum is made in the order of the columns, or of the rows, one after the other: vectors change no bit.
 */
import * as wasm from '../web-assembly.ts';
import {advance, code, constant, get, set, type Code, type WasmFunction} from '../web-assembly.ts';
import {logistic} from './logistic-kernel.ts';

/** Columns lie one after the other, each of so many floats: 100 of them are 400 KB, which a processor's cache holds. */
export const BLOCK_ROWS = 1024;
/** What a number of rows, of columns must be a multiple of. */
export const ROWS_STEP = 8;
export const COLUMNS_STEP = 8;

const COLUMN_BYTES = 4 * BLOCK_ROWS;

/** Pointers are in bytes, `x` to floats, the others to doubles; counts must not be 0. */
export interface ProductKernels {
  readonly memory: ArrayBuffer;
  /** Adds to the scores of `rows` rows their products with `columns` weights. */
  product(
    pointers: {readonly x: number; readonly weights: number; readonly scores: number},
    rows: number,
    columns: number,
  ): void;
  /** Writes sums over `rows` rows of each column times the rows' values. */
  transposedProduct(
    pointers: {readonly x: number; readonly values: number; readonly sums: number},
    rows: number,
    columns: number,
  ): void;
  /** Writes two probabilities a row from its score: of the first class, of the second. */
  logistic(pointers: {readonly scores: number; readonly probabilities: number}, rows: number): void;
}

/** @param bytes of the memory that they work in. */
export function createProductKernels(bytes: number): ProductKernels {
  const {memory, exports} = wasm.instantiate([product(), transposedProduct(), logistic()], bytes);
  return {
    memory,
    product: ({x, weights, scores}, rows, columns) =>
      exports['product']?.(x, x + 4 * rows, weights, weights + 8 * columns, scores),
    transposedProduct: ({x, values, sums}, rows, columns) =>
      exports['transposedProduct']?.(x, x + COLUMN_BYTES * columns, values, values + 8 * rows, sums),
    logistic: ({scores, probabilities}, rows) => exports['logistic']?.(scores, scores + 8 * rows, probabilities),
  };
}

const until = (pointer: number, end: number, ...body: readonly Code[]): Code =>
  wasm.loop(...body, code(get(pointer), get(end), wasm.IS_LESS));
const addTo = (sum: number, factor: number, numbers: Code): Code =>
  code(get(sum), get(factor), numbers, wasm.MULTIPLY_DOUBLES, wasm.ADD_DOUBLES, set(sum));

/** Eight rows at a time through all columns. */
function product(): WasmFunction {
  const [x, xEnd, weights, weightsEnd, scores, at, weightAt, weight] = [0, 1, 2, 3, 4, 5, 6, 7] as const;
  const sums = [8, 9, 10, 11];
  const loadTwo = (pair: number): Code => code(get(at), wasm.loadHalf(8 * pair), wasm.FLOATS_TO_DOUBLES);
  return {
    name: 'product',
    parameters: [wasm.I32, wasm.I32, wasm.I32, wasm.I32, wasm.I32],
    locals: [wasm.I32, wasm.I32, wasm.V128, ...sums.map(() => wasm.V128)],
    body: until(
      x,
      xEnd,
      ...sums.map((sum, pair) => code(get(scores), wasm.loadVector(16 * pair), set(sum))),
      code(get(x), set(at), get(weights), set(weightAt)),
      until(
        weightAt,
        weightsEnd,
        code(get(weightAt), wasm.loadDoubleSplat(), set(weight)),
        ...sums.map((sum, pair) => addTo(sum, weight, loadTwo(pair))),
        advance(at, constant(COLUMN_BYTES)),
        advance(weightAt, constant(8)),
      ),
      ...sums.map((sum, pair) => code(get(scores), get(sum), wasm.storeVector(16 * pair))),
      advance(x, constant(4 * ROWS_STEP)),
      advance(scores, constant(8 * ROWS_STEP)),
    ),
  };
}

/** Eight columns at a time through all rows; a vector holds the sums of two columns. */
function transposedProduct(): WasmFunction {
  const [x, xEnd, values, valuesEnd, sumsAt, at, valueAt] = [0, 1, 2, 3, 4, 5, 6] as const;
  const [left, right, low, high] = [7, 8, 9, 10] as const;
  const rows = [11, 12, 13, 14];
  const sums = [15, 16, 17, 18];
  const column = (index: number): Code => code(get(at), wasm.loadVector(COLUMN_BYTES * index));
  const picked = (from: number, lanes: readonly [number, number, number, number]): Code =>
    code(get(from), get(from), wasm.pickFloats(...lanes), wasm.FLOATS_TO_DOUBLES);
  /** Of two columns: four rows of each, put together row by row. */
  const addPair = (sum: number, pair: number): Code =>
    code(
      code(column(2 * pair), set(left), column(2 * pair + 1), set(right)),
      code(get(left), get(right), wasm.pickFloats(0, 4, 1, 5), set(low)),
      code(get(left), get(right), wasm.pickFloats(2, 6, 3, 7), set(high)),
      addTo(sum, rows[0] as number, code(get(low), wasm.FLOATS_TO_DOUBLES)),
      addTo(sum, rows[1] as number, picked(low, [2, 3, 2, 3])),
      addTo(sum, rows[2] as number, code(get(high), wasm.FLOATS_TO_DOUBLES)),
      addTo(sum, rows[3] as number, picked(high, [2, 3, 2, 3])),
    );
  return {
    name: 'transposedProduct',
    parameters: [wasm.I32, wasm.I32, wasm.I32, wasm.I32, wasm.I32],
    locals: [wasm.I32, wasm.I32, ...Array.from({length: 12}, () => wasm.V128)],
    body: until(
      x,
      xEnd,
      ...sums.map((sum) => code(wasm.ZEROS, set(sum))),
      code(get(x), set(at), get(values), set(valueAt)),
      until(
        valueAt,
        valuesEnd,
        ...rows.map((row, index) => code(get(valueAt), wasm.loadDoubleSplat(8 * index), set(row))),
        ...sums.map(addPair),
        advance(at, constant(4 * rows.length)),
        advance(valueAt, constant(8 * rows.length)),
      ),
      ...sums.map((sum, pair) => code(get(sumsAt), get(sum), wasm.storeVector(16 * pair))),
      advance(x, constant(COLUMN_BYTES * COLUMNS_STEP)),
      advance(sumsAt, constant(8 * COLUMNS_STEP)),
    ),
  };
}
