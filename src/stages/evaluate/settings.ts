/** The settings of `evaluate` as a zod schema. */
import type {Amount, GateSpec, LimitKind} from '../../ml/evaluation/gates.ts';
import type {PredictionOptions} from '../../ml/evaluation/predictions.ts';
import {readSettings, type ReadSettings} from '../shared/read-settings.ts';

type Limit = number | string;

export interface GateSettings extends Readonly<Partial<Record<LimitKind, Limit>>> {
  readonly metric?: string;
  readonly measure?: string;
  readonly by?: string;
  readonly slices?: string | readonly string[];
  readonly inconclusive: GateSpec['inconclusive'];
}

type SliceSetting = string | {readonly column: string; readonly bins?: number};

export interface EvaluateSettings extends ReadSettings, PredictionOptions {
  readonly metrics?: readonly string[];
  readonly quantile?: number;
  readonly slices: readonly (SliceSetting | readonly SliceSetting[])[];
  readonly min_rows: number;
  readonly fairness: readonly string[];
  readonly costs?: {readonly false_positive: number; readonly false_negative: number};
  readonly recalls: readonly number[];
  readonly baseline?: string;
  readonly gates: readonly GateSettings[];
  readonly on_fail: 'stop' | 'continue';
  readonly importance?: ImportanceSettings;
  readonly partial_dependence: readonly string[];
}

export interface ImportanceSettings {
  readonly metric?: string;
  readonly repeats: number;
  readonly rows: number;
  readonly groups: {readonly [name: string]: readonly string[]};
}

const UNITS: {readonly [unit: string]: number} = {
  B: 1,
  kB: 1e3,
  MB: 1e6,
  GB: 1e9,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
};
const LIMIT = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)\s*(%|[kMG]?B|[KMG]iB)?$/i;

/** `0.01`, `2%` (of the baseline), `50MB`; undefined for what is none of them. */
export function parseLimit(limit: Limit): Amount | undefined {
  if (typeof limit === 'number') return {value: limit, isRelative: false};
  const [, digits, unit] = LIMIT.exec(limit.trim()) ?? [];
  if (digits === undefined) return undefined;
  if (unit === '%') return {value: Number(digits) / 100, isRelative: true};
  const factor = unit === undefined ? 1 : UNITS[unit];
  return factor === undefined ? undefined : {value: Number(digits) * factor, isRelative: false};
}

export async function evaluateSettings(): Promise<{readonly schema: import('zod').ZodType}> {
  const z = await import('zod');
  const {limitKinds} = await import('../../ml/evaluation/gates.ts');
  const {fairnessNames} = await import('../../ml/evaluation/fairness.ts');
  const limit = z.union([z.number(), z.string()]).refine((value) => parseLimit(value) !== undefined, {
    error: 'a limit is a number, a percentage such as `2%`, or a size such as `50MB`',
  });
  const gate = z
    .strictObject({
      metric: z.string().optional().describe('A metric, `f1.CLASS`, or a fairness measure.'),
      measure: z
        .string()
        .optional()
        .describe('A number of a JSON file in `deps`, or `model_bytes` with the dep `model`.'),
      by: z.string().optional().describe('Fairness measures: the column of the groups.'),
      slices: z
        .union([z.literal('all'), z.string(), z.array(z.string()).min(1)])
        .optional()
        .describe('For each of these slices (`country=LT`), or `all` with at least `min_rows` rows.'),
      min: limit.optional().describe('At least so much.'),
      max: limit.optional().describe('At most so much.'),
      drop_max: limit.optional().describe('May fall by so much against the baseline; `2%` is relative.'),
      rise_max: limit.optional().describe('May rise by so much against the baseline; `2%` is relative.'),
      gain_max: limit.optional().describe('May get better by so much: more is a sign of leaked labels.'),
      inconclusive: z
        .enum(['review', 'pass', 'fail'])
        .default('review')
        .describe('What counts when the interval lies on both sides of the limit.'),
    })
    .superRefine((value, context) => {
      const mistake = gateMistake(value, limitKinds, fairnessNames);
      if (mistake !== undefined) context.addIssue({code: 'custom', message: mistake});
    });
  const slice = z.union([
    z.string(),
    z.strictObject({column: z.string(), bins: z.number().int().min(2).max(50).optional()}),
  ]);
  const share = z.number().min(0).max(1);
  const schema = z.strictObject({
    ...readSettings(z),
    task: z.enum(['classification', 'regression']).optional().describe('Default: told by the columns.'),
    positive: z
      .string()
      .optional()
      .describe('Two classes: the one that precision, recall, AUC and fairness are about.'),
    labels: z
      .array(z.string())
      .min(1)
      .refine((labels) => new Set(labels).size === labels.length, {error: 'each class stands once in `labels`'})
      .optional()
      .describe('All classes there may be; any other is an error.'),
    columns: z
      .strictObject({
        truth: z.string().optional(),
        prediction: z.string().optional(),
        score: z.string().optional(),
        weight: z.string().optional(),
        id: z.string().optional(),
      })
      .optional()
      .describe('Other names for `y_true`, `y_pred`, `y_score`, `weight` and `row_id`.'),
    group: z
      .string()
      .optional()
      .describe('Column of rows that belong together (a customer): intervals resample groups.'),
    metrics: z.array(z.string()).min(1).optional().describe('Names; the first one orders the slices. Default: all.'),
    quantile: share.optional().describe('Regression: what the pinball loss is of. Default: 0.5.'),
    slices: z
      .array(z.union([slice, z.array(slice).min(1)]))
      .default([])
      .describe('Columns by which rows are sliced, with `bins` for numbers; a list crosses several.'),
    min_rows: z.number().int().min(1).default(100).describe('Smaller slices are shown and not judged.'),
    fairness: z.array(z.string()).default([]).describe('Columns of groups of people, for two classes.'),
    costs: z
      .strictObject({false_positive: z.number().min(0), false_negative: z.number().min(0)})
      .optional()
      .describe('Of a mistake: gives the operating point of the lowest cost.'),
    recalls: z.array(share).default([]).describe('Operating points with at least such a recall.'),
    baseline: z
      .string()
      .min(1)
      .refine((value) => !/^(run:|ref:)/.test(value), {
        error:
          'name a file of predictions, or a packaged model: `approved`, `NAME@approved`, `NAME@champion`, `NAME@3`',
      })
      .optional()
      .describe(
        'What to compare with: `approved`, `NAME@approved`, `NAME@ALIAS` or `NAME@3`, a packaged model, which predicts the dep `rows`; or a predictions file, which need not be there yet. Else the dep `baseline`.',
      ),
    gates: z.array(gate).default([]).describe('Limits that the model must keep.'),
    on_fail: z
      .enum(['stop', 'continue'])
      .default('stop')
      .describe('Whether a gate that fails stops the stage, or is only written down for those who read `gates`.'),
    importance: z
      .strictObject({
        metric: z.string().optional().describe('What must not fall. Default: the first metric.'),
        repeats: z.number().int().min(1).max(100).default(5).describe('How often each group is permuted.'),
        rows: z.number().int().min(10).default(10_000).describe('Rows that are sampled, at most.'),
        groups: z
          .record(z.string(), z.array(z.string()).min(1))
          .default({})
          .describe('Features that are permuted together.'),
      })
      .optional()
      .describe('Permutation importance; needs the deps `model` and `features`.'),
    partial_dependence: z.array(z.string()).default([]).describe('Features; needs the deps `model` and `features`.'),
  });
  return {schema};
}

function gateMistake(
  gate: Readonly<Record<string, unknown>>,
  limitKinds: readonly LimitKind[],
  fairnessNames: readonly string[],
): string | undefined {
  if ((gate['metric'] === undefined) === (gate['measure'] === undefined))
    return 'a gate needs either `metric` or `measure`';
  const limits = limitKinds.filter((kind) => gate[kind] !== undefined);
  if (limits.length === 0) return `a gate needs a limit: ${limitKinds.map((kind) => `\`${kind}\``).join(', ')}`;
  const isMeasure = gate['measure'] !== undefined;
  if (isMeasure && limits.some((kind) => kind !== 'min' && kind !== 'max'))
    return 'a `measure` has no baseline: it takes `min` and `max`';
  if (gate['by'] !== undefined && limits.some((kind) => kind !== 'min' && kind !== 'max'))
    return 'a gate `by` a column takes `min` and `max`';
  if (gate['by'] !== undefined && gate['slices'] !== undefined) return 'a gate takes either `by` or `slices`';
  if (isMeasure && (gate['by'] ?? gate['slices']) !== undefined)
    return 'a `measure` is one number of the whole: it has neither `by` nor `slices`';
  // They would be judged of all rows together.
  const isFairness = fairnessNames.includes(String(gate['metric']));
  if (gate['by'] !== undefined && !isFairness)
    return `\`by\` is for ${fairnessNames.join(', ')}: of other metrics name the groups in \`slices\``;
  if (isFairness && gate['by'] === undefined)
    return `\`${String(gate['metric'])}\` compares groups of people: say by which column, such as \`by: gender\``;
  const relative = (['min', 'max'] as const).find(
    (kind) => parseLimit((gate[kind] ?? 0) as Limit)?.isRelative === true,
  );
  return relative === undefined ? undefined : `\`${relative}\` is not relative to anything: write \`0.8\`, not \`80%\``;
}
