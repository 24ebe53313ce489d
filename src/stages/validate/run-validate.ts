/** What a `validate` stage does. */
import type {Json} from '../../base/json.ts';
import {profileJson} from '../../data/profile/profile-json.ts';
import type {Host} from '../../host/host.ts';
import type {StageContext} from '../define-stage.ts';
import type {KindTools} from '../kind.ts';
import {checkOutputs, finishCheck} from '../shared/finish-check.ts';
import {loadSchema} from '../shared/load-schema.ts';
import {referenceOf} from '../shared/read-reference.ts';
import {readProfile} from '../shared/profile-file.ts';
import {readOptionsOf} from '../shared/read-settings.ts';
import {parseTime} from './parse-time.ts';
import type {ValidateSettings} from './settings.ts';
import {validateTable} from './validate-table.ts';

/** @throws Error with a sentence for the user */
export async function runValidate(context: StageContext, written: Json, host: Host, tools: KindTools): Promise<void> {
  const settings = written as unknown as ValidateSettings;
  const {inputs, inputFiles} = context;
  const outs = checkOutputs('validate', context, ['findings', 'profile', 'page', 'rows']);
  const schema = await loadSchema(host, inputs['schema'] ?? settings.schema, settings.schema);
  const asOf = parseTime(inputs['as_of'] ?? settings.as_of ?? '');
  if (schema.schema.fresh !== undefined && asOf === undefined)
    throw new Error(
      `\`fresh\` of \`${settings.schema}\` is measured from a time: \`as_of: day\` looks at each day (UTC) anew, ` +
        '`as_of: hour` at each hour; a time, as in `as_of: ${params.as_of}`, is for ever',
    );
  const wanted =
    settings.reference === undefined ? undefined : await referenceOf(settings.reference, context, host, tools.mlp);
  const {findings, profiled, reference, rows} = await validateTable(host, {
    path: inputs['data'] ?? settings.data,
    table: settings.data,
    schema,
    ...(settings.role === undefined ? {} : {role: settings.role}),
    ...(asOf === undefined ? {} : {asOf}),
    ...(wanted === undefined ? {} : {reference: wanted}),
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
  finishCheck(context, host, findings, {
    failOn: settings.fail_on,
    outputs: outs,
    page: {
      table: settings.data,
      current: profiled,
      ...(reference === undefined ? {} : {reference}),
    },
  });
}
