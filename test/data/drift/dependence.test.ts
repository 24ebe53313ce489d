/** Groups of rows, and limits from past windows. */
import {describe, expect, it} from 'vitest';
import {profileTable} from '../../../src/data/profile/profile-builder.ts';
import {only, troubles} from '../findings-rig.ts';
import {column, table} from '../tables.ts';
import {findingsOf, normals, profiled} from './rig.ts';

describe('rows that are not independent', () => {
  it('count as their groups', () => {
    const [before, now] = [normals(300, 1), normals(30, 22, 0.5)];
    const tenTimes = (values: readonly number[]): {[name: string]: (number | string)[]} => ({
      x: values.flatMap((value) => Array.from({length: 10}, () => value)),
      who: values.flatMap((_, index) => Array.from({length: 10}, () => `c${String(index)}`)),
    });
    const [reference, current] = [profiled(tenTimes(before)), profiled(tenTimes(now))];
    const each = findingsOf(reference, current, {columns: {who: 'off'}});
    expect(troubles(each)).toContainEqual(expect.stringContaining('drift.psi:x'));
    const grouped = findingsOf(reference, current, {group: 'who'});
    expect(troubles(grouped)).toEqual([]);
    expect(
      only(
        grouped.filter(({column: name}) => name === 'x'),
        'drift.psi',
      ).message,
    ).toContain('is within noise');
    expect(() => findingsOf(reference, current, {group: 'firm'})).toThrow(
      'the column `firm` that names the groups is not in both tables',
    );
    // Not a number of no groups, which is below every limit.
    const nobody = profiled([column('x', normals(300, 9, 3)), column('who', Array(300).fill(null), 'string')]);
    expect(() => findingsOf(reference, nobody, {group: 'who'})).toThrow(
      'the column `who` that names the groups is missing in all rows of the table',
    );
    expect(findingsOf(reference, profiled({x: [], who: []}), {group: 'who'})[0]?.message).toContain('has no rows');
  });
});

it('groups are as many in a sample of the rows', () => {
  const sampled = (shift: number, seed: number): ReturnType<typeof profiled> => {
    const cells = {
      x: normals(40_000, seed, shift),
      who: Array.from({length: 40_000}, (_, row) => `c${String(row % 400)}`),
    };
    return profileTable(table(cells), {limits: {numbers: 2000}});
  };
  const finding = only(
    findingsOf(sampled(0, 1), sampled(1, 2), {group: 'who'}).filter(({column: name}) => name === 'x'),
    'drift.psi',
  );
  expect(finding.level).toBe('error');
  // As many as of 400 rows of either side, and not of 400 rows less the part that was sampled.
  expect(finding.numbers?.['noise_limit']).toBeCloseTo(21.67 * (2 / 400), 2);
});

describe('limits from past windows', () => {
  it('are the mean and three standard deviations of the past', () => {
    const reference = profiled({x: normals(5000, 1)});
    const history = Array.from(
      {length: 8},
      (_, index) => profiled({x: normals(500, 10 + index, index % 2 === 0 ? 0.6 : -0.6)}).profile,
    );
    const now = profiled({x: normals(500, 30, 0.5)});
    expect(troubles(findingsOf(reference, now))).toHaveLength(1);
    const findings = findingsOf(reference, now, {limit: 'history'}, {history});
    expect(troubles(findings)).toEqual([]);
    expect(only(findings, 'drift.psi').message).toContain('from 8 past windows');
    const far = findingsOf(reference, profiled({x: normals(500, 30, 2)}), {limit: 'history'}, {history});
    expect(troubles(far)).toEqual(['error drift.psi:x']);
  });

  it('pass over a window without rows', () => {
    const reference = profiled({x: normals(5000, 1)});
    const history = [0, ...Array<number>(8).fill(500)].map(
      (rows, index) => profiled({x: normals(rows, index)}).profile,
    );
    const far = findingsOf(reference, profiled({x: normals(500, 30, 2)}), {limit: 'history'}, {history});
    expect(troubles(far)).toEqual(['error drift.psi:x']);
    expect(only(far, 'drift.psi').message).toContain('from 8 past windows');
  });

  it('are not there for measures of samples, which is said', () => {
    const reference = profiled({x: normals(500, 1)});
    const history = Array.from({length: 8}, (_, index) => profiled({x: normals(500, 10 + index)}).profile);
    const finding = only(findingsOf(reference, reference, {drift: 'ks', limit: 'history'}, {history}), 'drift.ks');
    expect(finding.message).toBe('`x`: Kolmogorov-Smirnov D 0, below 0.128, fixed: past windows do not tell');
  });

  it('need eight', () => {
    const side = profiled({x: [1, 2]});
    expect(() => findingsOf(side, side, {limit: 'history'}, {history: [side.profile]})).toThrow(
      '`limit: history` needs the profiles of at least 8 past windows, there are 1',
    );
  });
});
