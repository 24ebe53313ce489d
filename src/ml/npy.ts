/**
 * The format .npy, version 1.0, by which numpy and R read arrays as they lie in memory: the bytes `\x93NUMPY`, 1, 0, the
 * length of the header as 16 bits, the header as a Python dictionary in ASCII, then the values, little-endian. The header
 * is filled up with blanks and a line end so that the values begin at a multiple of 64 bytes.
 * https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */

/** Types of values that are read, by numpy's name; `<f4` (32-bit float) and `<i4` (32-bit integer) are also written. */
export const NPY_TYPES = {
  '<f4': Float32Array,
  '<f8': Float64Array,
  '|i1': Int8Array,
  '|u1': Uint8Array,
  '|b1': Uint8Array,
  '<i2': Int16Array,
  '<u2': Uint16Array,
  '<i4': Int32Array,
  '<u4': Uint32Array,
  '<i8': BigInt64Array,
} as const;

export type NpyType = keyof typeof NPY_TYPES;

export interface NpyHeader {
  readonly type: NpyType;
  /** Length of each dimension. */
  readonly shape: readonly number[];
  /** Whether the first index moves fastest: a matrix lies column after column. */
  readonly fortranOrder: boolean;
}

const MAGIC = '\x93NUMPY';
const ALIGNMENT = 64;
const FIXED_BYTES = 10;
/** The header of every array with few dimensions fits; a reader takes this many bytes to see how long it is. */
export const NPY_START_BYTES = 4096;

/** Everything before the values. */
export function encodeNpyHeader({type, shape, fortranOrder}: NpyHeader): Uint8Array {
  const dimensions = shape.length === 1 ? `${String(shape[0])},` : shape.join(', ');
  const order = fortranOrder ? 'True' : 'False';
  const dictionary = `{'descr': '${type}', 'fortran_order': ${order}, 'shape': (${dimensions}), }`;
  const length = Math.ceil((FIXED_BYTES + dictionary.length + 1) / ALIGNMENT) * ALIGNMENT - FIXED_BYTES;
  const text = `${MAGIC}\x01\x00${String.fromCharCode(length & 0xff, length >> 8)}${dictionary.padEnd(length - 1)}\n`;
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/**
 * @param start the first bytes of a file, NPY_START_BYTES of them or all.
 * @returns the header, and where the values begin.
 * @throws Error with a sentence that begins with what the file is
 */
export function decodeNpyHeader(start: Uint8Array): NpyHeader & {readonly offset: number} {
  const text = Array.from(start, (byte) => String.fromCharCode(byte)).join('');
  if (!text.startsWith(MAGIC)) throw new Error('is no .npy file: it does not begin with \\x93NUMPY');
  const version = start[6] ?? 0;
  if (version < 1 || version > 3) throw new Error(`is a .npy file of version ${version}, which mlp does not know`);
  const view = new DataView(start.buffer, start.byteOffset, start.byteLength);
  const fixed = version === 1 ? FIXED_BYTES : FIXED_BYTES + 2;
  if (start.length < fixed) throw new Error('is cut off: its header is not whole');
  const offset = fixed + (version === 1 ? view.getUint16(8, true) : view.getUint32(8, true));
  if (start.length < offset) throw new Error('is cut off: its header is not whole');
  const header = text.slice(fixed, offset);
  const type = /'descr':\s*'([^']*)'/.exec(header)?.[1];
  const order = /'fortran_order':\s*(True|False)/.exec(header)?.[1];
  const dimensions = /'shape':\s*\(([\d\s,]*)\)/.exec(header)?.[1];
  if (order === undefined || dimensions === undefined) throw new Error(`has a header that mlp cannot read: ${header}`);
  if (type === undefined || !(type in NPY_TYPES)) {
    throw new Error(
      `holds values of the type ${type === undefined ? 'of a record' : `\`${type}\``}: ` +
        `mlp reads ${Object.keys(NPY_TYPES).join(', ')}; write it with .astype('float32') or .astype('int32')`,
    );
  }
  const shape = dimensions
    .split(',')
    .filter((part) => part.trim() !== '')
    .map(Number);
  return {type: type as NpyType, shape, fortranOrder: order === 'True', offset};
}
