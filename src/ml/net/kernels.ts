/** The loops of a net in WebAssembly: products of matrices, and what happens to each number of a layer. */
import {gemmFunctions, multiplyBy, type Product} from './gemm.ts';
import * as wasm from '../web-assembly.ts';
import {advance, code, constant, get, set, type Code, type WasmFunction} from '../web-assembly.ts';

/** Pointers are in bytes, floats are counted; counts and widths must be multiples of 4 and not 0. */
export interface Kernels {
  readonly memory: ArrayBuffer;
  /** C += A · B. */
  multiply(product: Product): void;
  /** Writes the same row `rows` times, one after the other. */
  repeatRow(row: number, into: number, width: number, rows: number): void;
  /** Sums of the columns. */
  sumRows(from: number, into: number, width: number, rows: number): void;
  /** max(x, 0) in place, NaN stays. */
  relu(at: number, count: number): void;
  /** Zeros where the activation is not above 0. */
  mask(at: number, activations: number, count: number): void;
  /** One step of Adam, see adam.ts; `decay` times a value is added to its gradient. */
  adam(
    pointers: {readonly values: number; readonly gradients: number; readonly means: number; readonly squares: number},
    count: number,
    rate: number,
    decay: number,
  ): void;
}

/** Kingma & Ba, Adam: a method for stochastic optimization (2015), algorithm 1, with their constants. */
export const DECAY_MEAN = 0.9;
export const DECAY_SQUARE = 0.999;
const EPSILON = 1e-8;

/** @param bytes of the memory that they work in. @param ordered the most `orderedFloats` of a product */
export function createKernels(bytes: number, ordered: number): Kernels {
  const orderedAt = Math.ceil(bytes / 16) * 16;
  const functions = [...gemmFunctions(), repeatRow(), sumRows(), relu(), mask(), adam()];
  const {memory, exports} = wasm.instantiate(functions, orderedAt + 4 * ordered);
  const call = (name: string, ...numbers: readonly number[]): void => exports[name]?.(...numbers);
  return {
    memory,
    multiply: (product) => {
      multiplyBy(call, product, orderedAt);
    },
    repeatRow: (row, into, width, rows) => {
      call('repeatRow', row, into, row + 4 * width, into + 4 * width * rows);
    },
    sumRows: (from, into, width, rows) => {
      call('sumRows', from, into, into + 4 * width, 4 * width, rows);
    },
    relu: (at, count) => {
      call('relu', at, at + 4 * count);
    },
    mask: (at, activations, count) => {
      call('mask', at, at + 4 * count, activations);
    },
    adam: ({values, gradients, means, squares}, count, rate, decay) => {
      call('adam', values, values + 4 * count, gradients, means, squares, rate, decay);
    },
  };
}

const VECTOR_BYTES = constant(16);
const load = (pointer: number): Code => code(get(pointer), wasm.loadVector());
/** Repeats while a pointer is before an end. */
const until = (pointer: number, end: number, ...body: readonly Code[]): Code =>
  wasm.loop(...body, code(get(pointer), get(end), wasm.IS_LESS));
/** Goes on to the next vectors. */
const next = (...pointers: readonly number[]): Code =>
  code(...pointers.map((pointer) => advance(pointer, VECTOR_BYTES)));

function repeatRow(): WasmFunction {
  const [row, into, rowEnd, end, at] = [0, 1, 2, 3, 4] as const;
  return {
    name: 'repeatRow',
    parameters: [wasm.I32, wasm.I32, wasm.I32, wasm.I32],
    locals: [wasm.I32],
    body: until(
      into,
      end,
      code(get(row), set(at)),
      until(at, rowEnd, code(get(into), load(at), wasm.storeVector()), next(at, into)),
    ),
  };
}

function sumRows(): WasmFunction {
  const [from, into, end, step, rows, at, left, sum] = [0, 1, 2, 3, 4, 5, 6, 7] as const;
  return {
    name: 'sumRows',
    parameters: [wasm.I32, wasm.I32, wasm.I32, wasm.I32, wasm.I32],
    locals: [wasm.I32, wasm.I32, wasm.V128],
    body: until(
      into,
      end,
      code(get(from), set(at), get(rows), set(left), wasm.vectorOf(0), set(sum)),
      wasm.loop(
        code(get(sum), load(at), wasm.ADD_FLOATS, set(sum)),
        advance(at, get(step)),
        code(get(left), constant(1), wasm.SUBTRACT, set(left), get(left)),
      ),
      code(get(into), get(sum), wasm.storeVector()),
      next(from, into),
    ),
  };
}

function relu(): WasmFunction {
  const [at, end] = [0, 1] as const;
  return {
    name: 'relu',
    parameters: [wasm.I32, wasm.I32],
    locals: [],
    body: until(at, end, code(get(at), load(at), wasm.vectorOf(0), wasm.GREATER_FLOATS, wasm.storeVector()), next(at)),
  };
}

function mask(): WasmFunction {
  const [at, end, activations] = [0, 1, 2] as const;
  return {
    name: 'mask',
    parameters: [wasm.I32, wasm.I32, wasm.I32],
    locals: [],
    body: until(
      at,
      end,
      code(get(at), load(at), load(activations), wasm.vectorOf(0), wasm.IS_GREATER, wasm.AND, wasm.storeVector()),
      next(at, activations),
    ),
  };
}

function adam(): WasmFunction {
  const [values, end, gradients, means, squares, rate, decay] = [0, 1, 2, 3, 4, 5, 6] as const;
  const [value, gradient, mean, square] = [7, 8, 9, 10] as const;
  const times = (one: Code, other: Code): Code => code(one, other, wasm.MULTIPLY_FLOATS);
  const plus = (one: Code, other: Code): Code => code(one, other, wasm.ADD_FLOATS);
  const number = (parameter: number): Code => code(get(parameter), wasm.SPLAT);
  /** Moves an average by its share of what is new. */
  const averaged = (pointer: number, share: number, fresh: Code): Code =>
    plus(times(load(pointer), wasm.vectorOf(share)), times(fresh, wasm.vectorOf(1 - share)));
  const change = code(
    times(number(rate), get(mean)),
    plus(code(get(square), wasm.SQUARE_ROOTS), wasm.vectorOf(EPSILON)),
    wasm.DIVIDE_FLOATS,
  );
  return {
    name: 'adam',
    parameters: [wasm.I32, wasm.I32, wasm.I32, wasm.I32, wasm.I32, wasm.F32, wasm.F32],
    locals: [wasm.V128, wasm.V128, wasm.V128, wasm.V128],
    body: until(
      values,
      end,
      code(load(values), set(value)),
      code(plus(load(gradients), times(number(decay), get(value))), set(gradient)),
      code(averaged(means, DECAY_MEAN, get(gradient)), set(mean)),
      code(averaged(squares, DECAY_SQUARE, times(get(gradient), get(gradient))), set(square)),
      code(get(means), get(mean), wasm.storeVector(), get(squares), get(square), wasm.storeVector()),
      code(get(values), get(value), change, wasm.SUBTRACT_FLOATS, wasm.storeVector()),
      next(values, gradients, means, squares),
    ),
  };
}
