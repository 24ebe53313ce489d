/** Batches as a reader gave them, made what a schema declares. */
import type {Misfit, ReadOptions} from '../read-options.ts';
import {isTextual, type ColumnSchema, type TableSchema} from '../schema/schema.ts';
import type {ColumnType, Table} from '../table.ts';
import {castColumn, type CastColumn} from './cast.ts';

/** How a text file is to be read so that a schema can judge it. */
export interface ReadPlan {
  readonly types: NonNullable<ReadOptions['types']>;
  readonly missingValues: readonly string[];
}

/**
 * What to tell the reader of a text file. Where columns have missing values of their own, the reader is told only those that
 * all have, and the columns that have more are read as text: the Caster does the rest.
 */
export function readPlan(schema: TableSchema): ReadPlan {
  const own = ownMissing(schema);
  const types = schema.columns.map(({name, type}): [string, ColumnType] => [
    name,
    isTextual(type) || own.has(name) ? 'string' : (type as ColumnType),
  ]);
  return {types: Object.fromEntries(types), missingValues: commonMissing(schema)};
}

export class Caster {
  readonly #columns: ReadonlyMap<string, ColumnSchema>;
  readonly #missing: ReadonlyMap<string, ReadonlySet<string>>;

  constructor(schema: TableSchema) {
    this.#columns = new Map(schema.columns.map((column) => [column.name, column]));
    this.#missing = ownMissing(schema);
  }

  /**
   * The declared columns that the table has, of their declared types.
   * @param misfits cells of this batch that the reader left out.
   */
  columns(table: Table, misfits: readonly Misfit[] = []): ReadonlyMap<string, CastColumn> {
    const byColumn = new Map<string, Map<number, string>>();
    for (const {column, row, text} of misfits) {
      const rows = byColumn.get(column) ?? new Map<number, string>();
      byColumn.set(column, rows.set(row, text));
    }
    const columns = new Map<string, CastColumn>();
    for (const column of table.columns) {
      const schema = this.#columns.get(column.name);
      if (schema === undefined) continue;
      const [missing, own] = [this.#missing.get(column.name), byColumn.get(column.name)];
      const cast = castColumn(column, schema, {
        ...(missing === undefined ? {} : {missing}),
        ...(own === undefined ? {} : {misfits: own}),
      });
      columns.set(column.name, cast);
    }
    return columns;
  }
}

/** The table with those columns in their places; cells that do not fit are missing. */
export function castTable(table: Table, columns: ReadonlyMap<string, CastColumn>): Table {
  return {...table, columns: table.columns.map((column) => columns.get(column.name)?.column ?? column)};
}

function commonMissing({missingValues, columns}: TableSchema): readonly string[] {
  return missingValues.filter((text) => columns.every((column) => column.missingValues?.includes(text) !== false));
}

/** Column -> texts that mean "missing" there and that the reader is not told. */
function ownMissing(schema: TableSchema): ReadonlyMap<string, ReadonlySet<string>> {
  const common = new Set(commonMissing(schema));
  const entries = schema.columns.flatMap(({name, missingValues = schema.missingValues}) => {
    const more = missingValues.filter((text) => !common.has(text));
    return more.length === 0 ? [] : [[name, new Set(more)] as const];
  });
  return new Map(entries);
}
