/** Rules of the table as a whole: its columns, the number of its rows, how new it is. */
import {formatAge, formatCount, formatList, plural} from '../../base/format.ts';
import {suggest} from '../../base/suggest.ts';
import {createFinding, type Finding} from '../findings.ts';
import type {ColumnSchema} from '../schema/schema.ts';
import type {Table} from '../table.ts';
import type {CheckedBatch, TableRule} from './checked-batch.ts';
import {placed, type RuleContext} from './rule-context.ts';
import {levelOf, shareText} from './tally.ts';

/** Columns that are not there and columns that nobody knows. @param head a batch of the table, with or without rows. */
export function columnFindings(head: Table, role: string | undefined, context: RuleContext): readonly Finding[] {
  const {schema} = context;
  const there = new Set(head.columns.map(({name}) => name));
  const known = new Set(schema.columns.map(({name}) => name));
  const wanted = schema.columns.filter(
    ({in: roles}) => roles === undefined || role === undefined || roles.includes(role),
  );
  const extra = head.columns.filter(({name}) => !known.has(name)).map(({name}) => name);
  const absent = wanted.filter(({name}) => !there.has(name)).map((column) => absentColumn(column, extra, context));
  return [
    ...(absent.length === 0 ? [allThere(wanted.length, context)] : absent),
    ...(schema.extra === 'allow' ? [] : extraColumns(extra, head, schema.extra, context)),
  ];
}

const allThere = (count: number, context: RuleContext): Finding =>
  createFinding({
    code: 'column.absent',
    level: 'ok',
    ...placed(context, ['columns']),
    rule: plural(count, 'column'),
    measured: 0,
    limit: 0,
    message: `all of ${plural(count, 'column')} are there`,
  });

function absentColumn({name, level, in: roles}: ColumnSchema, extra: readonly string[], context: RuleContext): Finding {
  const near = suggest(name, extra);
  return createFinding({
    code: 'column.absent',
    level: levelOf(true, level, context.schema.level),
    ...placed(context, ['columns', name]),
    column: name,
    rule: roles === undefined ? 'column' : `in: [${roles.join(', ')}]`,
    measured: 'absent',
    limit: 'present',
    message: `the table has no column \`${name}\``,
    ...(near === undefined ? {} : {hint: `it has \`${near}\`, which the schema does not know`}),
    patch: [{path: ['columns', name]}],
  });
}

function extraColumns(
  extra: readonly string[],
  head: Table,
  level: 'error' | 'warn' | 'info',
  context: RuleContext,
): readonly Finding[] {
  const common = {code: 'column.extra', ...placed(context, ['extra']), rule: `extra: ${level}`} as const;
  if (extra.length === 0)
    return [createFinding({...common, level: 'ok', measured: 0, limit: 0, message: 'the table has no other columns'})];
  const types = new Map(head.columns.map(({name, type}) => [name, type]));
  return extra.map((name) =>
    createFinding({
      ...common,
      level,
      column: name,
      measured: 'present',
      limit: 'absent',
      message: `the schema has no column \`${name}\``,
      patch: [{path: ['columns', name], value: {type: types.get(name) ?? 'string'}}],
    }),
  );
}

export function rowFindings(rows: number, context: RuleContext): readonly Finding[] {
  const {rows: rule, level} = context.schema;
  if (rule === undefined) return [];
  const {min, max, change} = rule;
  const findings: Finding[] = [];
  if (min !== undefined || max !== undefined) {
    const isFew = min !== undefined && rows < min;
    const isBroken = isFew || (max !== undefined && rows > max);
    const key = isFew || max === undefined ? 'min' : 'max';
    const limit = (isFew ? min : max) ?? min ?? null;
    findings.push(
      createFinding({
        code: 'rows.count',
        level: levelOf(isBroken, rule.level, level),
        ...placed(context, ['rows', key]),
        rule: [['min', min] as const, ['max', max] as const]
          .flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${String(value)}`]))
          .join(', '),
        measured: rows,
        limit,
        message: isBroken
          ? `the table has ${plural(rows, 'row')}, at ${isFew ? 'least' : 'most'} ${formatCount(limit ?? 0)} ${isFew ? 'are needed' : 'are allowed'}`
          : `the table has ${plural(rows, 'row')}`,
        ...(isBroken ? {patch: [{path: ['rows', key], value: rows}]} : {}),
      }),
    );
  }
  if (change !== undefined && context.referenceRows !== undefined)
    findings.push(changeOfRows(rows, context.referenceRows, change, context));
  return findings;
}

function changeOfRows(rows: number, before: number, limit: number, context: RuleContext): Finding {
  const measured = before === 0 ? (rows === 0 ? 0 : Infinity) : Math.abs(rows - before) / before;
  const isBroken = measured > limit;
  return createFinding({
    code: 'rows.change',
    level: levelOf(isBroken, context.schema.rows?.level, context.schema.level),
    ...placed(context, ['rows', 'change']),
    rule: `change: ${shareText(limit)}`,
    measured,
    limit,
    message: `the table has ${plural(rows, 'row')}, the reference ${formatCount(before)}${isBroken ? `: they may differ by ${shareText(limit)}` : ''}`,
  });
}

export class FreshRule implements TableRule {
  readonly id: string;
  readonly what = 'how fresh the table is';
  readonly #context: RuleContext;
  readonly #asOf: number;
  #newest = -Infinity;
  #rows = 0;

  constructor(context: RuleContext, asOf: number) {
    this.id = `table.fresh:${context.schema.fresh?.column ?? ''}`;
    this.#context = context;
    this.#asOf = asOf;
  }

  add(batch: CheckedBatch): readonly number[] {
    const column = batch.columns.get(this.#context.schema.fresh?.column ?? '')?.column;
    if (column?.type !== 'date' && column?.type !== 'datetime') return [];
    for (const value of column.values) {
      // Missing cells hold NaN, which is larger than nothing.
      if (value > this.#newest) this.#newest = value;
      if (!Number.isNaN(value)) this.#rows += 1;
    }
    return [];
  }

  finish(): Finding {
    const {fresh, level} = this.#context.schema;
    const age = this.#asOf - this.#newest;
    const isBroken = age > (fresh?.withinMs ?? Infinity);
    const newest = Number.isFinite(this.#newest) ? new Date(this.#newest).toISOString() : 'none';
    const asOf = new Date(this.#asOf).toISOString();
    return createFinding({
      code: 'table.fresh',
      level: levelOf(isBroken, fresh?.level, level),
      ...placed(this.#context, ['fresh']),
      column: fresh?.column ?? '',
      rule: `fresh: ${fresh?.column ?? ''} within ${fresh?.text ?? ''}`,
      measured: newest,
      limit: fresh?.text ?? null,
      rowsChecked: this.#rows,
      message:
        newest === 'none'
          ? 'there is no time to tell how old the table is'
          : `the newest row is of ${newest} (${formatAge(age, 'long')} at ${asOf}), at most ${fresh?.text ?? ''} old is allowed`,
      numbers: {age_ms: age, as_of_ms: this.#asOf},
    });
  }
}

/** Rows of the file that the reader could not read. @param reasons the first of them as sentences. */
export function malformedFinding(bad: number, rows: number, reasons: readonly string[], table: string): Finding {
  return createFinding({
    code: 'rows.malformed',
    level: bad > 0 ? 'error' : 'ok',
    table,
    rule: 'rows of the file can be read',
    measured: bad,
    limit: 0,
    rowsChecked: bad + rows,
    rowsBad: bad,
    examples: reasons.map((value) => ({value})),
    message:
      bad === 0
        ? 'all rows could be read'
        : `${plural(bad, 'row')} of the file could not be read: ${formatList(reasons, 2)}`,
  });
}
