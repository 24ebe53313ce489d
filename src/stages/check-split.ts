import {splitCheckSettings, type SplitCheckSettings} from './check-split/settings.ts';
import type {StageKind} from './kind.ts';

/** Checks a training and a test set against each other. Holds both in memory. */
export const checkSplitKind: StageKind = {
  name: 'check-split',
  summary: 'Checks a training set against a test set: copies, shared keys and groups, time, labels, leakage, hygiene.',
  version: 2,
  settings: splitCheckSettings,
  reads: (written) => {
    const {train, test} = written as unknown as SplitCheckSettings;
    return {deps: {train: {path: train}, test: {path: test}}};
  },
  run: async (context, settings, host) =>
    (await import('./check-split/run-check-split.ts')).runCheckSplit(context, settings, host),
};
