/**
 * What a table should be: the content of a schema file as plain types. The names are those of Frictionless Table Schema with
 * `constraints` laid flat, and a few that only machine learning needs. `parse.ts` makes it from a parsed file.
 */
import type {JsonObject} from '../../base/json.ts';
import type {Expression} from './expression.ts';

/** `text` is a string of many words: no list of values is ever proposed for it, and drift is told by a classifier. */
export type SchemaType = 'integer' | 'number' | 'boolean' | 'date' | 'datetime' | 'bigint' | 'string' | 'text';

export const schemaTypes: readonly SchemaType[] = [
  'integer',
  'number',
  'boolean',
  'date',
  'datetime',
  'bigint',
  'string',
  'text',
];

/** What a rule that does not hold amounts to. */
export type RuleLevel = 'error' | 'warn' | 'info';

/** How many rows may break a rule. `text` is how it was written. */
export type Amount =
  | {readonly kind: 'share'; readonly share: number; readonly text: string}
  | {readonly kind: 'rows'; readonly rows: number; readonly text: string};

/** A limit or an allowed value, typed as its column: dates in milliseconds. `text` is how it was written. */
export interface Limit {
  readonly value: number | bigint;
  readonly text: string;
}

export interface ColumnSchema {
  readonly name: string;
  readonly type: SchemaType;
  readonly title?: string;
  readonly description?: string;
  /** Of all rows. Absent: any may be missing; `required: true` is none. */
  readonly missingMax?: Amount;
  readonly unique: boolean;
  readonly minimum?: Limit;
  readonly maximum?: Limit;
  readonly exclusiveMinimum?: Limit;
  readonly exclusiveMaximum?: Limit;
  /** In characters (code points). */
  readonly minLength?: number;
  readonly maxLength?: number;
  /** A JavaScript regular expression that the whole text must match. */
  readonly pattern?: string;
  /** `i`: letters match without their case. */
  readonly flags?: 'i';
  /** Texts for columns of text, else what cells are compared with by value. Booleans are 0 and 1. */
  readonly enum?: readonly (string | Limit)[];
  /** How many of the cells that are not missing may break each value rule. Absent: none. */
  readonly tolerate?: Amount;
  /** Roles of a table in which the column must be there (`train`, `test`, `serve`, ...). Absent: in all. */
  readonly in?: readonly string[];
  readonly level?: RuleLevel;
  /** In place of those of the table. */
  readonly missingValues?: readonly string[];
}

export interface RuleOfRows {
  /** An expression over the columns of one row, or `path#export` of a function that is given the row. */
  readonly kind: 'expr' | 'fn';
  readonly text: string;
  /** Of `expr`. */
  readonly expression?: Expression;
  /** How far apart numbers may be that `==` calls equal. */
  readonly within?: number;
  readonly tolerate?: Amount;
  readonly level?: RuleLevel;
}

export interface TableSchema {
  readonly title?: string;
  readonly description?: string;
  /** Texts of cells that mean "missing", compared before anything else. */
  readonly missingValues: readonly string[];
  /** What a column is that the schema does not name. */
  readonly extra: RuleLevel | 'allow';
  /** Together unique, and none of them missing. Empty: none. */
  readonly primaryKey: readonly string[];
  /** A row in which a part of the key is missing is left out (the rule of SQL). */
  readonly uniqueKeys: readonly (readonly string[])[];
  readonly rows?: {
    readonly min?: number;
    readonly max?: number;
    /** Share by which the number of rows may differ from the reference, both ways. */
    readonly change?: number;
    readonly level?: RuleLevel;
  };
  /** The newest value of `column` is at most `withinMs` before the time of the check. */
  readonly fresh?: {
    readonly column: string;
    readonly withinMs: number;
    readonly text: string;
    readonly level?: RuleLevel;
  };
  readonly columns: readonly ColumnSchema[];
  readonly rules: readonly RuleOfRows[];
  /** What is compared with the reference, as the comparison itself understands it. */
  readonly compare?: JsonObject;
  readonly level: RuleLevel;
}

/** Where something stands in the schema file: keys and indices from the top. */
export type SchemaPath = readonly (string | number)[];

/** A column whose cells are told apart as texts. */
export const isTextual = (type: SchemaType): boolean => type === 'string' || type === 'text';

/** The path as messages show it: `columns.amount.minimum`, `rules[2].expr`. */
export function pathText(path: SchemaPath): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${String(part)}]`;
    const shown = /^[\w$-]+$/.test(part) ? part : JSON.stringify(part);
    return text === '' ? shown : `${text}.${shown}`;
  }, '');
}

/** What a column may ask of each of its values, named as in Frictionless' Table Schema. */
export const valueRules = [
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'minLength',
  'maxLength',
  'pattern',
  'enum',
] as const;
