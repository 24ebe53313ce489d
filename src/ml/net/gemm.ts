/**
 * Products of matrices of 32-bit floats, the one heavy piece of a net: C += A · B, in WebAssembly with 128-bit vectors, which
 * is twenty times as fast as the same loops in JavaScript. In other words:
 *
 *     for j in 0..n step 8, i in 0..m step 4:
 *       t = C[i..i+4, j..j+8]                        8 vectors of 4 floats
 *       for p in 0..k: t += A[i..i+4, p] · B[p, j..j+8]
 *       C[i..i+4, j..j+8] = t
 *
 * What the innermost loop reads is put in its order before (Goto & van de Geijn, Anatomy of high-performance matrix
 * multiplication, 2008): of A four rows after four rows, of B eight columns. That leaves it two pointers, and uses cache lines
 * whole: training takes a tenth less time.
 *
 * m must be a multiple of 4 and n of 8. Steps are in bytes. A lies row by row, or turned round; B and C row by row.
 * Writing out several turns of the innermost loop makes it slower: V8 then keeps the sums in memory.
 */
import * as wasm from '../web-assembly.ts';
import {advance, code, constant, get, set, type Code, type WasmFunction} from '../web-assembly.ts';

/** One product; pointers and steps in bytes. */
export interface Product {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly a: number;
  /** From a row of A to the next one. */
  readonly aRow: number;
  /** From a column of A to the next one. One of the two steps is that of a float; the other one a multiple of 16. */
  readonly aColumn: number;
  readonly b: number;
  readonly bRow: number;
  readonly c: number;
  readonly cRow: number;
}

/** Of A put in order: bytes of four rows with k columns, which are read in fours. */
const fourRows = (k: number): number => 16 * (Math.ceil(k / 4) * 4);

/** Floats that a product needs to put A and B in order. */
export const orderedFloats = (m: number, k: number): number => (m / 4) * (fourRows(k) / 4) + 8 * k;

export const gemmFunctions = (): readonly WasmFunction[] => [orderRows(), orderColumns(), multiply()];

/** @param call of a function by its name. @param ordered pointer to `orderedFloats` */
export function multiplyBy(
  call: (name: string, ...numbers: readonly number[]) => void,
  {m, n, k, a, aRow, aColumn, b, bRow, c, cRow}: Product,
  ordered: number,
): void {
  const rows = fourRows(k);
  const orderedB = ordered + (m / 4) * rows;
  if (aColumn === 4) call('orderRows', a, ordered, orderedB, aRow, rows);
  else call('orderColumns', a, ordered, orderedB, aColumn, rows);
  call('multiply', ordered, orderedB, rows, 16 * k, orderedB + 32 * k, b, b + 4 * n, bRow, c, cRow);
}

const until = (pointer: number, end: number, ...body: readonly Code[]): Code =>
  wasm.loop(...body, code(get(pointer), get(end), wasm.IS_LESS));

/** A lies row by row: four floats of four rows at a time, turned round. */
function orderRows(): WasmFunction {
  const [a, into, end, aRow, bytes, at, row, fourEnd] = [0, 1, 2, 3, 4, 5, 6, 7] as const;
  const [first, second, third, fourth, low, high] = [8, 9, 10, 11, 12, 13] as const;
  const pick = (one: number, other: number, lanes: readonly [number, number, number, number]): Code =>
    code(get(one), get(other), wasm.pickFloats(...lanes));
  const write = (offset: number, lanes: readonly [number, number, number, number]): Code =>
    code(get(into), pick(low, high, lanes), wasm.storeVector(offset));
  return {
    name: 'orderRows',
    parameters: Array.from({length: at}, () => wasm.I32),
    locals: [...Array.from({length: 3}, () => wasm.I32), ...Array.from({length: 6}, () => wasm.V128)],
    body: until(
      into,
      end,
      code(get(a), set(at), get(into), get(bytes), wasm.ADD, set(fourEnd)),
      until(
        into,
        fourEnd,
        code(get(at), set(row)),
        ...[first, second, third, fourth].map((vector) =>
          code(get(row), wasm.loadVector(), set(vector), advance(row, get(aRow))),
        ),
        code(pick(first, second, [0, 4, 1, 5]), set(low), pick(third, fourth, [0, 4, 1, 5]), set(high)),
        code(write(0, [0, 1, 4, 5]), write(16, [2, 3, 6, 7])),
        code(pick(first, second, [2, 6, 3, 7]), set(low), pick(third, fourth, [2, 6, 3, 7]), set(high)),
        code(write(32, [0, 1, 4, 5]), write(48, [2, 3, 6, 7])),
        advance(at, constant(16)),
        advance(into, constant(64)),
      ),
      code(get(a), get(aRow), constant(4), wasm.MULTIPLY, wasm.ADD, set(a)),
    ),
  };
}

/** A lies turned round: four rows are four floats, column after column. */
function orderColumns(): WasmFunction {
  const [a, into, end, aColumn, bytes, at, fourEnd] = [0, 1, 2, 3, 4, 5, 6] as const;
  return {
    name: 'orderColumns',
    parameters: Array.from({length: at}, () => wasm.I32),
    locals: [wasm.I32, wasm.I32],
    body: until(
      into,
      end,
      code(get(a), set(at), get(into), get(bytes), wasm.ADD, set(fourEnd)),
      until(
        into,
        fourEnd,
        code(get(into), get(at), wasm.loadVector(), wasm.storeVector()),
        advance(at, get(aColumn)),
        advance(into, constant(16)),
      ),
      advance(a, constant(16)),
    ),
  };
}

/** Parameters in their order, then the function's own variables: numbers, then vectors. */
const [A, ORDERED_B, ROWS_BYTES, K_BYTES, ORDERED_END, B, B_END, B_ROW, C, C_ROW] = [
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9,
] as const;
const [FOUR, LAST, FROM_A, FROM_B, INTO, TILE] = [10, 11, 12, 13, 14, 15] as const;
const [LEFT, RIGHT, FACTOR, FIRST_SUM] = [16, 17, 18, 19] as const;

const ROWS = [0, 1, 2, 3];
const leftSum = (row: number): number => FIRST_SUM + 2 * row;
const rightSum = (row: number): number => FIRST_SUM + 2 * row + 1;

/** `multiply`, with the parameters named above. A ends where the ordered B begins. */
function multiply(): WasmFunction {
  return {
    name: 'multiply',
    parameters: Array.from({length: FOUR}, () => wasm.I32),
    locals: [
      ...Array.from({length: LEFT - FOUR}, () => wasm.I32),
      ...Array.from({length: FIRST_SUM + 8 - LEFT}, () => wasm.V128),
    ],
    body: multiplyBody(),
  };
}

function multiplyBody(): Code {
  // INTO goes over the four rows of the tile of C.
  const overRows = (each: (row: number) => Code): Code =>
    code(get(TILE), set(INTO), ...ROWS.flatMap((row) => [each(row), advance(INTO, get(C_ROW))]));
  const orderB = code(
    code(get(B), set(FROM_B), get(ORDERED_B), set(INTO)),
    until(
      INTO,
      ORDERED_END,
      code(get(INTO), get(FROM_B), wasm.loadVector(), wasm.storeVector()),
      code(get(INTO), get(FROM_B), wasm.loadVector(16), wasm.storeVector(16)),
      advance(FROM_B, get(B_ROW)),
      advance(INTO, constant(32)),
    ),
  );
  const tile = code(
    overRows((row) =>
      code(get(INTO), wasm.loadVector(), set(leftSum(row)), get(INTO), wasm.loadVector(16), set(rightSum(row))),
    ),
    code(get(FOUR), set(FROM_A), get(FOUR), get(K_BYTES), wasm.ADD, set(LAST), get(ORDERED_B), set(FROM_B)),
    until(
      FROM_A,
      LAST,
      code(get(FROM_B), wasm.loadVector(), set(LEFT), get(FROM_B), wasm.loadVector(16), set(RIGHT)),
      ...ROWS.map(addProducts),
      advance(FROM_A, constant(16)),
      advance(FROM_B, constant(32)),
    ),
    overRows((row) =>
      code(get(INTO), get(leftSum(row)), wasm.storeVector(), get(INTO), get(rightSum(row)), wasm.storeVector(16)),
    ),
  );
  return until(
    B,
    B_END,
    orderB,
    code(get(A), set(FOUR), get(C), set(TILE)),
    until(
      FOUR,
      ORDERED_B,
      tile,
      advance(FOUR, get(ROWS_BYTES)),
      code(get(TILE), get(C_ROW), constant(4), wasm.MULTIPLY, wasm.ADD, set(TILE)),
    ),
    advance(B, constant(32)),
    advance(C, constant(32)),
  );
}

/** Adds what a number of A and a row of B make. */
function addProducts(row: number): Code {
  const add = (sum: number, of: number): Code =>
    code(get(sum), get(FACTOR), get(of), wasm.MULTIPLY_FLOATS, wasm.ADD_FLOATS, set(sum));
  return code(
    code(get(FROM_A), wasm.loadSplat(4 * row), set(FACTOR)),
    add(leftSum(row), LEFT),
    add(rightSum(row), RIGHT),
  );
}
