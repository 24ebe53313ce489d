/** The columns of one table as the recipes want them: as numbers, as categories, as texts; each made once. */
import {isMissing, isNumeric} from '../../data/table.ts';
import type {Column, ColumnType, Table} from '../../data/table.ts';
import {columnNamed} from '../../data/table.ts';
import type {Cell, TextSpec} from './spec.ts';
import type {TextList} from './text-features.ts';
import {cleanerOf} from './texts.ts';
import {wordsOf} from './words.ts';

/** Values and which of them each row has. */
export class Coded {
  /** Row -> index into `distinct`; -1 where the cell is missing. */
  readonly codes: Int32Array;
  readonly distinct: readonly string[];
  #counts: Uint32Array | undefined;

  constructor(codes: Int32Array, distinct: readonly string[]) {
    this.codes = codes;
    this.distinct = distinct;
  }

  /** How many rows have each of the values; values that no row has may be among them. */
  get counts(): Uint32Array {
    if (this.#counts !== undefined) return this.#counts;
    const counts = new Uint32Array(this.distinct.length);
    for (const code of this.codes) if (code >= 0) counts[code] = (counts[code] ?? 0) + 1;
    this.#counts = counts;
    return counts;
  }
}

const DAY_MS = 86_400_000;

export class Source {
  readonly table: Table;
  readonly #texts: {readonly [name: string]: TextSpec};
  readonly #made = new Map<string, unknown>();

  constructor(table: Table, texts: {readonly [name: string]: TextSpec}) {
    this.table = table;
    this.#texts = texts;
  }

  get rows(): number {
    return this.table.rowCount;
  }

  /** @throws Error with a sentence when there is no such column */
  column(name: string): Column {
    const column = columnNamed(this.table, name);
    if (column !== undefined) return column;
    const names = this.table.columns.map((other) => `\`${other.name}\``);
    throw new Error(
      `the table has no column \`${name}\`, which the features are made from: it has ${names.join(', ') || 'none'}`,
    );
  }

  /** Missing cells are NaN. @param recipe for errors. @throws Error with a sentence for a column of texts */
  numbers(name: string, recipe: string): Float64Array {
    return this.#once(`numbers ${name}`, () => {
      const column = Object.hasOwn(this.#texts, name) ? undefined : this.column(name);
      if (column !== undefined && isNumeric(column)) return column.values;
      if (column?.type === 'boolean' || column?.type === 'bigint')
        return Float64Array.from({length: this.rows}, (_, row) =>
          isMissing(column, row) ? Number.NaN : Number(column.values[row]),
        );
      // A column without any value has the type that its reader fell back on.
      if (column?.type === 'string' && column.codes.every((code) => code < 0))
        return new Float64Array(this.rows).fill(Number.NaN);
      throw new Error(
        `\`${recipe}\` wants numbers, but the column \`${name}\` is text: ` +
          'give it a type where it is read, or say what to make of it (`one_hot`, `n_grams`, `look_up`, ...)',
      );
    });
  }

  /** Milliseconds since 1970. @throws Error with a sentence for a column that is no date */
  times(name: string, recipe: string): Float64Array {
    const column = this.column(name);
    if (column.type === 'date' || column.type === 'datetime') return column.values;
    if (column.missing?.every((one) => one === 1) === true) return new Float64Array(this.rows).fill(Number.NaN);
    throw new Error(
      `\`${recipe}\` wants dates, but the column \`${name}\` is ${column.type}: give it the type date or datetime where it is read`,
    );
  }

  /**
   * The values of one column as categories, or those of several joined: a cell that lacks one of them is missing.
   */
  categories(names: readonly string[]): Coded {
    return this.#once(`categories ${names.join('\0')}`, () => {
      const [first, ...others] = names.map((name) => this.texts(name));
      if (first === undefined) return new Coded(new Int32Array(this.rows).fill(-1), []);
      const isDistinct = others.length === 0 && !Object.hasOwn(this.#texts, names[0] ?? '');
      return isDistinct ? first : merged(others.reduce(cross, first));
    });
  }

  /** The cells of a column as texts, or a cleaned text: texts that became equal are still apart. */
  texts(name: string): Coded {
    return this.#once(`texts ${name}`, () => {
      const text = Object.hasOwn(this.#texts, name) ? this.#texts[name] : undefined;
      if (text === undefined) return codedColumn(this.column(name));
      const {codes, distinct} = this.texts(text.from);
      return new Coded(codes, distinct.map(cleanerOf(text, `the text \`${name}\``)));
    });
  }

  /** The same, and their words. */
  textList(name: string): TextList {
    return this.#once(`list ${name}`, () => {
      const texts = this.texts(name).distinct;
      const made = new Map<object, Float64Array>();
      return {
        texts,
        words: () => this.#once(`words ${name}`, () => wordsOf(texts)),
        once: (table, make) => {
          const known = made.get(table) ?? make();
          made.set(table, known);
          return known;
        },
      };
    });
  }

  /** The cell of a row as a user's function gets it. */
  cellsOf(name: string): (row: number) => Cell {
    if (Object.hasOwn(this.#texts, name)) {
      const {codes, distinct} = this.texts(name);
      return (row) => distinct[codes[row] ?? -1] ?? null;
    }
    const column = this.column(name);
    return (row) => cellOf(column, row);
  }

  /** What is made once for this table: whatever several recipes share. */
  #once<Made>(key: string, make: () => Made): Made {
    if (!this.#made.has(key)) this.#made.set(key, make());
    return this.#made.get(key) as Made;
  }
}

function codedColumn(column: Column): Coded {
  if (column.type === 'string') return new Coded(column.codes, column.words);
  const codeOf = new Map<number | bigint, number>();
  const distinct: string[] = [];
  const codes = new Int32Array(column.values.length);
  for (let row = 0; row < codes.length; row += 1) {
    const value = column.values[row] ?? 0;
    if (isMissing(column, row) || Number.isNaN(value)) {
      codes[row] = -1;
      continue;
    }
    let code = codeOf.get(value);
    if (code === undefined) {
      code = distinct.length;
      codeOf.set(value, code);
      distinct.push(textOf(value, column.type));
    }
    codes[row] = code;
  }
  return new Coded(codes, distinct);
}

/** The value of a column that is no text, as its category is called. */
function textOf(value: number | bigint, type: ColumnType): string {
  if (type === 'boolean') return value === 1 ? 'true' : 'false';
  if (type !== 'date' && type !== 'datetime') return String(value);
  const iso = new Date(Number(value)).toISOString();
  return Number(value) % DAY_MS === 0 ? iso.slice(0, 10) : iso;
}

function cross(one: Coded, other: Coded): Coded {
  const codeOf = new Map<number, number>();
  const distinct: string[] = [];
  const codes = one.codes.map((left, row) => {
    const right = other.codes[row] ?? -1;
    if (left < 0 || right < 0) return -1;
    const pair = left * other.distinct.length + right;
    let code = codeOf.get(pair);
    if (code === undefined) {
      code = distinct.length;
      codeOf.set(pair, code);
      distinct.push(`${one.distinct[left] ?? ''} × ${other.distinct[right] ?? ''}`);
    }
    return code;
  });
  return new Coded(codes, distinct);
}

/** Equal texts are one value. */
function merged({codes, distinct}: Coded): Coded {
  const codeOf = new Map<string, number>();
  const places = Int32Array.from(distinct, (text) => {
    const there = codeOf.get(text);
    if (there === undefined) codeOf.set(text, codeOf.size);
    return there ?? codeOf.size - 1;
  });
  return new Coded(
    codes.map((code) => (code < 0 ? -1 : (places[code] ?? -1))),
    [...codeOf.keys()],
  );
}

function cellOf(column: Column, row: number): Cell {
  if (isMissing(column, row)) return null;
  if (column.type === 'string') return column.words[column.codes[row] ?? -1] ?? null;
  const value = column.values[row] ?? null;
  if (column.type === 'boolean') return value === 1;
  if (column.type === 'date' || column.type === 'datetime') return new Date(Number(value));
  return value;
}
