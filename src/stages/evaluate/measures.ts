/** Numbers that gates look at and that are no metric of the predictions: from JSON files in `deps`, and the size of the model. */
import {isJsonObject, leavesOf} from '../../base/json.ts';
import type {Host} from '../../host/host.ts';
import type {StageContext} from '../define-stage.ts';
import {readJsonFile} from '../shared/json-file.ts';

/** Deps that are read for other things. */
const OWN = new Set(['predictions', 'baseline', 'rows', 'features']);

/** Dotted path in a file -> number; of two files the later dep counts. `model_bytes` is the size of the dep `model`. */
export function readMeasures({inputs, inputFiles}: StageContext, host: Host): ReadonlyMap<string, number> {
  const measures = new Map<string, number>();
  for (const [name, path] of Object.entries(inputs)) {
    if (name === 'model') measures.set('model_bytes', sizeOf(host, path));
    if (OWN.has(name) || name === 'model') continue;
    for (const file of inputFiles[name] ?? []) if (file.endsWith('.json')) readNumbers(host, file, measures);
  }
  return measures;
}

function readNumbers(host: Host, file: string, into: Map<string, number>): void {
  const value = readJsonFile(host, file);
  if (!isJsonObject(value)) return;
  for (const [name, one] of leavesOf(value)) {
    if (typeof one !== 'number') continue;
    into.set(name, one);
    // A measurement `{value, lo, hi, n}` is known by its name.
    if (name.endsWith('.value')) into.set(name.slice(0, -'.value'.length), one);
  }
}

function sizeOf({files}: Host, path: string): number {
  const stat = files.stat(path);
  if (stat?.type !== 'dir') return stat?.size ?? 0;
  let sum = 0;
  for (const entry of files.walk(path)) if (entry.stat.type === 'file') sum += entry.stat.size;
  return sum;
}
