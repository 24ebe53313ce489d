/** Texts of any of the usual encodings as UTF-8 without a byte order mark, piece by piece. */

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

export const ENCODINGS: readonly Encoding[] = ['utf-8', 'utf-16le', 'utf-16be', 'windows-1252'];

/** Bytes that are not UTF-8, in a file that was taken as such. */
export class NotUtf8 extends Error {
  override readonly name = 'NotUtf8';
}

/** The bytes 0x80 to 0x9f of windows-1252; the five that it leaves open are the controls of latin-1. */
const WINDOWS_1252 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';

/**
 * By the byte order mark; else UTF-16 where every other byte is nearly always zero, UTF-8 where the bytes are valid, and
 * windows-1252, which every sequence of bytes is.
 * @param start the first bytes of the file, some thousand
 */
export function detectEncoding(start: Uint8Array): Encoding {
  if (start[0] === 0xff && start[1] === 0xfe) return 'utf-16le';
  if (start[0] === 0xfe && start[1] === 0xff) return 'utf-16be';
  const zeros = [0, 0];
  for (const [at, byte] of start.entries()) if (byte === 0) zeros[at % 2] = (zeros[at % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  if (odd > start.length / 4 && even < start.length / 16) return 'utf-16le';
  if (even > start.length / 4 && odd < start.length / 16) return 'utf-16be';
  try {
    new TextDecoder('utf-8', {fatal: true}).decode(start, {stream: true});
    return 'utf-8';
  } catch {
    return 'windows-1252';
  }
}

/** @throws NotUtf8 */
export function utf8Of(chunks: AsyncIterable<Uint8Array>, encoding: Encoding): AsyncIterable<Uint8Array> {
  if (encoding === 'utf-8') return checked(chunks);
  return encoding === 'windows-1252' ? fromWindows(chunks) : fromUtf16(chunks, encoding);
}

async function* checked(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  // Once there is anything beyond ASCII, a character may be cut by the end of a chunk: the decoder remembers it.
  let decoder: InstanceType<typeof TextDecoder> | undefined;
  const check = (bytes: Uint8Array, options: {stream: boolean}): void => {
    try {
      decoder?.decode(bytes, options);
    } catch {
      throw new NotUtf8();
    }
  };
  for await (const chunk of withoutMark(chunks)) {
    if (decoder === undefined && !isAscii(chunk)) decoder = new TextDecoder('utf-8', {fatal: true, ignoreBOM: true});
    check(chunk, {stream: true});
    yield chunk;
  }
  check(new Uint8Array(), {stream: false});
}

/** Without EF BB BF at the very beginning, where the first chunk may be shorter than that. */
async function* withoutMark(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  let start: number[] | undefined = [];
  for await (const chunk of chunks) {
    if (start === undefined) {
      yield chunk;
      continue;
    }
    if (start.length + chunk.length < 3) {
      start.push(...chunk);
      continue;
    }
    const whole: Uint8Array = start.length === 0 ? chunk : Uint8Array.of(...start, ...chunk);
    start = undefined;
    yield whole[0] === 0xef && whole[1] === 0xbb && whole[2] === 0xbf ? whole.subarray(3) : whole;
  }
  if (start !== undefined && start.length > 0) yield Uint8Array.from(start);
}

function isAscii(bytes: Uint8Array): boolean {
  // Four bytes at a time, from the first place where that is allowed.
  const from = Math.min(bytes.length, (4 - (bytes.byteOffset % 4)) % 4);
  const count = (bytes.length - from) >> 2;
  const words = count === 0 ? new Int32Array(0) : new Int32Array(bytes.buffer, bytes.byteOffset + from, count);
  let all = 0;
  const fours = count & ~3;
  for (let at = 0; at < fours; at += 4) {
    all |= (words[at] as number) | (words[at + 1] as number) | (words[at + 2] as number) | (words[at + 3] as number);
  }
  for (let at = fours; at < count; at += 1) all |= words[at] as number;
  for (let at = 0; at < from; at += 1) all |= bytes[at] as number;
  for (let at = from + count * 4; at < bytes.length; at += 1) all |= bytes[at] as number;
  return (all & 0x80808080) === 0;
}

async function* fromUtf16(
  chunks: AsyncIterable<Uint8Array>,
  encoding: 'utf-16le' | 'utf-16be',
): AsyncIterable<Uint8Array> {
  // Takes the byte order mark away by itself.
  const decoder = new TextDecoder(encoding);
  const encoder = new TextEncoder();
  // A pair of surrogates that is cut by the end of a chunk is kept by the decoder.
  for await (const chunk of chunks) yield encoder.encode(decoder.decode(chunk, {stream: true}));
  yield encoder.encode(decoder.decode());
}

async function* fromWindows(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  for await (const chunk of chunks) {
    // No character of it needs more than three bytes.
    const bytes = new Uint8Array(chunk.length * 3);
    let length = 0;
    for (const byte of chunk) {
      const code = byte >= 0x80 && byte < 0xa0 ? WINDOWS_1252.charCodeAt(byte - 0x80) : byte;
      if (code < 0x80) bytes[length++] = code;
      else if (code < 0x800) {
        bytes[length++] = 0xc0 | (code >> 6);
        bytes[length++] = 0x80 | (code & 0x3f);
      } else {
        bytes[length++] = 0xe0 | (code >> 12);
        bytes[length++] = 0x80 | ((code >> 6) & 0x3f);
        bytes[length++] = 0x80 | (code & 0x3f);
      }
    }
    yield bytes.subarray(0, length);
  }
}
