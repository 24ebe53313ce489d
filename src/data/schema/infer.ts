/**
 * Proposes a schema for a table that was read whole: all rows, not the first hundred. What holds by chance in one table and
 * not in the next is not proposed: no means, no exact limits, lists of values only where values repeat.
 */
import {formatCount, formatList, plural} from '../../base/format.ts';
import {missingBound} from '../check/column-rules.ts';
import {KeySet} from '../check/key-set.ts';
import {rowHash} from '../check/key-rules.ts';
import {shareText} from '../check/tally.ts';
import type {ColumnProfile, Profiled} from '../profile/profile.ts';
import type {Column, StringColumn, Table} from '../table.ts';
import {cellValue} from './cell-value.ts';
import type {SchemaType} from './schema.ts';

/** A line of a schema file and why it is there. */
export interface ProposedLine {
  readonly key: string;
  readonly value: string | number | boolean | readonly string[] | readonly number[];
  readonly evidence: string;
  /** To be written as a comment: it may be right, and may be chance. */
  readonly isOffer?: boolean;
}

export interface ProposedColumn {
  readonly name: string;
  readonly lines: readonly ProposedLine[];
}

export interface ProposedSchema {
  readonly rows: number;
  readonly columns: readonly ProposedColumn[];
  /** The column of the primary key. */
  readonly primaryKey?: {readonly column: string; readonly evidence: string};
  /** What a person should look at: columns whose type is wider because of a few odd values. */
  readonly notices: readonly string[];
}

/** Fewer rows prove neither that a column is never missing nor that it is a key. */
const LEAST_ROWS = 100;
const MOST_ENUM = 100;
/** Part of the different values that may have been seen only once. */
const MOST_SINGLE = 0.1;
const MOST_OFFERED = 20;
/** So many of the values must be of a type for the others to be called odd. */
const NEARLY_ALL = 0.995;
const MOST_ODD = 5;
/** Keys are followed up to half as many rows. */
const KEY_SLOTS = 2 ** 24;

const GUESSED = ['integer', 'number', 'boolean', 'date', 'datetime'] as const;
type Guessed = (typeof GUESSED)[number];
/** Codes such as `007` are no numbers. */
const LEADING_ZERO = /^[+-]?0\d/;
/** A list of values is for short ones; the profile cuts very long texts. */
const LONGEST_ENUM = 100;
/** Characters on average from which a column of mostly different texts is one of sentences. */
const LONG_TEXT = 40;

const KEY_NAME = /(?:^|[_\W])(?:id|key|uuid|guid|nr|no|number|code)$|[a-z](?:Id|ID|Key|Uuid)$/i;

interface ColumnNotes {
  /** Undefined when it is no key: a value came twice, was missing, or is of a type that no key is of. */
  keys: KeySet | undefined;
  /** Of texts: cells that would be of that type, and some that would not. */
  readonly fits: ReadonlyMap<Guessed, {count: number; readonly odd: Map<string, number>}>;
}

/** Gathers what the profile does not tell, batch by batch. */
export class Inference {
  readonly #notes = new Map<string, ColumnNotes>();

  add(batch: Table): void {
    for (const column of batch.columns) {
      const notes = this.#notes.get(column.name) ?? newNotes(column);
      this.#notes.set(column.name, notes);
      if (notes.keys !== undefined && !allNew(notes.keys, column, batch.rowCount)) notes.keys = undefined;
      if (column.type === 'string') countFits(notes, column);
    }
  }

  /** @param profiled of the same table. */
  finish({profile}: Profiled): ProposedSchema {
    const notices: string[] = [];
    const columns = profile.columns.map((column) => this.#proposed(column, profile.rows, notices));
    const keys =
      profile.rows < LEAST_ROWS
        ? []
        : columns.filter(({name, lines}) => this.#isUnique(name) && lines[0]?.value !== 'text');
    const primary = keys.find(({name}) => KEY_NAME.test(name));
    const evidence = `${formatCount(profile.rows)} different values in ${plural(profile.rows, 'row')}`;
    const unique = new Set(keys.filter((key) => key !== primary).map(({name}) => name));
    return {
      rows: profile.rows,
      columns: columns.map((column) =>
        unique.has(column.name)
          ? {...column, lines: [...column.lines, {key: 'unique', value: true, evidence}]}
          : column,
      ),
      ...(primary === undefined ? {} : {primaryKey: {column: primary.name, evidence}}),
      notices,
    };
  }

  #isUnique(name: string): boolean {
    const keys = this.#notes.get(name)?.keys;
    return keys?.part === 1;
  }

  #proposed(column: ColumnProfile, rows: number, notices: string[]): ProposedColumn {
    const type = typeLine(column, rows, this.#notes.get(column.name), notices);
    return {
      name: column.name,
      lines: [
        type,
        ...missingLines(column, rows),
        ...enumLines(column, type.value as SchemaType),
        ...minimumLines(column),
      ],
    };
  }
}

const newNotes = (column: Column): ColumnNotes => ({
  keys:
    column.type === 'integer' || column.type === 'bigint' || column.type === 'string'
      ? new KeySet(KEY_SLOTS)
      : undefined,
  fits: new Map(
    column.type === 'string' ? GUESSED.map((type) => [type, {count: 0, odd: new Map<string, number>()}]) : [],
  ),
});

function allNew(keys: KeySet, column: Column, rows: number): boolean {
  const hashOf = rowHash([column]);
  for (let row = 0; row < rows; row += 1) {
    const hash = hashOf(row);
    if (hash === undefined || keys.add(hash.high, hash.low) === true) return false;
  }
  return true;
}

function countFits({fits}: ColumnNotes, {codes, words}: StringColumn): void {
  const times = new Uint32Array(words.length);
  for (const code of codes) if (code >= 0) times[code] = (times[code] ?? 0) + 1;
  words.forEach((word, code) => {
    const count = times[code] ?? 0;
    if (count === 0) return;
    const isCode = LEADING_ZERO.test(word);
    for (const [type, fit] of fits) {
      if (!isCode && cellValue(type, word) !== undefined) fit.count += count;
      else if (fit.odd.size < MOST_ODD || fit.odd.has(word)) fit.odd.set(word, (fit.odd.get(word) ?? 0) + count);
    }
  });
}

function typeLine(
  column: ColumnProfile,
  rows: number,
  notes: ColumnNotes | undefined,
  notices: string[],
): ProposedLine {
  const count = rows - column.missing;
  const {name, type} = column;
  if (count === 0) return {key: 'type', value: 'string', evidence: 'no value to tell it by'};
  for (const [wider, {count: fitting, odd}] of notes?.fits ?? []) {
    if (fitting < NEARLY_ALL * count || fitting === count) continue;
    const shown = formatList(
      [...odd].map(([word, times]) => `${JSON.stringify(word)} (${formatCount(times)})`),
      MOST_ODD,
    );
    const evidence = `${shareText(fitting / count)} would be of type ${wider}, but not ${shown}`;
    notices.push(`\`${name}\` is a string: ${evidence}`);
    return {key: 'type', value: 'string', evidence};
  }
  if (type === 'string' && isLongText(column, count)) {
    const length = Math.round(column.texts?.meanLength ?? 0);
    return {key: 'type', value: 'text', evidence: `${plural(length, 'character')} on average`};
  }
  return {key: 'type', value: type, evidence: `all of ${plural(count, 'value')}`};
}

function missingLines({missing}: ColumnProfile, rows: number): readonly ProposedLine[] {
  if (rows === 0) return [];
  const evidence = `${formatCount(missing)} of ${formatCount(rows)} missing`;
  if (missing === 0 && rows >= LEAST_ROWS) return [{key: 'required', value: true, evidence}];
  return [{key: 'missing_max', value: missingBound(missing, rows), evidence}];
}

function enumLines(column: ColumnProfile, type: SchemaType): readonly ProposedLine[] {
  const {values, allValues, distinct} = column;
  if (!allValues || distinct === 0) return [];
  const single = values.filter(([, count]) => count === 1).length;
  const evidence = plural(distinct, 'different value');
  if (type === 'integer' && distinct <= MOST_OFFERED) {
    const numbers = values.map(([value]) => Number(value)).sort((a, b) => a - b);
    return [{key: 'enum', value: numbers, evidence, isOffer: true}];
  }
  if (type !== 'string' || distinct > MOST_ENUM || single >= MOST_SINGLE * distinct) return [];
  if ((column.texts?.maxLength ?? 0) > LONGEST_ENUM) return [];
  const least = Math.min(...values.map(([, count]) => count));
  const texts = values.map(([value]) => String(value)).sort();
  return [
    {
      key: 'enum',
      value: texts,
      evidence: `${evidence}, each seen ${least === 1 ? 'once' : `${formatCount(least)} times`} or more`,
    },
  ];
}

function minimumLines({type, numbers, notFinite}: ColumnProfile): readonly ProposedLine[] {
  if (type !== 'integer' && type !== 'number' && type !== 'bigint') return [];
  // NaN is in no range.
  if (numbers === undefined || notFinite !== undefined || numbers.min < 0) return [];
  return [{key: 'minimum', value: 0, evidence: `the smallest is ${String(numbers.min)}`}];
}

const isLongText = ({distinct, texts}: ColumnProfile, count: number): boolean =>
  distinct > MOST_ENUM && distinct > count / 2 && (texts?.meanLength ?? 0) >= LONG_TEXT;
