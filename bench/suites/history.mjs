/** What a long history costs: the commands that look into it, the bytes it takes, and garbage collection. */
import {spawnSync} from 'node:child_process';
import {mkdirSync, readFileSync, statSync, writeFileSync} from 'node:fs';
import {createHash} from 'node:crypto';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {leastCpu, mustRun, newFolder, runNodeAlone} from '../bench.mjs';
import {put} from '../pipelines.mjs';
import {progress, spreadText} from '../report.mjs';

const limitMs = 300;
/** Of what looks at all runs for a name. */
const searchLimitMs = 600;
const limitBytes = 2048;
const gcLimitMs = 5000;
const filler = fileURLToPath(new URL('../history-store.mjs', import.meta.url));

/** @type {import('../bench.mjs').Suite} */
export const history = {
  name: 'history',
  about: 'questions to a history of 10,000 runs of 100 stages with 50 metrics, and gc of 100,000 objects',
  run(bench) {
    if (bench.mlp === undefined) return;
    const runs = bench.quick ? 500 : 10_000;
    const objects = bench.quick ? 5000 : 100_000;
    const mlp = bench.mlp.argv.slice(0, bench.mlp.argv.indexOf('run'));
    const folder = newFolder(bench, 'history');
    put(folder, 'pipeline.yaml', 'mlp: 1\nstages:\n  evaluate: {cmd: "true", deps: [raw.csv], outs: [data]}\n');
    put(folder, 'raw.csv', 'raw\n');
    // Makes the folder .mlp and the plan of the pipeline.
    mustRun(bench, [...mlp, 'runs'], folder);
    progress(`${runs} runs`);
    const database = path.join(folder, '.mlp/mlp.db');
    const filled = spawnSync(process.execPath, [filler, database, String(runs), '100', '50'], {
      encoding: 'utf8',
      maxBuffer: 1e9,
    });
    if (filled.status !== 0) throw new Error(`The history could not be made: ${filled.stderr}`);
    const {attempts, hashes} = JSON.parse(filled.stdout);
    const bytes = statSync(database).size / attempts;
    bench.report.figure('bytes of the database per attempt', [bytes], 'B');
    bench.report.check('bytes of the database per attempt', bytes, '<=', limitBytes, 'B');

    const words = {
      runs: ['runs'],
      'runs --where (metric, param, tag)': [
        'runs',
        '--where',
        'metrics."metric 7" > 0.9 and params.train.trees = 102 or tag = tag-50',
      ],
      'runs --sort (metric)': ['runs', '--sort', '-metrics."metric 7"'],
      show: ['show'],
      'show (middle)': ['show', String(runs / 2)],
      diff: ['diff', String(runs / 2), String(runs)],
      lineage: ['lineage', 'data/evaluate.csv'],
    };
    const rows = Object.entries(words).map(([name, command]) => {
      progress(name);
      mustRun(bench, [...mlp, ...command], folder);
      const samples = Array.from({length: bench.quick ? 3 : 5}, () => mustRun(bench, [...mlp, ...command], folder));
      if (readFileSync(samples[0]?.stdout ?? '', 'utf8').length < 200) throw new Error(`mlp ${name} said too little.`);
      const cpu = bench.report.figure(
        `cpu of mlp ${name}`,
        samples.map((sample) => sample.cpuMs),
        'ms',
      );
      const limit = name.includes('--') ? searchLimitMs : limitMs;
      bench.report.check(`cpu of mlp ${name}, ${runs} runs`, cpu.min, '<=', limit, 'ms');
      return [`mlp ${name}`, spreadText(cpu)];
    });
    const node = leastCpu([runNodeAlone(bench), runNodeAlone(bench), runNodeAlone(bench)]);
    rows.push(['node -e 0', String(Math.round(node))]);

    progress(`${objects} objects`);
    makeObjects(folder, hashes, objects);
    const before = mustRun(bench, [...mlp, 'gc', '--dry-run'], folder);
    const collected = mustRun(bench, [...mlp, 'gc'], folder);
    const again = mustRun(bench, [...mlp, 'gc'], folder);
    const said = readFileSync(collected.stdout, 'utf8');
    if (!said.includes('objects of no known result')) throw new Error(`mlp gc freed nothing: ${said}`);
    for (const [name, sample] of Object.entries({'gc --dry-run': before, gc: collected, 'gc again': again})) {
      bench.report.check(`cpu of mlp ${name}, ${objects} objects`, sample.cpuMs, '<=', gcLimitMs, 'ms');
      rows.push([`mlp ${name} (${objects} objects)`, String(Math.round(sample.cpuMs))]);
    }
    bench.report.table(
      `${runs} runs, ${attempts} attempts, ${Math.round(bytes)} bytes each`,
      ['command', 'CPU ms'],
      rows,
    );
  },
};

/**
 * Those of all results, filled up to `count` with such that no result names.
 * @param {string} folder @param {string[]} hashes @param {number} count
 */
function makeObjects(folder, hashes, count) {
  const cache = path.join(folder, '.mlp/cache/objects');
  for (let shard = 0; shard < 256; shard += 1) {
    mkdirSync(path.join(cache, shard.toString(16).padStart(2, '0')), {recursive: true});
  }
  const some = hashes.slice(0, count / 2);
  for (let index = 0; index < count; index += 1) {
    const hash = some[index] ?? createHash('sha256').update(`lost ${index}`).digest('hex');
    writeFileSync(path.join(cache, hash.slice(0, 2), hash.slice(2)), `object ${index}\n`, {mode: 0o444});
  }
}
