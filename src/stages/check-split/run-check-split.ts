/** What a `check-split` stage does. */
import type {Json} from '../../base/json.ts';
import {checkSplit} from '../../data/split-check/check-split.ts';
import type {Host} from '../../host/host.ts';
import type {StageContext} from '../define-stage.ts';
import {BadRows} from '../shared/bad-rows.ts';
import {checkOutputs, finishCheck} from '../shared/finish-check.ts';
import {readOptionsOf} from '../shared/read-settings.ts';
import {readTableFile} from '../shared/table-files.ts';
import type {SplitCheckSettings} from './settings.ts';

/** @throws Error with a sentence for the user */
export async function runCheckSplit(context: StageContext, written: Json, host: Host): Promise<void> {
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
  finishCheck(context, host, findings, {
    failOn: settings.fail_on,
    outputs,
    page: {
      table: settings.test,
      current: profiles.test,
      reference: {...profiles.train, name: settings.train},
    },
  });
}
