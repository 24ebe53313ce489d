/**
 * Checks a table against its schema in one pass over its batches. All rules run: a type that does not fit hides nothing, and a
 * rule that throws is a finding. Memory does not grow with the rows, but for keys (key-set.ts).
 */
import {quoteWord} from '../../base/shell-quote.ts';
import {crashed, findingsOf, type Finding} from '../findings.ts';
import type {Misfit} from '../read-options.ts';
import type {ColumnSchema, TableSchema} from '../schema/schema.ts';
import type {Table} from '../table.ts';
import {Caster, castTable} from './caster.ts';
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

export class TableCheck {
  readonly #options: CheckOptions;
  readonly #caster: Caster;
  readonly #findings: Finding[] = [];
  #rules: TableRule[] | undefined;
  #rows = 0;

  constructor(options: CheckOptions) {
    this.#options = options;
    this.#caster = new Caster(options.schema);
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
        const given = rule.add(batch);
        // Most rules are not asynchronous, and there may be tens of thousands of them.
        const bad = given instanceof Promise ? await given : given;
        if (bad.length > 0) await this.#options.onBadRows?.(rule.id, table, bad);
      } catch (error) {
        // It would fail again on the next rows, and what it says of a part of them is not known to be right.
        this.#rules = this.#rules.filter((other) => other !== rule);
        this.#findings.push(crashed(this.#options.table, rule.what, error));
      }
    }
    this.#rows += table.rowCount;
    return castTable(table, batch.columns);
  }

  #batchOf(table: Table, misfits: readonly Misfit[]): CheckedBatch {
    const columns = this.#caster.columns(table, misfits);
    const key = this.#options.schema.primaryKey.flatMap((name) => columns.get(name)?.column ?? []);
    return {
      table,
      columns,
      firstRow: this.#rows + 1,
      keyOf: (row) => keyText(key, row) ?? undefined,
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
    ].map(withHint);
  }
}

/** What to type when it is the schema that is wrong. */
function withHint(finding: Finding): Finding {
  const {level, patch, hint, id, table, where} = finding;
  if (level === 'ok' || patch === undefined || hint !== undefined) return finding;
  const schema = where?.replace(/:\d+$/, '') ?? 'FILE';
  const words = ['mlp', 'schema', 'accept', id, '--table', table, '--schema', schema].map(quoteWord).join(' ');
  return {...finding, hint: `if the table is right and the schema is not: \`${words}\``};
}

/** Rules for what the table has; that a column is absent is told once, and not by each of its rules. */
function rulesFor(head: Table, context: CheckOptions): TableRule[] {
  const {schema, asOf} = context;
  const there = new Set(head.columns.map(({name}) => name));
  const isThere = (key: Key): boolean => key.columns.every((name) => there.has(name));
  return [
    ...schema.columns.filter(({name}) => there.has(name)).flatMap((column) => columnRules(column, context)),
    ...primaryKeyOf(schema)
      .filter(isThere)
      .map((key) => new KeyMissingRule(key, context)),
    ...[...primaryKeyOf(schema), ...uniqueKeysOf(schema)].filter(isThere).map((key) => new UniqueRule(key, context)),
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
