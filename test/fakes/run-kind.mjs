/** Stands for `dist/run-kind.js` where a test brings its own built-in stage `apply`, which calls the functions it is told. */
import {readFileSync, writeFileSync} from 'node:fs';

export async function runKind(context, {settings}, host, tools) {
  const out = {};
  for (const [name, reference] of Object.entries(settings.functions ?? {})) {
    const apply = await tools.functionOf(reference);
    out[name] = await apply(readFileSync(context.inputs.table, 'utf8'));
  }
  const schema = context.inputs.schema;
  if (schema !== undefined) out.schema = readFileSync(schema, 'utf8');
  out.inputs = context.inputFiles;
  for (const path of Object.values(context.outputs)) writeFileSync(path, JSON.stringify(out));
}
