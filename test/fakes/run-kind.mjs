/** Stands for `dist/run-kind.js` where a test brings its own built-in stage `apply`, which calls the functions it is told. */
import {readFileSync, writeFileSync} from 'node:fs';

export async function runKind(context, {settings}, host, tools) {
  const found = {};
  for (const [name, reference] of Object.entries(settings.functions ?? {})) {
    const apply = await tools.functionOf(reference);
    found[name] = await apply(readFileSync(context.inputs.table, 'utf8'));
  }
  if (context.inputs.schema !== undefined) found.schema = readFileSync(context.inputs.schema, 'utf8');
  if (settings.size === undefined) found.inputs = context.inputFiles;
  else Object.assign(found, {size: settings.size, seed: context.seed});
  context.metric('size', Number.NaN);
  for (const path of Object.values(context.outputs)) writeFileSync(path, JSON.stringify(found));
}
