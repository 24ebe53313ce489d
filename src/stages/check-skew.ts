import {rowSkew} from '../data/split-check/row-skew.ts';
import type {StageKind} from './kind.ts';
import {checkOutputs, failOnSetting, finishCheck, type FailOn} from './shared/finish-check.ts';
import {readOptionsOf, readSettings, type ReadSettings} from './shared/read-settings.ts';
import {readTableFile} from './shared/table-files.ts';

interface SkewSettings extends ReadSettings {
  readonly train: string;
  readonly serve: string;
  readonly key: string | readonly string[];
  readonly digits: number;
  readonly ignore?: readonly string[];
  readonly fail_on: FailOn;
}

/** Compares the features of the same rows at training and when served. Holds both tables in memory. */
export const checkSkew: StageKind = {
  name: 'check-skew',
  summary: 'Joins the features of training with those logged when serving, and compares them row by row.',
  version: 1,
  settings: async () => {
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
  },
  reads: (written) => {
    const {train, serve} = written as unknown as SkewSettings;
    return {deps: {train: {path: train}, serve: {path: serve}}};
  },
  run: async (context, written, host) => {
    const settings = written as unknown as SkewSettings;
    const outputs = checkOutputs('check-skew', context, ['findings']);
    const {train, serve, key, digits, ignore} = settings;
    const options = readOptionsOf(settings);
    const read = (name: 'train' | 'serve') => readTableFile(host, context.inputs[name] ?? settings[name], options);
    const tables = [await read('train'), await read('serve')] as const;
    const findings = rowSkew(
      ...tables,
      {train, serve},
      {
        key: typeof key === 'string' ? [key] : key,
        digits,
        ...(ignore === undefined ? {} : {ignore}),
      },
    );
    await finishCheck(context, host, findings, {failOn: settings.fail_on, outputs});
  },
};
