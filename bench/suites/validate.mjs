/** `mlp validate`: rules, profile and page of a table in one pass; memory as the table grows. */
import {readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {checkMemory, interleave, mostMemoryMb, mustRun, newFolder} from '../bench.mjs';
import {progress, spreadText} from '../report.mjs';

/** CPU of the whole process for 376,617 rows × 20 columns. */
const cpuLimitMs = 3000;
const memoryLimitMb = 400;
/** How much more memory ten times the rows may take. */
const growthLimit = 1.25;

const makeTable = fileURLToPath(new URL('../tables/make-table.mjs', import.meta.url));

/** @type {import('../bench.mjs').Suite} */
export const validate = {
  name: 'validate',
  about: 'a table against its schema and its profile in one pass, memory flat in its rows',
  run(bench) {
    if (bench.mlp === undefined) return;
    const folder = newFolder(bench, 'validate');
    const mlp = bench.mlp.argv.slice(0, bench.mlp.argv.indexOf('run'));
    /** @param {number} rows */
    const table = (rows) => {
      progress(`${rows} rows`);
      const file = `table-${rows}.csv`;
      mustRun(bench, [process.execPath, makeTable, path.join(folder, file), String(rows)], folder);
      return file;
    };
    /** @param {string[]} words */
    const run = (...words) => mustRun(bench, [...mlp, ...words], folder);
    const small = table(bench.quick ? 40_000 : 376_617);
    const inferred = run('schema', 'infer', small, '-o', 'schema.yaml');
    addRules(path.join(folder, 'schema.yaml'));
    speed(bench, small, inferred, run);
    memory(bench, table, run);
  },
};

/** An expression, a pattern and limits beside what was inferred. @param {string} file */
function addRules(file) {
  const text = readFileSync(file, 'utf8')
    .replace('  state:\n', "  state:\n    pattern: 'state-[0-9]+'\n    maxLength: 20\n")
    .replace('  n2:\n', '  n2:\n    maximum: 100000\n');
  writeFileSync(file, `${text}rules:\n  - {expr: "n2 >= 0 and n3 is not missing"}\n`);
}

/**
 * @param {import('../bench.mjs').Bench} bench
 * @param {string} file
 * @param {import('../measure.mjs').Sample} inferred
 * @param {(...words: string[]) => import('../measure.mjs').Sample} run
 */
function speed(bench, file, inferred, run) {
  const found = interleave(bench.quick ? 2 : 5, {
    'rules and profile': () => run('validate', file, '--schema', 'schema.yaml', '--profile', 'profile.json'),
    'rules, profile, page, reference': () =>
      run(
        'validate',
        file,
        '--schema',
        'schema.yaml',
        '--reference',
        'profile.json',
        '--format',
        'html',
        '-o',
        'page.html',
      ),
  });
  const rows = Object.entries({...found, 'mlp schema infer': [inferred]}).map(([what, runs]) => {
    const cpu = bench.report.figure(
      `cpu, ${what}`,
      runs.map((one) => one.cpuMs),
      'ms',
    );
    return [what, spreadText(cpu), mostMemoryMb(runs) ?? '–'];
  });
  const size = bench.quick ? '40,000' : '376,617';
  bench.report.table(
    `${size} rows × 20 columns, whole processes`,
    ['what', 'CPU ms (min / median / max)', 'RSS MB'],
    rows,
  );
  const title = 'cpu of rules and profile, 376,617 rows × 20 columns';
  const least = Math.min(...(found['rules and profile'] ?? []).map((one) => one.cpuMs));
  if (bench.quick) bench.report.skipCheck(title, '<=', cpuLimitMs, 'ms', 'a small table says nothing of a large one');
  else bench.report.check(title, least, '<=', cpuLimitMs, 'ms');
}

/**
 * @param {import('../bench.mjs').Bench} bench
 * @param {(rows: number) => string} table
 * @param {(...words: string[]) => import('../measure.mjs').Sample} run
 */
function memory(bench, table, run) {
  const sizes = bench.quick ? [50_000, 500_000] : [1_000_000, 10_000_000];
  const runs = sizes.map((rows) => run('validate', table(rows), '--schema', 'schema.yaml'));
  const memories = runs.map((one) => mostMemoryMb([one]));
  bench.report.table(
    'rules and profile, a table without keys',
    ['rows', 'CPU s', 'RSS MB'],
    runs.map((one, index) => [sizes[index] ?? 0, one.cpuMs / 1000, memories[index] ?? '–']),
  );
  const [few, many] = memories;
  checkMemory(bench, `peak memory of validate, ${sizes[1]} rows`, many ?? null, memoryLimitMb);
  const title = `memory of validate, ${sizes[1]} rows against ${sizes[0]}`;
  if (bench.quick || typeof few !== 'number' || typeof many !== 'number')
    bench.report.skipCheck(title, '<=', growthLimit, '×', 'small tables say nothing of memory');
  else bench.report.check(title, many / few, '<=', growthLimit, '×');
}
