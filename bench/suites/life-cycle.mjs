/**
 * The whole life cycle of examples/b2b-b2c, from a compressed table to a signed package: validated, split, checked, two sets
 * of features, two models, judged, approved by its gates, packed, tried. Then again with nothing changed.
 */
import {spawnSync} from 'node:child_process';
import {cpSync, existsSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {parse, stringify} from 'yaml';
import {leastCpu, leastWall, mostMemoryMb, mustRun, newFolder} from '../bench.mjs';
import {put} from '../pipelines.mjs';

const example = fileURLToPath(new URL('../../examples/b2b-b2c', import.meta.url));
const PARTS = ['data', 'feedback', 'reviews', 'src', 'params.yaml', 'pipeline.yaml', 'reviewers.yaml', 'schema.yaml'];
/** What the package needs, and a second model beside it. */
const TARGETS = ['package', 'evaluate@forest'];
const COLD_SECONDS = 120;
const WARM_SECONDS = 0.2;

/** @type {import('../bench.mjs').Suite} */
export const lifeCycle = {
  name: 'life-cycle',
  about: 'from a compressed table to a signed package, and again with nothing changed',
  run(bench) {
    if (bench.mlp === undefined) return;
    const given = process.env['MLP_BENCH_ENTITIES'];
    const isFull = !bench.quick && given !== undefined && existsSync(given);
    const folder = newFolder(bench, 'life-cycle');
    for (const part of PARTS) cpSync(path.join(example, part), path.join(folder, part), {recursive: true});
    spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path.join(folder, 'key')]);
    const pipeline = parse(readFileSync(path.join(example, 'pipeline.yaml'), 'utf8'));
    pipeline.stages.package.with.sign = {key: 'key'};
    put(folder, 'pipeline.yaml', stringify(pipeline));
    if (isFull) cpSync(given, path.join(folder, 'names.csv.gz'));
    const argv = [...bench.mlp.argv, ...TARGETS, ...(isFull ? ['--set', 'data.path=names.csv.gz'] : [])];
    const cold = [mustRun(bench, argv, folder)];
    const warm = Array.from({length: bench.quick ? 2 : 5}, () => mustRun(bench, argv, folder));
    const rows = Object.entries({'first run': cold, 'nothing changed': warm}).map(([what, samples]) => {
      const seconds = samples.map(({cpuMs}) => cpuMs / 1000);
      bench.report.figure(`life cycle: cpu of ${what}`, seconds, 's');
      return [what, leastCpu(samples) / 1000, leastWall(samples) / 1000, mostMemoryMb(samples) ?? '–'];
    });
    const of = isFull ? 'the full table' : "the example's 84,829 names";
    bench.report.table(`the whole life cycle of ${of}`, ['what', 'CPU s', 'wall s', 'RSS MB'], rows);
    const title = 'life cycle of 376,617 names, two models: cpu of the first run';
    if (isFull) bench.report.check(title, leastCpu(cold) / 1000, '<=', COLD_SECONDS, 's');
    else bench.report.skipCheck(title, '<=', COLD_SECONDS, 's', 'set MLP_BENCH_ENTITIES to the full table');
    bench.report.check('life cycle: cpu with nothing changed', leastCpu(warm) / 1000, '<=', WARM_SECONDS, 's');
  },
};
