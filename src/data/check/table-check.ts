/**
 * Checks a table against its schema in one pass over its batches. All rules run: a type that does not fit hides nothing, and a
 * rule that throws is a finding. Memory does not grow with the rows, but for keys (key-set.ts).
 */
import {crashed, findingsOf, type Finding} from '../findings.ts';
import type {Misfit, ReadOptions} from '../read-options.ts';
import {isTextual, type ColumnSchema, type TableSchema} from '../schema/schema.ts';
import type {ColumnType, Table} from '../table.ts';
import {castColumn, type CastColumn} from './cast.ts';
import type {CheckedBatch, TableRule} from './checked-batch.ts';
import {MissingRule, TypeRule} from './column-rules.ts';
import {KeyMissingRule, keyText, UniqueRule, type Key} from './key-rules.ts';
import {ExpressionRule, FunctionRule} from './row-rules.ts';
import type {RuleContext} from './rule-context.ts';
import {columnFindings, FreshRule, rowFindings} from './table-rules.ts';
import {EnumRule, LengthRule, PatternRule, RangeRule} from './value-rules.ts';

export interface CheckOptions extends RuleContext {
  /** What the table is for (`train`, `serve`): columns that are not `in` it may be absent. Undefined: none is. */
  readonly role?: string;
  /** Is told of the rows that break a rule. @param id of the rule's finding. @param rows of the table, from 0. */
  readonly onBadRows?: (id: string, table: Table, rows: readonly number[]) => void | Promise<void>;
}

/** How a text file is to be read so that a schema can judge it. */
export interface ReadPlan {
  readonly types: NonNullable<ReadOptions['types']>;
  readonly missingValues: readonly string[];
}

export class TableCheck {
  readonly #options: CheckOptions;
  readonly #columns: ReadonlyMap<string, ColumnSchema>;
  readonly #missing: ReadonlyMap<string, ReadonlySet<string>>;
  readonly #findings: Finding[] = [];
  #rules: TableRule[] | undefined;
  #rows = 0;

  constructor(options: CheckOptions) {
    this.#options = options;
    this.#columns = new Map(options.schema.columns.map((column) => [column.name, column]));
    this.#missing = ownMissing(options.schema);
  }

  get rows(): number {
    return this.#rows;
  }

  /**
   * @param misfits cells of this batch that the reader left out.
   * @returns the batch with the declared columns of their declared types; cells that do not fit are missing.
   */
  async add(table: Table, misfits: readonly Misfit[] = []): Promise<Table> {
    const batch = this.#batchOf(table, misfits);
    this.#rules ??= this.#start(table);
    for (const rule of [...this.#rules]) {
      try {
        const bad = await rule.add(batch);
        if (bad.length > 0) await this.#options.onBadRows?.(rule.id, table, bad);
      } catch (error) {
        // It would fail again on the next rows, and what it says of a part of them is not known to be right.
        this.#rules = this.#rules.filter((other) => other !== rule);
        this.#findings.push(crashed(this.#options.table, rule.what, error));
      }
    }
    this.#rows += table.rowCount;
    return {...table, columns: table.columns.map((column) => batch.columns.get(column.name)?.column ?? column)};
  }

  #batchOf(table: Table, misfits: readonly Misfit[]): CheckedBatch {
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
      columns.set(
        column.name,
        castColumn(column, schema, {
          ...(missing === undefined ? {} : {missing}),
          ...(own === undefined ? {} : {misfits: own}),
        }),
      );
    }
    const key = this.#options.schema.primaryKey.flatMap((name) => columns.get(name)?.column ?? []);
    return {
      table,
      columns,
      firstRow: this.#rows + 1,
      keyOf: (row) => (key.length === 0 ? undefined : keyText(key, row)),
    };
  }

  #start(head: Table): TableRule[] {
    this.#findings.push(
      ...findingsOf(this.#options.table, 'the columns', () => columnFindings(head, this.#options.role, this.#options)),
    );
    return rulesFor(head, this.#options);
  }

  /** To be called once, after the last batch. */
  finish(): readonly Finding[] {
    const {table} = this.#options;
    return [
      ...this.#findings,
      ...findingsOf(table, 'the number of rows', () => rowFindings(this.#rows, this.#options)),
      ...(this.#rules ?? []).flatMap((rule) => findingsOf(table, rule.what, () => [rule.finish()])),
    ];
  }
}

/** Rules for what the table has; that a column is absent is told once, and not by each of its rules. */
function rulesFor(head: Table, context: CheckOptions): TableRule[] {
  const {schema, asOf} = context;
  const there = new Set(head.columns.map(({name}) => name));
  const keys = [...primaryKeyOf(schema), ...uniqueKeysOf(schema)].filter((key) =>
    key.columns.every((name) => there.has(name)),
  );
  return [
    ...schema.columns.filter(({name}) => there.has(name)).flatMap((column) => columnRules(column, context)),
    ...primaryKeyOf(schema).map((key) => new KeyMissingRule(key, context)),
    ...keys.map((key) => new UniqueRule(key, context)),
    ...(schema.fresh !== undefined && asOf !== undefined && there.has(schema.fresh.column)
      ? [new FreshRule(context, asOf)]
      : []),
    ...schema.rules.map((rule, index) =>
      rule.kind === 'expr' ? new ExpressionRule(rule, index, context) : new FunctionRule(rule, index, context),
    ),
  ];
}

function columnRules(column: ColumnSchema, context: RuleContext): readonly TableRule[] {
  const {missingMax, enum: allowed, minimum, maximum, exclusiveMinimum, exclusiveMaximum} = column;
  const hasLimit = [minimum, maximum, exclusiveMinimum, exclusiveMaximum].some((limit) => limit !== undefined);
  const hasLength = column.minLength !== undefined || column.maxLength !== undefined;
  return [
    new TypeRule(column, context),
    ...(missingMax === undefined ? [] : [new MissingRule(column, context)]),
    ...(allowed === undefined ? [] : [new EnumRule(column, context)]),
    ...(hasLimit ? [new RangeRule(column, context)] : []),
    ...(hasLength ? [new LengthRule(column, context)] : []),
    ...(column.pattern === undefined ? [] : [new PatternRule(column, context)]),
  ];
}

function primaryKeyOf({primaryKey}: TableSchema): readonly Key[] {
  if (primaryKey.length === 0) return [];
  const patch = [{path: ['primaryKey']}];
  return [{columns: primaryKey, rule: `primaryKey: [${primaryKey.join(', ')}]`, path: ['primaryKey'], patch}];
}

function uniqueKeysOf({uniqueKeys, columns}: TableSchema): readonly Key[] {
  const ofTable = uniqueKeys.map((key, index): Key => {
    const others = uniqueKeys.filter((_, other) => other !== index).map((one) => [...one]);
    const patch = [others.length === 0 ? {path: ['uniqueKeys']} : {path: ['uniqueKeys'], value: others}];
    return {columns: key, rule: `uniqueKeys: [${key.join(', ')}]`, path: ['uniqueKeys', index], patch};
  });
  const ofColumns = columns.flatMap(({name, unique, level}): readonly Key[] => {
    const path = ['columns', name, 'unique'];
    return unique
      ? [{columns: [name], rule: 'unique: true', path, patch: [{path}], ...(level === undefined ? {} : {level})}]
      : [];
  });
  return [...ofTable, ...ofColumns];
}

/**
 * What to tell the reader of a text file. Where columns have missing values of their own, the reader is told only those that
 * all have, and the columns that have more are read as text: `TableCheck` does the rest.
 */
export function readPlan(schema: TableSchema): ReadPlan {
  const own = ownMissing(schema);
  const types = schema.columns.map(({name, type}): [string, ColumnType] => [
    name,
    isTextual(type) || own.has(name) ? 'string' : (type as ColumnType),
  ]);
  return {types: Object.fromEntries(types), missingValues: commonMissing(schema)};
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
