/** Keys: columns that together tell every row from all others. */
import {Hash64} from '../../base/hash64.ts';
import {formatCount, plural} from '../../base/format.ts';
import {createFinding, type Finding, type SchemaPatch} from '../findings.ts';
import {cellText} from '../row-key.ts';
import type {RuleLevel, SchemaPath} from '../schema/schema.ts';
import {isMissing, type Column} from '../table.ts';
import type {CheckedBatch, TableRule} from './checked-batch.ts';
import {KeySet} from './key-set.ts';
import {placed, type RuleContext} from './rule-context.ts';
import {levelOf, measuredOf, sentenceOf, Tally} from './tally.ts';

export interface Key {
  readonly columns: readonly string[];
  /** As it stands in the schema: `primaryKey: [id]`. */
  readonly rule: string;
  readonly path: SchemaPath;
  readonly level?: RuleLevel;
  /** Removes it. */
  readonly patch: SchemaPatch;
}

/** Byte between the cells of a key; it is in no UTF-8 text. */
const NEXT_CELL = 0xfe;

export class UniqueRule implements TableRule {
  readonly id: string;
  readonly what: string;
  readonly #key: Key;
  readonly #context: RuleContext;
  readonly #tally = new Tally();
  readonly #seen: KeySet;

  constructor(key: Key, context: RuleContext, seen = new KeySet()) {
    this.id = `key.duplicate:${key.columns.join(',')}`;
    this.what = `the key ${key.columns.join(', ')}`;
    this.#key = key;
    this.#context = context;
    this.#seen = seen;
  }

  add(batch: CheckedBatch): readonly number[] {
    const columns = this.#key.columns.flatMap((name) => batch.columns.get(name)?.column ?? []);
    // A column that is not there is a finding of its own, and then there is no key.
    if (columns.length < this.#key.columns.length) return [];
    const hashOf = rowHash(columns);
    for (let row = 0; row < batch.table.rowCount; row += 1) {
      const hash = hashOf(row);
      if (hash === undefined) continue;
      this.#tally.checked += 1;
      if (this.#seen.add(hash.high, hash.low) === true) this.#tally.add(batch, row, () => keyText(columns, row));
    }
    return this.#tally.takeRows();
  }

  finish(): Finding {
    const {columns, rule, path, level, patch} = this.#key;
    const tally = this.#tally;
    const {part} = this.#seen;
    const sampled = part === 1 ? '' : ` (1 of ${formatCount(1 / part)} keys was looked at)`;
    return createFinding({
      code: 'key.duplicate',
      level: levelOf(tally.bad > 0, level, this.#context.schema.level),
      ...placed(this.#context, path),
      ...(columns.length === 1 ? {column: columns[0] ?? ''} : {}),
      subject: columns.join(','),
      rule,
      ...measuredOf(tally, undefined),
      rowsChecked: tally.checked,
      rowsBad: tally.bad,
      examples: tally.examples,
      message: `${plural(tally.bad, 'row')} of ${formatCount(tally.checked)} ${tally.bad === 1 ? 'has' : 'have'} a key that came before${sampled}`,
      ...(part === 1 ? {} : {numbers: {part_of_keys: part}}),
      ...(tally.bad > 0 ? {patch} : {}),
    });
  }
}

/** The parts of the primary key are never missing. */
export class KeyMissingRule implements TableRule {
  readonly id: string;
  readonly what = 'the primary key';
  readonly #key: Key;
  readonly #context: RuleContext;
  readonly #tally = new Tally();

  constructor(key: Key, context: RuleContext) {
    this.id = `key.missing:${key.columns.join(',')}`;
    this.#key = key;
    this.#context = context;
  }

  add(batch: CheckedBatch): readonly number[] {
    const columns = this.#key.columns.flatMap((name) => batch.columns.get(name)?.column ?? []);
    this.#tally.checked += batch.table.rowCount;
    if (columns.every(({missing}) => missing === undefined)) return [];
    for (let row = 0; row < batch.table.rowCount; row += 1)
      if (columns.some((column) => isMissing(column, row))) this.#tally.add(batch, row, () => keyText(columns, row));
    return this.#tally.takeRows();
  }

  finish(): Finding {
    const tally = this.#tally;
    return createFinding({
      code: 'key.missing',
      level: levelOf(tally.bad > 0, this.#key.level, this.#context.schema.level),
      ...placed(this.#context, this.#key.path),
      subject: this.#key.columns.join(','),
      rule: this.#key.rule,
      ...measuredOf(tally, undefined),
      rowsChecked: tally.checked,
      rowsBad: tally.bad,
      examples: tally.examples,
      message: sentenceOf(tally, 'key', 'missing or not complete', undefined),
      ...(tally.bad > 0 ? {patch: this.#key.patch} : {}),
    });
  }
}

/** The key of a row as people read it, null when nothing of it is there. */
export function keyText(columns: readonly Column[], row: number): string | null {
  const texts = columns.map((column) => cellText(column, row));
  return texts.every((text) => text === undefined) ? null : texts.map((text) => text ?? '').join(',');
}

/** @returns of a row: its hash, undefined when a part is missing. The two halves are overwritten by the next row. */
export function rowHash(
  columns: readonly Column[],
): (row: number) => {readonly high: number; readonly low: number} | undefined {
  const hash = new Hash64();
  const number = new Float64Array(1);
  const bytes = new Uint8Array(number.buffer);
  return (row) => {
    hash.reset();
    for (const column of columns) {
      if (isMissing(column, row)) return undefined;
      hash.byte(NEXT_CELL);
      if (column.type === 'string') hash.text(column.words[column.codes[row] ?? -1] ?? '');
      else if (column.type === 'bigint') hash.text(String(column.values[row]));
      else {
        // 0 and -0 are one key.
        number[0] = (column.values[row] ?? 0) + 0;
        for (const byte of bytes) hash.byte(byte);
      }
    }
    return hash.digest();
  };
}
