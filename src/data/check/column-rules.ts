/** Rules of one column: the type of its cells and how many are missing. Those of its values are in value-rules.ts. */
import {createFinding, type Finding, type SchemaPatch} from '../findings.ts';
import {cellValue} from '../schema/cell-value.ts';
import {valueRules, type ColumnSchema, type SchemaType} from '../schema/schema.ts';
import {isMissing} from '../table.ts';
import {wilson} from '../../stats/intervals.ts';
import type {CheckedBatch, TableRule} from './checked-batch.ts';
import {placed, type RuleContext} from './rule-context.ts';
import {exceeds, levelOf, measuredOf, sentenceOf, Tally} from './tally.ts';

export class TypeRule implements TableRule {
  readonly id: string;
  readonly what: string;
  readonly #column: ColumnSchema;
  readonly #context: RuleContext;
  readonly #tally = new Tally();
  /** What the file says that its cells are, where that is another type. */
  #fileType: string | undefined;
  /** Wider types that would fit all cells. */
  #wider: readonly ('bigint' | 'number' | 'datetime')[];

  constructor(column: ColumnSchema, context: RuleContext) {
    this.id = `column.type:${column.name}`;
    this.what = `the type of ${column.name}`;
    this.#column = column;
    this.#context = context;
    this.#wider = WIDER[column.type] ?? [];
  }

  add(batch: CheckedBatch): readonly number[] {
    const cast = batch.columns.get(this.#column.name);
    if (cast === undefined) return [];
    const {column, misfits} = cast;
    const rows = batch.table.rowCount;
    for (let row = 0; row < rows; row += 1) {
      if (misfits?.[row] === 1) {
        this.#tally.checked += 1;
        this.#tally.add(batch, row, () => cast.textOf(row));
        const text = cast.textOf(row) ?? '';
        this.#wider = this.#wider.filter((type) => cellValue(type, text) !== undefined);
      } else if (!isMissing(column, row)) this.#tally.checked += 1;
    }
    if (cast.fileType !== 'string' && cast.fileType !== column.type) this.#fileType = cast.fileType;
    return this.#tally.takeRows();
  }

  finish(): Finding {
    const {name, type, level} = this.#column;
    const tally = this.#tally;
    const isBroken = tally.bad > 0;
    const kind = type === 'text' ? 'string' : type;
    const asIs = this.#fileType === undefined ? '' : ` (the file has it as ${this.#fileType})`;
    return createFinding({
      code: 'column.type',
      level: levelOf(isBroken, level, this.#context.schema.level),
      ...placed(this.#context, ['columns', name, 'type']),
      column: name,
      rule: `type: ${type}`,
      ...measuredOf(tally, undefined),
      rowsChecked: tally.checked,
      rowsBad: tally.bad,
      examples: tally.examples,
      message: `${sentenceOf(tally, 'value', `not of type ${kind}`, undefined, name)}${isBroken ? asIs : ''}`,
      ...(isBroken ? {patch: this.#patch()} : {}),
    });
  }

  #patch(): SchemaPatch {
    const {name} = this.#column;
    const [wider] = this.#wider;
    if (wider !== undefined) return [{path: ['columns', name, 'type'], value: wider}];
    const lost = OF_TYPES.filter((key) => this.#column[key] !== undefined).map((key) => ({
      path: ['columns', name, key],
    }));
    return [{path: ['columns', name, 'type'], value: this.#fileType ?? 'string'}, ...lost];
  }
}

/** From the narrowest. */
const WIDER: {readonly [type in SchemaType]?: readonly ('bigint' | 'number' | 'datetime')[]} = {
  integer: ['bigint', 'number'],
  bigint: ['number'],
  date: ['datetime'],
};

/** Rules that a column of quite another type cannot have, or not so. */
const OF_TYPES = [...valueRules, 'flags'] as const;

export class MissingRule implements TableRule {
  readonly id: string;
  readonly what: string;
  readonly #column: ColumnSchema;
  readonly #context: RuleContext;
  readonly #tally = new Tally();

  constructor(column: ColumnSchema, context: RuleContext) {
    this.id = `column.missing:${column.name}`;
    this.what = `the missing cells of ${column.name}`;
    this.#column = column;
    this.#context = context;
  }

  add(batch: CheckedBatch): readonly number[] {
    const cast = batch.columns.get(this.#column.name);
    if (cast === undefined) return [];
    const {missing} = cast.column;
    this.#tally.checked += batch.table.rowCount;
    if (missing === undefined) return [];
    for (let row = 0; row < missing.length; row += 1)
      if (missing[row] === 1 && cast.misfits?.[row] !== 1) this.#tally.add(batch, row, () => null);
    const rows = this.#tally.takeRows();
    // Where some may be missing, no single row is at fault.
    return this.#mayBeMissing ? [] : rows;
  }

  get #mayBeMissing(): boolean {
    const most = this.#column.missingMax;
    return most === undefined || (most.kind === 'rows' ? most.rows : most.share) > 0;
  }

  finish(): Finding {
    const {name, level, missingMax} = this.#column;
    const tally = this.#tally;
    const isBroken = exceeds(tally.bad, tally.checked, missingMax);
    const isRequired = !this.#mayBeMissing;
    const key = isRequired ? 'required' : 'missing_max';
    return createFinding({
      code: 'column.missing',
      level: levelOf(isBroken, level, this.#context.schema.level),
      ...placed(this.#context, ['columns', name, key]),
      column: name,
      rule: isRequired ? 'required: true' : `missing_max: ${missingMax?.text ?? ''}`,
      ...measuredOf(tally, missingMax),
      rowsChecked: tally.checked,
      rowsBad: tally.bad,
      examples: isRequired ? tally.examples : [],
      message: sentenceOf(tally, 'cell', 'missing', missingMax, name),
      ...(isBroken
        ? {
            patch: [
              {path: ['columns', name, 'required']},
              {path: ['columns', name, 'missing_max'], value: missingBound(tally.bad, tally.checked)},
            ],
          }
        : {}),
    });
  }
}

/** A share of missing cells that the next table of this kind will hardly exceed: the upper 99 % bound of Wilson, rounded up. */
export function missingBound(missing: number, rows: number): string {
  const percent = 100 * (wilson(missing, rows, 0.99)?.hi ?? 1);
  const steps = percent >= 10 ? 1 : percent >= 1 ? 10 : 100;
  return `${String(Math.min(100, Math.ceil(percent * steps) / steps))}%`;
}
