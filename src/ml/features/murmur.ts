/**
 * MurmurHash3 for 32 bits (Austin Appleby, public domain) with seed 0 over the UTF-8 bytes of a text, as scikit-learn's
 * FeatureHasher and HashingVectorizer use it, so that features hashed there and here are the same.
 */
const ENCODER = new TextEncoder();

/** @returns a signed number of 32 bits */
export function murmurHash3(text: string): number {
  const bytes = ENCODER.encode(text);
  const blocks = bytes.length & ~3;
  let hash = 0;
  for (let at = 0; at < blocks; at += 4) {
    const block =
      (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24);
    hash ^= scramble(block);
    hash = (hash << 13) | (hash >>> 19);
    hash = (Math.imul(hash, 5) + 0xe6546b64) | 0;
  }
  let tail = 0;
  for (let at = bytes.length - 1; at >= blocks; at -= 1) tail = (tail << 8) | (bytes[at] ?? 0);
  hash ^= scramble(tail) ^ bytes.length;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) | 0;
}

function scramble(block: number): number {
  const mixed = Math.imul(block, 0xcc9e2d51);
  return Math.imul((mixed << 15) | (mixed >>> 17), 0x1b873593);
}

/** Column of a text among `columns`, and the sign it is counted with: two texts in one column rather cancel than add up. */
export function hashedPlace(text: string, columns: number): {readonly column: number; readonly sign: 1 | -1} {
  const hash = murmurHash3(text);
  return {column: Math.abs(hash) % columns, sign: hash >= 0 ? 1 : -1};
}
