/** examples/drift as a reader runs it: what must alarm does, what must not does not. */
import {spawnSync} from 'node:child_process';
import {cpSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, describe, expect, it} from 'vitest';

const root = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'mlp-drift-'));
afterAll(() => rmSync(folder, {recursive: true, force: true}));

function mlp(...args: readonly string[]): {readonly code: number | null; readonly out: string} {
  const run = spawnSync(process.execPath, [join(root, 'bin/mlp.js'), ...args], {cwd: folder, encoding: 'utf8'});
  return {code: run.status, out: run.stdout + run.stderr};
}

interface Finding {
  readonly id: string;
  readonly level: string;
  readonly measured: number | null;
}
const findings = (path: string): readonly Finding[] =>
  (JSON.parse(readFileSync(join(folder, path), 'utf8')) as {findings: readonly Finding[]}).findings;
const alarms = (path: string): readonly string[] =>
  findings(path)
    .filter(({level}) => level === 'error' || level === 'warn')
    .map(({level, id}) => `${level} ${id}`);

describe('examples/drift', () => {
  for (const part of ['pipeline.yaml', 'data'])
    cpSync(join(root, 'examples/drift', part), join(folder, part), {recursive: true});

  it('alarms at the weather of another city, and not at the flights of another month', () => {
    const first = mlp('run');
    expect(first.code, first.out).toBe(0);
    expect(alarms('build/weather/findings.json')).toEqual([
      'error drift.psi:temp_min',
      'error drift.psi:wind',
      'warn drift.outliers:wind',
      'warn drift.psi:temp_max',
      'warn drift.psi:weather',
    ]);
    const wind = findings('build/weather/findings.json').find(({id}) => id === 'drift.psi:wind');
    // By numpy: deciles of the reference, ½ added to every count.
    expect(wind?.measured).toBeCloseTo(1.1274421514032884, 12);
    expect(alarms('build/flights/findings.json')).toEqual([]);
    expect(alarms('build/seattle/findings.json')).toContain('warn split.drift:weather');
    expect(statSync(join(folder, 'build/weather/page.html')).size).toBeLessThan(1_000_000);
    expect(mlp('run').out).toContain('5 stages up to date');
  }, 60_000);

  it('stops the pipeline without `fail_on: never`', () => {
    const text = readFileSync(join(folder, 'pipeline.yaml'), 'utf8');
    writeFileSync(join(folder, 'pipeline.yaml'), text.replace(', fail_on: never', ''));
    const run = mlp('run');
    expect(run.code).toBe(1);
    expect(run.out).toContain('2 errors, 3 warnings');
  }, 60_000);

  it('the command says the same', () => {
    expect(mlp('drift', 'data/seattle.csv', 'data/new-york.csv').code).toBe(1);
    expect(mlp('drift', 'data/seattle.csv', 'data/seattle.csv').code).toBe(0);
  }, 60_000);
});
