/**
 * Permutation importance (Breiman 2001; Fisher, Rudin and Dominici 2019): how much worse a model gets when a feature is shuffled among the
 * rows. Of any model, through a function that predicts. Features that hang together must be shuffled together: alone, each of them
 * seems to be of no use, and the rows made are such as never were.
 */
import {formatCount} from '../../base/format.ts';
import {Moments} from '../../stats/describe.ts';
import {midRanks, pearson} from '../../stats/order.ts';
import type {Random} from '../../stats/random.ts';
import type {FeatureMatrix} from '../matrix.ts';
import {takeMatrixRows} from '../training.ts';
import {shuffleColumns} from './matrix-rows.ts';
import type {Better} from './metric.ts';

export interface FeatureGroup {
  readonly name: string;
  /** Columns of the matrix. */
  readonly columns: readonly number[];
}

export interface ImportanceOptions {
  readonly groups: readonly FeatureGroup[];
  readonly metric: string;
  readonly better: Better;
  readonly repeats: number;
  /** More rows than this are sampled. */
  readonly rows: number;
}

export interface Importance {
  readonly metric: string;
  /** Of the sampled rows as they are. */
  readonly value: number;
  readonly rows: number;
  readonly repeats: number;
  /** The most important first. */
  readonly groups: readonly {readonly name: string; readonly mean: number; readonly deviation: number}[];
  readonly notices: readonly string[];
}

/** From this rank correlation on two features that are shuffled apart are named. */
const CORRELATED = 0.8;
/** Pairs are only looked at for so many dense features. */
const MOST_CORRELATED = 200;
/** Of 200 features that all hang together there are 19,900 pairs, which no one reads. */
const MOST_NAMED = 20;

/** @param score of the given rows of the matrix, as changed; which way of it is better, `better` says */
export function permutationImportance(
  matrix: FeatureMatrix,
  score: (matrix: FeatureMatrix, rows: Uint32Array) => number,
  options: ImportanceOptions,
  random: Random,
): Importance {
  const rows = random.fork('rows').sample(matrix.rows, options.rows);
  const sampled = takeMatrixRows(matrix, rows);
  const value = score(sampled, rows);
  const quality = (value: number): number =>
    options.better === 'up' ? value : options.better === 'down' ? -value : -Math.abs(value);
  const groups = options.groups.map(({name, columns}) => {
    const losses = new Moments();
    for (let repeat = 0; repeat < options.repeats; repeat += 1) {
      const order = random.fork(`${name} ${repeat}`).shuffle(Uint32Array.from(rows.keys()));
      losses.add(quality(value) - quality(score(shuffleColumns(sampled, columns, order), rows)));
    }
    return {name, mean: losses.mean, deviation: options.repeats > 1 ? losses.deviation() : 0};
  });
  return {
    metric: options.metric,
    value,
    rows: rows.length,
    repeats: options.repeats,
    groups: groups.sort((a, b) => b.mean - a.mean),
    notices: correlatedGroups(sampled, options.groups),
  };
}

function correlatedGroups(matrix: FeatureMatrix, groups: readonly FeatureGroup[]): readonly string[] {
  // Spearman's correlation is that of the ranks, which are found once a column and not once a pair.
  const dense = groups
    .flatMap((group) => group.columns.map((column) => ({column, group})))
    .filter(({column}) => column < matrix.dense.length)
    .slice(0, MOST_CORRELATED)
    .map(({column, group}) => {
      return {column, group, ranks: midRanks(Float64Array.from(matrix.dense[column] ?? [])).ranks};
    });
  const pairs = dense.flatMap((one, index) =>
    dense.slice(index + 1).flatMap((other) => {
      if (one.group === other.group) return [];
      const correlation = pearson(one.ranks, other.ranks);
      if (!(Math.abs(correlation) > CORRELATED)) return [];
      const [name, second] = [matrix.names[one.column] ?? '', matrix.names[other.column] ?? ''];
      return [
        `\`${name}\` and \`${second}\` hang together (rank correlation ${correlation.toFixed(2)}) and were shuffled apart: put them into one group.`,
      ];
    }),
  );
  if (pairs.length <= MOST_NAMED) return pairs;
  return [...pairs.slice(0, MOST_NAMED), `${formatCount(pairs.length - MOST_NAMED)} more pairs hang together.`];
}
