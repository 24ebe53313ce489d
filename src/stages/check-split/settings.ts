/** The settings of `check-split`. */
import type {KindSettings} from '../kind.ts';
import {failOnSetting, type FailOn} from '../shared/fail-on.ts';
import {readSettings, type ReadSettings} from '../shared/read-settings.ts';

export interface SplitCheckSettings extends ReadSettings {
  readonly train: string;
  readonly test: string;
  readonly label: string;
  readonly time?: string;
  readonly group?: string;
  readonly key?: string | readonly string[];
  readonly ignore?: readonly string[];
  readonly normalize: boolean;
  readonly max_duplicates: number;
  readonly fail_on: FailOn;
}

export async function splitCheckSettings(): Promise<KindSettings> {
  const z = await import('zod');
  const schema = z.strictObject({
    train: z.string().min(1).describe('The training set.'),
    test: z.string().min(1).describe('The test set.'),
    label: z.string().min(1).describe('Column that is to be predicted.'),
    time: z.string().optional().describe('Column by which no test row may be older than the newest training row.'),
    group: z.string().optional().describe('Column whose values may be in one of the two sets only.'),
    key: z
      .union([z.string(), z.array(z.string()).min(1)])
      .optional()
      .describe('Columns that identify a row, which may be in one of the two sets only.'),
    ignore: z.array(z.string()).optional().describe('Columns that are no features.'),
    normalize: z.boolean().default(false).describe('Compare texts without case, accents and repeated white space.'),
    max_duplicates: z
      .number()
      .min(0)
      .max(1)
      .default(0.01)
      .describe('Share of test rows that are in the training set above which that is an error; any is a warning.'),
    fail_on: failOnSetting(z),
    ...readSettings(z),
  });
  return {schema};
}
