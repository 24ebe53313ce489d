/** `uses: package`: a trained model with all that is needed to use it, judge it and trust it, as one folder. */
import type {StageKind} from './kind.ts';
import {packageSchema, packageSettings} from './package/settings.ts';

export const packageKind: StageKind = {
  name: 'package',
  summary: 'Packs a model with its featurizer, card, metrics and lineage into one folder, and tries it there.',
  version: 3,
  settings: async () => ({schema: await packageSchema()}),
  reads: (settings) => {
    const {functions, files, environment, licences} = packageSettings(settings);
    const named = {files, environment, licences};
    return {
      deps: Object.fromEntries(
        Object.entries(named)
          .filter(([, paths]) => paths.length > 0)
          .map(([name, paths]) => [name, paths.map((path) => ({path}))]),
      ),
      functions,
    };
  },
  run: async (...words) => (await import('./package/run-package.ts')).runPackage(...words),
};
