/**
 * What bench/suites/drift.mjs runs in a process of its own: `speed`, `memory ROWS` or `alarms WINDOWS`. Prints JSON.
 */
import {driftReport} from '../../src/data/drift/findings.ts';
import {ProfileBuilder, profileTable} from '../../src/data/profile/profile-builder.ts';
import {parseProfile, profileJson} from '../../src/data/profile/profile-json.ts';
import type {Column, Table} from '../../src/data/table.ts';
import {Random} from '../../src/stats/random.ts';

const ROWS = 376_617;
const BATCH = 32_768;

const numbers = (name: string, rows: number, of: () => number): Column => ({
  name,
  type: 'number',
  values: Float64Array.from({length: rows}, of),
});

function categories(name: string, rows: number, random: Random, count: number): Column {
  const words = Array.from({length: count}, (_, word) => `category ${String(word)}`);
  return {name, type: 'string', words, codes: Int32Array.from({length: rows}, () => random.below(count))};
}

/** Thirty columns: normal, whole numbers with few values, with a tenth missing, skewed, and categories. */
function table(rows: number, seed: number): Table {
  const random = new Random(seed);
  const columns = Array.from({length: 30}, (_, index): Column => {
    const name = `c${String(index)}`;
    if (index % 5 === 4) return categories(name, rows, random, index % 2 === 0 ? 12 : 500);
    if (index % 5 === 1) return numbers(name, rows, () => random.below(50));
    if (index % 5 === 2) return numbers(name, rows, () => Math.exp(random.normal()));
    const column = numbers(name, rows, () => random.normal());
    return index % 5 === 3
      ? {...column, missing: Uint8Array.from({length: rows}, () => Number(random.below(10) === 0))}
      : column;
  });
  return {rowCount: rows, columns};
}

function cpuMs(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const {user, system} = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** A table in memory against a stored profile. */
function speed(): object {
  const stored = profileJson(profileTable(table(ROWS, 1)).profile);
  const current = table(ROWS, 2);
  const runs = Array.from({length: 5}, () => {
    let alarms = 0;
    const all = cpuMs(() => {
      const reference = {profile: parseProfile(stored, 'profile.json')};
      const {findings} = driftReport('now', reference, profileTable(current));
      alarms = findings.filter(({level}) => level === 'warn' || level === 'error').length;
    });
    return {all, alarms};
  });
  const profiled = profileTable(current);
  const compare = cpuMs(() => driftReport('now', {profile: parseProfile(stored, 'profile.json')}, profiled));
  return {runs, compare, profileBytes: stored.length};
}

/** Batches that are made as they are read. */
function memory(rows: number): object {
  const random = new Random(3);
  const builder = new ProfileBuilder();
  for (let from = 0; from < rows; from += BATCH) {
    const count = Math.min(BATCH, rows - from);
    const names = Array.from({length: count}, (_, row) => `company ${String(from + row)}`);
    builder.add({
      rowCount: count,
      columns: [
        ...Array.from({length: 6}, (_, index) => numbers(`n${String(index)}`, count, () => random.normal())),
        categories('category', count, random, 40),
        {name: 'name', type: 'string', words: names, codes: Int32Array.from({length: count}, (_, row) => row)},
      ],
    });
  }
  const {profile} = builder.finish();
  return {rows: profile.rows, bytes: profileJson(profile).length, names: profile.columns.at(-1)?.distinct};
}

const SHIFTS = [0, 0.3, 0.5, 1];
const SIZES = [100, 200, 500, 1000];
const REFERENCES = 10;

/** Thirty normal columns, three of them shifted: how many of those are found, how many of the others are reported. */
function alarms(windows: number): object {
  const random = new Random('alarms');
  const normals = (rows: number, shift: (column: number) => number): Table => ({
    rowCount: rows,
    columns: Array.from({length: 30}, (_, column) =>
      numbers(`c${String(column)}`, rows, () => random.normal() + shift(column)),
    ),
  });
  const references = Array.from({length: REFERENCES}, () => profileTable(normals(10_000, () => 0)));
  return SIZES.flatMap((size) =>
    SHIFTS.map((shift) => {
      let [found, false_] = [0, 0];
      for (let window = 0; window < windows; window += 1) {
        const reference = references[window % REFERENCES];
        if (reference === undefined) continue;
        const current = profileTable(normals(size, (column) => (column < 3 ? shift : 0)));
        const reported = driftReport('now', reference, current)
          .findings.filter(({level, code}) => code === 'drift.psi' && (level === 'warn' || level === 'error'))
          .map(({column}) => Number(column?.slice(1)));
        found += reported.filter((column) => column < 3).length;
        false_ += reported.filter((column) => column >= 3 || shift === 0).length;
      }
      return {size, shift, detected: found / windows / 3, falseAlarms: false_ / windows};
    }),
  );
}

const [mode, amount = '0'] = process.argv.slice(2);
const result = mode === 'speed' ? speed() : mode === 'memory' ? memory(Number(amount)) : alarms(Number(amount));
process.stdout.write(`${JSON.stringify(result)}\n`);
