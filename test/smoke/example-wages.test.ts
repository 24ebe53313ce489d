/** examples/wages as a reader runs it: it waits for a person where the test is too small to tell, and goes on after that. */
import {spawnSync} from 'node:child_process';
import {cpSync, existsSync, mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, describe, expect, it} from 'vitest';

const root = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'mlp-wages-'));
afterAll(() => rmSync(folder, {recursive: true, force: true}));

function mlp(...args: readonly string[]): {readonly code: number | null; readonly out: string} {
  const run = spawnSync(process.execPath, [join(root, 'bin/mlp.js'), ...args], {cwd: folder, encoding: 'utf8'});
  return {code: run.status, out: run.stdout + run.stderr};
}
const read = (path: string): unknown => JSON.parse(readFileSync(join(folder, path), 'utf8'));

interface Measured {
  readonly value: number;
  readonly lo: number;
  readonly hi: number;
}
interface Gates {
  readonly state: string;
  readonly gates: readonly {readonly state: string; readonly by?: string}[];
}

describe('examples/wages', () => {
  for (const part of ['pipeline.yaml', 'params.yaml', 'schema.yaml', 'reviewers.yaml', 'data'])
    cpSync(join(root, 'examples/wages', part), join(folder, part), {recursive: true});

  it('measures fairness with intervals, and waits where they cannot tell', () => {
    const first = mlp('run');
    expect(first.code, first.out).toBe(3);
    for (const model of ['logistic', 'blind', 'boosting']) {
      const metrics = read(`metrics/${model}.json`) as Record<string, Measured>;
      for (const column of ['gender', 'race'])
        for (const name of ['demographic_parity_difference', 'equalized_odds_difference']) {
          const {value, lo, hi} = metrics[`${name}.${column}`] ?? {value: NaN, lo: NaN, hi: NaN};
          expect(lo, `${model} ${name}.${column}`).toBeLessThanOrEqual(value);
          expect(hi, `${model} ${name}.${column}`).toBeGreaterThan(value);
        }
    }
    const gates = read('reports/blind-gates.json') as Gates;
    expect(gates.state).toBe('inconclusive');
    expect(gates.gates.map(({by, state}) => [by, state])).toContainEqual(['gender', 'inconclusive']);
    const page = readFileSync(join(folder, 'reports/blind.html'), 'utf8');
    for (const title of ['Fairness by gender', 'Rates by race', 'Permutation importance', 'Partial dependence'])
      expect(page).toContain(title);
    expect(existsSync(join(folder, 'package'))).toBe(false);
  }, 60_000);

  it('goes on after an approval, and then has nothing to do', () => {
    const word = mlp('approve', 'decision', '--as', 'reviewer@example.org', '--answer', 'yes');
    expect(word.code, word.out).toBe(0);
    const second = mlp('run');
    expect(second.code, second.out).toBe(0);
    expect(existsSync(join(folder, 'package/model.bin'))).toBe(true);
    expect(mlp('run').out).toContain('up to date');
  }, 60_000);
});
