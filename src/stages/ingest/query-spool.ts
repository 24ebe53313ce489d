/**
 * The result of a database query as a CSV file that `ingest` then reads as any other: memory stays flat, the file can be
 * read twice, and what a column holds is told by all of its values, not by the first ones.
 *
 * Missing cells are empty (in a table of one column `NA`, since a line with nothing in it is no row), texts are in quotes
 * (also the empty text), all else is bare.
 */
import type {ColumnType} from '../../data/table.ts';
import type {Host} from '../../host/host.ts';

/** What a database says that a value is. `whole` has any number of digits. */
export type CellKind = 'string' | 'whole' | 'number' | 'boolean' | 'date' | 'datetime';

export interface QueryTable {
  readonly rows: number;
  readonly types: {readonly [column: string]: ColumnType};
}

/** Written to the disk in pieces of about this many characters. */
const PIECE = 1 << 20;
const LARGEST_INTEGER = BigInt(Number.MAX_SAFE_INTEGER);
const LARGEST_BIGINT = 2n ** 63n - 1n;

interface ColumnFacts {
  readonly name: string;
  /** What the database declared it to be; counts where no value is there. */
  readonly declared: CellKind;
  readonly kinds: Set<CellKind>;
  /** Of the whole numbers, the farthest from 0. */
  largest: bigint;
}

export class QuerySpool {
  readonly #files: Host['files'];
  readonly #path: string;
  readonly #columns: readonly ColumnFacts[];
  #text: string;
  #at = 0;
  #rows = 0;

  /** @throws Error when two columns have one name, or there are none */
  constructor(
    files: Host['files'],
    path: string,
    columns: readonly {readonly name: string; readonly kind: CellKind}[],
  ) {
    const names = columns.map(({name}) => name);
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice !== undefined)
      throw new Error(`the query gives two columns \`${twice}\`: give each a name of its own with \`AS\``);
    if (names.length === 0) throw new Error('the query gives no columns: it must be one that reads, such as `SELECT`');
    this.#files = files;
    this.#path = path;
    this.#columns = columns.map(({name, kind}) => ({name, declared: kind, kinds: new Set(), largest: 0n}));
    this.#text = `${names.map(quoted).join(',')}\n`;
    files.remove(path);
  }

  get rows(): number {
    return this.#rows;
  }

  /** The next cell of the row; the last one ends it. @param text undefined is missing */
  cell(text: string | undefined, kind: CellKind): void {
    const column = this.#columns[this.#at];
    if (!column) throw new Error('BUG: a row of a query has more cells than columns');
    if (text !== undefined) {
      column.kinds.add(kind);
      if (kind === 'whole' && text.length > 15) column.largest = farther(column.largest, BigInt(text));
      this.#text += kind === 'string' ? quoted(text) : text;
    } else if (this.#columns.length === 1) this.#text += 'NA';
    this.#at += 1;
    if (this.#at < this.#columns.length) {
      this.#text += ',';
      return;
    }
    this.#text += '\n';
    this.#at = 0;
    this.#rows += 1;
    if (this.#text.length > PIECE) this.#write();
  }

  finish(): QueryTable {
    this.#write();
    return {rows: this.#rows, types: Object.fromEntries(this.#columns.map((column) => [column.name, typeOf(column)]))};
  }

  #write(): void {
    this.#files.append(this.#path, this.#text);
    this.#text = '';
  }
}

const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;

const size = (value: bigint): bigint => (value < 0n ? -value : value);
const farther = (a: bigint, b: bigint): bigint => (size(b) > size(a) ? b : a);

/** The narrowest type that holds every value of a column exactly; text when they are of several sorts. */
function typeOf({declared, kinds, largest}: ColumnFacts): ColumnType {
  const [first = declared, ...others] = [...kinds];
  if (others.length === 0 && first === 'whole') {
    if (size(largest) <= LARGEST_INTEGER) return 'integer';
    return size(largest) <= LARGEST_BIGINT ? 'bigint' : 'string';
  }
  if (others.length === 0 && first !== 'whole') return first;
  const isNumeric = [...kinds].every((kind) => kind === 'whole' || kind === 'number');
  return isNumeric && size(largest) <= LARGEST_INTEGER ? 'number' : 'string';
}
