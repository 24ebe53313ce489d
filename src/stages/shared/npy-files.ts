/** Arrays in .npy files, read and written in pieces, so that no second copy of a large one is ever in memory. */
import type {Host} from '../../host/host.ts';
import {decodeNpyHeader, encodeNpyHeader, NPY_START_BYTES, NPY_TYPES} from '../../ml/npy.ts';
import type {NpyHeader} from '../../ml/npy.ts';

const PIECE_BYTES = 2 ** 25;

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
  files.writeAtomic(path, encodeNpyHeader({type, shape, fortranOrder: shape.length > 1}));
  for (const part of parts) {
    const bytes = new Uint8Array(part.buffer, part.byteOffset, part.byteLength);
    for (let at = 0; at < bytes.length; at += PIECE_BYTES) files.append(path, bytes.subarray(at, at + PIECE_BYTES));
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
  const size = files.stat(path)?.size;
  if (size === undefined) throw new Error(`\`${path}\` is not there`);
  const header = headerOf(files.readRange(path, 0, NPY_START_BYTES), path);
  const stored = NPY_TYPES[header.type];
  const count = header.shape.reduce((product, length) => product * length, 1);
  const wanted = header.offset + count * stored.BYTES_PER_ELEMENT;
  if (size !== wanted)
    throw new Error(`\`${path}\` is ${size < wanted ? 'cut off' : 'too long'}: it has ${size} bytes, not ${wanted}`);
  const values = make(count);
  const step = PIECE_BYTES / stored.BYTES_PER_ELEMENT;
  for (let done = 0; done < count; done += step) {
    const length = Math.min(step, count - done) * stored.BYTES_PER_ELEMENT;
    const bytes = files.readRange(path, header.offset + done * stored.BYTES_PER_ELEMENT, length);
    // A copy, because the bytes may begin anywhere, but values only at a multiple of their size.
    const piece = new stored(bytes.slice().buffer);
    if (piece instanceof BigInt64Array) for (const [at, value] of piece.entries()) values[done + at] = Number(value);
    else values.set(piece, done);
  }
  return {...header, values};
}

function headerOf(start: Uint8Array, path: string): ReturnType<typeof decodeNpyHeader> {
  try {
    return decodeNpyHeader(start);
  } catch (error) {
    throw new Error(`\`${path}\` ${error instanceof Error ? error.message : String(error)}`, {cause: error});
  }
}
