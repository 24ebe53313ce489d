import type {JsonObject} from '../base/json.ts';
import {evaluateSettings} from './evaluate/settings.ts';
import type {StageKind} from './kind.ts';
import {isModel} from './shared/packaged-model.ts';

/** Judges a predictions file of any model in any language. */
export const evaluate: StageKind = {
  name: 'evaluate',
  summary: 'Measures predictions with intervals, by slices, against a baseline and against gates; writes reports.',
  version: 2,
  settings: evaluateSettings,
  reads: (settings) => {
    const {baseline, ...rest} = settings as JsonObject;
    if (typeof baseline !== 'string') return {pathFree: rest};
    // A first run has no baseline yet.
    const dep = isModel(baseline) ? {model: baseline} : {path: baseline, optional: true};
    return {deps: {baseline: dep}, pathFree: rest};
  },
  run: async (...words) => (await import('./evaluate/run-evaluate.ts')).runEvaluate(...words),
};
