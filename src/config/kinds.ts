/** The built-in stages as the loader sees them: their settings are checked by each kind's own schema. */
import type {Json} from '../base/json.ts';
import type {StageKind} from '../stages/kind.ts';
import type * as z from 'zod';
import {parseShape} from './check-shape.ts';
import type {ProblemList} from './problems.ts';
import {type Located, locatedMap, memberOf, type Spot} from './source.ts';

/** The family of built-in stages, schemas loaded. */
export class Kinds {
  readonly #loaded: ReadonlyMap<string, {readonly kind: StageKind; readonly schema: z.ZodType | undefined}>;

  private constructor(loaded: ReadonlyMap<string, {readonly kind: StageKind; readonly schema: z.ZodType | undefined}>) {
    this.#loaded = loaded;
  }

  /** Loads the schemas of the kinds that `stages` use; of all where a template decides. */
  static async for(stages: Located | undefined, kinds: readonly StageKind[]): Promise<Kinds> {
    const used = new Set<Json | undefined>();
    for (const member of stages?.members?.values() ?? []) used.add(memberOf(member.node, 'uses')?.value);
    const all = [...used].some((name) => typeof name === 'string' && name.includes('${'));
    const loaded = new Map<string, {kind: StageKind; schema: z.ZodType | undefined}>();
    for (const kind of kinds) {
      loaded.set(kind.name, {kind, schema: all || used.has(kind.name) ? (await kind.settings()).schema : undefined});
    }
    return new Kinds(loaded);
  }

  get names(): readonly string[] {
    return [...this.#loaded.keys()];
  }

  has(name: string): boolean {
    return this.#loaded.has(name);
  }

  /** The kind that a stage uses; undefined for none, or one that there is not. */
  of(stage: Located): StageKind | undefined {
    const name = memberOf(stage, 'uses')?.value;
    return typeof name === 'string' ? this.#loaded.get(name)?.kind : undefined;
  }

  /**
   * @param written the key `with`; absent is an empty map, whose mistakes stand at `uses`.
   * @returns the settings with defaults filled in; undefined when they are wrong.
   */
  settings(
    name: string,
    written: Located | undefined,
    uses: Spot,
    where: string,
    problems: ProblemList,
  ): Json | undefined {
    const schema = this.#loaded.get(name)?.schema;
    const node = written ?? locatedMap(uses, new Map());
    if (schema === undefined) return node.value;
    const known =
      'shape' in schema && typeof schema.shape === 'object' && schema.shape !== null ? Object.keys(schema.shape) : [];
    const {ok, value} = parseShape(schema, node, {where: `\`with\` of ${where}`, problems, known});
    // Fine but without a value: only what waits for an item did not fit yet.
    return ok ? ((value as Json | undefined) ?? node.value) : undefined;
  }
}
