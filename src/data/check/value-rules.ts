/**
 * Rules of the values of one column. Missing cells, and those that are not of the type, are not looked at. Texts are judged
 * once a word of the batch, not once a row.
 */
import {createFinding, type Finding, type FindingCode, type SchemaPatch} from '../findings.ts';
import type {ColumnSchema, Limit, SchemaType} from '../schema/schema.ts';
import {isMissing, type Column, type StringColumn} from '../table.ts';
import type {CheckedBatch, TableRule} from './checked-batch.ts';
import {placed, type RuleContext} from './rule-context.ts';
import {exceeds, levelOf, measuredOf, sentenceOf, Tally} from './tally.ts';

type Numeric = Exclude<Column, StringColumn>;

abstract class ValueRule implements TableRule {
  readonly id: string;
  readonly what: string;
  protected readonly column: ColumnSchema;
  protected readonly context: RuleContext;
  protected readonly tally = new Tally();
  readonly #code: FindingCode;

  /** @param what of the column is looked at. */
  constructor(code: FindingCode, what: string, column: ColumnSchema, context: RuleContext) {
    this.id = `${code}:${column.name}`;
    this.what = `${what} of ${column.name}`;
    this.#code = code;
    this.column = column;
    this.context = context;
  }

  abstract add(batch: CheckedBatch): readonly number[] | Promise<readonly number[]>;
  abstract finish(): Finding;

  /** @param isBad of the code of a word. */
  protected addWords(batch: CheckedBatch, {codes}: StringColumn, isBad: ArrayLike<number>): readonly number[] {
    const cast = batch.columns.get(this.column.name);
    for (let row = 0; row < codes.length; row += 1) {
      const code = codes[row] ?? -1;
      if (code < 0) continue;
      this.tally.checked += 1;
      if (isBad[code] === 1) this.tally.add(batch, row, () => cast?.textOf(row) ?? null);
    }
    return this.tally.takeRows();
  }

  protected addValues(
    batch: CheckedBatch,
    column: Numeric,
    isBad: (value: number | bigint) => boolean,
  ): readonly number[] {
    const cast = batch.columns.get(this.column.name);
    const {values} = column;
    for (let row = 0; row < values.length; row += 1) {
      if (isMissing(column, row)) continue;
      this.tally.checked += 1;
      if (isBad(values[row] ?? 0)) this.tally.add(batch, row, () => cast?.textOf(row) ?? null);
    }
    return this.tally.takeRows();
  }

  /** @param key of the schema, for the line. @param what that the bad ones are: `below 0`. */
  protected finding(
    key: string,
    rule: string,
    what: string,
    more: {
      readonly patch?: SchemaPatch;
      readonly numbers?: {readonly [name: string]: number};
      readonly hint?: string;
    } = {},
  ): Finding {
    const {name, tolerate, level} = this.column;
    const {tally} = this;
    const isBroken = exceeds(tally.bad, tally.checked, tolerate);
    const {patch, ...rest} = more;
    return createFinding({
      code: this.#code,
      level: levelOf(isBroken, level, this.context.schema.level),
      ...placed(this.context, ['columns', name, key]),
      column: name,
      rule,
      ...measuredOf(tally, tolerate),
      rowsChecked: tally.checked,
      rowsBad: tally.bad,
      examples: tally.examples,
      message: sentenceOf(tally, 'value', what, tolerate, name),
      ...rest,
      ...(isBroken && patch !== undefined ? {patch} : {}),
    });
  }
}

/** The names of words that a rule refuses: how many are kept to propose that they be allowed. */
const MOST_PROPOSED = 100;

export class EnumRule extends ValueRule {
  readonly #texts: ReadonlySet<string>;
  readonly #values: ReadonlySet<number | bigint>;
  /** Values that are not allowed, undefined when they are too many to be proposed. */
  #unknown: Set<string> | undefined = new Set();

  constructor(column: ColumnSchema, context: RuleContext) {
    super('value.enum', 'the allowed values', column, context);
    const allowed = column.enum ?? [];
    this.#texts = new Set(allowed.filter((one) => typeof one === 'string'));
    this.#values = new Set(allowed.flatMap((one) => (typeof one === 'string' ? [] : [one.value])));
  }

  add(batch: CheckedBatch): readonly number[] {
    const column = batch.columns.get(this.column.name)?.column;
    if (column === undefined) return [];
    if (column.type === 'string') {
      const isBad = Uint8Array.from(column.words, (word) => (this.#texts.has(word) ? 0 : 1));
      const rows = this.addWords(batch, column, isBad);
      for (const row of rows) this.#note(column.words[column.codes[row] ?? -1] ?? '');
      return rows;
    }
    const rows = this.addValues(batch, column, (value) => !this.#values.has(value));
    for (const row of rows) this.#note(batch.columns.get(this.column.name)?.textOf(row) ?? '');
    return rows;
  }

  #note(value: string): void {
    this.#unknown?.add(value);
    if ((this.#unknown?.size ?? 0) > MOST_PROPOSED) this.#unknown = undefined;
  }

  finish(): Finding {
    const {name, enum: allowed = [], type} = this.column;
    const texts = allowed.map((one) => (typeof one === 'string' ? one : one.text));
    const list = `[${texts.slice(0, 10).join(', ')}${texts.length > 10 ? ', ...' : ''}]`;
    const all = [...texts, ...[...(this.#unknown ?? [])].sort()];
    const value = all.map((text) => scalarOf(type, text));
    // Too many to be a list of allowed values at all, or some that no schema can hold (NaN): the rule goes.
    const isList = this.#unknown !== undefined && value.every((one) => typeof one !== 'number' || Number.isFinite(one));
    const patch: SchemaPatch = [{path: ['columns', name, 'enum'], ...(isList ? {value} : {})}];
    return this.finding('enum', `enum: ${list}`, 'not among the allowed ones', {patch});
  }
}

/** An allowed value as it stands in a schema file. */
function scalarOf(type: SchemaType, text: string): string | number | boolean {
  if (type === 'boolean') return text === 'true';
  return type === 'integer' || type === 'number' ? Number(text) : text;
}

export class RangeRule extends ValueRule {
  #least: number | bigint | undefined;
  #largest: number | bigint | undefined;
  #hasNan = false;

  constructor(column: ColumnSchema, context: RuleContext) {
    super('value.range', 'the limits', column, context);
  }

  add(batch: CheckedBatch): readonly number[] {
    const column = batch.columns.get(this.column.name)?.column;
    if (column === undefined || column.type === 'string') return [];
    const {minimum, maximum, exclusiveMinimum, exclusiveMaximum} = this.column;
    const [low, high] = [minimum?.value, maximum?.value];
    const [above, below] = [exclusiveMinimum?.value, exclusiveMaximum?.value];
    return this.addValues(batch, column, (value) => {
      if (Number.isNaN(value)) this.#hasNan = true;
      else if (this.#least === undefined || value < this.#least) this.#least = value;
      if (!Number.isNaN(value) && (this.#largest === undefined || value > this.#largest)) this.#largest = value;
      // Written so that NaN, which is in no range, is bad.
      return !(
        (low === undefined || value >= low) &&
        (high === undefined || value <= high) &&
        (above === undefined || value > above) &&
        (below === undefined || value < below)
      );
    });
  }

  finish(): Finding {
    const {minimum, maximum, exclusiveMinimum, exclusiveMaximum} = this.column;
    const limits = {minimum, maximum, exclusiveMinimum, exclusiveMaximum};
    const set = Object.entries(limits).filter((one): one is [string, Limit] => one[1] !== undefined);
    const words = {minimum: 'below', maximum: 'above', exclusiveMinimum: 'not above', exclusiveMaximum: 'not below'};
    const what = set.map(([key, {text}]) => `${words[key as keyof typeof limits]} ${text}`).join(' or ');
    const numbers = {
      ...(this.#least === undefined ? {} : {least: Number(this.#least)}),
      ...(this.#largest === undefined ? {} : {largest: Number(this.#largest)}),
    };
    const patch = set.flatMap(([key, limit]) => this.#widened(key, limit));
    const rule = set.map(([key, {text}]) => `${key}: ${text}`).join(', ');
    return this.finding(set[0]?.[0] ?? 'minimum', rule, what, {numbers, patch});
  }

  /** The limit moved to where all values are within it; one that cannot be moved there (NaN is in no range) is removed. */
  #widened(key: string, limit: Limit): SchemaPatch {
    const {name, type} = this.column;
    const path = ['columns', name, key];
    const seen = /minimum$/i.test(key) ? this.#least : this.#largest;
    if (this.#hasNan) return [{path}];
    if (seen === undefined) return [];
    if (key.startsWith('exclusive'))
      return (key === 'exclusiveMinimum' ? seen <= limit.value : seen >= limit.value) ? [{path}] : [];
    const isMinimum = key === 'minimum';
    if (isMinimum ? seen >= limit.value : seen <= limit.value) return [];
    // No limit in a schema is infinite.
    return Math.abs(Number(seen)) === Infinity
      ? [{path}]
      : [{path, value: limitOf(type, seen, isMinimum ? Math.floor : Math.ceil)}];
  }
}

/** A value as a limit in a schema file: dates as ISO 8601, what a number cannot hold as text. */
function limitOf(type: SchemaType, value: number | bigint, round: (value: number) => number): string | number {
  if (type === 'date' || type === 'datetime') {
    const iso = new Date(round(Number(value))).toISOString();
    return type === 'date' ? iso.replace(/T.*/, '') : iso;
  }
  return typeof value === 'bigint' && !Number.isSafeInteger(Number(value)) ? String(value) : Number(value);
}

export class LengthRule extends ValueRule {
  #shortest = Infinity;
  #longest = 0;

  constructor(column: ColumnSchema, context: RuleContext) {
    super('value.length', 'the lengths', column, context);
  }

  add(batch: CheckedBatch): readonly number[] {
    const column = batch.columns.get(this.column.name)?.column;
    if (column?.type !== 'string') return [];
    const {minLength = 0, maxLength = Infinity} = this.column;
    const lengths = Uint32Array.from(column.words, characters);
    for (const code of column.codes) {
      const length = lengths[code];
      if (length === undefined) continue;
      if (length < this.#shortest) this.#shortest = length;
      if (length > this.#longest) this.#longest = length;
    }
    return this.addWords(
      batch,
      column,
      Uint8Array.from(lengths, (length) => (length < minLength || length > maxLength ? 1 : 0)),
    );
  }

  finish(): Finding {
    const {name, minLength, maxLength} = this.column;
    const parts = [
      ...(minLength === undefined ? [] : [['minLength', minLength, `shorter than ${String(minLength)}`] as const]),
      ...(maxLength === undefined ? [] : [['maxLength', maxLength, `longer than ${String(maxLength)}`] as const]),
    ];
    const rule = parts.map(([key, limit]) => `${key}: ${String(limit)}`).join(', ');
    const numbers = {shortest: this.#shortest, longest: this.#longest};
    const patch = [
      ...(minLength !== undefined && this.#shortest < minLength
        ? [{path: ['columns', name, 'minLength'], value: this.#shortest}]
        : []),
      ...(maxLength !== undefined && this.#longest > maxLength
        ? [{path: ['columns', name, 'maxLength'], value: this.#longest}]
        : []),
    ];
    const what = `${parts.map(([, , words]) => words).join(' or ')} characters`;
    return this.finding(parts[0]?.[0] ?? 'minLength', rule, what, {numbers, patch});
  }
}

/** Code points: what is one character for most people, and the same in Python. */
function characters(text: string): number {
  let count = text.length;
  for (let at = 1; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit < 0xdc00 || unit > 0xdfff) continue;
    const before = text.charCodeAt(at - 1);
    if (before >= 0xd800 && before <= 0xdbff) count -= 1;
  }
  return count;
}

export class PatternRule extends ValueRule {
  constructor(column: ColumnSchema, context: RuleContext) {
    super('value.pattern', 'the pattern', column, context);
  }

  async add(batch: CheckedBatch): Promise<readonly number[]> {
    const column = batch.columns.get(this.column.name)?.column;
    if (column?.type !== 'string') return [];
    const {pattern = '', flags = ''} = this.column;
    const matching = await this.context.matches(pattern, flags, column.words);
    return this.addWords(
      batch,
      column,
      matching.map((one) => 1 - one),
    );
  }

  finish(): Finding {
    const {name, pattern = '', flags} = this.column;
    const rule = `pattern: ${pattern}${flags === undefined ? '' : `, flags: ${flags}`}`;
    return this.finding('pattern', rule, 'not of the pattern', {patch: [{path: ['columns', name, 'pattern']}]});
  }
}
