import {referenceDep} from './shared/packaged-model.ts';
import {driftSettings, type DriftSettings} from './check-drift/settings.ts';
import type {KindReads, StageKind} from './kind.ts';

/** Compares a table with a reference, column by column. */
export const checkDrift: StageKind = {
  name: 'check-drift',
  summary: 'Compares a table with a reference, column by column: what moved, how far, and what is noise.',
  version: 2,
  settings: driftSettings,
  reads: (written): KindReads => {
    const {reference, data, history} = written as unknown as DriftSettings;
    return {
      deps: {
        reference: referenceDep(reference),
        data: {path: data},
        ...(history === undefined ? {} : {history: history.map((path) => ({path}))}),
      },
    };
  },
  run: async (...words) => (await import('./check-drift/run-check-drift.ts')).runCheckDrift(...words),
};
