/** The settings of `sql`. */
import {COLUMN_TYPES, type ColumnType} from '../../data/table.ts';
import type {KindSettings} from '../kind.ts';

export interface SqlSettings {
  readonly query?: string;
  readonly query_file?: string;
  readonly types: {readonly [column: string]: ColumnType};
}

export async function sqlSettings(): Promise<KindSettings> {
  const z = await import('zod');
  const schema = z
    .strictObject({
      query: z.string().optional().describe('The query; each dep is a table under its name.'),
      query_file: z.string().optional().describe('A file that holds the query.'),
      types: z
        .record(z.string(), z.enum(COLUMN_TYPES))
        .default({})
        .describe('Types of columns of CSV files; those of the others are found over all rows.'),
    })
    .refine(({query, query_file}) => (query === undefined) !== (query_file === undefined), {
      error: '`sql` needs either `query` or `query_file`',
    });
  return {schema};
}
