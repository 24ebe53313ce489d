/** Expressions over the columns of a table: their types, and what they give for a row. */
import {isMissing, type Column} from '../table.ts';
import {cellValue} from './cell-value.ts';
import {columnsOf, ExpressionMistake, type Comparison, type Expression} from './expression.ts';
import {isTextual, type SchemaType} from './schema.ts';

/** `time`: dates and date-times. */
type Kind = 'number' | 'text' | 'boolean' | 'time';
type Value = number | bigint | string | boolean | undefined;
/** undefined: missing, or unknown because something is missing. */
type Evaluate = (row: number) => Value;

interface Typed {
  readonly kind: Kind;
  /** For the columns of one batch. */
  bind(columns: ReadonlyMap<string, Column>): Evaluate;
}

/** An expression that was checked against the types of the columns. */
export interface Condition {
  /** @param columns of one batch, each of its declared type. @returns whether the condition holds of a row; undefined: unknown. */
  bind(columns: ReadonlyMap<string, Column>): (row: number) => boolean | undefined;
}

export interface ConditionOptions {
  /** As written, for messages. */
  readonly text: string;
  /** Type of a column, undefined when there is none of that name. */
  typeOf(column: string): SchemaType | undefined;
  /** How far apart numbers may be that `==` calls equal. */
  readonly within: number;
}

/** @throws ExpressionMistake when two parts do not go together. */
export function conditionOf(expression: Expression, options: ConditionOptions): Condition {
  const typed = new Compiler(options).condition(expression);
  return {bind: (columns) => typed.bind(columns) as (row: number) => boolean | undefined};
}

class Compiler {
  readonly #options: ConditionOptions;

  constructor(options: ConditionOptions) {
    this.#options = options;
  }

  condition(part: Expression): Typed {
    const typed = this.#compile(part);
    if (typed.kind !== 'boolean')
      throw this.#mistake(part, `this is ${NOUNS[typed.kind]} and no condition: compare it with something`);
    return typed;
  }

  #mistake(part: Expression, what: string): ExpressionMistake {
    return new ExpressionMistake(this.#options.text, part.at, what);
  }

  #compile(part: Expression): Typed {
    switch (part.kind) {
      case 'number':
      case 'text':
      case 'boolean':
        return {kind: part.kind, bind: () => () => part.value};
      case 'column':
        return this.#column(part);
      case 'negate': {
        const of = this.#number(part.of);
        return {kind: 'number', bind: (columns) => map(of.bind(columns), (value) => -Number(value))};
      }
      case 'not': {
        const of = this.condition(part.of);
        return {kind: 'boolean', bind: (columns) => map(of.bind(columns), (value) => value === false)};
      }
      case 'missing': {
        const of = this.#compile(part.of);
        const {negated} = part;
        const names = columnsOf(part.of);
        return {
          kind: 'boolean',
          bind: (columns) => {
            // Nothing is known of a column that is not in the table, not even that its cells are missing.
            if (!names.every((name) => columns.has(name))) return () => undefined;
            const evaluate = of.bind(columns);
            return (row) => (evaluate(row) === undefined) !== negated;
          },
        };
      }
      case 'arithmetic':
        return this.#arithmetic(part);
      case 'comparison':
        return this.#comparison(part.operator, part.left, part.right, part);
      case 'in':
        return this.#in(part);
      case 'and':
      case 'or':
        return this.#join(part);
    }
  }

  #column(part: Expression & {kind: 'column'}): Typed {
    const type = this.#options.typeOf(part.name);
    if (type === undefined) throw this.#mistake(part, `there is no column \`${part.name}\``);
    const kind: Kind =
      type === 'boolean'
        ? 'boolean'
        : isTextual(type)
          ? 'text'
          : type === 'date' || type === 'datetime'
            ? 'time'
            : 'number';
    return {
      kind,
      bind: (columns) => {
        const column = columns.get(part.name);
        // The column is not in the table, which is a finding of its own: whatever is said of it is unknown.
        return column === undefined ? () => undefined : cellsOf(column);
      },
    };
  }

  #number(part: Expression): Typed {
    const typed = this.#compile(part);
    if (typed.kind !== 'number') throw this.#mistake(part, `a number is needed, and this is ${NOUNS[typed.kind]}`);
    return typed;
  }

  #arithmetic(part: Expression & {kind: 'arithmetic'}): Typed {
    const [left, right] = [this.#number(part.left), this.#number(part.right)];
    const calculate = ARITHMETIC[part.operator];
    return {
      kind: 'number',
      bind: (columns) => both(left.bind(columns), right.bind(columns), (a, b) => calculate(Number(a), Number(b))),
    };
  }

  #comparison(operator: Comparison, left: Expression, right: Expression, part: Expression): Typed {
    const [a, b] = this.#alike(left, right, part);
    if (a.kind === 'boolean' && operator !== '==' && operator !== '!=')
      throw this.#mistake(part, `true and false have no order: compare them with \`==\``);
    const compare = a.kind === 'number' ? compareNumbers(operator, this.#options.within) : compareAny(operator);
    return {kind: 'boolean', bind: (columns) => both(a.bind(columns), b.bind(columns), compare)};
  }

  /** Both sides of one kind; a text beside a date is read as a date. */
  #alike(left: Expression, right: Expression, part: Expression): readonly [Typed, Typed] {
    const [a, b] = [this.#compile(left), this.#compile(right)];
    if (a.kind === b.kind) return [a, b];
    if (a.kind === 'time' && right.kind === 'text') return [a, this.#time(right)];
    if (b.kind === 'time' && left.kind === 'text') return [this.#time(left), b];
    throw this.#mistake(part, `${NOUNS[a.kind]} cannot be compared with ${NOUNS[b.kind]}`);
  }

  #time(part: Expression & {kind: 'text'}): Typed {
    const value = cellValue('datetime', part.value);
    if (value === undefined)
      throw this.#mistake(part, 'this is compared with a date: write it as `2024-01-31` or `2024-01-31T12:00:00Z`');
    return {kind: 'time', bind: () => () => value};
  }

  #in(part: Expression & {kind: 'in'}): Typed {
    const compared = part.list.map((one) => this.#comparison('==', part.of, one, one));
    return {
      kind: 'boolean',
      bind: (columns) => {
        const tests = compared.map((one) => one.bind(columns));
        return (row) => {
          let unknown = false;
          for (const test of tests) {
            const holds = test(row);
            if (holds === true) return !part.negated;
            if (holds === undefined) unknown = true;
          }
          return unknown ? undefined : part.negated;
        };
      },
    };
  }

  #join(part: Expression & {kind: 'and' | 'or'}): Typed {
    const [left, right] = [this.condition(part.left), this.condition(part.right)];
    // What decides alone, whatever the other side says: false for `and`, true for `or`.
    const decisive = part.kind === 'or';
    return {
      kind: 'boolean',
      bind: (columns) => {
        const [a, b] = [left.bind(columns), right.bind(columns)];
        return (row) => {
          const first = a(row);
          if (first === decisive) return decisive;
          const second = b(row);
          if (second === decisive) return decisive;
          return first === undefined || second === undefined ? undefined : !decisive;
        };
      },
    };
  }
}

const NOUNS: {readonly [kind in Kind]: string} = {
  number: 'a number',
  text: 'a text',
  boolean: 'true or false',
  time: 'a date',
};

const ARITHMETIC = {
  '+': (a: number, b: number) => a + b,
  '-': (a: number, b: number) => a - b,
  '*': (a: number, b: number) => a * b,
  '/': (a: number, b: number) => a / b,
} as const;

type Known = Exclude<Value, undefined>;

const map =
  (of: Evaluate, calculate: (value: Known) => Value): Evaluate =>
  (row) => {
    const value = of(row);
    return value === undefined ? undefined : calculate(value);
  };

const both =
  (left: Evaluate, right: Evaluate, calculate: (a: Known, b: Known) => Value): Evaluate =>
  (row) => {
    const a = left(row);
    if (a === undefined) return undefined;
    const b = right(row);
    return b === undefined ? undefined : calculate(a, b);
  };

function compareAny(operator: Comparison): (a: Known, b: Known) => boolean {
  switch (operator) {
    case '==':
      return (a, b) => a === b;
    case '!=':
      return (a, b) => a !== b;
    case '<':
      return (a, b) => a < b;
    case '<=':
      return (a, b) => a <= b;
    case '>':
      return (a, b) => a > b;
    case '>=':
      return (a, b) => a >= b;
  }
}

function compareNumbers(operator: Comparison, within: number): (a: Known, b: Known) => boolean {
  if (operator !== '==' && operator !== '!=') return compareAny(operator);
  const isEqual = (a: Known, b: Known): boolean => {
    // A whole number and a bigint of the same value are loosely equal only.
    if (a == b || within === 0) return a == b;
    if (typeof a === 'bigint' && typeof b === 'bigint') return Math.abs(Number(a - b)) <= within;
    const [x, y] = [Number(a), Number(b)];
    // Beyond the rounding of the subtraction itself: 0.92 and 0.91 are 0.01 apart.
    return Math.abs(x - y) <= within + Number.EPSILON * Math.max(Math.abs(x), Math.abs(y));
  };
  return operator === '==' ? isEqual : (a, b) => !isEqual(a, b);
}

function cellsOf(column: Column): Evaluate {
  if (column.type === 'string') {
    const {codes, words} = column;
    return (row) => words[codes[row] ?? -1];
  }
  const {values} = column;
  if (column.type === 'boolean') return (row) => (isMissing(column, row) ? undefined : values[row] === 1);
  return (row) => (isMissing(column, row) ? undefined : values[row]);
}
