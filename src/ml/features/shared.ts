/** What the recipes of one featurizer share. */
import type {FeatureFunction, LookUpTable, TextSpec} from './spec.ts';
import {cleanerOf} from './texts.ts';

export class Shared {
  readonly texts: {readonly [name: string]: TextSpec};
  readonly #tables: {readonly [name: string]: LookUpTable};
  readonly #functions: ReadonlyMap<string, FeatureFunction>;
  readonly #lookUps = new Map<string, ReadonlyMap<string, number>>();

  /** @param functions by reference, as written. */
  constructor(
    texts: {readonly [name: string]: TextSpec},
    tables: {readonly [name: string]: LookUpTable},
    functions: ReadonlyMap<string, FeatureFunction>,
  ) {
    this.texts = texts;
    this.#tables = tables;
    this.#functions = functions;
  }

  /** The column that a column or a cleaned text is. */
  columnOf(name: string): string {
    return (Object.hasOwn(this.texts, name) ? this.texts[name]?.from : undefined) ?? name;
  }

  /** @throws Error with a sentence when it was not handed over */
  functionOf(reference: string): FeatureFunction {
    const call = this.#functions.get(reference);
    if (call === undefined) throw new Error(`the function \`${reference}\` was not handed over`);
    return call;
  }

  /**
   * The keys of a table, cleaned as the text is that is looked up, and their values.
   * @param recipe for errors. @throws Error with a sentence when there is no such table
   */
  lookUp(table: string, text: string, recipe: string): ReadonlyMap<string, number> {
    const known = this.#lookUps.get(`${table}\0${text}`);
    if (known !== undefined) return known;
    const entries = Object.hasOwn(this.#tables, table) ? this.#tables[table] : undefined;
    if (entries === undefined)
      throw new Error(`\`${recipe}\` looks up in \`${table}\`, but \`tables\` has no such table`);
    const spec = Object.hasOwn(this.texts, text) ? this.texts[text] : undefined;
    const clean = spec === undefined ? (key: string) => key : cleanerOf(spec, `the text \`${text}\``);
    const valueOf = new Map<string, number>();
    for (const [index, key] of entries.keys.entries()) {
      const cleaned = clean(key);
      // Of keys that become one the first counts: lists are sorted with the most important above.
      if (cleaned !== '' && !valueOf.has(cleaned)) valueOf.set(cleaned, entries.values?.[index] ?? 1);
    }
    this.#lookUps.set(`${table}\0${text}`, valueOf);
    return valueOf;
  }
}
