/** The settings by which a kind's user says how a table file is to be read; the same in every kind that reads one. */
import {type ReadOptions, TABLE_FORMATS} from '../../data/read-options.ts';
import {COLUMN_TYPES, type ColumnType} from '../../data/table.ts';

export interface ReadSettings {
  readonly format?: (typeof TABLE_FORMATS)[number];
  readonly types?: {readonly [column: string]: ColumnType};
  readonly missing_values?: readonly string[];
  readonly delimiter?: string;
  readonly quote?: string;
  readonly decimal?: '.' | ',';
  readonly header?: boolean;
  readonly encoding?: string;
}

/** Members of a strict object. */
export function readSettings(z: typeof import('zod')) {
  return {
    format: z
      .enum(TABLE_FORMATS)
      .optional()
      .describe('Format of what is read. Default: told by the ending of its name, else by its content.'),
    types: z
      .record(z.string(), z.enum(COLUMN_TYPES))
      .optional()
      .describe('Types of columns, `{code: string}`; those of the others are found over all rows.'),
    missing_values: z
      .array(z.string())
      .optional()
      .describe('Texts that mean a missing value where they stand without quotes. Default: an empty cell and `NA`.'),
    delimiter: z.string().length(1).optional().describe('CSV: what stands between cells. Default: found.'),
    quote: z.string().max(1).optional().describe('CSV: what stands around texts; an empty text for no quotes.'),
    decimal: z.enum(['.', ',']).optional().describe('CSV: what separates fractions. Default: found.'),
    header: z.boolean().optional().describe('CSV: whether the first row names the columns. Default: found.'),
    encoding: z.string().optional().describe('CSV: `utf-8`, `utf-16le`, `utf-16be` or `windows-1252`. Default: found.'),
  };
}

export function readOptionsOf({missing_values: missingValues, ...settings}: ReadSettings): ReadOptions {
  const {format, types, delimiter, quote, decimal, header, encoding} = settings;
  return {format, types, missingValues, delimiter, quote, decimal, header, encoding};
}
