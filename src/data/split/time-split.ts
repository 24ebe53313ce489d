import {selectColumns} from '../table-tools.ts';
import {isMissing, isNumeric, type NumericColumn, type Table} from '../table.ts';
import {partOfEach, type Part, refuseEmptyParts, type SplitMethod, type Splitter} from './splitter.ts';

/** Every time of a part is before all times of the next. */
export class TimeSplit implements Splitter {
  readonly #parts: readonly Part[];
  readonly #column: string;
  /** 8 bytes a row, in the order of the rows; the second pass does not need them. */
  #times = new Float64Array(1024);
  #count = 0;
  /** Where the second, third, ... part begins. */
  #cuts: readonly number[];
  readonly #byShares: boolean;

  constructor(parts: readonly Part[], {column, cuts}: Extract<SplitMethod, {kind: 'time'}>) {
    this.#parts = parts;
    this.#column = column;
    this.#cuts = cuts ?? [];
    this.#byShares = cuts === undefined;
  }

  see(batch: Table): void {
    const column = this.#columnOf(batch);
    if (this.#times.length < this.#count + batch.rowCount) {
      const larger = new Float64Array(2 * (this.#count + batch.rowCount));
      larger.set(this.#times.subarray(0, this.#count));
      this.#times = larger;
    }
    for (let row = 0; row < batch.rowCount; row += 1) {
      const time = column.values[row] ?? Number.NaN;
      if (isMissing(column, row) || Number.isNaN(time))
        throw new Error(
          `row ${this.#count + 1} has no time in \`${this.#column}\`, so that no part can be told for it: remove such rows before`,
        );
      this.#times[this.#count] = time;
      this.#count += 1;
    }
  }

  ready(): void {
    const times = this.#times.subarray(0, this.#count).sort();
    this.#times = new Float64Array();
    if (this.#byShares) this.#cuts = this.#cutsByShares(times);
    const counts = this.#parts.map(() => 0);
    for (const time of times) {
      const part = this.#partAt(time);
      counts[part] = (counts[part] ?? 0) + 1;
    }
    refuseEmptyParts(this.#parts, counts);
  }

  partsOf(batch: Table): Uint8Array {
    const {values} = this.#columnOf(batch);
    return partOfEach(batch, (row) => this.#partAt(values[row] ?? Number.NaN));
  }

  #partAt(time: number): number {
    let part = 0;
    while (part < this.#cuts.length && time >= (this.#cuts[part] ?? Infinity)) part += 1;
    return part;
  }

  /** Each cut at the change of time that is nearest to where the shares want it; of two, the earlier. */
  #cutsByShares(times: Float64Array): readonly number[] {
    let share = 0;
    return this.#parts.slice(0, -1).map((part) => {
      share += part.share;
      const wanted = Math.round(share * times.length);
      const time = times[wanted] ?? Infinity;
      let [first, after] = [wanted, wanted];
      while (first > 0 && times[first - 1] === time) first -= 1;
      while (after < times.length && times[after] === time) after += 1;
      return (wanted - first <= after - wanted ? time : times[after]) ?? Infinity;
    });
  }

  #columnOf(batch: Table): NumericColumn {
    const [column] = selectColumns(batch, [this.#column]).columns;
    if (column !== undefined && isNumeric(column)) return column;
    throw new Error(
      `\`${this.#column}\` holds ${column?.type ?? 'nothing'} values, not times: declare it as \`types: {${this.#column}: datetime}\``,
    );
  }
}
