/** The settings of `featurize` as a zod schema. */
import {DATE_PARTS, MEASURES, NUMBER_STEPS, WAYS} from '../../ml/features/spec.ts';
import type {FeaturizerSpec, Recipe} from '../../ml/features/spec.ts';
import {readSettings} from '../shared/read-settings.ts';
import type {ReadSettings} from '../shared/read-settings.ts';

type Zod = typeof import('zod');

/** How a look-up table is read. */
export interface TableSettings {
  readonly file: string;
  /** For table files: the column of keys; default: the first. */
  readonly key?: string;
  /** A column of numbers, or `rank`: from 1 for the first entry to nearly 0 for the last. */
  readonly value?: string;
  /** For text files: whether an entry is a line or a word. */
  readonly entries: 'lines' | 'words';
}

export interface FeaturizeSettings extends ReadSettings, Omit<FeaturizerSpec, 'columns'> {
  readonly columns?: FeaturizerSpec['columns'];
  /** The dep that is learnt from. */
  readonly fit: string;
  /** Columns that go to rows.csv as they are. */
  readonly keep: readonly string[];
  readonly tables: {readonly [name: string]: TableSettings};
  /** Functions of a featurizer that is given. */
  readonly functions: readonly string[];
}

/** The user's functions that are called, each once. */
export function functionsOf({columns = {}, functions}: FeaturizeSettings): readonly string[] {
  const called = Object.values(columns).flatMap(({fn}) => (fn === undefined ? [] : [fn]));
  return [...new Set([...called, ...functions])];
}

export async function featurizeSettings(): Promise<{readonly schema: import('zod').ZodType}> {
  const z = await import('zod');
  const schema = z.strictObject({
    name: z.string().min(1).optional().describe('Name of the feature set, noted in features.json.'),
    fit: z.string().default('train').describe('The dep whose rows are learnt from.'),
    label: z.string().optional().describe('Column that `target` learns from.'),
    keep: z
      .array(z.string())
      .default([])
      .describe('Columns that go with the features unchanged: row_id, label, weight, slices.'),
    columns: z
      .record(z.string().min(1), recipe(z))
      .optional()
      .describe('Name of a feature, or of a family of features -> how it is made.'),
    texts: z
      .record(z.string().min(1), text(z))
      .default({})
      .describe('Name -> a cleaned text of a column, which recipes may be made `from`.'),
    tables: z.record(z.string().min(1), table(z)).default({}).describe('Name -> a file that `look_up` looks up in.'),
    functions: z
      .array(z.string())
      .default([])
      .describe('With a dep `featurizer`: the functions that it calls, `src/x.ts#name`.'),
    ...readSettings(z),
  });
  return {schema};
}

function text(z: Zod) {
  return z.strictObject({
    from: z.string().describe('Column of the table.'),
    fold: z
      .array(z.enum(['case', 'accents']))
      .optional()
      .describe('What differences are dropped.'),
    replace: z
      .array(z.strictObject({pattern: z.string(), by: z.string()}))
      .optional()
      .describe('Regular expressions (flags u, g) and what takes the place of each match, one after the other.'),
  });
}

function table(z: Zod) {
  return z.strictObject({
    file: z.string().describe('A table, or a text file of entries; lines that begin with # are comments.'),
    key: z.string().optional().describe('Column of a table; default: the first.'),
    value: z.string().optional().describe('Column of numbers, or `rank`: from 1 for the first entry to 0.'),
    entries: z.enum(['lines', 'words']).default('lines').describe('What an entry of a text file is.'),
  });
}

function recipe(z: Zod) {
  const count = z.int().min(1);
  const pattern = (units: readonly ['text' | 'words', ...('words' | 'characters' | 'letters')[]]) =>
    z.strictObject({of: z.enum(units).optional(), matching: z.string()});
  return z
    .strictObject({
      from: z.union([z.string(), z.array(z.string()).min(1)]).optional(),
      each: z.array(z.string()).min(1).optional(),
      one_hot: z
        .strictObject({
          min_count: count.optional(),
          top: count.optional(),
          other: z.boolean().optional(),
          missing: z.boolean().optional(),
          sparse: z.boolean().optional(),
        })
        .optional(),
      ordinal: z.strictObject({order: z.array(z.string()).optional(), unseen: z.number().optional()}).optional(),
      hashed: count.max(2 ** 24).optional(),
      target: z
        .strictObject({smoothing: z.number().min(0).optional(), folds: z.int().min(2).max(100).optional()})
        .optional(),
      n_grams: nGrams(z).optional(),
      measure: z.enum(MEASURES).optional(),
      matches: z.string().optional(),
      count: pattern(['text', 'words', 'characters', 'letters']).optional(),
      share: pattern(['words', 'characters', 'letters']).optional(),
      look_up: z
        .strictObject({
          in: z.string(),
          words: z.enum(['whole', 'first', 'last', 'any']).optional(),
          up_to: count.max(10).optional(),
          skip_first: z.boolean().optional(),
          as: z.enum(['found', 'value', 'count', 'share']).optional(),
        })
        .optional(),
      date: z
        .strictObject({
          parts: z.array(z.enum(DATE_PARTS)).optional(),
          cyclic: z.array(z.enum(DATE_PARTS).exclude(['year'])).optional(),
          days_since: z.iso.date().optional(),
        })
        .optional(),
      fn: z.string().optional(),
      clip: z.tuple([z.number().nullable(), z.number().nullable()]).optional(),
      impute: z.union([z.enum(['mean', 'median']), z.number()]).optional(),
      indicator: z.boolean().optional(),
      log1p: z.boolean().optional(),
      scale: z.enum(['standard', 'minmax', 'robust']).optional(),
      bins: z
        .strictObject({
          edges: z.array(z.number()).min(1).optional(),
          quantiles: z.int().min(2).max(1000).optional(),
          as: z.enum(['ordinal', 'one_hot']).optional(),
        })
        .optional(),
    })
    .superRefine((written, check) => {
      const wrong = mistakeIn(written as Recipe);
      if (wrong !== undefined) check.addIssue({code: 'custom', message: wrong});
    });
}

function nGrams(z: Zod) {
  const length = z.int().min(1).max(20);
  const share = z.number().positive();
  return z
    .strictObject({
      analyzer: z.enum(['char', 'char_wb', 'word']),
      range: z.tuple([length, length]),
      min_df: share.optional(),
      max_df: share.optional(),
      max_features: z.int().min(1).optional(),
      lowercase: z.boolean().optional(),
      binary: z.boolean().optional(),
      tf_idf: z.boolean().optional(),
      sublinear: z.boolean().optional(),
      hashed: z
        .int()
        .min(1)
        .max(2 ** 24)
        .optional(),
    })
    .refine(({range: [shortest, longest]}) => shortest <= longest, {
      error: '`range` is the shortest and the longest: the first number cannot be the larger one',
    })
    .refine(
      ({hashed, ...others}) =>
        hashed === undefined ||
        [others.min_df, others.max_df, others.max_features, others.tf_idf, others.sublinear].every(
          (one) => one === undefined,
        ),
      {
        error:
          '`hashed` has no vocabulary: `min_df`, `max_df`, `max_features`, `tf_idf` and `sublinear` do not go with it',
      },
    );
}

const WITHOUT_STEPS = ['one_hot', 'hashed', 'target', 'n_grams', 'date'] as const;

function mistakeIn(recipe: Recipe): string | undefined {
  const ways = WAYS.filter((way) => recipe[way] !== undefined);
  if (ways.length > 1)
    return `\`${ways[0] ?? ''}\` and \`${ways[1] ?? ''}\` make two features: give each a name of its own`;
  const without = WITHOUT_STEPS.find((way) => way === ways[0]);
  const step = NUMBER_STEPS.find((one) => recipe[one] !== undefined);
  if (without !== undefined && step !== undefined)
    return `\`${step}\` is for single numbers, which \`${without}\` does not make`;
  const {bins, scale, date, clip, from, each} = recipe;
  if (from !== undefined && each !== undefined)
    return '`from` and `each` do not go together: `each` makes the feature once for every column';
  if (bins !== undefined && scale !== undefined) return '`scale` and `bins` do not go together: remove one';
  if (bins !== undefined && (bins.edges === undefined) === (bins.quantiles === undefined))
    return '`bins` needs either `edges` or `quantiles`';
  if (bins?.edges?.some((edge, index, edges) => edge <= (edges[index - 1] ?? -Infinity)) === true)
    return 'the `edges` of `bins` must rise';
  const [low, high] = clip ?? [null, null];
  if (low !== null && high !== null && low > high)
    return '`clip` is the lower and the upper limit: the first cannot be larger';
  if (date !== undefined && Object.keys(date).length === 0) return '`date` needs `parts`, `cyclic` or `days_since`';
  return undefined;
}
