import type {StageKind} from './kind.ts';
import {splitSettings} from './split/settings.ts';

/** Splits a table into parts or folds. Reads it twice; rows keep their order. */
export const split: StageKind = {
  name: 'split',
  summary:
    'Splits a table into train, test and other parts, or into folds: at random, by strata, groups, time or hash.',
  version: 1,
  settings: splitSettings,
  run: async (context, settings, host) => (await import('./split/run-split.ts')).runSplit(context, settings, host),
};
