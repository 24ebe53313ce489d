import {readFileSync, writeFileSync} from 'node:fs';

export type Row = Record<string, string>;

/** Reads a CSV file without quoted fields; the first line names the columns. */
export function readCsv(path: string): Row[] {
  const [header = '', ...lines] = readFileSync(path, 'utf8').trimEnd().split('\n');
  const columns = header.split(',');
  return lines.map((line) => {
    const cells = line.split(',');
    return Object.fromEntries(columns.map((column, i) => [column, cells[i] ?? '']));
  });
}

export function writeCsv(path: string, rows: readonly Row[]): void {
  const columns = Object.keys(rows[0] ?? {});
  const lines = rows.map((row) => columns.map((column) => row[column]).join(','));
  writeFileSync(path, [columns.join(','), ...lines, ''].join('\n'));
}
