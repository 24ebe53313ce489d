import {checkSplit} from '../data/split-check/check-split.ts';
import {renderProfile} from '../report/render/profile.ts';
import type {StageKind} from './kind.ts';
import {BadRows} from './shared/bad-rows.ts';
import {checkOutputs, failOnSetting, finishCheck, type FailOn} from './shared/finish-check.ts';
import {profileView} from './shared/profile-view.ts';
import {readOptionsOf, readSettings, type ReadSettings} from './shared/read-settings.ts';
import {readTableFile} from './shared/table-files.ts';

interface SplitCheckSettings extends ReadSettings {
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

/** Checks a training and a test set against each other. Holds both in memory. */
export const checkSplitKind: StageKind = {
  name: 'check-split',
  summary: 'Checks a training set against a test set: copies, shared keys and groups, time, labels, leakage, hygiene.',
  version: 1,
  settings: async () => {
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
  },
  reads: (written) => {
    const {train, test} = written as unknown as SplitCheckSettings;
    return {deps: {train: {path: train}, test: {path: test}}};
  },
  run: async (context, written, host) => {
    const settings = written as unknown as SplitCheckSettings;
    const outputs = checkOutputs('check-split', context, ['findings', 'page', 'rows']);
    const {label, time, group, key, ignore, normalize, max_duplicates: maxDuplicates} = settings;
    const options = readOptionsOf(settings);
    const read = (name: 'train' | 'test') => readTableFile(host, context.inputs[name] ?? settings[name], options);
    const [train, test] = [await read('train'), await read('test')];
    context.progress(0.4);
    const {findings, badRows, profiles} = checkSplit(
      {train, test, trainName: settings.train, testName: settings.test},
      {
        label,
        normalize,
        maxDuplicates,
        ...(time === undefined ? {} : {time}),
        ...(group === undefined ? {} : {group}),
        ...(key === undefined ? {} : {key: typeof key === 'string' ? [key] : key}),
        ...(ignore === undefined ? {} : {ignore}),
      },
    );
    if (outputs.rows !== undefined) {
      const kept = new BadRows(host, outputs.rows, test.rowCount);
      for (const [id, rows] of badRows) if (rows.length > 0) await kept.add(id, test, rows);
      await kept.end(findings);
    }
    await finishCheck(context, host, findings, {
      failOn: settings.fail_on,
      outputs,
      page: () =>
        Promise.resolve(
          renderProfile(
            profileView({
              table: settings.test,
              current: profiles.test,
              reference: {...profiles.train, name: settings.train},
              findings,
            }),
          ),
        ),
    });
  },
};
