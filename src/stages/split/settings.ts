/** The settings of `split`. */
import type {Part} from '../../data/split/splitter.ts';
import type {KindSettings} from '../kind.ts';
import {readSettings, type ReadSettings} from '../shared/read-settings.ts';

const METHODS = ['stratify', 'group', 'hash', 'time'] as const;
const ISO_TIME = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?Z?)?$/;

export interface SplitSettings extends ReadSettings {
  readonly parts?: readonly (string | {readonly [name: string]: number})[];
  readonly folds?: number;
  readonly stratify?: string | readonly string[];
  readonly group?: string | readonly string[];
  readonly hash?: string | readonly string[];
  readonly salt: string;
  readonly time?: string;
  readonly cuts?: readonly (string | number)[];
  readonly file_format: string;
}

export async function splitSettings(): Promise<KindSettings> {
  const z = await import('zod');
  const {MOST_PARTS} = await import('../../data/split/splitter.ts');
  const columns = z.union([z.string(), z.array(z.string()).min(1)]);
  const part = z.union([z.string(), z.record(z.string(), z.number().positive())]);
  const schema = z
    .strictObject({
      parts: z
        .array(part)
        .min(2)
        .max(MOST_PARTS)
        .optional()
        .describe('Names and shares, `[train: 0.8, test: 0.2]`; oldest first with `time`; only names with `cuts`.'),
      folds: z
        .int()
        .min(2)
        .max(100)
        .optional()
        .describe('Instead of `parts`: this many folds, each with its `train` and `test`, in a folder.'),
      stratify: columns.optional().describe('Columns whose values have the same shares in every part.'),
      group: columns.optional().describe('Columns whose equal values stay in one part.'),
      hash: columns
        .optional()
        .describe('Columns by whose values alone a row finds its part, whatever rows come later.'),
      salt: z.string().default('').describe('With `hash`: another text gives another split.'),
      time: z.string().optional().describe('Column of times: every part is before the next.'),
      cuts: z
        .array(z.union([z.number(), z.string().regex(ISO_TIME)]))
        .min(1)
        .optional()
        .describe('With `time`: where the second part begins, the third, ...: `[2024-01-01]`.'),
      file_format: z.string().default('csv').describe('With `folds`: ending of the files, such as `parquet`.'),
      ...readSettings(z),
    })
    .superRefine((settings, check) => {
      const wrong = mistakeIn(settings as SplitSettings);
      if (wrong !== undefined) check.addIssue({code: 'custom', message: wrong});
    });
  return {schema};
}

/** Names and shares; with `cuts` the shares do not count. */
export function partsOf({parts = []}: SplitSettings): readonly Part[] {
  return parts.map((part) => {
    const [name, share] = typeof part === 'string' ? [part, 1 / parts.length] : (Object.entries(part)[0] ?? ['', 0]);
    return {name, share};
  });
}

/** ISO texts are in UTC, whether they say so or not. */
export function timeOf(cut: string | number): number {
  if (typeof cut === 'number') return cut;
  return Date.parse(cut.includes('T') && !cut.endsWith('Z') ? `${cut}Z` : cut);
}

function mistakeIn({parts, folds, cuts, ...settings}: SplitSettings): string | undefined {
  if ((parts === undefined) === (folds === undefined)) return '`split` needs either `parts` or `folds`';
  const methods = METHODS.filter((method) => settings[method] !== undefined);
  if (methods.length > 1) return `\`${methods[0] ?? ''}\` and \`${methods[1] ?? ''}\` cannot both decide: remove one`;
  if (settings.salt !== '' && settings.hash === undefined) return '`salt` belongs to `hash`';
  if (cuts !== undefined && (settings.time === undefined || parts === undefined))
    return '`cuts` belongs to `time` and `parts`';
  if (parts === undefined) return undefined;
  const maps = parts.filter((part) => typeof part !== 'string');
  if (maps.some((part) => Object.keys(part).length !== 1))
    return 'each of `parts` has one name: `[train: 0.8, test: 0.2]`';
  const names = partsOf({parts, ...settings}).map(({name}) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) return `the part \`${twice}\` is named twice`;
  if (cuts !== undefined) {
    if (maps.length > 0) return 'with `cuts`, `parts` are names without shares: `[train, test]`';
    const times = cuts.map(timeOf);
    if (cuts.length !== parts.length - 1)
      return `${parts.length} parts need ${parts.length - 1} \`cuts\`, not ${cuts.length}`;
    if (times.some((time, index) => !(time > (times[index - 1] ?? -Infinity)))) return '`cuts` must be times that rise';
    return undefined;
  }
  if (maps.length < parts.length) return 'each of `parts` needs a share: `[train: 0.8, test: 0.2]`';
  const sum = maps.reduce((total, part) => total + (Object.values(part)[0] ?? 0), 0);
  return Math.abs(sum - 1) > 1e-6
    ? `the shares of \`parts\` must add up to 1, not ${Number(sum.toPrecision(6))}`
    : undefined;
}
