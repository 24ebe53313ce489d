/**
 * Writes a CSV of rows as a study of people or firms has them: `node make-table.mjs FILE ROWS`. 13 columns of numbers, some
 * with missing values, and 7 of text, one of them with 47 levels. Seeded: the same bytes everywhere.
 */
import {closeSync, openSync, writeSync} from 'node:fs';

const [file = '', rowsText = ''] = process.argv.slice(2);
const rows = Number(rowsText);

// mulberry32: enough for data that only has to look like data.
let state = 20_240_229;
const uniform = () => {
  state = (state + 0x6d2b79f5) | 0;
  let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
};
/** @param {number} count */
const below = (count) => Math.floor(uniform() * count);
/** @param {string} prefix @param {number} count */
const levels = (prefix, count) =>
  Array.from({length: count}, (_, index) => `${prefix}${String(index + 1).padStart(2, '0')}`);

const states = levels('state-', 47);
const texts = [
  levels('k', 5),
  ['yes', 'no'],
  levels('branch-', 20),
  ['low', 'middle', 'high'],
  levels('R', 12),
  levels('c', 300),
];
const names = [
  ...Array.from({length: 13}, (_, index) => `n${index + 1}`),
  'state',
  ...texts.map((_, index) => `t${index + 1}`),
];

const out = openSync(file, 'w');
let text = `${names.join(',')}\n`;
for (let row = 0; row < rows; row += 1) {
  const cells = [];
  for (let column = 0; column < 13; column += 1) {
    if (column % 3 === 0 && uniform() < 0.05) cells.push('');
    else if (column < 3) cells.push(String(below(100_000)));
    else cells.push((uniform() * 10 ** (column % 4) * 10).toFixed(2 + (column % 5)));
  }
  cells.push(states[below(47)] ?? '');
  for (const words of texts) cells.push(words[below(words.length)] ?? '');
  text += `${cells.join(',')}\n`;
  if (text.length > 1 << 20) {
    writeSync(out, text);
    text = '';
  }
}
writeSync(out, text);
closeSync(out);
