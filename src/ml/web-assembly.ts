/**
 * Puts a WebAssembly module together, instruction by instruction, so that there is neither a binary in the source nor a
 * compiler in the build. The format is that of the WebAssembly Core Specification 2.0, chapter 5; names are those used there.
 */

/** Bytes of instructions. */
export type Code = readonly number[];

/** A function that gives nothing back. Parameters come first in the numbering of its variables. */
export interface WasmFunction {
  readonly name: string;
  readonly parameters: readonly number[];
  readonly locals: readonly number[];
  readonly body: Code;
}

interface WebAssemblyNames {
  readonly Memory: new (size: {initial: number}) => {readonly buffer: ArrayBuffer};
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (
    module: object,
    imports: object,
  ) => {readonly exports: {readonly [name: string]: (...numbers: number[]) => void}};
}

const PAGE_BYTES = 65_536;

export const [I32, F32, V128] = [0x7f, 0x7d, 0x7b] as const;

const vector = (code: number): Code => [0xfd, ...unsigned(code)];
export const get = (local: number): Code => [0x20, ...unsigned(local)];
export const set = (local: number): Code => [0x21, ...unsigned(local)];
export const constant = (value: number): Code => [0x41, ...signed(value)];
export const ADD = [0x6a];
export const SUBTRACT = [0x6b];
export const MULTIPLY = [0x6c];
export const IS_LESS = [0x49];
export const loadVector = (offset = 0): Code => [...vector(0x00), 4, ...unsigned(offset)];
export const storeVector = (offset = 0): Code => [...vector(0x0b), 4, ...unsigned(offset)];
/** Two floats, then zeros. */
export const loadHalf = (offset = 0): Code => [...vector(0x5d), 3, ...unsigned(offset)];
/** One double in memory, twice. */
export const loadDoubleSplat = (offset = 0): Code => [...vector(0x0a), 3, ...unsigned(offset)];
/** Picks four of the eight floats of two vectors. */
export const pickFloats = (...lanes: readonly [number, number, number, number]): Code => [
  ...vector(0x0d),
  ...lanes.flatMap((lane) => [0, 1, 2, 3].map((byte) => 4 * lane + byte)),
];
/** The first two floats as doubles. */
export const FLOATS_TO_DOUBLES = vector(0x5f);
export const ABSOLUTE_DOUBLES = vector(0xec);
export const NEGATE_DOUBLES = vector(0xed);
export const ADD_DOUBLES = vector(0xf0);
export const SUBTRACT_DOUBLES = vector(0xf1);
export const MULTIPLY_DOUBLES = vector(0xf2);
export const DIVIDE_DOUBLES = vector(0xf3);
/** The greater one of each two, NaN when one is. */
export const GREATER_DOUBLES = vector(0xf5);
export const IS_DOUBLE_AT_LEAST = vector(0x4c);
/** Without what is behind the point. */
export const TRUNCATE_DOUBLES = vector(0x7a);
/** Two doubles as whole numbers of 32 bits, then zeros. */
export const DOUBLES_TO_INTEGERS = vector(0xfc);
/** The first two of four whole numbers, with 64 bits. */
export const WIDEN_INTEGERS = vector(0xc7);
export const ADD_WIDE_INTEGERS = vector(0xce);
export const SUBTRACT_INTEGERS = vector(0xb1);
/** Shifts whole numbers of 32 bits to the right, keeping their sign, and of 64 bits to the left. */
export const SHIFT_RIGHT = vector(0xac);
export const SHIFT_LEFT = vector(0xcb);
/** Of three vectors a, b, c: the bits of a where c has ones, else those of b. */
export const SELECT = vector(0x52);
/** A vector of zeros. */
export const ZEROS: Code = [...vector(0x0c), ...new Uint8Array(16)];
/** One float in memory, four times. */
export const loadSplat = (offset = 0): Code => [...vector(0x09), 2, ...unsigned(offset)];
export const SPLAT = vector(0x13);
export const AND = vector(0x4e);
export const IS_GREATER = vector(0x44);
export const SQUARE_ROOTS = vector(0xe3);
export const ADD_FLOATS = vector(0xe4);
export const SUBTRACT_FLOATS = vector(0xe5);
export const MULTIPLY_FLOATS = vector(0xe6);
export const DIVIDE_FLOATS = vector(0xe7);
/** Of two vectors a, b: b where a < b, else a. */
export const GREATER_FLOATS = vector(0xeb);
const floatBytes = (value: number): Code => [...new Uint8Array(Float32Array.of(value).buffer)];
/** A vector of one number. */
export const vectorOf = (value: number): Code => [0x43, ...floatBytes(value), ...SPLAT];
/** A vector of one double. */
export const vectorOfDouble = (value: number): Code => [
  0x44,
  ...new Uint8Array(Float64Array.of(value).buffer),
  ...vector(0x14),
];
export const code = (...parts: readonly Code[]): Code => ([] as Code).concat(...parts);
export const advance = (local: number, by: Code): Code => code(get(local), by, ADD, set(local));
/** Repeats while `body` leaves a number that is not 0. */
export const loop = (...body: readonly Code[]): Code => code([0x03, 0x40], ...body, [0x0d, 0, 0x0b]);

/** The functions, working in a memory of so many bytes. */
export function instantiate(functions: readonly WasmFunction[], bytes: number) {
  const {Memory, Module, Instance} = (globalThis as unknown as {readonly WebAssembly: WebAssemblyNames}).WebAssembly;
  const memory = new Memory({initial: Math.ceil(bytes / PAGE_BYTES)});
  const {exports} = new Instance(new Module(moduleBytes(functions)), {host: {memory}});
  return {memory: memory.buffer, exports};
}

function moduleBytes(functions: readonly WasmFunction[]): Uint8Array {
  const list = (items: readonly Code[]): Code => code(unsigned(items.length), ...items);
  const section = (id: number, content: Code): Code => code([id], unsigned(content.length), content);
  const name = (text: string): Code => list([...new TextEncoder().encode(text)].map((byte) => [byte]));
  const types = functions.map(({parameters}) => [0x60, ...list(parameters.map((type) => [type])), 0]);
  const bodies = functions.map(({locals, body}) => {
    const whole = code(list(locals.map((type) => [1, type])), body, [0x0b]);
    return code(unsigned(whole.length), whole);
  });
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, list(types)),
    ...section(2, [1, ...name('host'), ...name('memory'), 0x02, 0x00, 1]),
    ...section(3, list(functions.map((_, index) => unsigned(index)))),
    ...section(7, list(functions.map((one, index) => [...name(one.name), 0x00, ...unsigned(index)]))),
    ...section(10, list(bodies)),
  ]);
}

/** LEB128. */
function unsigned(value: number): Code {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

function signed(value: number): Code {
  return value >= -64 && value < 64 ? [value & 0x7f] : [(value & 0x7f) | 0x80, ...signed(value >> 7)];
}
