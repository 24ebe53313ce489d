/** The settings of `check-drift`. */
import type {Json, JsonObject} from '../../base/json.ts';
import type {KindSettings} from '../kind.ts';
import {failOnSetting, type FailOn} from '../shared/fail-on.ts';
import {readSettings, type ReadSettings} from '../shared/read-settings.ts';

export interface DriftSettings extends ReadSettings {
  readonly reference: string;
  readonly data: string;
  readonly compare?: JsonObject;
  readonly history?: readonly string[];
  readonly text?: readonly string[];
  readonly fail_on: FailOn;
}

export async function driftSettings(): Promise<KindSettings> {
  const z = await import('zod');
  const {parseDriftRules} = await import('../../data/drift/rules.ts');
  const schema = z
    .strictObject({
      reference: z
        .string()
        .min(1)
        .describe('A table, a `profile.json` of one, or a packaged model: `approved`, `NAME@ALIAS`, `NAME@3`.'),
      data: z.string().min(1).describe('The table that is compared with it, or its `profile.json`.'),
      compare: z
        .record(z.string(), z.json())
        .optional()
        .describe('Rules as in a table schema: `{drift: {warn, error}, columns: {NAME: METRIC}, limit, group}`.'),
      history: z
        .array(z.string().min(1))
        .optional()
        .describe('Profiles of past windows, 8 and more, for `compare: {limit: history}`.'),
      text: z
        .array(z.string())
        .optional()
        .describe('Columns of long texts, told apart by a classifier. Default: by their look.'),
      fail_on: failOnSetting(z),
      ...readSettings(z),
    })
    .superRefine(({compare}, check) => {
      try {
        parseDriftRules(compare as Json | undefined);
      } catch (error) {
        check.addIssue({code: 'custom', path: ['compare'], message: (error as Error).message});
      }
    });
  return {schema};
}
