/**
 * The examples as a reader runs them: copied to an empty folder, `npm install`, `mlp run`, and `mlp run` again. Numbers
 * are held to what each example's own baseline reaches, never to a constant of this file.
 */
import {spawnSync} from 'node:child_process';
import {appendFileSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, describe, expect, it} from 'vitest';
import type {RunEvent} from '../../src/model/event.ts';
import {canTestR, canTestSklearn} from '../rig/needs.ts';

const root = join(import.meta.dirname, '../..');
const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, {recursive: true, force: true})));

/** Sources only: no result of an earlier run in this checkout. */
function copyExample(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `mlp-${name}-`));
  folders.push(folder);
  const tracked = spawnSync(
    'git',
    ['ls-files', '-z', '--cached', '--others', '--exclude-standard', `examples/${name}`],
    {cwd: root, encoding: 'utf8'},
  );
  for (const file of tracked.stdout.split('\0').filter((path) => path !== ''))
    cpSync(join(root, file), join(folder, file.slice(`examples/${name}/`.length)));
  if (!existsSync(join(folder, 'package.json'))) return folder;
  const install = spawnSync('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund'], {
    cwd: folder,
    encoding: 'utf8',
  });
  if (install.status !== 0) throw new Error(`npm install of ${name} failed:\n${install.stdout}${install.stderr}`);
  return folder;
}

function mlpRun(
  folder: string,
  ...options: readonly string[]
): {
  readonly code: number | null;
  readonly outcomes: Readonly<Record<string, string>>;
  readonly talk: string;
} {
  const run = spawnSync(process.execPath, [join(root, 'bin/mlp.js'), 'run', '--json', ...options], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  const events = run.stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as RunEvent);
  const ends = events.flatMap((event) => (event.type === 'stage.end' ? [[event.stage, event.outcome] as const] : []));
  return {
    code: run.status,
    outcomes: Object.fromEntries(ends),
    talk:
      run.stderr + JSON.stringify(events.filter((event) => event.type === 'stage.end' && event.outcome === 'failed')),
  };
}

const json = (folder: string, path: string): Record<string, number> =>
  JSON.parse(readFileSync(join(folder, path), 'utf8')) as Record<string, number>;

describe('b2b-b2c', () => {
  it('runs every stage, beats the majority guess with every model, and skips everything the second time', () => {
    const folder = copyExample('b2b-b2c');
    const targets = canTestR && canTestSklearn ? [] : ['package'];
    const first = mlpRun(folder, ...targets);
    expect(first.talk).toContain('[]');
    expect(first.code).toBe(0);
    expect(new Set(Object.values(first.outcomes))).toEqual(new Set(['ran']));
    const accuracy = (model: string): number => {
      const metrics = JSON.parse(readFileSync(join(folder, `metrics/${model}.json`), 'utf8')) as {
        accuracy: {value: number};
      };
      return metrics.accuracy.value;
    };
    for (const model of ['logistic', 'forest', 'n-grams'])
      expect(accuracy(model), model).toBeGreaterThan(accuracy('majority') + 0.1);
    expect(existsSync(join(folder, 'package/MANIFEST.json'))).toBe(true);
    const second = mlpRun(folder, ...targets);
    expect(second.code).toBe(0);
    expect(new Set(Object.values(second.outcomes))).toEqual(new Set(['skipped']));
    // The same features, learnt elsewhere: R's logistic regression must be ours.
    if (targets.length === 0) {
      expect(Math.abs(accuracy('r') - accuracy('logistic'))).toBeLessThan(0.002);
      expect(Math.abs(accuracy('scikit-learn') - accuracy('forest'))).toBeLessThan(0.01);
      expect(readFileSync(join(folder, 'reports/models.md'), 'utf8')).toContain('| scikit-learn |');
    }
    // A correction waits for a person, and with it all that learns from the data.
    appendFileSync(join(folder, 'feedback/corrections.csv'), 'Nobody Knows Whom,B2C\n');
    const waiting = mlpRun(folder, 'package');
    expect(waiting.code).toBe(3);
    expect(waiting.outcomes).toMatchObject({feedback: 'waiting', ingest: 'waiting', package: 'waiting'});
    const approve = ['approve', 'feedback', '--as', 'reviewer@example.org', '--answer', 'yes'];
    expect(spawnSync(process.execPath, [join(root, 'bin/mlp.js'), ...approve], {cwd: folder}).status).toBe(0);
    // Any table with the columns name and label.
    const names = ['Acme Ltd', 'Ann Lee', 'Bo Ek', 'North Bank'];
    const rows = Array.from(
      {length: 400},
      (_, row) => `${names[row % 4] ?? ''} ${row},${row % 4 === 1 || row % 4 === 2 ? 'B2C' : 'B2B'}`,
    );
    writeFileSync(join(folder, 'other.csv'), ['name,label', ...rows, ''].join('\n'));
    const other = mlpRun(folder, 'package', '--set', 'data.path=other.csv');
    expect(other.talk).toContain('[]');
    expect(other.code).toBe(0);
    expect(accuracy('n-grams')).toBeGreaterThan(0.9);
  }, 400_000);
});

describe.runIf(canTestR && canTestSklearn)('three-languages', () => {
  it('passes tables and models between TypeScript, Python and R, and skips everything the second time', () => {
    const folder = copyExample('three-languages');
    const first = mlpRun(folder);
    expect(first.talk).toContain('[]');
    expect(first.code).toBe(0);
    expect(new Set(Object.values(first.outcomes))).toEqual(new Set(['ran']));
    const metrics = json(folder, 'metrics/comparison.json');
    expect(Object.values(metrics).every((value) => typeof value === 'number' && value > 0.5)).toBe(true);
    expect(new Set(Object.values(mlpRun(folder).outcomes))).toEqual(new Set(['skipped']));
  }, 400_000);
});
