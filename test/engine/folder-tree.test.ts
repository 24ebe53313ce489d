import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {FolderListing} from '../../src/engine/folder-listing.ts';
import {PlainTree} from '../../src/engine/folder-tree.ts';
import {FileRecords} from '../../src/model/file-records.ts';
import {treeText} from '../../src/model/tree.ts';

/** Names of which some are escaped, some not ASCII, and some sort otherwise as parts of a path. */
const name = fc.string({unit: fc.constantFrom('a', 'b', '.', '~', '"', '\\', 'é', '\n'), minLength: 1, maxLength: 4});
const plainName = fc.string({unit: fc.constantFrom('a', 'b', ' ', '-', '~', '0'), minLength: 1, maxLength: 4});
const hash = fc.uint8Array({minLength: 32, maxLength: 32});
const size = fc.oneof(fc.nat(200), fc.maxSafeNat());
const facts = fc.record({there: fc.boolean(), exec: fc.boolean(), size, hash});
const ends = fc.array(fc.nat(7), {maxLength: 3});
type Facts = typeof facts extends fc.Arbitrary<infer One> ? One : never;

/** Made in pieces, which end at some places. */
function plainTreeText({text}: FolderListing, records: FileRecords, ends: readonly number[] = []): string | undefined {
  const tree = new PlainTree();
  const lines = text === '' ? [] : text.split('\0');
  let [from, file] = [0, 0];
  for (const end of [...ends.filter((at) => at < lines.length).sort((a, b) => a - b), lines.length]) {
    const piece = lines.slice(from, end);
    const files = piece.filter((line) => line.startsWith('f')).length;
    tree.add(piece.join('\0'), records.part(file, file + files));
    [from, file] = [end, file + files];
  }
  const parts = tree.parts();
  return parts && Buffer.concat(parts).toString();
}

function made(entries: readonly (readonly [path: string, kind: string, facts: Facts])[]): [FolderListing, FileRecords] {
  const text = entries.map(([path, kind]) => (kind === 'l' ? `l${path}\0>target` : kind + path)).join('\0');
  const files = entries.filter(([, kind]) => kind === 'f');
  const records = new FileRecords(files.length);
  for (const [index, [, , {there, exec, size, hash}]] of files.entries()) {
    if (!there) continue;
    records.setFacts(index, {dev: 1n, ino: 1n, size: BigInt(size), mtimeNs: 1n, ctimeNs: 1n}, exec);
    records.setSha256(index, Buffer.from(hash).toString('latin1'));
  }
  return [new FolderListing(text), records];
}

describe('the tree of a folder without objects', () => {
  it('is what the objects give, or is left to them', () => {
    const kinds = fc.constantFrom('f', 'f', 'f', 'd', 'l');
    fc.assert(
      fc.property(fc.array(fc.tuple(name, kinds, facts), {maxLength: 6}), ends, (entries, ends) => {
        const [listing, records] = made(entries);
        const text = plainTreeText(listing, records, ends);
        if (text !== undefined) expect(text).toBe(treeText(listing.tree(records)));
      }),
      {numRuns: 500},
    );
  });

  it('is not left to them for plain names in the order of their paths', () => {
    const entries = fc.uniqueArray(fc.tuple(plainName, fc.constantFrom('f', 'd'), facts), {
      selector: ([path]) => path,
      maxLength: 8,
    });
    fc.assert(
      fc.property(entries, ends, (some, ends) => {
        const [listing, records] = made([...some].sort(([a], [b]) => (a < b ? -1 : 1)));
        expect(plainTreeText(listing, records, ends)).toBe(treeText(listing.tree(records)));
      }),
      {numRuns: 300},
    );
  });

  it('is left to them where the order of names is not that of paths', () => {
    const one = {there: true, exec: false, size: 1, hash: new Uint8Array(32)};
    const [listing, records] = made([
      ['a', 'd', one],
      ['a/b', 'f', one],
      ['a.b', 'f', one],
    ]);
    for (const ends of [[], [1], [2], [1, 2]]) expect(plainTreeText(listing, records, ends)).toBeUndefined();
  });
});
