/** `mlp drift`: what it says, in which formats, and with which exit code. */
import {describe, expect, it} from 'vitest';
import {Random} from '../../src/stats/random.ts';
import {Rig} from '../rig/rig.ts';

function csv(rows: number, seed: number, shift = 0): string {
  const random = new Random(seed);
  const cells = Array.from(
    {length: rows},
    () => `${(random.normal() + shift).toFixed(3)},${'ab'[random.below(2)] ?? ''}`,
  );
  return `x,c\n${cells.join('\n')}\n`;
}

function rigWith(shift: number): Rig {
  const rig = new Rig();
  rig.write('old.csv', csv(2000, 1));
  rig.write('new.csv', csv(1000, 2, shift));
  return rig;
}

describe('mlp drift', () => {
  it('exits 0 where nothing moved, 1 where something moved far, and says what', async () => {
    await using same = rigWith(0);
    const calm = await same.mlp('drift', 'old.csv', 'new.csv');
    expect(calm).toMatchObject({code: 0, talk: ''});
    expect(calm.out).toBe('new.csv: 4 rules held\n');
    await using moved = rigWith(1);
    const loud = await moved.mlp('drift', 'old.csv', 'new.csv');
    expect(loud.code).toBe(1);
    expect(loud.out).toMatch(
      /^error drift\.psi:x: `x` moved: PSI 0\.\d+ \(limit 0\.25\), as much as a shift of (0\.9|1)/,
    );
    expect((await moved.mlp('drift', 'old.csv', 'new.csv', '--error', '3')).code).toBe(0);
    expect((await moved.mlp('drift', 'old.csv', 'new.csv', '--column', 'x=off')).code).toBe(0);
  });

  it('compares profiles, and writes them', async () => {
    await using rig = rigWith(1);
    expect((await rig.mlp('drift', 'old.csv', 'old.csv', '--profile', 'old.json')).code).toBe(0);
    expect((await rig.mlp('drift', 'old.csv', 'new.csv', '--profile', 'new.json')).code).toBe(1);
    const exact = await rig.mlp('drift', 'old.json', 'new.csv', '--json');
    const about = await rig.mlp('drift', 'old.json', 'new.json', '--json');
    const psi = (out: string): number =>
      (JSON.parse(out) as {findings: {id: string; measured: number}[]}).findings.find(({id}) => id === 'drift.psi:x')
        ?.measured ?? NaN;
    expect(psi(about.out) / psi(exact.out)).toBeCloseTo(1, 1);
    expect((await rig.mlp('drift', 'old.json', 'new.json', '--metric', 'ks')).out).toContain('`ks` needs both tables');
  });

  it('takes types and rules from a schema', async () => {
    await using rig = rigWith(1);
    rig.write('s.yaml', 'columns: {x: {type: number}, c: {type: string}}\ncompare: {columns: {x: off}}\n');
    expect((await rig.mlp('drift', 'old.csv', 'new.csv', '--schema', 's.yaml')).code).toBe(0);
    const past = await rig.mlp('drift', 'old.csv', 'new.csv', '--schema', 's.yaml', '--history', 'p.json');
    expect(past).toMatchObject({code: 2});
    expect(past.talk).toContain('`--history` is for a schema that says `compare: {limit: history}`');
    const mixed = await rig.mlp('drift', 'old.csv', 'new.csv', '--schema', 's.yaml', '--warn', '1');
    expect(mixed).toMatchObject({
      code: 2,
      talk: expect.stringContaining('so there is no `--warn` beside it') as string,
    });
    rig.write('s.yaml', 'columns: {x: {type: numbre}}\n');
    expect((await rig.mlp('drift', 'old.csv', 'new.csv', '--schema', 's.yaml')).talk).toContain('is no table schema');
  });

  it('prints every format', async () => {
    await using rig = rigWith(1);
    const print = async (format: string): Promise<string> =>
      (await rig.mlp('drift', 'old.csv', 'new.csv', '--format', format)).out;
    expect(await print('junit')).toMatch(/^<\?xml/);
    expect(await print('sarif')).toContain('"version": "2.1.0"');
    expect(await print('github')).toContain('::error');
    expect(await print('html')).toContain('<!doctype html>');
    const written = await rig.mlp('drift', 'old.csv', 'new.csv', '--format', 'html', '-o', 'out/drift.html');
    expect(written).toMatchObject({code: 1, out: 'out/drift.html\n'});
    expect(rig.read('out/drift.html')).toContain('against old.csv');
  });

  it.each([
    [['gone.csv', 'new.csv'], '`gone.csv` is not there'],
    [['old.csv', 'bad.json'], '`bad.json` is no profile: '],
    [['old.csv', 'late.json'], '`late.json` is a profile of version 9'],
    [['old.csv', 'new.csv', '--metric', 'kl'], '`--metric` should be one of psi'],
    [['old.csv', 'new.csv', '--column', 'x=kl'], '`--column x` should be one of psi'],
    [['old.csv', 'new.csv', '--column', 'who=off'], '--column: neither table has a column `who`'],
    [['old.csv', 'new.csv', '--warn', 'x'], '--warn takes a number above 0, not `x`'],
    [['old.csv', 'new.csv', '--column', 'x'], '--column takes NAME=METRIC, not `x`'],
    [['old.csv', 'new.csv', '--group', 'who'], 'the column `who` that names the groups is not in both tables'],
    [['old.csv', 'new.csv', '--format', 'xml'], '--format takes text, json'],
    [['old.csv', 'new.csv', '--history', 'one.json'], 'needs the profiles of at least 8 past windows, there are 1'],
  ] as const)('refuses %j', async (args, message) => {
    await using rig = rigWith(0);
    rig.write('bad.json', '{');
    rig.write('late.json', '{"version": 9}');
    rig.write('one.json', '{"version": 1, "rows": 0, "columns": []}');
    const {code, talk} = await rig.mlp('drift', ...args);
    expect(code).toBe(2);
    expect(talk).toContain(message);
  });

  it('says that a table is empty', async () => {
    await using rig = rigWith(0);
    rig.write('empty.csv', 'x,c\n');
    expect((await rig.mlp('drift', 'old.csv', 'empty.csv')).out).toContain(
      'nothing could be compared: the table has no rows',
    );
  });
});
