/** Batches as a reader gave them, made what a schema declares. */
import type {Misfit, ReadOptions} from '../read-options.ts';
import {isTextual, type ColumnSchema, type TableSchema} from '../schema/schema.ts';
import type {ColumnType, Table} from '../table.ts';
import {castColumn, type CastColumn} from './cast.ts';

/** How a text file is to be read so that a schema can judge it. */
export type ReadPlan = Required<Pick<ReadOptions, 'types' | 'missingValues' | 'missingOf'>>;

/** What to tell the reader of a text file. */
export function readPlan({missingValues, columns}: TableSchema): ReadPlan {
  const types = columns.map(({name, type}) => [name, isTextual(type) ? 'string' : (type as ColumnType)] as const);
  const own = columns.flatMap(({name, missingValues: texts}) => (texts === undefined ? [] : [[name, texts] as const]));
  return {types: Object.fromEntries(types), missingValues, missingOf: Object.fromEntries(own)};
}

export class Caster {
  readonly #columns: ReadonlyMap<string, ColumnSchema>;

  constructor(schema: TableSchema) {
    this.#columns = new Map(schema.columns.map((column) => [column.name, column]));
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
      columns.set(column.name, castColumn(column, schema, byColumn.get(column.name)));
    }
    return columns;
  }
}

/** The table with those columns in their places; cells that do not fit are missing. */
export function castTable(table: Table, columns: ReadonlyMap<string, CastColumn>): Table {
  return {...table, columns: table.columns.map((column) => columns.get(column.name)?.column ?? column)};
}
