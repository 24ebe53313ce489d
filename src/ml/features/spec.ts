/**
 * What is to be made of the columns of a table, as it stands in pipeline.yaml: one recipe for each feature, or for each
 * family of features that one fit gives (the categories of a column, the n-grams of a text).
 */

/** Case and accents of a text dropped, parts replaced; white space is one blank between words and none around them. */
export interface TextSpec {
  /** Column of the table. */
  readonly from: string;
  /** `accents`: NFKD, then without marks. `case`: small letters. */
  readonly fold?: readonly ('case' | 'accents')[];
  /** In their order, after `fold`. */
  readonly replace?: readonly {
    /** Regular expression with the flags `u` and `g`. */
    readonly pattern: string;
    /** As in String.replace: `$1` is the first group. */
    readonly by: string;
  }[];
}

/** A text file of entries, or columns of a table, in memory. */
export interface LookUpTable {
  readonly keys: readonly string[];
  /** Of each key; 1 where it is absent. */
  readonly values?: readonly number[];
}

export interface OneHotSpec {
  /** Categories that fewer training rows have get no column. */
  readonly min_count?: number;
  /** At most so many columns, for the most frequent; of equally frequent ones the first by code units. */
  readonly top?: number;
  /** A column for all other categories, those unseen in training included. */
  readonly other?: boolean;
  /** A column for missing cells. */
  readonly missing?: boolean;
  /** Default: sparse for more than 16 categories. */
  readonly sparse?: boolean;
}

export interface OrdinalSpec {
  /** From low to high; by default those of the training rows, sorted by code units. */
  readonly order?: readonly string[];
  /** For a category that is not in the order: -1 unless given. */
  readonly unseen?: number;
}

export interface TargetSpec {
  /** Weight of the mean of all rows, in rows. */
  readonly smoothing?: number;
  /** Of the training rows: each is encoded by the labels of the other folds. */
  readonly folds?: number;
}

export interface NGramSpec {
  /** As in scikit-learn. `char_wb`: characters within words, padded by blanks. `char`: across words. `word`: of words. */
  readonly analyzer: 'char' | 'char_wb' | 'word';
  /** Shortest and longest. */
  readonly range: readonly [number, number];
  /** Rows that must have the n-gram: a count, or below 1 a share. Not with `hashed`. */
  readonly min_df?: number;
  readonly max_df?: number;
  /** Only the most frequent in the training rows. */
  readonly max_features?: number;
  /** Small letters first. */
  readonly lowercase?: boolean;
  /** Whether it is there, not how often. */
  readonly binary?: boolean;
  /** Counts times log((1 + rows) / (1 + rows with it)) + 1, each row then of length 1. Not with `hashed`. */
  readonly tf_idf?: boolean;
  /** 1 + log(count) for count. */
  readonly sublinear?: boolean;
  /** Number of columns that n-grams are spread over by MurmurHash3, instead of a vocabulary. */
  readonly hashed?: number;
}

/** What parts of a text a pattern is held against; `text` is the whole. */
export type TextUnit = 'text' | 'words' | 'characters' | 'letters';

export interface PatternSpec {
  /** `characters` are those that are no white space. */
  readonly of?: TextUnit;
  /** Regular expression with the flag `u`; a word, character or letter must match as a whole. */
  readonly matching: string;
}

export const MEASURES = ['length', 'words', 'mean_word_length', 'longest_word'] as const;
export type Measure = (typeof MEASURES)[number];

export interface LookUpSpec {
  /** Name of the table. */
  readonly in: string;
  /** Which words may be the key. Default: the whole text. */
  readonly words?: 'whole' | 'first' | 'last' | 'any';
  /** Keys of up to so many words. */
  readonly up_to?: number;
  /** Whether the first word of the text can be no part of the key. */
  readonly skip_first?: boolean;
  /** Default `found`: 0 or 1. `value`: the largest of those found, else 0. `count`; `share` of the words. */
  readonly as?: 'found' | 'value' | 'count' | 'share';
}

export const DATE_PARTS = ['year', 'quarter', 'month', 'day', 'day_of_year', 'weekday', 'hour', 'minute'] as const;
export type DatePart = (typeof DATE_PARTS)[number];

export interface DateSpec {
  /** In UTC; months from 1, weekdays from 1 (Monday) to 7. */
  readonly parts?: readonly DatePart[];
  /** Sine and cosine of the place in the cycle. */
  readonly cyclic?: readonly Exclude<DatePart, 'year'>[];
  /** Days since this day, with a fraction for the time: `2020-01-01`. */
  readonly days_since?: string;
}

/** What may be done to a feature of one number, in this order: clip, impute, log1p, then scale or bins. */
export interface NumberSteps {
  /** Lower and upper limit; null for none. */
  readonly clip?: readonly [number | null, number | null];
  /** What missing cells become: a statistic of the training rows, after `clip`, or a number. */
  readonly impute?: 'mean' | 'median' | number;
  /** A further column, 1 where the cell is missing. */
  readonly indicator?: boolean;
  readonly log1p?: boolean;
  /** `standard`: mean 0, deviation 1. `minmax`: 0 to 1. `robust`: median 0, quartiles 1 apart. */
  readonly scale?: 'standard' | 'minmax' | 'robust';
  readonly bins?: {
    /** Inner edges; a value equal to an edge is above it. */
    readonly edges?: readonly number[];
    /** Number of bins that the training rows spread over evenly. */
    readonly quantiles?: number;
    /** Default `ordinal`. */
    readonly as?: 'ordinal' | 'one_hot';
  };
}

export const NUMBER_STEPS = ['clip', 'impute', 'indicator', 'log1p', 'scale', 'bins'] as const;

/** Exactly one of the ways to make something, or none: the column's own numbers. */
export interface Recipe extends NumberSteps {
  /**
   * Column or text (`texts`); default: the name of the recipe. Several are crossed by the encodings of categories, and handed
   * together to a function.
   */
  readonly from?: string | readonly string[];
  /** Instead of `from`: the recipe once for each of these columns or texts, under their names. */
  readonly each?: readonly string[];
  readonly one_hot?: OneHotSpec;
  readonly ordinal?: OrdinalSpec;
  /** Number of columns that categories are spread over by MurmurHash3. */
  readonly hashed?: number;
  readonly target?: TargetSpec;
  readonly n_grams?: NGramSpec;
  readonly measure?: Measure;
  /** Regular expression with the flag `u`: 1 where the text matches. */
  readonly matches?: string;
  readonly count?: PatternSpec;
  readonly share?: PatternSpec;
  readonly look_up?: LookUpSpec;
  readonly date?: DateSpec;
  /** `src/file.ts#name`. */
  readonly fn?: string;
}

export const WAYS = [
  'one_hot',
  'ordinal',
  'hashed',
  'target',
  'n_grams',
  'measure',
  'matches',
  'count',
  'share',
  'look_up',
  'date',
  'fn',
] as const;
export type Way = (typeof WAYS)[number];

export interface FeaturizerSpec {
  /** Of the feature set. */
  readonly name?: string;
  readonly texts?: {readonly [name: string]: TextSpec};
  readonly columns: {readonly [name: string]: Recipe};
  /** Column that `target` learns from. */
  readonly label?: string;
}

/** A function of the user: called once for each distinct input with the cells by name, missing ones null. */
export type FeatureFunction = (cells: {readonly [column: string]: Cell}) => unknown;
export type Cell = string | number | boolean | bigint | Date | null;
