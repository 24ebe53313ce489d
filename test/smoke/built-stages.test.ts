/** Built-in stages as they are packed: packages that a bundle changes (names of CommonJS, say) must still do their work. */
import {spawnSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, expect, it} from 'vitest';

const bin = join(import.meta.dirname, '../../bin/mlp.js');
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mlp-built-'));
});

afterEach(() => {
  rmSync(folder, {recursive: true});
});

function run(stages: string): {readonly code: number | null; readonly text: string} {
  writeFileSync(join(folder, 'pipeline.yaml'), `mlp: 1\nstages:\n${stages}`);
  const {status, stdout, stderr} = spawnSync(process.execPath, [bin, 'run', '-k'], {cwd: folder, encoding: 'utf8'});
  return {code: status, text: `${stdout}${stderr}`};
}

it('every format of a table is written and read; every engine trains', () => {
  const rows = Array.from({length: 200}, (_, row) => `c${row},${row % 7},${row % 11}.5,${row % 7 > 3 ? 'a' : 'b'}\n`);
  writeFileSync(join(folder, 'a.csv'), `id,x,z,label\n${rows.join('')}`);
  const {code, text} = run(`
  parts:
    uses: split
    deps: [a.csv]
    with: {parts: [{a: 0.2}, {b: 0.2}, {c: 0.2}, {d: 0.2}, {e: 0.2}]}
    outs: {a: o/a.arrow, b: o/b.parquet, c: o/c.jsonl.gz, d: o/d.tsv, e: o/e.csv.gz}
  whole: {uses: ingest, deps: [o/a.arrow, o/b.parquet, o/c.jsonl.gz, o/d.tsv, o/e.csv.gz], outs: {table: whole.csv}}
  train:
    foreach:
      own: {model: forest, engine: mlp, label: label, features: [x, z]}
      forest: {model: forest, engine: ml-random-forest, label: label, features: [x, z], trees: 3}
      logistic: {model: logistic, engine: ml-logistic-regression, label: label, features: [x, z]}
    uses: train
    deps: {features: a.csv}
    with: \${item}
    outs: {model: "models/\${key}.bin"}
`);
  expect(text).not.toMatch(/error|failed/);
  expect(code).toBe(0);
  const whole = readFileSync(join(folder, 'whole.csv'), 'utf8').trim().split('\n');
  expect(whole[0]).toBe('id,x,z,label');
  expect(whole.slice(1).sort()).toEqual(rows.map((row) => row.trim()).sort());
});

it('what the operating system refuses is told without a stack', () => {
  mkdirSync(join(folder, 'model.bin'));
  writeFileSync(join(folder, 'model.bin/x'), '');
  writeFileSync(join(folder, 'a.csv'), 'id,x\n1,2\n');
  const {code, text} = run(
    '  predict: {uses: predict, deps: {model: model.bin, features: a.csv}, with: {id: id}, outs: [p.csv]}\n',
  );
  expect(code).toBe(1);
  expect(text).toContain('`model.bin` is a folder');
  expect(text).not.toMatch(/^\s+at /m);
});
