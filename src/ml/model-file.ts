/**
 * A model as one file, the same bytes for the same model:
 *
 *     0   8 bytes   "mlpmodel"
 *     8   uint32    version of this layout, 1
 *     12  uint32    CRC-32 of all bytes from 16 to the end
 *     16  uint32    length of the header in bytes
 *     20  uint32    length of the whole file
 *     24  header    JSON (UTF-8): the model, each array as {"$array": [type, offset, length]}
 *     ..  arrays    little-endian, each at an offset (from the end of the header) that 8 divides
 *
 * JSON alone would take 4 times the bytes for millions of nodes and seconds to read; ONNX holds no calibration table, no
 * settings and no names of columns in a place that every tool reads.
 */
import {isJsonObject, type Json} from '../base/json.ts';
import {crc32} from './crc32.ts';
import type {Model} from './model.ts';

const MAGIC = 'mlpmodel';
const VERSION = 1;
const PREFIX_BYTES = 24;
const CHECKED_FROM = 16;
const ARRAY = '$array';

const ARRAY_TYPES = {Uint8Array, Uint16Array, Uint32Array, Int32Array, Float32Array, Float64Array} as const;
type ArrayTypeName = keyof typeof ARRAY_TYPES;
type ModelArray = InstanceType<(typeof ARRAY_TYPES)[ArrayTypeName]>;

const aligned = (offset: number): number => Math.ceil(offset / 8) * 8;

/** The bytes of a model file. */
export function encodeModel(model: Model): Uint8Array {
  const arrays: {readonly array: ModelArray; readonly offset: number}[] = [];
  let size = 0;
  const text = JSON.stringify(model, (_key, value: unknown) => {
    const type = arrayTypeOf(value);
    if (type === undefined) return value;
    const array = value as ModelArray;
    const offset = size;
    arrays.push({array, offset});
    size = aligned(offset + array.byteLength);
    return {[ARRAY]: [type, offset, array.length]};
  });
  const header = new TextEncoder().encode(text);
  const start = aligned(PREFIX_BYTES + header.length);
  const bytes = new Uint8Array(start + size);
  bytes.set(new TextEncoder().encode(MAGIC));
  bytes.set(header, PREFIX_BYTES);
  for (const {array, offset} of arrays)
    bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), start + offset);
  const view = new DataView(bytes.buffer);
  view.setUint32(8, VERSION, true);
  view.setUint32(16, header.length, true);
  view.setUint32(20, bytes.length, true);
  view.setUint32(12, crc32(bytes.subarray(CHECKED_FROM)), true);
  return bytes;
}

/**
 * The model of a file. Its arrays are views of `bytes` where their place in memory allows it.
 * @param name of the file, for messages.
 * @throws Error with a sentence for the user when the file is no model, cut short, changed, or of a later layout
 */
export function decodeModel(bytes: Uint8Array, name = 'the model'): Model {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < PREFIX_BYTES || new TextDecoder().decode(bytes.subarray(0, 8)) !== MAGIC) {
    throw new Error(`${name} is no model file of mlp: it does not begin with \`${MAGIC}\``);
  }
  const version = view.getUint32(8, true);
  if (version > VERSION) {
    throw new Error(
      `${name} has version ${version} of the model file, and this mlp reads versions up to ${VERSION}: use a newer mlp`,
    );
  }
  const length = view.getUint32(20, true);
  if (length !== bytes.length) {
    throw new Error(`${name} is damaged: it should have ${length} bytes and has ${bytes.length}; train it again`);
  }
  if (view.getUint32(12, true) !== crc32(bytes.subarray(CHECKED_FROM))) {
    throw new Error(`${name} is damaged: its checksum does not fit its content; train it again`);
  }
  const headerLength = view.getUint32(16, true);
  const start = aligned(PREFIX_BYTES + headerLength);
  if (start > bytes.length) throw new Error(`${name} is damaged: its header is longer than the file; train it again`);
  const text = new TextDecoder().decode(bytes.subarray(PREFIX_BYTES, PREFIX_BYTES + headerLength));
  return JSON.parse(text, (_key, value: Json): unknown =>
    isArrayMark(value) ? arrayAt(bytes, start, value[ARRAY]) : value,
  ) as Model;
}

function arrayTypeOf(value: unknown): ArrayTypeName | undefined {
  return ArrayBuffer.isView(value)
    ? (Object.keys(ARRAY_TYPES) as ArrayTypeName[]).find((name) => value instanceof ARRAY_TYPES[name])
    : undefined;
}

function isArrayMark(value: Json): value is {readonly [ARRAY]: readonly [ArrayTypeName, number, number]} {
  return isJsonObject(value) && Array.isArray(value[ARRAY]);
}

function arrayAt(
  bytes: Uint8Array,
  start: number,
  [type, offset, length]: readonly [ArrayTypeName, number, number],
): ModelArray {
  const Type = ARRAY_TYPES[type];
  const from = bytes.byteOffset + start + offset;
  if (from % Type.BYTES_PER_ELEMENT === 0) return new Type(bytes.buffer as ArrayBuffer, from, length);
  return new Type(bytes.slice(start + offset, start + offset + length * Type.BYTES_PER_ELEMENT).buffer, 0, length);
}
