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
/** One float in memory, four times. */
export const LOAD_SPLAT = [...vector(0x09), 2, 0];
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
export const code = (...parts: readonly Code[]): Code => parts.flat();
export const advance = (local: number, by: Code): Code => code(get(local), by, ADD, set(local));
/** Repeats while `body` leaves a number that is not 0. */
export const loop = (...body: readonly Code[]): Code => [0x03, 0x40, ...code(...body), 0x0d, 0, 0x0b];

/** The functions, working in a memory of so many bytes. */
export function instantiate(functions: readonly WasmFunction[], bytes: number) {
  const {Memory, Module, Instance} = (globalThis as unknown as {readonly WebAssembly: WebAssemblyNames}).WebAssembly;
  const memory = new Memory({initial: Math.ceil(bytes / PAGE_BYTES)});
  const {exports} = new Instance(new Module(moduleBytes(functions)), {host: {memory}});
  return {memory: memory.buffer, exports};
}

function moduleBytes(functions: readonly WasmFunction[]): Uint8Array {
  const list = (items: readonly Code[]): Code => [...unsigned(items.length), ...items.flat()];
  const section = (id: number, content: Code): Code => [id, ...unsigned(content.length), ...content];
  const name = (text: string): Code => list([...new TextEncoder().encode(text)].map((byte) => [byte]));
  const types = functions.map(({parameters}) => [0x60, ...list(parameters.map((type) => [type])), 0]);
  const bodies = functions.map(({locals, body}) => {
    const whole = [...list(locals.map((type) => [1, type])), ...body, 0x0b];
    return [...unsigned(whole.length), ...whole];
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
