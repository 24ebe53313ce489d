/**
 * The frames of Arrow IPC: a stream of messages, each `FFFFFFFF, length, metadata (a flatbuffer), body`. A file is the same stream
 * between two `ARROW1`, with a footer that says where the messages are; it is read as the stream that it is.
 */

export interface Message {
  /** 1 schema, 2 dictionary, 3 record batch. */
  readonly kind: number;
  /** The whole message, to be kept. */
  readonly bytes: Uint8Array;
}

export const SCHEMA = 1;
export const DICTIONARY = 2;

const MAGIC = 'ARROW1';

/** What is cut off or no Arrow at all. */
export class BadArrow extends Error {}

export async function* messagesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Message, void> {
  const reader = new Pieces(chunks);
  try {
    yield* messagesIn(reader);
  } finally {
    // Whoever wants no more messages, or found a bad one, has the file closed.
    await reader.close();
  }
}

async function* messagesIn(reader: Pieces): AsyncGenerator<Message, void> {
  const start = await reader.peek(8);
  const isFile = textAt(start, 0, 6) === MAGIC;
  if (isFile) await reader.take(8);
  for (;;) {
    const prefix = await reader.peek(8);
    if (prefix.length === 0 && !isFile) return;
    if (prefix.length < 4) throw new BadArrow('it ends in the middle');
    const view = new DataView(prefix.buffer, prefix.byteOffset, prefix.length);
    // Before version 0.15 there was no FFFFFFFF.
    const hasMark = view.getInt32(0, true) === -1;
    if (hasMark && prefix.length < 8) throw new BadArrow('it ends in the middle');
    const headLength = hasMark ? 8 : 4;
    const metadataLength = view.getInt32(headLength - 4, true);
    if (metadataLength === 0) {
      if (isFile) await checkEnd(reader);
      return;
    }
    if (metadataLength < 0) throw new BadArrow('a message has no sound length');
    const head = await reader.peek(headLength + metadataLength);
    if (head.length < headLength + metadataLength) throw new BadArrow('it ends in the middle');
    const {kind, bodyLength} = headerOf(head.subarray(headLength));
    if (bodyLength < 0) throw new BadArrow('a message has no sound length');
    const length = headLength + metadataLength + bodyLength;
    const bytes = await reader.take(length);
    if (bytes.length < length) throw new BadArrow('it ends in the middle');
    yield {kind, bytes};
  }
}

async function checkEnd(reader: Pieces): Promise<void> {
  let end = '';
  for (let piece = await reader.take(4096); piece.length > 0; piece = await reader.take(4096)) {
    end = (end + textAt(piece, 0, piece.length)).slice(-MAGIC.length);
  }
  if (end !== MAGIC) throw new BadArrow('its end is missing');
}

const textAt = (bytes: Uint8Array, from: number, to: number): string =>
  String.fromCharCode(...bytes.subarray(from, to));

/** Where field `index` of the table at `table` of a flatbuffer lies, 0 when it has its default. */
export function fieldAt(view: DataView, table: number, index: number): number {
  const fields = table - view.getInt32(table, true);
  const slot = 4 + index * 2;
  const offset = slot < view.getUint16(fields, true) ? view.getUint16(fields + slot, true) : 0;
  return offset === 0 ? 0 : table + offset;
}

/** Of a message: the fields of its table are version, kind, header, length of its body. */
function headerOf(metadata: Uint8Array): {readonly kind: number; readonly bodyLength: number} {
  try {
    const view = new DataView(metadata.buffer, metadata.byteOffset, metadata.length);
    const table = view.getUint32(0, true);
    const kind = fieldAt(view, table, 1);
    const body = fieldAt(view, table, 3);
    return {
      kind: kind === 0 ? 0 : view.getUint8(kind),
      bodyLength: body === 0 ? 0 : Number(view.getBigInt64(body, true)),
    };
  } catch (error) {
    throw new BadArrow('a message is not sound', {cause: error});
  }
}

/** Chunks as bytes that can be asked for in any number. */
class Pieces {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #buffer = new Uint8Array(0);
  #start = 0;
  #end = 0;

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** The next bytes, fewer than `length` only at the end; they stay. */
  async peek(length: number): Promise<Uint8Array> {
    while (this.#end - this.#start < length) {
      const {done, value} = await this.#chunks.next();
      if (done === true) break;
      this.#add(value);
    }
    return this.#buffer.subarray(this.#start, Math.min(this.#end, this.#start + length));
  }

  /** The next bytes as a copy of their own, taken away. */
  async take(length: number): Promise<Uint8Array> {
    const bytes = (await this.peek(length)).slice();
    this.#start += bytes.length;
    return bytes;
  }

  async close(): Promise<void> {
    await this.#chunks.return?.();
  }

  #add(chunk: Uint8Array): void {
    const left = this.#end - this.#start;
    const needed = left + chunk.length;
    const from = this.#buffer.subarray(this.#start, this.#end);
    if (needed > this.#buffer.length) {
      const longer = new Uint8Array(Math.max(needed, this.#buffer.length * 2));
      longer.set(from);
      this.#buffer = longer;
    } else this.#buffer.copyWithin(0, this.#start, this.#end);
    this.#buffer.set(chunk, left);
    this.#start = 0;
    this.#end = needed;
  }
}
