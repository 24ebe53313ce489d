/** A table read by `uses: ingest` and split by `uses: split` at two sizes: memory must not grow with the rows. */
import {closeSync, openSync, writeSync} from 'node:fs';
import path from 'node:path';
import {checkMemory, mostMemoryMb, mustRun, newFolder} from '../bench.mjs';
import {put} from '../pipelines.mjs';
import {progress} from '../report.mjs';

/** How much more memory the larger table may take: a heap grows before it is collected. A table in memory would be 10 ×. */
const growthLimit = 1.5;
const limitMb = 450;
const heap = '128M';

/** @type {import('../bench.mjs').Suite} */
export const ingest = {
  name: 'ingest',
  about: 'ingest and split of a table at two sizes',
  run(bench) {
    if (bench.mlp === undefined) return;
    const sizes = bench.quick ? [300_000, 1_000_000] : [1_000_000, 10_000_000];
    /** @type {(string | number)[][]} */
    const rows = [];
    /** @type {Record<string, (number | null)[]>} */
    const memory = {};
    for (const count of sizes) {
      const folder = newFolder(bench, `ingest-${count}`);
      progress(`${count} rows`);
      const bytes = writeTable(path.join(folder, 'raw.csv'), count);
      const stages = {
        'ingest to CSV': '{uses: ingest, deps: [raw.csv], outs: {table: all.csv, manifest: manifest.json}}',
        'ingest to Parquet': '{uses: ingest, deps: [raw.csv], outs: [all.parquet]}',
        'sample of 1,000 rows': '{uses: ingest, deps: [raw.csv], with: {sample: {rows: 1000}}, outs: [sample.csv]}',
        'split by strata': `{uses: split, deps: [raw.csv], with: {parts: [{train: 0.8}, {test: 0.2}], stratify: country}, outs: [train.csv, test.csv]}`,
        'split by hash': `{uses: split, deps: [raw.csv], with: {parts: [{train: 0.8}, {test: 0.2}], hash: id}, outs: [train.csv, test.csv]}`,
      };
      for (const [what, stage] of Object.entries(stages)) {
        progress(`${what}, ${count} rows`);
        // Without a limit Node lets garbage grow with the memory of the machine.
        const limited = stage.replace(/}$/, `, resources: {memory: ${heap}}}`);
        put(folder, 'pipeline.yaml', `mlp: 1\nstages:\n  it: ${limited}\n`);
        const sample = mustRun(bench, bench.mlp.argv, folder);
        const mb = mostMemoryMb([sample]);
        bench.report.figure(`cpu of ${what}, ${count} rows`, [sample.cpuMs], 'ms');
        (memory[what] ??= []).push(mb);
        rows.push([what, count, Math.round(bytes / 1e6), sample.cpuMs / 1000, sample.wallMs / 1000, mb ?? '–']);
      }
    }
    bench.report.table('ingest and split', ['what', 'rows', 'MB', 'CPU s', 'wall s', 'RSS MB'], rows);
    for (const [what, [small, large]] of Object.entries(memory)) {
      checkMemory(bench, `peak memory of ${what}, ${sizes[1]} rows`, large ?? null, limitMb);
      if (small !== null && small !== undefined && large !== null && large !== undefined)
        bench.report.check(`memory of ${what} of the larger table`, large / small, '<=', growthLimit, '×');
    }
  },
};

/**
 * A company a row: id, name, country, size, amount, day.
 * @param {string} file @param {number} count @returns {number} its bytes
 */
function writeTable(file, count) {
  const countries = ['LT', 'LV', 'EE', 'PL', 'FI', ''];
  const handle = openSync(file, 'w');
  let [bytes, text] = [0, 'id,name,country,size,amount,day\n'];
  for (let row = 0; row < count; row += 1) {
    const day = String(1 + (row % 28)).padStart(2, '0');
    text += `${row},"Company ${row}, Ltd",${countries[row % 6]},${row % 977},${(row * 7919) % 100_000}.${row % 100},2024-02-${day}\n`;
    if (text.length < 1 << 20 && row < count - 1) continue;
    bytes += writeSync(handle, text);
    text = '';
  }
  closeSync(handle);
  return bytes;
}
