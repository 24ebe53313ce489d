/** A function from the source of its module, wherever the source lies: in a bundle, in an archive, in a database. */
import {compileFunction} from 'node:vm';

type AnyFunction = (...args: unknown[]) => unknown;

/**
 * Compiled as CommonJS, since code that comes from V8's cache, as that of the command line does, cannot import().
 * @throws Error when it is no module, needs a package, or its default export is no function
 */
export async function loadFunction(source: Uint8Array): Promise<AnyFunction> {
  const {transform} = await import('esbuild');
  const {code} = await transform(new TextDecoder().decode(source), {
    format: 'cjs',
    platform: 'node',
    target: 'node20.17',
    define: {'import.meta.url': '"file:///"'},
    logLevel: 'silent',
  });
  const module: {exports: {readonly default?: unknown}} = {exports: {}};
  compileFunction(code, ['module', 'exports', 'require'])(module, module.exports, builtinOnly);
  const {default: found} = module.exports;
  if (typeof found !== 'function') throw new Error('its default export is no function');
  return found as AnyFunction;
}

function builtinOnly(id: string): unknown {
  const found = process.getBuiltinModule(id);
  if (found === undefined) throw new Error(`it needs the package \`${id}\`, which is not there`);
  return found;
}
