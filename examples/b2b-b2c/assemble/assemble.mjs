// Makes ../data from the packages of package.json: `npm install --ignore-scripts && npm run assemble`.
// The pipeline never runs this; its data is in the repository. What comes from where: ../SOURCES.md.
import {createHash} from 'node:crypto';
import {writeFileSync} from 'node:fs';
import {gzipSync} from 'node:zlib';
import {SOURCES, readFirstNames, readSurnames} from './read-sources.mjs';

/** Rows of each class, so that the table keeps its size when a package gains a few names. */
const ROWS = {B2B: 68_741, B2C: 16_088};
const SALT = 'b2b-b2c/1';
const LONGEST_NAME = 120;

const fold = (name) => name.normalize('NFC').replace(/\s+/gu, ' ').trim();
// Upper case comes first because it takes "ß" to "SS", as a full case folding does.
const keyOf = (name) =>
  name
    .toUpperCase()
    .toLowerCase()
    .normalize('NFC')
    .replace(/[^\p{L}\p{N}]/gu, '');
const rankOf = (key) => createHash('sha256').update(`${SALT}\n${key}`).digest('hex');
const compare = (left, right) => (left < right ? -1 : left > right ? 1 : 0);
const isUsable = (name) => /\p{L}/u.test(name) && keyOf(name).length >= 2 && name.length <= LONGEST_NAME;
const quote = (text) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

const pools = {B2B: new Map(), B2C: new Map()};
const report = [];
for (const {source, label, read} of SOURCES) {
  const names = read();
  const before = pools[label].size;
  for (const name of names.map(fold).filter(isUsable)) {
    if (!pools[label].has(keyOf(name))) pools[label].set(keyOf(name), {name, label, source});
  }
  report.push({source, label, raw: names.length, unique: pools[label].size - before});
}

const inBothClasses = [...pools.B2B.keys()].filter((key) => pools.B2C.has(key));
for (const key of inBothClasses) {
  pools.B2B.delete(key);
  pools.B2C.delete(key);
}

const rows = Object.entries(pools).flatMap(([label, pool]) => {
  const ranked = [...pool].map(([key, row]) => ({...row, rank: rankOf(key)}));
  if (ranked.length < ROWS[label])
    throw new Error(`${ROWS[label]} names of ${label} are wanted, there are ${ranked.length}`);
  return ranked.sort((left, right) => compare(left.rank, right.rank)).slice(0, ROWS[label]);
});
// Neighbours alike pack a quarter smaller than the order of the hashes; the pipeline splits by a hash of its own.
rows.sort((left, right) => compare(left.source, right.source) || compare(left.name, right.name));

const pack = (lines) => gzipSync(`${lines.join('\n')}\n`, {level: 9});
const write = (file, content) => writeFileSync(new URL(`../data/${file}`, import.meta.url), content);
const lines = ['name,label,source', ...rows.map((row) => `${quote(row.name)},${row.label},${row.source}`)];
const table = pack(lines);
write('names.csv.gz', table);
write('names.csv.gz.sha256', `${createHash('sha256').update(table).digest('hex')}  names.csv.gz\n`);
write('first-names.txt.gz', pack(await readFirstNames()));
write('surnames.txt.gz', pack(readSurnames()));

console.table(report.map((line) => ({...line, taken: rows.filter((row) => row.source === line.source).length})));
console.log({pool: {B2B: pools.B2B.size, B2C: pools.B2C.size}, inBothClasses, rows: rows.length});
