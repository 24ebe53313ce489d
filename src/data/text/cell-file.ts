import type {Cells, OnBadRow} from './cells.ts';
import type {MissingValues} from './missing-values.ts';

/** How the cells of a file are to be understood. */
export interface CellRules {
  readonly missing: MissingValues;
  /** The byte that separates fractions. */
  readonly decimal: number;
  /** The bytes of a cell that has escapes, without them. */
  readonly unescape: (bytes: Uint8Array, start: number, end: number) => Uint8Array;
}

/** A text file whose format is known. */
export interface CellFile {
  /** For messages. */
  readonly name: string;
  /** Of all columns, distinct. */
  readonly names: readonly string[];
  readonly rules: CellRules;
  /** Whether quotes mark a cell as text even where every cell of its column has them; see `typeOfKinds`. */
  readonly quotesCount: 'always' | 'never' | 'when-some-are-bare';
  /** The kinds that a cell in quotes may be. */
  kindOfQuoted(cells: Cells, cell: number): number;
  /** Reads the file from its first row. */
  windows(onBadRow: OnBadRow): AsyncIterable<Cells>;
}
