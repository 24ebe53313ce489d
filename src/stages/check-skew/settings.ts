/** The settings of `check-skew`. */
import type {KindSettings} from '../kind.ts';
import {failOnSetting, type FailOn} from '../shared/fail-on.ts';
import {readSettings, type ReadSettings} from '../shared/read-settings.ts';

export interface SkewSettings extends ReadSettings {
  readonly train: string;
  readonly serve: string;
  readonly key: string | readonly string[];
  readonly digits: number;
  readonly ignore?: readonly string[];
  readonly fail_on: FailOn;
}

export async function skewSettings(): Promise<KindSettings> {
  const z = await import('zod');
  const schema = z.strictObject({
    train: z.string().min(1).describe('The features as they were at training.'),
    serve: z.string().min(1).describe('The features as they were when served.'),
    key: z.union([z.string(), z.array(z.string()).min(1)]).describe('Columns that identify a row in both.'),
    digits: z.int().min(1).max(15).default(6).describe('Digits to which numbers must agree.'),
    ignore: z.array(z.string()).optional().describe('Columns that are not compared.'),
    fail_on: failOnSetting(z),
    ...readSettings(z),
  });
  return {schema};
}
