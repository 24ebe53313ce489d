/**
 * Products of matrices of 32-bit floats, the one heavy piece of a net: C += A · B, in WebAssembly with 128-bit vectors, which
 * is twenty times as fast as the same loops in JavaScript. In other words:
 *
 *     for i in 0..m step 4, j in 0..n step 8:
 *       t = C[i..i+4, j..j+8]                        8 vectors of 4 floats
 *       for p in 0..k: t += A[i..i+4, p] · B[p, j..j+8]
 *       C[i..i+4, j..j+8] = t
 *
 * m must be a multiple of 4 and n of 8. Steps are in bytes; A may be read turned round, B and C lie row by row.
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
  /** From a row of A to the next one, and from a column. */
  readonly aRow: number;
  readonly aColumn: number;
  readonly b: number;
  readonly bRow: number;
  readonly c: number;
  readonly cRow: number;
}

/** Parameters in their order, then the function's own variables: numbers, then vectors. */
const [M, N, K, A, A_ROW, A_COLUMN, B, B_ROW, C, C_ROW] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] as const;
const [I, J, P, FROM_A, FROM_B, INTO, LAST] = [10, 11, 12, 13, 14, 15, 16] as const;
const [LEFT, RIGHT, FACTOR, FIRST_SUM] = [17, 18, 19, 20] as const;

const ROWS = [0, 1, 2, 3];
const leftSum = (row: number): number => FIRST_SUM + 2 * row;
const rightSum = (row: number): number => FIRST_SUM + 2 * row + 1;

/** `multiply`, with the parameters named above. */
export function multiplyFunction(): WasmFunction {
  return {
    name: 'multiply',
    parameters: Array.from({length: I}, () => wasm.I32),
    locals: [
      ...Array.from({length: LEFT - I}, () => wasm.I32),
      ...Array.from({length: FIRST_SUM + 8 - LEFT}, () => wasm.V128),
    ],
    body: multiplyBody(),
  };
}

function multiplyBody(): Code {
  // INTO goes over the four rows of the tile of C.
  const overRows = (each: (row: number) => Code): Code =>
    code(
      ...[get(C), get(I), get(C_ROW), wasm.MULTIPLY, wasm.ADD, get(J), constant(4), wasm.MULTIPLY, wasm.ADD, set(INTO)],
      ...ROWS.flatMap((row) => [each(row), advance(INTO, get(C_ROW))]),
    );
  const tile = code(
    overRows((row) =>
      code(get(INTO), wasm.loadVector(), set(leftSum(row)), get(INTO), wasm.loadVector(16), set(rightSum(row))),
    ),
    code(get(A), get(I), get(A_ROW), wasm.MULTIPLY, wasm.ADD, set(FROM_A)),
    code(get(B), get(J), constant(4), wasm.MULTIPLY, wasm.ADD, set(FROM_B)),
    code(get(K), set(P)),
    wasm.loop(
      code(get(FROM_B), wasm.loadVector(), set(LEFT), get(FROM_B), wasm.loadVector(16), set(RIGHT)),
      code(get(FROM_A), set(LAST)),
      ...ROWS.map(addProducts),
      advance(FROM_A, get(A_COLUMN)),
      advance(FROM_B, get(B_ROW)),
      code(get(P), constant(1), wasm.SUBTRACT, set(P), get(P)),
    ),
    overRows((row) =>
      code(get(INTO), get(leftSum(row)), wasm.storeVector(), get(INTO), get(rightSum(row)), wasm.storeVector(16)),
    ),
  );
  const overTiles = wasm.loop(tile, advance(J, constant(8)), code(get(J), get(N), wasm.IS_LESS));
  return wasm.loop(code(constant(0), set(J)), overTiles, advance(I, constant(4)), code(get(I), get(M), wasm.IS_LESS));
}

/** Adds what a number of A and a row of B make. */
function addProducts(row: number): Code {
  const add = (sum: number, of: number): Code =>
    code(get(sum), get(FACTOR), get(of), wasm.MULTIPLY_FLOATS, wasm.ADD_FLOATS, set(sum));
  return code(
    code(get(LAST), wasm.LOAD_SPLAT, set(FACTOR)),
    add(leftSum(row), LEFT),
    add(rightSum(row), RIGHT),
    row < 3 ? advance(LAST, get(A_ROW)) : [],
  );
}
