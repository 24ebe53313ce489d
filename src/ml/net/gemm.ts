/**
 * Products of matrices of 32-bit floats, the one heavy piece of a net: C += A · B, in WebAssembly with 128-bit vectors, which
 * is twenty times as fast as the same loops in JavaScript. The module is put together here, instruction by instruction,
 * so that there is neither a binary in the source nor a compiler in the build. In other words:
 *
 *     for i in 0..m step 4, j in 0..n step 8:
 *       t = C[i..i+4, j..j+8]                        8 vectors of 4 floats
 *       for p in 0..k: t += A[i..i+4, p] · B[p, j..j+8]
 *       C[i..i+4, j..j+8] = t
 *
 * m must be a multiple of 4 and n of 8. Steps are in bytes; A may be read turned round, B and C lie row by row. The binary
 * format is that of the WebAssembly Core Specification 2.0, chapter 5.
 */

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

export interface Gemm {
  readonly memory: ArrayBuffer;
  multiply(product: Product): void;
}

interface WebAssemblyNames {
  readonly Memory: new (size: {initial: number}) => {readonly buffer: ArrayBuffer};
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (
    module: object,
    imports: object,
  ) => {readonly exports: {readonly multiply: (...numbers: number[]) => void}};
}

const PAGE_BYTES = 65_536;

/** @param bytes of the memory that products are made in. */
export function createGemm(bytes: number): Gemm {
  const {Memory, Module, Instance} = (globalThis as unknown as {readonly WebAssembly: WebAssemblyNames}).WebAssembly;
  const memory = new Memory({initial: Math.ceil(bytes / PAGE_BYTES)});
  const {exports} = new Instance(new Module(moduleBytes()), {host: {memory}});
  return {
    memory: memory.buffer,
    multiply: ({m, n, k, a, aRow, aColumn, b, bRow, c, cRow}) => {
      exports.multiply(m, n, k, a, aRow, aColumn, b, bRow, c, cRow);
    },
  };
}

// Types and instructions by their names in the specification.
const I32 = 0x7f;
const V128 = 0x7b;
const vector = (code: number): number[] => [0xfd, ...unsigned(code)];
const get = (local: number): number[] => [0x20, ...unsigned(local)];
const set = (local: number): number[] => [0x21, ...unsigned(local)];
const constant = (value: number): number[] => [0x41, ...signed(value)];
const ADD = [0x6a];
const SUBTRACT = [0x6b];
const MULTIPLY = [0x6c];
const IS_LESS = [0x49];
const loadVector = (offset: number): number[] => [...vector(0x00), 4, ...unsigned(offset)];
const LOAD_SPLAT = [...vector(0x09), 2, 0];
const storeVector = (offset: number): number[] => [...vector(0x0b), 4, ...unsigned(offset)];
const MULTIPLY_FLOATS = vector(0xe6);
const ADD_FLOATS = vector(0xe4);
/** Repeats while `condition` leaves a number that is not 0. */
const loop = (...body: number[][]): number[] => [0x03, 0x40, ...body.flat(), 0x0d, 0, 0x0b];

/** Parameters in their order, then the function's own variables. */
const [M, N, K, A, A_ROW, A_COLUMN, B, B_ROW, C, C_ROW] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] as const;
const [I, J, P, FROM_A, FROM_B, INTO, LAST] = [10, 11, 12, 13, 14, 15, 16] as const;
const [LEFT, RIGHT, FACTOR] = [17, 18, 19] as const;
const FIRST_SUM = 20;

const ROWS = [0, 1, 2, 3];
const leftSum = (row: number): number => FIRST_SUM + 2 * row;
const rightSum = (row: number): number => FIRST_SUM + 2 * row + 1;

/** sum += FACTOR · vector */
const addProduct = (sum: number, of: number): number[] =>
  [get(sum), get(FACTOR), get(of), MULTIPLY_FLOATS, ADD_FLOATS, set(sum)].flat();
const advance = (local: number, by: number[]): number[] => [...get(local), ...by, ...ADD, ...set(local)];

function body(): number[] {
  // INTO goes over the four rows of the tile of C.
  const overRows = (each: (row: number) => number[]): number[] => [
    ...[get(C), get(I), get(C_ROW), MULTIPLY, ADD, get(J), constant(4), MULTIPLY, ADD, set(INTO)].flat(),
    ...ROWS.flatMap((row) => [...each(row), ...advance(INTO, get(C_ROW))]),
  ];
  const tile = [
    overRows((row) =>
      [get(INTO), loadVector(0), set(leftSum(row)), get(INTO), loadVector(16), set(rightSum(row))].flat(),
    ),
    [get(A), get(I), get(A_ROW), MULTIPLY, ADD, set(FROM_A)].flat(),
    [get(B), get(J), constant(4), MULTIPLY, ADD, set(FROM_B)].flat(),
    [...get(K), ...set(P)],
    loop(
      [get(FROM_B), loadVector(0), set(LEFT), get(FROM_B), loadVector(16), set(RIGHT)].flat(),
      [...get(FROM_A), ...set(LAST)],
      ROWS.flatMap((row) => [
        ...[get(LAST), LOAD_SPLAT, set(FACTOR)].flat(),
        ...addProduct(leftSum(row), LEFT),
        ...addProduct(rightSum(row), RIGHT),
        ...(row < 3 ? advance(LAST, get(A_ROW)) : []),
      ]),
      advance(FROM_A, get(A_COLUMN)),
      advance(FROM_B, get(B_ROW)),
      [get(P), constant(1), SUBTRACT, set(P), get(P)].flat(),
    ),
    overRows((row) =>
      [get(INTO), get(leftSum(row)), storeVector(0), get(INTO), get(rightSum(row)), storeVector(16)].flat(),
    ),
  ].flat();
  const overColumns = loop(tile, advance(J, constant(8)), [...get(J), ...get(N), ...IS_LESS]);
  const overTiles = loop([...constant(0), ...set(J)], overColumns, advance(I, constant(4)), [
    ...get(I),
    ...get(M),
    ...IS_LESS,
  ]);
  return [...overTiles, 0x0b];
}

function moduleBytes(): Uint8Array {
  const section = (id: number, content: number[]): number[] => [id, ...unsigned(content.length), ...content];
  const name = (text: string): number[] => [...unsigned(text.length), ...new TextEncoder().encode(text)];
  const locals = [2, ...unsigned(LAST - C_ROW), I32, ...unsigned(FIRST_SUM + 8 - LEFT), V128];
  const code = [...locals, ...body()];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    // One type of function: ten numbers, no result.
    ...section(1, [1, 0x60, 10, ...Array.from({length: 10}, () => I32), 0]),
    ...section(2, [1, ...name('host'), ...name('memory'), 0x02, 0x00, 1]),
    ...section(3, [1, 0]),
    ...section(7, [1, ...name('multiply'), 0x00, 0]),
    ...section(10, [1, ...unsigned(code.length), ...code]),
  ]);
}

/** LEB128. */
function unsigned(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

function signed(value: number): number[] {
  return value >= -64 && value < 64 ? [value & 0x7f] : [(value & 0x7f) | 0x80, ...signed(value >> 7)];
}
