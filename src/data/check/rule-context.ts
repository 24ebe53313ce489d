/** What all rules of a check share. */
import type {SchemaPath, TableSchema} from '../schema/schema.ts';

export interface RuleContext {
  readonly schema: TableSchema;
  /** The table as the user named it. */
  readonly table: string;
  /** `<file>:<line>` of a place in the schema. */
  whereOf(path: SchemaPath): string | undefined;
  /**
   * Which texts match the whole of a pattern, 1 or 0 each. May be slow for some patterns, so whoever calls the check may
   * guard it by a time limit.
   * @throws Error that names the pattern when it takes too long.
   */
  matches(pattern: string, flags: 'i' | '', texts: readonly string[]): Uint8Array | Promise<Uint8Array>;
  /** The user's function behind `path#export`. */
  functionOf(reference: string): Promise<(...args: unknown[]) => unknown>;
  /** Milliseconds since 1970: what "fresh" is measured from. Undefined: not checked. */
  readonly asOf?: number;
  /** Of the reference table. */
  readonly referenceRows?: number;
}

/** The parts of a finding that are the same for all rules of the table. */
export function placed(context: RuleContext, path: SchemaPath): {readonly table: string; readonly where?: string} {
  const where = context.whereOf(path);
  return {table: context.table, ...(where === undefined ? {} : {where})};
}
