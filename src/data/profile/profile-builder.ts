/** Profiles a table in one pass over its batches, in memory that does not grow with the number of rows. */
import {isNumeric, type Column, type Table} from '../table.ts';
import {NumberColumnProfile} from './number-column.ts';
import {limitsFor, type ColumnProfile, type ColumnSample, type Limits, type Profiled} from './profile.ts';
import {rowNumbers} from './row-sample.ts';
import {TextColumnProfile} from './text-column.ts';

interface ColumnInWork {
  readonly name: string;
  readonly type: Column['type'];
  readonly work:
    | {readonly kind: 'numbers'; readonly profile: NumberColumnProfile}
    | {readonly kind: 'texts'; readonly profile: TextColumnProfile};
}

export class ProfileBuilder {
  readonly #seed: number;
  readonly #limits: Partial<Limits>;
  #columns: readonly ColumnInWork[] | undefined;
  #rows = 0;

  /** @param options.seed of the sample of rows; the same for tables that are to give the same profile. */
  constructor(options: {readonly seed?: number; readonly limits?: Partial<Limits>} = {}) {
    this.#seed = options.seed ?? 1;
    this.#limits = options.limits ?? {};
  }

  /** @throws Error when a batch has other columns than the first one. */
  add(batch: Table): void {
    const columns = (this.#columns ??= columnsFor(batch, {...limitsFor(batch.columns.length), ...this.#limits}));
    const numbers = rowNumbers(this.#rows, batch.rowCount, this.#seed);
    this.#rows += batch.rowCount;
    columns.forEach(({name, type, work}, index) => {
      const column = batch.columns[index];
      if (column?.name !== name || column.type !== type)
        throw new Error(
          `the rows from ${String(this.#rows - batch.rowCount + 1)} on have no column \`${name}\` of type ${type} where the rows before had it`,
        );
      if (work.kind === 'numbers' && (isNumeric(column) || column.type === 'bigint')) work.profile.add(column, numbers);
      if (work.kind === 'texts' && (column.type === 'string' || column.type === 'boolean'))
        work.profile.add(column, numbers);
    });
  }

  finish(): Profiled {
    const samples = new Map<string, ColumnSample>();
    const columns = (this.#columns ?? []).map(({name, type, work}): ColumnProfile => {
      const {sample, ...profile} =
        work.kind === 'numbers' ? work.profile.finish() : work.profile.finish(type === 'string');
      samples.set(name, sample);
      return {name, type, ...profile};
    });
    return {profile: {version: 1, rows: this.#rows, columns}, samples};
  }
}

/** The profile of a table in memory. */
export function profileTable(table: Table, options?: ConstructorParameters<typeof ProfileBuilder>[0]): Profiled {
  const builder = new ProfileBuilder(options);
  builder.add(table);
  return builder.finish();
}

function columnsFor(batch: Table, limits: Limits): readonly ColumnInWork[] {
  return batch.columns.map(({name, type}) => ({
    name,
    type,
    work:
      type === 'string' || type === 'boolean'
        ? {kind: 'texts', profile: new TextColumnProfile(limits)}
        : {kind: 'numbers', profile: new NumberColumnProfile(limits.numbers)},
  }));
}
