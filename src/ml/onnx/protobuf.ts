/** Messages in the wire format of Protocol Buffers: what ONNX files are written in. Encoding guide, protobuf.dev. */

/** Bytes as a list of pieces, so that a message within a message is not copied at each level. */
export class Message {
  readonly #pieces: Uint8Array[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** A whole number of any integer type; negative ones take ten bytes. */
  integer(field: number, value: number | bigint): this {
    return this.#add(varint((BigInt(field) << 3n) | 0n)).#add(varint(BigInt(value)));
  }

  float(field: number, value: number): this {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setFloat32(0, value, true);
    return this.#add(varint((BigInt(field) << 3n) | 5n)).#add(bytes);
  }

  text(field: number, value: string): this {
    return this.bytes(field, new TextEncoder().encode(value));
  }

  bytes(field: number, value: Uint8Array): this {
    return this.#add(varint((BigInt(field) << 3n) | 2n))
      .#add(varint(BigInt(value.length)))
      .#add(value);
  }

  message(field: number, value: Message): this {
    this.#add(varint((BigInt(field) << 3n) | 2n)).#add(varint(BigInt(value.length)));
    for (const piece of value.#pieces) this.#add(piece);
    return this;
  }

  /** Packed. */
  floats(field: number, values: ArrayLike<number>): this {
    return this.bytes(field, littleEndian(Float32Array.from(values)));
  }

  /** Packed; none below 0. */
  integers(field: number, values: ArrayLike<number>): this {
    const bytes = new Uint8Array(values.length * 5);
    let at = 0;
    for (let index = 0; index < values.length; index += 1) {
      let rest = values[index] as number;
      for (; rest >= 0x80; rest = Math.floor(rest / 128)) {
        bytes[at] = (rest % 128) | 0x80;
        at += 1;
      }
      bytes[at] = rest;
      at += 1;
    }
    return this.bytes(field, bytes.subarray(0, at));
  }

  end(): Uint8Array {
    const bytes = new Uint8Array(this.#length);
    let at = 0;
    for (const piece of this.#pieces) {
      bytes.set(piece, at);
      at += piece.length;
    }
    return bytes;
  }

  #add(piece: Uint8Array): this {
    this.#pieces.push(piece);
    this.#length += piece.length;
    return this;
  }
}

function varint(value: bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, value);
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}

/** The bytes of an array; every machine that Node runs on has little-endian numbers. */
export const littleEndian = (array: Float32Array | Float64Array | BigInt64Array): Uint8Array =>
  new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
