/** The record of an `approval: true` stage, given to `package` as the dep `approval`. */
import {isJsonObject, type Json} from '../../base/json.ts';
import type {Host} from '../../host/host.ts';
import type {StageContext} from '../define-stage.ts';
import type {PackageSettings} from './settings.ts';

/**
 * Reviewers may have gone past gates that failed: their reason is then why it is packaged.
 * @throws Error for a file that records no approval
 */
export function withApproval(settings: PackageSettings, {inputs}: StageContext, {files}: Host): PackageSettings {
  const path = inputs['approval'];
  if (path === undefined) return settings;
  let record: Json;
  try {
    record = JSON.parse(files.readText(path)) as Json;
  } catch {
    record = null;
  }
  if (!isJsonObject(record) || record['version'] !== 1 || record['state'] !== 'approved')
    throw new Error('`approval` records no approval: name the out of a stage with `approval: true`');
  const {override} = record;
  return settings.override === undefined && typeof override === 'string' ? {...settings, override} : settings;
}
