/** The top-level keys of pipeline.yaml. The loader and the JSON Schema for editors are both made from this. */
import * as z from 'zod';
import {partsFor, type Parts, type Purpose} from './schema-parts.ts';
import {envSchema, stageSchema} from './schema-stage.ts';

/** The file and one of its stages. */
export interface Schemas {
  readonly file: z.ZodObject;
  readonly stage: z.ZodObject;
}

const LINKS = ['reflink', 'hardlink', 'symlink', 'copy'] as const;

/** For the loader, stages are checked one by one after their templates are resolved, so `file` takes any. */
export function schemasFor(purpose: Purpose): Schemas {
  const parts = partsFor(purpose);
  const stage = stageSchema(parts);
  return {stage, file: fileSchema(parts, purpose === 'editor' ? stage : z.unknown())};
}

function fileSchema(parts: Parts, stage: z.ZodType): z.ZodObject {
  const {text} = parts;
  const cache = z.strictObject(
    {
      salt: text.optional().describe('Part of every key: a new text disowns all earlier results.'),
      link: z
        .union([parts.choice(LINKS), z.array(parts.choice(LINKS))], {
          error: `${LINKS.map((word) => `\`${word}\``).join(', ')}, or a list of them`,
        })
        .optional()
        .describe('How files come out of the cache: the first way that works. Default: reflink, copy.'),
      folder: text.optional().describe('A cache outside the project that several projects share. Default: .mlp/cache.'),
    },
    {error: 'a map'},
  );
  const remote = z.strictObject(
    {url: text.describe('Where, such as `s3://bucket/prefix` or a folder.')},
    {error: 'a map such as `{url: "s3://bucket/prefix"}`'},
  );
  return z.strictObject(
    {
      mlp: z.literal(1, {error: 'the format version `1`'}).describe('Version of this format: 1.'),
      name: text.optional().describe('Name of the pipeline. Default: `pipeline`.'),
      description: text.optional().describe('What the pipeline is for.'),
      params: z
        .union([text, z.array(text)], {error: 'a path or a list of paths'})
        .optional()
        .describe('Files with params, YAML or JSON; later ones override earlier ones, `--set` overrides all.'),
      env: envSchema(parts)
        .optional()
        .describe(
          'Variables of the environment that every stage gets and that are part of every key: names, or a map of names to texts.',
        ),
      cache: cache.optional().describe('How results are kept.'),
      remote: remote.optional().describe('Where objects and traces are shared.'),
      resources: z
        .record(z.string(), parts.whole(0), {error: 'a map such as `{gpu: 2}`'})
        .optional()
        .describe(
          'How many of each named token there are, such as `{gpu: 2}`; a token that is not named here exists once.',
        ),
      better: z
        .record(z.string(), parts.choice(['up', 'down']), {error: 'a map such as `{f1: up, "*_ms": down}`'})
        .optional()
        .describe(
          'Which way of a metric is better, `up` or `down`, by its name, `stage:name` or a pattern. `mlp diff` and reports say better and worse by it; for other metrics they guess from the name.',
        ),
      stages: z.record(z.string(), stage, {error: 'a map of stages'}).describe('The stages, by name.'),
      meta: parts.json.optional().describe('Anything; mlp does not look at it.'),
    },
    {error: 'a map'},
  );
}
