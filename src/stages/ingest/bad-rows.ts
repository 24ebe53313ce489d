/** Rows that cannot be read: counted, kept in a file, and refused when there are too many. */
import {formatCount, plural} from '../../base/format.ts';
import {truncate} from '../../base/display.ts';
import type {BadRow} from '../../data/read-options.ts';
import {numericColumn, stringColumn, tableOf} from '../../data/table-tools.ts';
import type {Host} from '../../host/host.ts';
import {CountedTable} from '../shared/counted-table.ts';

const SHOWN = 3;
const SHOWN_TEXT = 80;
const BATCH = 1000;

interface FoundRow extends BadRow {
  readonly file: string;
}

export class BadRows {
  readonly #limit: number | string;
  readonly #table: CountedTable | undefined;
  readonly #first: FoundRow[] = [];
  #waiting: FoundRow[] = [];
  #count = 0;

  private constructor(limit: number | string, table: CountedTable | undefined) {
    this.#limit = limit;
    this.#table = table;
  }

  /** @param limit rows, or a share such as `0.1%`. @param path of the file that keeps them */
  static async open(host: Host, limit: number | string, path: string | undefined): Promise<BadRows> {
    return new BadRows(limit, path === undefined ? undefined : await CountedTable.create(host, path));
  }

  get count(): number {
    return this.#count;
  }

  add(file: string, row: BadRow): void {
    const found = {...row, file};
    this.#count += 1;
    if (this.#first.length < SHOWN) this.#first.push(found);
    if (this.#table !== undefined) this.#waiting.push(found);
  }

  /** Writes what was added, if there is enough of it. */
  async flush(least = BATCH): Promise<void> {
    if (this.#table === undefined || this.#waiting.length < least) return;
    const rows = this.#waiting;
    this.#waiting = [];
    await this.#table.write(
      tableOf([
        stringColumn(
          'file',
          rows.map(({file}) => file),
        ),
        numericColumn(
          'line',
          rows.map(({line}) => line),
          'integer',
        ),
        stringColumn(
          'reason',
          rows.map(({reason}) => reason),
        ),
        stringColumn(
          'text',
          rows.map(({text}) => text),
        ),
      ]),
    );
  }

  /** @param total of all rows, good and bad. @throws Error naming the first ones when there are too many */
  refuseTooMany(total: number): void {
    const most = typeof this.#limit === 'number' ? this.#limit : (Number(this.#limit.slice(0, -1)) / 100) * total;
    if (this.#count <= most) return;
    const first = this.#first.map(
      ({file, line, reason, text}) => `\`${file}\` line ${line} (${reason}: \`${truncate(text, SHOWN_TEXT)}\`)`,
    );
    const more = this.#count > first.length ? ' ...' : '';
    throw new Error(
      `${plural(this.#count, 'row')} of ${formatCount(total)} cannot be read, more than \`max_bad: ${this.#limit}\` allows: ${first.join('; ')}${more}. Mend them, or raise \`max_bad\` and keep them by an out \`bad_rows\``,
    );
  }

  async end(): Promise<void> {
    await this.flush(0);
    await this.#table?.end();
  }

  discard(): void {
    this.#table?.discard();
  }
}
