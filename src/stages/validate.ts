import type {KindReads, StageKind} from './kind.ts';
import {referenceDep} from './shared/packaged-model.ts';
import {isStep, validateSettings, type ValidateSettings} from './validate/settings.ts';

/** Checks a table against its schema and profiles it, in one pass; compares it with a reference. */
export const validate: StageKind = {
  name: 'validate',
  summary: 'Checks a table against its schema, profiles it, and compares it with a reference.',
  version: 3,
  settings: validateSettings,
  reads: (written): KindReads => {
    const {data, schema, reference, history, as_of, functions} = written as unknown as ValidateSettings;
    return {
      deps: {
        data: {path: data},
        schema: {path: schema},
        ...(reference === undefined ? {} : {reference: referenceDep(reference)}),
        ...(history === undefined ? {} : {history: history.map((path) => ({path}))}),
        ...(isStep(as_of) ? {as_of: {clock: as_of}} : {}),
      },
      ...(functions === undefined ? {} : {functions}),
    };
  },
  run: async (...words) => (await import('./validate/run-validate.ts')).runValidate(...words),
};
