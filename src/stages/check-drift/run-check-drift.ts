/** What a `check-drift` stage does. */
import type {Json} from '../../base/json.ts';
import {driftReport} from '../../data/drift/findings.ts';
import {parseDriftRules} from '../../data/drift/rules.ts';
import {profileJson} from '../../data/profile/profile-json.ts';
import type {Host} from '../../host/host.ts';
import {renderProfile} from '../../report/render/profile.ts';
import type {StageContext} from '../define-stage.ts';
import {checkOutputs, finishCheck} from '../shared/finish-check.ts';
import {readProfile, readSide} from '../shared/profile-file.ts';
import {profileView} from '../shared/profile-view.ts';
import {readOptionsOf} from '../shared/read-settings.ts';
import type {DriftSettings} from './settings.ts';

/** @throws Error with a sentence for the user */
export async function runCheckDrift(context: StageContext, written: Json, host: Host): Promise<void> {
  const settings = written as unknown as DriftSettings;
  const outputs = checkOutputs('check-drift', context, ['findings', 'page', 'profile']);
  const {inputs, inputFiles} = context;
  const options = readOptionsOf(settings);
  const side = (name: 'reference' | 'data') => readSide(host, inputs[name] ?? settings[name], settings[name], options);
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
}
