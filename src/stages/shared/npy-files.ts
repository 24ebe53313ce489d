/** Arrays in .npy files, read and written in pieces, so that no second copy of a large one is ever in memory. */
import type {Host} from '../../host/host.ts';
import {decodeNpyHeader, encodeNpyHeader, NPY_START_BYTES, NPY_TYPES} from '../../ml/npy.ts';
import type {NpyHeader} from '../../ml/npy.ts';

const PIECE_BYTES = 2 ** 22;

/**
 * Writes an array in Fortran order.
 * @param parts 32-bit values, one after the other; together as many as the shape says.
 */
export function writeNpy(
  {files}: Host,
  path: string,
  {type, shape}: {readonly type: '<f4' | '<i4'; readonly shape: readonly number[]},
  parts: readonly (Float32Array | Int32Array | Uint32Array)[],
): void {
  const file = files.openWrite(path);
  try {
    file.write(encodeNpyHeader({type, shape, fortranOrder: shape.length > 1}));
    for (const part of parts) {
      const bytes = new Uint8Array(part.buffer, part.byteOffset, part.byteLength);
      for (let at = 0; at < bytes.length; at += PIECE_BYTES) file.write(bytes.subarray(at, at + PIECE_BYTES));
    }
    file.finish();
  } catch (error) {
    file.discard();
    throw error;
  }
}

/**
 * Reads the values in the order in which they lie in the file, turned into the type of `make(count)`.
 * @throws Error with a sentence when the file is not there, not whole or no .npy file
 */
export function readNpy<Values extends Float32Array | Uint32Array>(
  {files}: Host,
  path: string,
  make: (count: number) => Values,
): NpyHeader & {readonly values: Values} {
  const file = files.openRead(path);
  try {
    const start = new Uint8Array(NPY_START_BYTES);
    const header = headerOf(start.subarray(0, file.read(start, 0)), path);
    const stored = NPY_TYPES[header.type];
    const count = header.shape.reduce((product, length) => product * length, 1);
    const wanted = header.offset + count * stored.BYTES_PER_ELEMENT;
    if (file.size !== wanted) {
      const trouble = file.size < wanted ? 'cut off' : 'too long';
      throw new Error(`\`${path}\` is ${trouble}: it has ${file.size} bytes, not ${wanted}`);
    }
    const values = make(count);
    const buffer = new ArrayBuffer(Math.min(PIECE_BYTES, count * stored.BYTES_PER_ELEMENT));
    for (let done = 0; done < count;) {
      const length = Math.min(PIECE_BYTES / stored.BYTES_PER_ELEMENT, count - done);
      const bytes = new Uint8Array(buffer, 0, length * stored.BYTES_PER_ELEMENT);
      if (file.read(bytes, header.offset + done * stored.BYTES_PER_ELEMENT) < bytes.length)
        throw new Error(`\`${path}\` was cut off while it was read`);
      const piece = new stored(buffer, 0, length);
      if (piece instanceof BigInt64Array) for (const [at, value] of piece.entries()) values[done + at] = Number(value);
      else values.set(piece, done);
      done += length;
    }
    return {...header, values};
  } finally {
    file.close();
  }
}

function headerOf(start: Uint8Array, path: string): ReturnType<typeof decodeNpyHeader> {
  try {
    return decodeNpyHeader(start);
  } catch (error) {
    throw new Error(`\`${path}\` ${error instanceof Error ? error.message : String(error)}`, {cause: error});
  }
}
