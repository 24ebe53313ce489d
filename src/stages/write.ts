import {canonicalJson} from '../base/json.ts';
import type {Json, JsonObject} from '../base/json.ts';
import type {StageKind} from './kind.ts';

/** Writes a text or a JSON document that stands in pipeline.yaml. */
export const write: StageKind = {
  name: 'write',
  summary: 'Writes the `text` or the `json` of its settings to its one out.',
  version: 1,
  settings: async () => {
    const z = await import('zod');
    const schema = z
      .strictObject({
        text: z.string().optional().describe('The file as it is, with its line ends.'),
        json: z.json().optional().describe('Written as JSON, indented, keys sorted.'),
      })
      .refine(({text, json}) => (text === undefined) !== (json === undefined), {
        error: '`write` needs either `text` or `json`',
      });
    return {schema};
  },
  reads: (settings) => ({pathFree: settings as JsonObject}),
  run: ({outputs}, settings, {files}) => {
    const [target, ...others] = Object.values(outputs);
    if (target === undefined) throw new Error('`write` does not know where to: name one file in `outs`');
    if (others.length > 0)
      throw new Error(`\`write\` writes one file, but \`outs\` names ${others.length + 1}: use a stage for each`);
    const {text, json} = settings as {readonly text?: string; readonly json?: Json};
    // The order of keys is not part of the stage's key, so it must not be part of the bytes.
    const content = text ?? `${JSON.stringify(JSON.parse(canonicalJson(json ?? null)), null, 2)}\n`;
    files.writeAtomic(target, content);
  },
};
