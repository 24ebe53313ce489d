/** Where the reason comes from when gates failed and a model is packaged all the same. */
import {expect, it} from 'vitest';
import type {StageContext} from '../../src/stages/define-stage.ts';
import {withApproval} from '../../src/stages/package/approval.ts';
import {packageSettings} from '../../src/stages/package/settings.ts';
import {tempHost} from '../host/rig.ts';

const settings = packageSettings({
  name: 'names',
  functions: [],
  files: [],
  environment: [],
  licences: [],
  parity: false,
});

function overrideOf(record: string | undefined, own?: string): string | undefined {
  const host = tempHost();
  if (record !== undefined) host.files.writeAtomic('record.json', record);
  const context = {inputs: record === undefined ? {} : {approval: 'record.json'}} as unknown as StageContext;
  return withApproval(own === undefined ? settings : {...settings, override: own}, context, host).override;
}

it('the reviewers who went past the gates say why, unless the settings do', () => {
  const record = JSON.stringify({version: 1, state: 'approved', gates: 'fail', override: 'known outlier'});
  expect(overrideOf(record)).toBe('known outlier');
  expect(overrideOf(record, 'mine')).toBe('mine');
  expect(overrideOf(JSON.stringify({version: 1, state: 'approved'}))).toBeUndefined();
  expect(overrideOf(undefined)).toBeUndefined();
});

it('what records no approval is refused', () => {
  for (const record of ['', '{', 'null', '{"version": 2, "state": "approved"}', '{"version": 1, "state": "rejected"}'])
    expect(() => overrideOf(record)).toThrow('`approval` records no approval');
});
