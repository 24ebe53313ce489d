/** What a `check-drift` stage does. */
import type {Json} from '../../base/json.ts';
import {driftReport} from '../../data/drift/findings.ts';
import {parseDriftRules} from '../../data/drift/rules.ts';
import {profileJson} from '../../data/profile/profile-json.ts';
import type {Host} from '../../host/host.ts';
import type {StageContext} from '../define-stage.ts';
import type {KindTools} from '../kind.ts';
import {checkOutputs, finishCheck} from '../shared/finish-check.ts';
import {referenceOf} from '../shared/read-reference.ts';
import {readProfile, readSide, sideOf} from '../shared/profile-file.ts';
import {readOptionsOf} from '../shared/read-settings.ts';
import type {DriftSettings} from './settings.ts';

/** @throws Error with a sentence for the user */
export async function runCheckDrift(context: StageContext, written: Json, host: Host, tools: KindTools): Promise<void> {
  const settings = written as unknown as DriftSettings;
  const outputs = checkOutputs('check-drift', context, ['findings', 'page', 'profile']);
  const {inputs, inputFiles} = context;
  const options = readOptionsOf(settings);
  const wanted = await referenceOf(settings.reference, context, host, tools.mlp);
  const reference = wanted && {...(await sideOf(host, wanted, options)), name: wanted.name};
  context.progress(0.5);
  const current = await readSide(host, inputs['data'] ?? settings.data, settings.data, options);
  const past = inputFiles['history'] ?? [];
  const {findings} =
    reference === undefined
      ? {findings: []}
      : driftReport(settings.data, reference, current, {
          rules: parseDriftRules(settings.compare),
          history: past.map((path) => readProfile(host, path, path)),
          ...(settings.text === undefined ? {} : {textColumns: settings.text}),
        });
  if (outputs.profile !== undefined) host.files.writeAtomic(outputs.profile, profileJson(current.profile));
  finishCheck(context, host, findings, {
    failOn: settings.fail_on,
    outputs,
    page: {
      table: settings.data,
      current,
      ...(reference === undefined ? {} : {reference}),
    },
  });
}
