/**
 * Building blocks of the schema. The `error` of every type is the phrase for what it takes ("a text"), from which
 * check-shape.ts makes the sentence. Imports zod, so nothing that a run with nothing to do loads may import this.
 */
import * as z from 'zod';
import {DURATION, SIZE} from '../base/units.ts';

/** `editor`: the JSON Schema, where `${...}` may stand in for any value. `loader`: after templates are resolved. */
export type Purpose = 'loader' | 'editor';

/** Types that many keys share. */
export interface Parts {
  readonly text: z.ZodType<string>;
  readonly flag: z.ZodType<boolean | string>;
  readonly whole: (least: number, most?: number) => z.ZodType<number | string>;
  readonly positive: z.ZodType<number | string>;
  readonly duration: z.ZodType<number | string>;
  readonly size: z.ZodType<number | string>;
  readonly texts: z.ZodType<readonly string[] | string>;
  readonly list: <T>(item: z.ZodType<T>, phrase: string) => z.ZodType<readonly T[] | string>;
  readonly choice: <T extends string>(words: readonly T[]) => z.ZodType<T | string>;
  readonly orTemplate: <T>(schema: z.ZodType<T>) => z.ZodType<T | string>;
  readonly json: z.ZodType<unknown>;
}

/** The shared types for one purpose. */
export function partsFor(purpose: Purpose): Parts {
  const template = z.string().regex(/^\$\{.*\}$/s);
  const orTemplate = <T>(schema: z.ZodType<T>): z.ZodType<T | string> =>
    purpose === 'editor' ? z.union([schema, template]) : schema;
  const text = z.string({error: 'a text'});
  const list = <T>(item: z.ZodType<T>, phrase: string): z.ZodType<readonly T[] | string> =>
    orTemplate(z.array(item, {error: phrase}));
  const amount = (form: RegExp, error: string): z.ZodType<number | string> =>
    orTemplate(z.union([z.number({error}).positive({error}), z.string({error}).regex(form, {error})], {error}));
  return {
    text,
    flag: orTemplate(z.boolean({error: '`true` or `false`'})),
    whole: (least, most = Number.MAX_SAFE_INTEGER) => {
      const error =
        most === Number.MAX_SAFE_INTEGER
          ? `a whole number of at least ${least}`
          : `a whole number from ${least} to ${most}`;
      return orTemplate(z.int({error}).min(least, {error}).max(most, {error}));
    },
    positive: orTemplate(z.number({error: 'a number above 0'}).positive({error: 'a number above 0'})),
    duration: amount(DURATION, 'a duration such as `90s`, `30m` or `1h30m`, or a number of seconds'),
    size: amount(SIZE, 'a size such as `500M` or `2G`, or a number of bytes'),
    texts: list(text, 'a list of texts'),
    list,
    choice: <T extends string>(words: readonly T[]) =>
      orTemplate(
        z.enum(words as readonly [T, ...T[]], {
          error: `one of ${words.map((word) => `\`${word}\``).join(', ')}`,
        }) as unknown as z.ZodType<T>,
      ),
    orTemplate,
    json: z.unknown(),
  };
}

/** A list, or a map of names. */
export function listOrMap<T>(parts: Parts, entry: z.ZodType<T>, phrase: string): z.ZodType<unknown> {
  return parts.orTemplate(z.union([z.array(entry), z.record(z.string(), entry)], {error: phrase}));
}
