import {skewSettings, type SkewSettings} from './check-skew/settings.ts';
import type {StageKind} from './kind.ts';

/** Compares the features of the same rows at training and when served. Holds both tables in memory. */
export const checkSkew: StageKind = {
  name: 'check-skew',
  summary: 'Joins the features of training with those logged when serving, and compares them row by row.',
  version: 2,
  settings: skewSettings,
  reads: (written) => {
    const {train, serve} = written as unknown as SkewSettings;
    return {deps: {train: {path: train}, serve: {path: serve}}};
  },
  run: async (context, settings, host) =>
    (await import('./check-skew/run-check-skew.ts')).runCheckSkew(context, settings, host),
};
