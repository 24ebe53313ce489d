import {profileJson} from '../data/profile/profile-json.ts';
import {renderProfile} from '../report/render/profile.ts';
import type {KindReads, StageKind} from './kind.ts';
import {checkOutputs, failOnSetting, finishCheck, type FailOn} from './shared/finish-check.ts';
import {loadSchema} from './shared/load-schema.ts';
import {readProfile} from './shared/profile-file.ts';
import {profileView} from './shared/profile-view.ts';
import {readOptionsOf, readSettings, type ReadSettings} from './shared/read-settings.ts';
import {parseTime} from './validate/parse-time.ts';
import {MOST_BAD_ROWS, validateTable} from './validate/validate-table.ts';

interface ValidateSettings extends ReadSettings {
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

/** Checks a table against its schema and profiles it, in one pass; compares it with a reference. */
export const validate: StageKind = {
  name: 'validate',
  summary: 'Checks a table against its schema, profiles it, and compares it with a reference.',
  version: 1,
  settings: async () => {
    const z = await import('zod');
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
        .describe('A `profile.json` or a table that this one is compared with, as `compare` of the schema says.'),
      history: z
        .array(z.string().min(1))
        .optional()
        .describe('Profiles of past windows, 8 and more, for `compare: {limit: history}` of the schema.'),
      as_of: z
        .string()
        .refine((text) => parseTime(text) !== undefined, {error: 'a time such as `2024-01-31T12:00:00Z` is needed'})
        .optional()
        .describe('What `fresh` is measured from. Default: when the stage starts.'),
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
  },
  reads: (written): KindReads => {
    const {data, schema, reference, history, functions} = written as unknown as ValidateSettings;
    return {
      deps: {
        data: {path: data},
        schema: {path: schema},
        ...(reference === undefined ? {} : {reference: {path: reference}}),
        ...(history === undefined ? {} : {history: history.map((path) => ({path}))}),
      },
      ...(functions === undefined ? {} : {functions}),
    };
  },
  run: async (context, written, host, tools) => {
    const settings = written as unknown as ValidateSettings;
    const {inputs, inputFiles} = context;
    const outs = checkOutputs('validate', context, ['findings', 'profile', 'page', 'rows']);
    const schema = await loadSchema(host, inputs['schema'] ?? settings.schema, settings.schema);
    if (schema.schema.fresh !== undefined && settings.as_of === undefined)
      context.log('`fresh` is measured from now; `as_of` makes the time part of what this stage depends on');
    const {findings, profiled, reference, rows} = await validateTable(host, {
      path: inputs['data'] ?? settings.data,
      table: settings.data,
      schema,
      ...(settings.role === undefined ? {} : {role: settings.role}),
      asOf: parseTime(settings.as_of ?? '') ?? host.clock.now(),
      ...(settings.reference === undefined
        ? {}
        : {reference: {path: inputs['reference'] ?? settings.reference, name: settings.reference}}),
      history: (inputFiles['history'] ?? []).map((path) => readProfile(host, path, path)),
      read: readOptionsOf(settings),
      ...(outs.rows === undefined ? {} : {rows: {folder: outs.rows, most: settings.most_rows}}),
      functionOf: (name) => {
        if (settings.functions?.includes(name) === true) return tools.functionOf(name);
        return Promise.reject(new Error(`name it in \`with:\`, too: \`functions: [${name}]\``));
      },
      signal: context.signal,
    });
    context.metric('rows', rows);
    if (outs.profile !== undefined) host.files.writeAtomic(outs.profile, profileJson(profiled.profile));
    await finishCheck(context, host, findings, {
      failOn: settings.fail_on,
      outputs: outs,
      page: () =>
        Promise.resolve(
          renderProfile(
            profileView({
              table: settings.data,
              current: profiled,
              findings,
              ...(reference === undefined ? {} : {reference}),
            }),
          ),
        ),
    });
  },
};
