/** Rules over several columns of a row: expressions, and functions of the user. */
import {createFinding, type Finding} from '../findings.ts';
import {cellText} from '../row-key.ts';
import {conditionOf, type Condition} from '../schema/evaluate.ts';
import {columnsOf} from '../schema/expression.ts';
import type {RuleOfRows} from '../schema/schema.ts';
import {isMissing, type Column} from '../table.ts';
import type {CheckedBatch, TableRule} from './checked-batch.ts';
import {placed, type RuleContext} from './rule-context.ts';
import {exceeds, levelOf, measuredOf, sentenceOf, Tally} from './tally.ts';

abstract class RowRule implements TableRule {
  readonly id: string;
  readonly what: string;
  protected readonly rule: RuleOfRows;
  protected readonly context: RuleContext;
  protected readonly tally = new Tally();
  readonly #index: number;

  /** @param index among the rules of the schema. */
  constructor(rule: RuleOfRows, index: number, context: RuleContext) {
    this.id = `${rule.kind === 'expr' ? 'rule.expr' : 'rule.function'}:${rule.text}`;
    this.what = `the rule \`${rule.text}\``;
    this.rule = rule;
    this.#index = index;
    this.context = context;
  }

  abstract add(batch: CheckedBatch): readonly number[] | Promise<readonly number[]>;

  finish(): Finding {
    const {kind, text, within, tolerate, level} = this.rule;
    const {tally} = this;
    const isBroken = exceeds(tally.bad, tally.checked, tolerate);
    return createFinding({
      code: kind === 'expr' ? 'rule.expr' : 'rule.function',
      level: levelOf(isBroken, level, this.context.schema.level),
      ...placed(this.context, ['rules', this.#index, kind]),
      subject: text,
      rule: `${kind}: ${text}${within === undefined ? '' : `, within: ${String(within)}`}`,
      ...measuredOf(tally, tolerate),
      rowsChecked: tally.checked,
      rowsBad: tally.bad,
      examples: tally.examples,
      message: sentenceOf(tally, 'row', `not as \`${text}\` asks`, tolerate),
    });
  }
}

export class ExpressionRule extends RowRule {
  readonly #condition: Condition;
  readonly #columns: readonly string[];

  constructor(rule: RuleOfRows, index: number, context: RuleContext) {
    super(rule, index, context);
    const types = new Map(context.schema.columns.map(({name, type}) => [name, type]));
    const {expression, text, within = 0} = rule;
    if (expression === undefined) throw new TypeError('a rule of the kind `expr` has an expression');
    this.#condition = conditionOf(expression, {text, within, typeOf: (name) => types.get(name)});
    this.#columns = columnsOf(expression);
  }

  add(batch: CheckedBatch): readonly number[] {
    const columns = new Map([...batch.columns].map(([name, {column}]) => [name, column]));
    const holds = this.#condition.bind(columns);
    for (let row = 0; row < batch.table.rowCount; row += 1) {
      const result = holds(row);
      if (result === undefined) continue;
      this.tally.checked += 1;
      if (!result) this.tally.add(batch, row, () => this.#values(columns, row));
    }
    return this.tally.takeRows();
  }

  /** `start 2024-02-01, end 2024-01-01` */
  #values(columns: ReadonlyMap<string, Column>, row: number): string {
    const texts = this.#columns.map((name) => {
      const column = columns.get(name);
      return `${name} ${(column === undefined ? undefined : cellText(column, row)) ?? 'missing'}`;
    });
    return texts.join(', ');
  }
}

/**
 * A function is called for each row with an object of its cells (missing ones null, dates as `Date`); the row is good when
 * it gives something true.
 */
export class FunctionRule extends RowRule {
  #call: ((row: Readonly<Record<string, unknown>>) => unknown) | undefined;

  async add(batch: CheckedBatch): Promise<readonly number[]> {
    this.#call ??= await this.context.functionOf(this.rule.text);
    const columns = batch.table.columns.map((column) => batch.columns.get(column.name)?.column ?? column);
    for (let row = 0; row < batch.table.rowCount; row += 1) {
      const cells = Object.fromEntries(columns.map((column) => [column.name, cellValueOf(column, row)]));
      const given = this.#call(cells);
      // Most functions are not asynchronous, and waiting for each row costs more than all of them.
      const isGood: unknown = given instanceof Promise ? await given : given;
      this.tally.checked += 1;
      if (isGood !== true && !Boolean(isGood)) this.tally.add(batch, row, () => JSON.stringify(cells, bigintsAsTexts));
    }
    return this.tally.takeRows();
  }
}

const bigintsAsTexts = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value);

function cellValueOf(column: Column, row: number): string | number | bigint | boolean | Date | null {
  if (isMissing(column, row)) return null;
  if (column.type === 'string') return column.words[column.codes[row] ?? -1] ?? null;
  if (column.type === 'boolean') return column.values[row] === 1;
  const value = column.values[row] ?? null;
  return value !== null && (column.type === 'date' || column.type === 'datetime') ? new Date(Number(value)) : value;
}
