import type {Json, JsonObject} from '../base/json.ts';
import {featurizeSettings, functionsOf, type FeaturizeSettings} from './featurize/settings.ts';
import type {StageKind} from './kind.ts';

/** Learns from the training table how to make features, and makes them of it and of other tables. */
export const featurize: StageKind = {
  name: 'featurize',
  summary: 'Makes features of the columns of tables, learning from the training table only.',
  version: 2,
  settings: featurizeSettings,
  reads: (settings) => {
    const featurizing = settings as unknown as FeaturizeSettings;
    const {tables} = featurizing;
    return {
      deps: Object.fromEntries(Object.entries(tables).map(([name, {file}]) => [name, {path: file}])),
      functions: functionsOf(featurizing),
      pathFree: {
        ...(settings as JsonObject),
        tables: Object.fromEntries(
          Object.entries(tables).map(([name, {file: _file, ...rest}]) => [name, rest]),
        ) as unknown as Json,
      },
    };
  },
  run: async (...words) => (await import('./featurize/run-featurize.ts')).runFeaturize(...words),
};
