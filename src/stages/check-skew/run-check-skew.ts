/** What a `check-skew` stage does. */
import type {Json} from '../../base/json.ts';
import {rowSkew} from '../../data/split-check/row-skew.ts';
import type {Host} from '../../host/host.ts';
import type {StageContext} from '../define-stage.ts';
import {checkOutputs, finishCheck} from '../shared/finish-check.ts';
import {readOptionsOf} from '../shared/read-settings.ts';
import {readTableFile} from '../shared/table-files.ts';
import type {SkewSettings} from './settings.ts';

/** @throws Error with a sentence for the user */
export async function runCheckSkew(context: StageContext, written: Json, host: Host): Promise<void> {
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
  finishCheck(context, host, findings, {failOn: settings.fail_on, outputs});
}
