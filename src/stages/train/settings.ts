/** The settings of `train`: which there are, which belong to which model, and what they are when nothing is said. */
import type {ModelName, ModelSettings} from '../../ml/train-settings.ts';
import type {KindSettings} from '../kind.ts';

/** As written, checked. */
export interface TrainSettings {
  readonly model: ModelName;
  readonly label: string;
  readonly task?: 'classification' | 'regression';
  readonly weight?: string;
  readonly features?: readonly string[];
  readonly class_weights?: 'balanced' | {readonly [name: string]: number};
  readonly calibrate?: 'platt' | 'isotonic';
  readonly early_stopping?: boolean;
  readonly validation_share: number;
  readonly [name: string]: unknown;
}

/** Of every model; the rest belongs to some. */
const COMMON = ['model', 'label', 'task', 'weight', 'features', 'class_weights', 'calibrate', 'validation_share'];

/** What each model has beside them, with defaults; those without one are listed below. */
const DEFAULTS = {
  logistic: {
    C: 1,
    penalty: 'l2',
    l1_ratio: 0.5,
    standardise: false,
    max_iterations: 1000,
    tolerance: 1e-4,
    engine: 'mlp',
  },
  linear: {alpha: 0, l1_ratio: 0, standardise: false, max_iterations: 1000, tolerance: 1e-6},
  forest: {trees: 100, max_features: 'sqrt', min_leaf: 1, min_split: 2, bootstrap: true, engine: 'mlp'},
  boosting: {iterations: 100, learning_rate: 0.1, max_leaves: 31, min_leaf: 20, l2: 0, patience: 10},
  net: {layers: [256, 64, 16], learning_rate: 0.001, batch: 256, epochs: 50, l2: 0.0001, patience: 5},
  majority: {},
  rule: {},
} satisfies {readonly [Name in ModelName]: object};

const WITHOUT_DEFAULT: {readonly [Name in ModelName]?: readonly string[]} = {
  forest: ['max_depth'],
  boosting: ['max_depth', 'early_stopping'],
  net: ['early_stopping'],
  rule: ['rules', 'otherwise'],
};

const ENGINES = {logistic: 'ml-logistic-regression', forest: 'ml-random-forest'} as const;

const settingsOf = (model: ModelName): readonly string[] => [
  ...Object.keys(DEFAULTS[model]),
  ...(WITHOUT_DEFAULT[model] ?? []),
];

/** @param task decides the features of a split when nothing is said, as in scikit-learn. */
export function modelSettings(settings: TrainSettings, task: 'classification' | 'regression'): ModelSettings {
  const {model} = settings;
  const written = Object.fromEntries(
    settingsOf(model).flatMap((name) => (settings[name] === undefined ? [] : [[name, settings[name]]])),
  );
  const forRegression = model === 'forest' && task === 'regression' ? {max_features: 'all'} : {};
  return {model, ...DEFAULTS[model], ...forRegression, ...written} as unknown as ModelSettings;
}

export async function trainSettings(): Promise<KindSettings> {
  const z = await import('zod');
  const positive = z.number().positive();
  const whole = z.int().positive();
  const answer = z.union([z.string(), z.number(), z.boolean()]);
  const names = Object.keys(DEFAULTS) as [ModelName, ...ModelName[]];
  const schema = z
    .strictObject({
      model: z.enum(names).describe('What to train.'),
      label: z.string().min(1).describe('Column with what is to be learnt.'),
      task: z
        .enum(['classification', 'regression'])
        .optional()
        .describe('Default: regression for `linear`, else classification.'),
      weight: z.string().min(1).optional().describe('Column with a weight of each row, 0 or more.'),
      features: z
        .array(z.string().min(1))
        .min(1)
        .optional()
        .describe('Of a table: the columns to learn from. Default: all of numbers and truths that are nothing else.'),
      class_weights: z
        .union([z.literal('balanced'), z.record(z.string(), z.number().min(0))])
        .optional()
        .describe('`balanced`, so that each class weighs the same, or a weight for each class.'),
      calibrate: z.enum(['platt', 'isotonic']).optional().describe('Makes probabilities fit observed shares.'),
      early_stopping: z
        .boolean()
        .optional()
        .describe(
          'Whether training ends when the validation loss falls no more. Default: with `validation` or 10,000 rows.',
        ),
      validation_share: positive
        .max(0.9)
        .default(0.1)
        .describe('Share of the rows to keep aside when there is no dep `validation` and one is needed.'),
      C: positive.optional().describe('logistic: as in scikit-learn, smaller is a stronger penalty. Default 1.'),
      penalty: z.enum(['l2', 'l1', 'elastic', 'none']).optional().describe('logistic. Default l2.'),
      l1_ratio: z.number().min(0).max(1).optional().describe('Share of L1 in the penalty; logistic: with `elastic`.'),
      alpha: z.number().min(0).optional().describe('linear: strength of the penalty, as ElasticNet. Default 0.'),
      standardise: z
        .boolean()
        .optional()
        .describe('logistic, linear: penalise coefficients as if all features had spread 1. Default false.'),
      max_iterations: whole.optional().describe('logistic, linear. Default 1000.'),
      tolerance: positive.optional().describe('logistic, linear: largest gradient at the end.'),
      engine: z
        .enum(['mlp', ...Object.values(ENGINES)])
        .optional()
        .describe('logistic, forest: a package for small tables instead of the engine of mlp.'),
      trees: whole.max(100_000).optional().describe('forest. Default 100.'),
      max_features: z
        .union([z.enum(['sqrt', 'log2', 'all']), positive])
        .optional()
        .describe('forest: features that each split looks at; below 1 a share. Default sqrt, of regression all.'),
      min_leaf: whole.optional().describe('Rows of a leaf, at least. Default: forest 1, boosting 20.'),
      min_split: z.int().min(2).optional().describe('forest: rows that are split, at least. Default 2.'),
      max_depth: whole.optional().describe('forest, boosting: levels below the root. Default: no limit.'),
      bootstrap: z.boolean().optional().describe('forest: rows drawn with replacement for each tree. Default true.'),
      iterations: whole.max(100_000).optional().describe('boosting: trees (of each class), at most. Default 100.'),
      learning_rate: positive.optional().describe('boosting (default 0.1), net (default 0.001).'),
      max_leaves: z.int().min(2).max(65_536).optional().describe('boosting. Default 31.'),
      l2: z.number().min(0).optional().describe('boosting (default 0), net (default 0.0001).'),
      patience: whole.optional().describe('Iterations or epochs without a better validation loss. Default 10, net 5.'),
      layers: z
        .array(whole.max(65_536))
        .min(1)
        .optional()
        .describe('net: units of the hidden layers. Default [256, 64, 16].'),
      batch: whole.optional().describe('net: rows of a step. Default 256.'),
      epochs: whole.optional().describe('net: passes over the rows, at most. Default 50.'),
      rules: z
        .array(
          z.strictObject({
            feature: z.string().min(1),
            operator: z.enum(['<', '<=', '>', '>=', '==', '!=']),
            value: z.number(),
            then: answer,
          }),
        )
        .min(1)
        .optional()
        .describe('rule: the first that holds gives the answer.'),
      otherwise: answer.optional().describe('rule: the answer when none holds.'),
    })
    .superRefine((settings, context) => {
      for (const message of complaints(settings)) context.addIssue({code: 'custom', ...message});
    });
  return {schema};
}

interface Complaint {
  readonly path: string[];
  readonly message: string;
}

/** What does not belong together. */
function complaints(settings: {readonly model: ModelName; readonly [name: string]: unknown}): readonly Complaint[] {
  const {model} = settings;
  const known = settingsOf(model);
  const found: Complaint[] = [];
  const complain = (name: string, message: string): void => void found.push({path: [name], message});
  for (const name of Object.keys(settings)) {
    if (settings[name] === undefined || COMMON.includes(name) || known.includes(name)) continue;
    const owners = (Object.keys(DEFAULTS) as ModelName[]).filter((other) => settingsOf(other).includes(name));
    const own = known.length === 0 ? 'none of its own' : known.map((one) => `\`${one}\``).join(', ');
    complain(
      name,
      `\`${name}\` is a setting of ${owners.map((owner) => `\`model: ${owner}\``).join(', ')}; \`${model}\` has ${own}`,
    );
  }
  const isRegression = settings['task'] === 'regression' || (model === 'linear' && settings['task'] === undefined);
  if (model === 'linear' && settings['task'] === 'classification')
    complain('task', '`model: linear` learns numbers: for classes use `model: logistic`');
  if (model === 'logistic' && isRegression)
    complain('task', '`model: logistic` tells classes apart: for numbers use `model: linear`');
  if (isRegression && settings['calibrate'] !== undefined)
    complain('calibrate', '`calibrate` is for probabilities of classes, not for regression');
  if (isRegression && settings['class_weights'] !== undefined)
    complain('class_weights', '`class_weights` are for classification');
  if (model === 'rule' && (settings['rules'] === undefined || settings['otherwise'] === undefined))
    complain('rules', '`model: rule` needs `rules`, and `otherwise` for rows that no rule is for');
  const engine = settings['engine'];
  if (
    (model === 'logistic' || model === 'forest') &&
    engine !== undefined &&
    engine !== 'mlp' &&
    engine !== ENGINES[model]
  )
    complain(
      'engine',
      `\`engine: ${String(engine)}\` does not train \`model: ${model}\`: use \`${ENGINES[model]}\` or \`mlp\``,
    );
  return found;
}
