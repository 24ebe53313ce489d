/** A built-in stage of a test, `apply`: its settings name files and functions; what it does stands in run-kind.mjs. */
import {fileURLToPath} from 'node:url';
import type {StageKind} from '../../src/stages/kind.ts';

interface Settings {
  readonly schema?: string;
  readonly words?: string;
  readonly functions?: Readonly<Record<string, string>>;
  readonly size?: number;
}

export const applyKind: StageKind = {
  name: 'apply',
  summary: 'Calls functions on a table.',
  version: 1,
  settings: async () => {
    const z = await import('zod');
    return {
      schema: z.strictObject({
        schema: z.string().optional(),
        words: z.string().optional(),
        functions: z.record(z.string(), z.string()).optional(),
        size: z.number().optional(),
      }),
    };
  },
  reads: (settings) => {
    const {schema, words, functions = {}, size = 1} = settings as Settings;
    return {
      deps: {
        ...(schema === undefined ? {} : {schema: {path: schema}}),
        ...(words === undefined ? {} : {words: {glob: words}}),
      },
      functions: Object.values(functions),
      pathFree: {size, functions: Object.keys(functions)},
    };
  },
  run: () => undefined,
};

/** `moduleEntry` with the fake in place of the module that runs built-in stages. */
export function withFakeKinds(
  real: typeof import('../../src/host/module-entry.ts'),
): typeof import('../../src/host/module-entry.ts') {
  const fake = fileURLToPath(new URL('run-kind.mjs', import.meta.url));
  return {...real, moduleEntry: (entry) => (entry === 'run-kind' ? fake : real.moduleEntry(entry))};
}
