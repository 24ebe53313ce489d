import type {StageKind} from './kind.ts';
import {trainSettings} from './train/settings.ts';

/** Trains a model on features, and writes it to one file. */
export const train: StageKind = {
  name: 'train',
  summary: 'Trains a model on features: logistic, linear, forest, boosting, net, or a baseline.',
  version: 1,
  settings: trainSettings,
  run: async (context, settings, host) => (await import('./train/run-train.ts')).runTrain(context, settings, host),
};
