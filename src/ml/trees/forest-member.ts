/**
 * Grows the trees of a forest, as many as it is asked for. A tree depends on its number and the seed only, so it does not
 * matter which thread grows it. Breiman, Random Forests (2001).
 */
import {Random} from '../../stats/random.ts';
import {ForestTreeGrower} from './grow-forest-tree.ts';
import type {Bins} from './bins.ts';
import {leafNumbers, type ForestSetup, type ForestTree} from './forest-setup.ts';
import {leafOfBins, type GrownTree} from './grown-tree.ts';

export interface ForestMember {
  /** @param number of the tree, from 0. */
  grow(number: number): ForestTree;
  /** What the trees grown here say of rows that they have not learnt from. */
  outOfBag(nothing: null): OutOfBag;
}

export interface OutOfBag {
  /** rows × numbers of a leaf: sums in units of 2^-24, so that they are exact, in whatever order trees were grown. */
  readonly sums: Float64Array;
  /** Of each row how many trees had not seen it. */
  readonly trees: Uint32Array;
}

export const OUT_OF_BAG_UNIT = 2 ** 24;

export function createForestMember(setup: ForestSetup): ForestMember {
  const {bins, rowBins, target, settings, seed} = setup;
  const outputs = leafNumbers(target);
  const grower = new ForestTreeGrower(setup);
  const inBag = new Uint8Array(bins.rows);
  const sums = new Float64Array(rowBins === undefined ? 0 : bins.rows * outputs);
  const trees = new Uint32Array(rowBins === undefined ? 0 : bins.rows);
  const remember = (tree: GrownTree, {values, columns}: Bins): void => {
    for (let row = 0; row < bins.rows; row += 1) {
      if ((inBag[row] as number) > 0) continue;
      const leaf = leafOfBins(tree, values, row * columns);
      trees[row] = (trees[row] as number) + 1;
      for (let k = 0, at = row * outputs; k < outputs; k += 1, at += 1)
        sums[at] = (sums[at] as number) + Math.round((tree.values[leaf * outputs + k] as number) * OUT_OF_BAG_UNIT);
    }
  };
  return {
    grow: (number) => {
      const random = new Random(`${seed}/tree ${number}`);
      if (settings.bootstrap) {
        drawRows(inBag, random);
      } else inBag.fill(1);
      const grown = grower.grow(inBag, random);
      if (rowBins !== undefined) remember(grown.tree, rowBins);
      return grown;
    },
    outOfBag: () => ({sums, trees}),
  };
}

/** As many rows as there are, with replacement. */
function drawRows(inBag: Uint8Array, random: Random): void {
  const rows = inBag.length;
  inBag.fill(0);
  for (let draw = 0; draw < rows; draw += 1) {
    // 32 random bits are enough here, and twice as fast as the 53 of `below`.
    const row = Math.floor((random.bits() * rows) / 2 ** 32);
    inBag[row] = (inBag[row] as number) + 1;
  }
}
