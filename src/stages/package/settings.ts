/** What `with:` of a `package` stage may say. */
import type {Json} from '../../base/json.ts';
import {SIZE} from '../../base/units.ts';

export interface PackageSettings {
  readonly name: string;
  readonly description?: string;
  readonly intended_use?: string;
  readonly limitations?: string;
  readonly owner?: string;
  readonly licence?: string;
  readonly functions: readonly string[];
  readonly command?: readonly string[];
  readonly files: readonly string[];
  readonly environment: readonly string[];
  readonly licences: readonly string[];
  readonly parity: false | {readonly rows: number; readonly tolerance: number};
  readonly max_size?: number | string;
  readonly override?: string;
  readonly sign?: {readonly key: string} | {readonly key_env: string};
}

/** As checked by `packageSchema`. */
export const packageSettings = (settings: Json): PackageSettings => settings as unknown as PackageSettings;

export async function packageSchema(): Promise<import('zod').ZodType> {
  const z = await import('zod');
  const text = (description: string) => z.string({error: 'a text'}).optional().describe(description);
  const paths = (description: string) =>
    z
      .array(z.string({error: 'a path'}), {error: 'a list of paths'})
      .default([])
      .describe(description);
  const parity = z
    .strictObject({
      rows: z.int({error: 'a whole number'}).min(1).default(1000).describe('Rows that are compared, spread evenly.'),
      tolerance: z
        .number({error: 'a number'})
        .min(0)
        .default(1e-9)
        .describe('How far a number may be off, as a part of the larger one, or absolute below 1.'),
    })
    .prefault({});
  const sign = z.union(
    [
      z.strictObject({key: z.string().describe('Path of a private key of OpenSSH.')}),
      z.strictObject({
        key_env: z.string().describe('Variable that holds the text of such a key; name it under `secrets`, too.'),
      }),
    ],
    {error: '`{key: PATH}` or `{key_env: VARIABLE}`'},
  );
  return z.strictObject({
    name: z
      .string({error: 'a text'})
      .regex(/^[A-Za-z0-9_][\w.-]*$/, {error: 'a name of letters, digits, `_`, `-` and `.`'})
      .describe('Name of the model: `mlp models` lists its versions under it.'),
    description: text('What the model is for, in the model card.'),
    intended_use: text('Who may use it for what.'),
    limitations: text('What it must not be used for, and where it is weak.'),
    owner: text('Who answers for it.'),
    licence: text('An SPDX identifier such as `MIT`, or the name of another licence.'),
    functions: z
      .array(z.string({error: 'a function such as `src/features.ts#legalForm`'}), {error: 'a list of functions'})
      .default([])
      .describe('Functions that the featurizer calls; they are packed with all they import of the project.'),
    command: z
      .array(z.string({error: 'a word'}), {error: 'a list of words'})
      .min(1)
      .optional()
      .describe(
        'Instead of a model of mlp: a program that reads a CSV on stdin and writes predictions to stdout, started in the bundle.',
      ),
    files: paths('More files and folders of the project, under the same names in the bundle: what `command` needs.'),
    environment: paths(
      'Lock files that say which versions it was made with; those of `requirements.txt` and `renv.lock` must be installed here.',
    ),
    licences: paths('Texts of licences.'),
    parity: z
      .union([z.literal(false), parity], {error: '`false`, or `{rows: 1000, tolerance: 1e-9}`'})
      .prefault({})
      .describe('How the packaged model is compared with the stored predictions; `false` packs it untried.'),
    max_size: z
      .union([z.number().positive(), z.string().regex(SIZE)], {error: 'a size such as `50M`, or a number of bytes'})
      .optional()
      .describe('How large all files together may be; beyond it the stage fails and names the largest.'),
    override: text('Why it is packaged although its gates failed; recorded in manifest and card.'),
    sign: sign.optional().describe('The key that signs the statement of what it is made of.'),
  });
}
