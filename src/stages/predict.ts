import type {StageKind} from './kind.ts';
import {predictSettings} from './predict/settings.ts';

/** Writes a predictions file: what a model says of rows, beside what is true of them. */
export const predict: StageKind = {
  name: 'predict',
  summary: 'Applies a trained model to features, and writes a predictions file.',
  version: 1,
  settings: predictSettings,
  run: async (context, settings, host) =>
    (await import('./predict/run-predict.ts')).runPredict(context, settings, host),
};
