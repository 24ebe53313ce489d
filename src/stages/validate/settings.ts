/** The settings of `validate`. */
import type {ClockStep} from '../../model/stage.ts';
import type {KindSettings} from '../kind.ts';
import {failOnSetting, type FailOn} from '../shared/fail-on.ts';
import {readSettings, type ReadSettings} from '../shared/read-settings.ts';

/** Rows that are kept for a rule unless somebody asks for more. */
export const MOST_BAD_ROWS = 100_000;

export interface ValidateSettings extends ReadSettings {
  readonly data: string;
  readonly schema: string;
  readonly role?: string;
  readonly reference?: string;
  readonly history?: readonly string[];
  readonly as_of?: string;
  readonly functions?: readonly string[];
  readonly most_rows: number;
  readonly fail_on: FailOn;
}

/** Whether `as_of` goes with the clock. */
export const isStep = (text: string | undefined): text is ClockStep => text === 'day' || text === 'hour';

export async function validateSettings(): Promise<KindSettings> {
  const z = await import('zod');
  const {parseTime} = await import('./parse-time.ts');
  const schema = z.strictObject({
    data: z.string().min(1).describe('The table.'),
    schema: z.string().min(1).describe('The schema file (`mlp schema infer` makes one).'),
    role: z
      .string()
      .min(1)
      .optional()
      .describe('What the table is for, such as `train` or `serve`: columns that are not `in` it may be absent.'),
    reference: z
      .string()
      .min(1)
      .optional()
      .describe(
        'What this one is compared with, as `compare` of the schema says: a `profile.json`, a table, or a packaged model ' +
          '(`approved`, `NAME@ALIAS`, `NAME@3`), which holds the profile of its data.',
      ),
    history: z
      .array(z.string().min(1))
      .optional()
      .describe('Profiles of past windows, 8 and more, for `compare: {limit: history}` of the schema.'),
    as_of: z
      .string()
      .refine((text) => isStep(text) || parseTime(text) !== undefined, {
        error: '`day`, `hour`, or a time such as `2024-01-31T12:00:00Z` is needed',
      })
      .optional()
      .describe(
        'What `fresh` of the schema is measured from: when the `day` or the `hour` (UTC) began, so that each is looked at anew, ' +
          'or a time.',
      ),
    functions: z
      .array(z.string().min(1))
      .optional()
      .describe(
        'The functions that `rules: fn` of the schema name, `checks/vat.ts#valid`: their code is part of the key.',
      ),
    most_rows: z
      .int()
      .min(0)
      .default(MOST_BAD_ROWS)
      .describe('How many of the rows that break a rule are kept in the out `rows`.'),
    fail_on: failOnSetting(z),
    ...readSettings(z),
  });
  // Types and missing values are the schema's.
  return {schema: schema.omit({types: true, missing_values: true})};
}
