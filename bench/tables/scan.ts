/** Reads a table in batches and keeps nothing of it: `scan.mjs FILE`. Prints the rows and a sum over a column of numbers. */
import {scanTable} from '../../src/data/read-table.ts';
import {openHost} from '../../src/host/open-host.ts';
import {fileSource} from '../../src/stages/shared/table-files.ts';

const source = fileSource(openHost('.'), process.argv[2] ?? '');
let rows = 0;
let total = 0;
for await (const batch of scanTable(source)) {
  const [column] = batch.columns;
  rows += batch.rowCount;
  if (column?.type === 'integer') for (const value of column.values) total += Number.isNaN(value) ? 0 : value;
}
console.log(JSON.stringify({rows, total}));
