/**
 * LZ4 frames, in which pandas and pyarrow compress Feather files unless told otherwise. After the LZ4 frame format 1.6.3 and
 * the LZ4 block format; checksums are not checked, dictionaries are not used by Arrow.
 */

const MAGIC = 0x184d2204;
const LEAST_MATCH = 4;

/** @throws Error when the bytes are no sound frame */
export function decodeLz4(frame: Uint8Array): Uint8Array {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.length);
  if (frame.length < 7 || view.getUint32(0, true) !== MAGIC) throw new Error('no LZ4 frame');
  const flags = view.getUint8(4);
  const hasBlockChecksums = (flags & 0x10) !== 0;
  const hasSize = (flags & 0x08) !== 0;
  const output = new Output(hasSize ? Number(view.getBigUint64(6, true)) : frame.length * 4);
  for (let at = hasSize ? 15 : 7; ;) {
    const size = view.getUint32(at, true);
    at += 4;
    if (size === 0) return output.bytes();
    const length = size & 0x7fffffff;
    const block = frame.subarray(at, at + length);
    if (block.length < length) throw new Error('an LZ4 block is cut off');
    // The highest bit says that the block did not get smaller and stands as it is.
    if (size >>> 31 === 1) output.add(block);
    else decodeBlock(block, output);
    at += length + (hasBlockChecksums ? 4 : 0);
  }
}

function decodeBlock(block: Uint8Array, output: Output): void {
  let at = 0;
  /** A length of 15 goes on in the following bytes, until one is not 255. */
  const lengthFrom = (nibble: number): number => {
    let length = nibble;
    for (let more = nibble === 15 ? 255 : 0; more === 255;) {
      more = block[at++] ?? 0;
      length += more;
    }
    return length;
  };
  while (at < block.length) {
    const token = block[at++] ?? 0;
    const literals = lengthFrom(token >> 4);
    if (at + literals > block.length) throw new Error('an LZ4 block is damaged');
    output.add(block.subarray(at, at + literals));
    at += literals;
    // The last sequence has no match.
    if (at >= block.length) return;
    const distance = (block[at] ?? 0) | ((block[at + 1] ?? 0) << 8);
    at += 2;
    output.repeat(distance, lengthFrom(token & 15) + LEAST_MATCH);
  }
}

/** What was decoded so far; matches reach back into it, also beyond their own block. */
class Output {
  #bytes: Uint8Array;
  #length = 0;

  constructor(size: number) {
    this.#bytes = new Uint8Array(size);
  }

  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  add(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** A match may overlap itself, so it is copied byte by byte. */
  repeat(distance: number, length: number): void {
    if (distance === 0 || distance > this.#length) throw new Error('an LZ4 block is damaged');
    this.#reserve(length);
    for (let from = this.#length - distance, left = length; left > 0; left -= 1) {
      this.#bytes[this.#length++] = this.#bytes[from++] ?? 0;
    }
  }

  #reserve(length: number): void {
    if (this.#length + length <= this.#bytes.length) return;
    const longer = new Uint8Array(Math.max(this.#length + length, this.#bytes.length * 2));
    longer.set(this.#bytes);
    this.#bytes = longer;
  }
}
