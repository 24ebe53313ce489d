/**
 * Probabilities of two classes in WebAssembly, two rows at a time. e^x for x ≤ 0 is that of fdlibm (Sun Microsystems 1993),
 * which V8's Math.exp is too, without its special cases: x = k · ln 2 + r, then a rational approximation of e^r, then · 2^k.
 */
import * as wasm from '../web-assembly.ts';
import {advance, code, constant, get, set, type Code, type WasmFunction} from '../web-assembly.ts';

const LN2_HIGH = 6.93147180369123816e-1;
const LN2_LOW = 1.9082149292705877e-10;
/** From the highest power down. */
const POLYNOMIAL = [
  4.13813679705723846e-8, -1.65339022054652515e-6, 6.61375632143793436e-5, -2.77777777770155934e-3,
  1.66666666666666019e-1,
];
/** e to this is 0. */
const LEAST = -746;

const number = wasm.vectorOfDouble;
const plus = (one: Code, other: Code): Code => code(one, other, wasm.ADD_DOUBLES);
const minus = (one: Code, other: Code): Code => code(one, other, wasm.SUBTRACT_DOUBLES);
const times = (one: Code, other: Code): Code => code(one, other, wasm.MULTIPLY_DOUBLES);
const over = (one: Code, other: Code): Code => code(one, other, wasm.DIVIDE_DOUBLES);

/** `logistic`: from pointers to scores, their end, and probabilities. */
export function logistic(): WasmFunction {
  const [scores, end, probabilities] = [0, 1, 2] as const;
  const [score, x, k, high, low, r, square, c, exponent, half, small, p, q] = [
    3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
  ] as const;
  const polynomial = POLYNOMIAL.reduce<Code>(
    (sum, coefficient) => (sum.length === 0 ? number(coefficient) : plus(times(sum, get(square)), number(coefficient))),
    [],
  );
  /** 2 to the power of whole numbers: those are the exponents of doubles, less 1023. */
  const powerOf = (exponents: Code): Code =>
    code(exponents, wasm.WIDEN_INTEGERS, constant(52), wasm.SHIFT_LEFT, number(1), wasm.ADD_WIDE_INTEGERS);
  const exponential = code(
    code(get(score), wasm.ABSOLUTE_DOUBLES, wasm.NEGATE_DOUBLES, number(LEAST), wasm.GREATER_DOUBLES, set(x)),
    code(minus(times(get(x), number(Math.LOG2E)), number(0.5)), wasm.TRUNCATE_DOUBLES, set(k)),
    code(minus(get(x), times(get(k), number(LN2_HIGH))), set(high)),
    code(times(get(k), number(LN2_LOW)), set(low)),
    code(minus(get(high), get(low)), set(r)),
    code(times(get(r), get(r)), set(square)),
    code(minus(get(r), times(get(square), polynomial)), set(c)),
    code(get(k), wasm.DOUBLES_TO_INTEGERS, set(exponent)),
    // In two steps: 2^k alone may be too small for a double.
    code(get(exponent), constant(1), wasm.SHIFT_RIGHT, set(half)),
    times(
      times(
        minus(number(1), minus(minus(get(low), over(times(get(r), get(c)), minus(number(2), get(c)))), get(high))),
        powerOf(get(half)),
      ),
      powerOf(code(get(exponent), get(half), wasm.SUBTRACT_INTEGERS)),
    ),
  );
  return {
    name: 'logistic',
    parameters: [wasm.I32, wasm.I32, wasm.I32],
    locals: Array.from({length: 13}, () => wasm.V128),
    body: wasm.loop(
      code(get(scores), wasm.loadVector(), set(score)),
      code(exponential, set(small)),
      code(number(1), get(small), code(get(score), number(0), wasm.IS_DOUBLE_AT_LEAST), wasm.SELECT),
      code(plus(number(1), get(small)), wasm.DIVIDE_DOUBLES, set(p)),
      code(minus(number(1), get(p)), set(q)),
      code(get(probabilities), get(q), get(p), wasm.pickFloats(0, 1, 4, 5), wasm.storeVector()),
      code(get(probabilities), get(q), get(p), wasm.pickFloats(2, 3, 6, 7), wasm.storeVector(16)),
      advance(scores, constant(16)),
      advance(probabilities, constant(32)),
      code(get(scores), get(end), wasm.IS_LESS),
    ),
  };
}
