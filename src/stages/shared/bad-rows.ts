/** The rows that break rules, whole, in a file for each rule: `rows/value.range-amount.csv`. */
import type {Finding} from '../../data/findings.ts';
import {numericColumn} from '../../data/table-tools.ts';
import {takeRows, type Table} from '../../data/table.ts';
import type {Host} from '../../host/host.ts';
import {CountedTable} from './counted-table.ts';

export class BadRows {
  readonly #host: Host;
  readonly #folder: string;
  readonly #most: number;
  readonly #files = new Map<string, CountedTable>();
  #rowsBefore = 0;

  /** @param most rows that are kept for a rule. */
  constructor(host: Host, folder: string, most: number) {
    this.#host = host;
    this.#folder = folder;
    this.#most = most;
    host.files.makeFolder(folder);
  }

  /** @param id of the rule's finding. @param rows of the table, from 0. */
  async add(id: string, table: Table, rows: readonly number[]): Promise<void> {
    const file = this.#files.get(id) ?? (await CountedTable.create(this.#host, this.#pathOf(id)));
    this.#files.set(id, file);
    const kept = Uint32Array.from(rows.slice(0, this.#most - file.rows));
    if (kept.length === 0) return;
    const taken = takeRows(table, kept);
    const numbers = numericColumn(
      freeName(table),
      Array.from(kept, (row) => this.#rowsBefore + row + 1),
      'integer',
    );
    await file.write({...taken, columns: [numbers, ...taken.columns]});
  }

  /** To be called when all rules have seen a batch. */
  next(table: Table): void {
    this.#rowsBefore += table.rowCount;
  }

  /** Keeps the files of rules that are broken. */
  async end(findings: readonly Finding[]): Promise<void> {
    const broken = new Set(findings.filter(({level}) => level !== 'ok').map(({id}) => id));
    for (const [id, file] of this.#files) {
      if (broken.has(id)) await file.end();
      else file.discard();
    }
  }

  discard(): void {
    for (const file of this.#files.values()) file.discard();
  }

  /** Names that differ only in what a file name cannot hold get a number. */
  #pathOf(id: string): string {
    const name = id.replaceAll(/[^\p{L}\p{N}._-]+/gu, '-').slice(0, 100);
    const taken = new Set([...this.#files.values()].map(({path}) => path.toLowerCase()));
    const path = (count: number): string => `${this.#folder}/${name}${count === 1 ? '' : `-${String(count)}`}.csv`;
    let count = 1;
    while (taken.has(path(count).toLowerCase())) count += 1;
    return path(count);
  }
}

function freeName({columns}: Table): string {
  let name = 'row';
  while (columns.some((column) => column.name === name)) name = `_${name}`;
  return name;
}
