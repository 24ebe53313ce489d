import type {Host} from '../host/host.ts';
import {moduleEntry} from '../host/module-entry.ts';
import {createTypescript} from '../languages/typescript.ts';
import {UsageError} from '../project/usage-error.ts';

/**
 * A TypeScript or JavaScript function of the folder, for a command that runs without a pipeline.
 * @param reference `checks/vat.ts#valid`; without a name the default export.
 */
export async function projectFunction(host: Host, reference: string): Promise<(...args: unknown[]) => unknown> {
  const [module = '', exportName = 'default'] = reference.split('#');
  const typescript = createTypescript({apiModule: moduleEntry('api')});
  typescript.ready?.(host);
  const made = await typescript.fingerprint(
    {language: 'typescript', script: module, interpreter: '', cwd: '.', exportName},
    host,
  );
  if ('bundle' in made && made.bundle !== undefined) return host.functions.load(host.files.readBytes(made.bundle));
  throw new UsageError(`\`${reference}\` cannot be used: ${'message' in made ? made.message : 'it is no function'}`);
}
