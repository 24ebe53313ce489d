/**
 * From a CSV to two matrices of 32-bit floats, as `featurize` does it: `matrix.mjs FILE whole|batches`. 13 numbers with means for
 * missing ones and one sparse column for each level of `state`, shuffled, 70 % to train on; from the table in memory, or from
 * batches of it. Prints the shapes and a sum to compare with the peers.
 */
import type {ByteSource} from '../../src/data/byte-source.ts';
import {outlineTable, readTable, scanTable} from '../../src/data/read-table.ts';
import type {NumericColumn, StringColumn, Table} from '../../src/data/table.ts';
import {openHost} from '../../src/host/open-host.ts';
import type {FeatureMatrix} from '../../src/ml/matrix.ts';
import {fileSource} from '../../src/stages/shared/table-files.ts';
import {Random} from '../../src/stats/random.ts';

async function fromTable(source: ByteSource): Promise<readonly FeatureMatrix[]> {
  const table = await readTable(source);
  const filler = new Filler(table.columns, table.rowCount);
  filler.add(table);
  return filler.matrices();
}

async function fromBatches(source: ByteSource): Promise<readonly FeatureMatrix[]> {
  const {rowCount, columns} = await outlineTable(source);
  const filler = new Filler(columns, rowCount);
  const types = Object.fromEntries(columns.map(({name, type}) => [name, type]));
  for await (const batch of scanTable(source, {types, batchRows: 4096})) filler.add(batch);
  return filler.matrices();
}

function sumOf(values: Float32Array | undefined): number {
  let total = 0;
  for (let at = 0; at < (values?.length ?? 0); at += 1) total += values?.[at] as number;
  return total;
}

/** Puts rows where the shuffle wants them: in front those to train on, behind them those to test on. */
class Filler {
  readonly #names: readonly string[];
  readonly #dense: readonly Float32Array[];
  readonly #totals: Float64Array;
  readonly #counts: Float64Array;
  readonly #levels = new Map<string, number>();
  readonly #indices: Uint32Array;
  readonly #places: Int32Array;
  #row = 0;

  constructor(columns: readonly {readonly name: string; readonly type: string}[], rowCount: number) {
    this.#names = columns.filter(({type}) => type === 'number' || type === 'integer').map(({name}) => name);
    this.#dense = this.#names.map(() => new Float32Array(rowCount));
    this.#totals = new Float64Array(this.#names.length);
    this.#counts = new Float64Array(this.#names.length);
    this.#indices = new Uint32Array(rowCount);
    this.#places = new Int32Array(rowCount);
    for (let row = 0; row < rowCount; row += 1) this.#places[row] = row;
    new Random(7).shuffle(this.#places);
  }

  add(table: Table): void {
    for (const [index, name] of this.#names.entries()) {
      const column = table.columns.find((one) => one.name === name) as NumericColumn;
      this.#addNumbers(column.values, index);
    }
    this.#addLevels(table.columns.find(({name}) => name === 'state') as StringColumn);
    this.#row += table.rowCount;
  }

  #addNumbers(values: Float64Array, index: number): void {
    const into = this.#dense[index] as Float32Array;
    const places = this.#places;
    const first = this.#row;
    let total = 0;
    let count = 0;
    for (let row = 0; row < values.length; row += 1) {
      const value = values[row] as number;
      into[places[first + row] as number] = value;
      if (value !== value) continue;
      total += value;
      count += 1;
    }
    this.#totals[index] = (this.#totals[index] ?? 0) + total;
    this.#counts[index] = (this.#counts[index] ?? 0) + count;
  }

  #addLevels({codes, words}: StringColumn): void {
    const levels = Int32Array.from(words, (word) => {
      const level = this.#levels.get(word) ?? this.#levels.size;
      this.#levels.set(word, level);
      return level;
    });
    for (let row = 0; row < codes.length; row += 1) {
      this.#indices[this.#places[this.#row + row] as number] = levels[codes[row] as number] as number;
    }
  }

  matrices(): readonly FeatureMatrix[] {
    for (const [index, values] of this.#dense.entries()) {
      const mean = (this.#totals[index] as number) / (this.#counts[index] as number);
      for (let row = 0; row < values.length; row += 1) {
        if (Number.isNaN(values[row])) values[row] = mean;
      }
    }
    const cut = Math.floor(this.#row * 0.7);
    return [this.#part(0, cut), this.#part(cut, this.#row)];
  }

  #part(from: number, to: number): FeatureMatrix {
    const rows = to - from;
    const starts = new Uint32Array(rows + 1);
    for (let row = 0; row <= rows; row += 1) starts[row] = row;
    return {
      rows,
      names: [...this.#names, ...this.#levels.keys()],
      dense: this.#dense.map((values) => values.subarray(from, to)),
      sparse: {
        columns: this.#levels.size,
        starts,
        indices: this.#indices.subarray(from, to),
        values: new Float32Array(rows).fill(1),
      },
    };
  }
}

const [file = '', way = 'whole'] = process.argv.slice(2);
const source = fileSource(openHost('.'), file);
const parts = way === 'whole' ? await fromTable(source) : await fromBatches(source);
let sum = 0;
for (const {dense, sparse} of parts) for (const values of [...dense, sparse?.values]) sum += sumOf(values);
console.log(JSON.stringify({shapes: parts.map((part) => [part.rows, part.names.length]), sum: Math.round(sum)}));
