import type {Json, JsonObject} from '../base/json.ts';
import {driftReport} from '../data/drift/findings.ts';
import {parseDriftRules} from '../data/drift/rules.ts';
import {profileJson} from '../data/profile/profile-json.ts';
import {renderProfile} from '../report/render/profile.ts';
import type {KindReads, StageKind} from './kind.ts';
import {checkOutputs, failOnSetting, finishCheck, type FailOn} from './shared/finish-check.ts';
import {readProfile, readSide} from './shared/profile-file.ts';
import {profileView} from './shared/profile-view.ts';
import {readOptionsOf, readSettings, type ReadSettings} from './shared/read-settings.ts';

interface DriftSettings extends ReadSettings {
  readonly reference: string;
  readonly data: string;
  readonly compare?: JsonObject;
  readonly history?: readonly string[];
  readonly text?: readonly string[];
  readonly fail_on: FailOn;
}

/** Compares a table with a reference, column by column. */
export const checkDrift: StageKind = {
  name: 'check-drift',
  summary: 'Compares a table with a reference, column by column: what moved, how far, and what is noise.',
  version: 1,
  settings: async () => {
    const z = await import('zod');
    const schema = z
      .strictObject({
        reference: z.string().min(1).describe('A table, or a `profile.json` of one.'),
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
  },
  reads: (written): KindReads => {
    const {reference, data, history} = written as unknown as DriftSettings;
    return {
      deps: {
        reference: {path: reference},
        data: {path: data},
        ...(history === undefined ? {} : {history: history.map((path) => ({path}))}),
      },
    };
  },
  run: async (context, written, host) => {
    const settings = written as unknown as DriftSettings;
    const outputs = checkOutputs('check-drift', context, ['findings', 'page', 'profile']);
    const {inputs, inputFiles} = context;
    const options = readOptionsOf(settings);
    const side = (name: 'reference' | 'data') =>
      readSide(host, inputs[name] ?? settings[name], settings[name], options);
    const reference = await side('reference');
    context.progress(0.5);
    const current = await side('data');
    const past = inputFiles['history'] ?? [];
    const {findings} = driftReport(settings.data, reference, current, {
      rules: parseDriftRules(settings.compare),
      history: past.map((path) => readProfile(host, path, path)),
      ...(settings.text === undefined ? {} : {textColumns: settings.text}),
    });
    if (outputs.profile !== undefined) host.files.writeAtomic(outputs.profile, profileJson(current.profile));
    await finishCheck(context, host, findings, {
      failOn: settings.fail_on,
      outputs,
      page: () =>
        Promise.resolve(
          renderProfile(
            profileView({
              table: settings.data,
              current,
              reference: {...reference, name: settings.reference},
              findings,
            }),
          ),
        ),
    });
  },
};
