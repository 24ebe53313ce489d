/** From a CSV to two matrices of 32-bit floats with Polars for Node: `peer-nodejs-polars.mjs FILE`. See matrix.ts. */
import pl from '../peers/node_modules/nodejs-polars/bin/index.js';

const [file = ''] = process.argv.slice(2);
let table = pl.readCSV(file);
const numbers = table.columns.filter((name) => /^n\d+$/.test(name));
table = table.select(...numbers, 'state');
table = table.withColumns(...numbers.map((name) => pl.col(name).fillNull(pl.col(name).mean()).cast(pl.Float32)));
const levels = table.getColumn('state').unique().toArray();
table = table.withColumns(
  ...levels.map((level) => pl.col('state').eq(pl.lit(level)).cast(pl.Float32).alias(`state=${level}`)),
);
table = table.drop('state').sample({frac: 1, seed: 7});
const cut = Math.floor(table.height * 0.7);
const parts = [table.slice(0, cut), table.slice(cut, table.height - cut)].map((part) => ({
  rows: part.height,
  columns: part.getColumns().map((column) => Float32Array.from(column.toArray())),
}));
let sum = 0;
for (const {columns} of parts) for (const column of columns) for (const value of column) sum += value;
console.log(JSON.stringify({shapes: parts.map(({rows, columns}) => [rows, columns.length]), sum: Math.round(sum)}));
