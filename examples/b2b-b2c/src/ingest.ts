import {createHash} from 'node:crypto';
import {readFileSync, writeFileSync} from 'node:fs';
import {gunzipSync} from 'node:zlib';
import {defineStage} from 'mlp-cli';
import {readEntities} from './lib/entities.ts';

/** Unpacks the shipped table, after a check that it is the one that SOURCES.md describes. */
export default defineStage(({inputs, outputs, metric, log}) => {
  const archive = readFileSync(inputs.archive);
  const expected = readFileSync(inputs.checksum, 'utf8').split(' ')[0];
  const actual = createHash('sha256').update(archive).digest('hex');
  if (actual !== expected) throw new Error(`${inputs.archive} has the sha256 ${actual}, ${expected} is expected`);

  writeFileSync(outputs.entities, gunzipSync(archive));

  const entities = readEntities(outputs.entities);
  const organisations = entities.filter(({label}) => label === 'B2B').length;
  metric('rows', entities.length);
  metric('organisations', organisations);
  metric('persons', entities.length - organisations);
  log(`${entities.length} names, ${organisations} of them organisations`);
});
