import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {compareProfiles} from '../../../src/data/drift/compare.ts';
import {driftReport} from '../../../src/data/drift/findings.ts';
import {Random} from '../../../src/stats/random.ts';
import {column} from '../tables.ts';
import {only, troubles} from '../findings-rig.ts';
import {findingsOf, normals, profiled, stored, words} from './rig.ts';

describe('the default rule', () => {
  const reference = profiled({x: normals(10_000, 1), y: normals(10_000, 2), c: words(10_000, 3, ['a', 'b', 'c'])});

  it('says ok where nothing moved', () => {
    const findings = findingsOf(
      reference,
      profiled({x: normals(1000, 4), y: normals(1000, 5), c: words(1000, 6, ['a', 'b', 'c'])}),
    );
    expect(troubles(findings)).toEqual([]);
    expect(findings.map(({message}) => message)).toContainEqual(
      expect.stringMatching(/^`x`: PSI 0\.0\d+, below 0\.1$/),
    );
  });

  it('names what moved, how far, and what of it', () => {
    const findings = findingsOf(
      reference,
      profiled({x: normals(1000, 4, 1), y: normals(1000, 5, 0.4), c: words(1000, 6, ['a', 'b', 'b', 'b'])}),
    );
    expect(troubles(findings)).toEqual(['error drift.psi:x', 'warn drift.psi:y', 'error drift.psi:c']);
    expect(findings[0]?.message).toMatch(
      /^`x` moved: PSI 0\.\d+ \(limit 0\.25\), as much as a shift of (0\.9\d*|1(\.0\d*)?) sd; most: above 1\.2\d* was 10 %, is \d\d(\.\d)? %$/,
    );
    expect(findings[0]?.numbers?.['adjusted_p']).toBeLessThan(1e-9);
    expect(findings[0]?.numbers?.['noise_limit']).toBeCloseTo(0.024, 2);
  });

  it('calls it noise when there are few rows', () => {
    const findings = findingsOf(profiled({x: normals(10_000, 1)}), profiled({x: normals(60, 13)}), {
      drift: {warn: 0.02, error: 0.3},
    });
    const finding = only(findings, 'drift.psi');
    expect(finding.level).toBe('info');
    expect(finding.message).toMatch(/^`x`: PSI 0\.\d+ is within noise \(limit 0\.3\d+ at 60 rows\)$/);
  });

  it('names a rule of a column that neither table has', () => {
    const [before, now] = [profiled({age: normals(1000, 1)}), profiled({age: normals(1000, 2)})];
    const finding = only(findingsOf(before, now, {columns: {agee: 'ks', age: 'psi'}}), 'drift.column');
    expect(finding).toMatchObject({level: 'warn', column: 'agee', hint: 'did you mean `age`?'});
    expect(finding.message).toBe('`compare` has a rule for `agee`, which neither table has');
  });

  it('sees missing cells', () => {
    const half = normals(1000, 7).map((value, row) => (row % 3 === 0 ? null : value));
    expect(troubles(findingsOf(profiled({x: normals(1000, 8)}), profiled({x: half})))).toEqual(['error drift.psi:x']);
    expect(troubles(findingsOf(profiled({x: normals(1000, 8)}), profiled({x: half}), {drift: 'ks'}))).toEqual([
      'warn drift.missing:x',
    ]);
  });

  it('pools rare categories: two hundred of them give no alarm', () => {
    const many = Array.from({length: 200}, (_, index) => `w${String(index)}`);
    const before = profiled({c: words(10_000, 1, many)});
    const now = profiled({c: words(1000, 2, many)});
    expect(troubles(findingsOf(before, now))).toEqual([]);
    expect(troubles(findingsOf(stored(before), stored(now)))).toEqual([]);
  });
});

describe('a stored profile in place of a table', () => {
  it('gives nearly the same PSI', () => {
    const before = profiled({x: normals(20_000, 1)});
    for (const shift of [0, 0.1, 0.3, 1, 3]) {
      const now = profiled({x: normals(5000, 2, shift)});
      const psi = (a: Parameters<typeof findingsOf>[0], b: Parameters<typeof findingsOf>[1]): number =>
        Number(only(findingsOf(a, b), 'drift.psi').measured);
      const exact = psi(before, now);
      expect(psi(stored(before), now)).toBe(exact);
      expect(Math.abs(psi(stored(before), stored(now)) - exact), String(shift)).toBeLessThan(0.003 + 0.08 * exact);
    }
  });

  it('is exact for few values', () => {
    const random = new Random(1);
    const dice = (): number[] => Array.from({length: 900}, () => random.below(6));
    const [before, now] = [profiled({x: dice()}), profiled({x: dice()})];
    expect(only(findingsOf(stored(before), stored(now)), 'drift.psi').measured).toBe(
      only(findingsOf(before, now), 'drift.psi').measured,
    );
  });

  it('cannot give measures of samples, and says so', () => {
    const side = profiled({x: normals(100, 1), t: words(100, 2, ['a'])});
    const finding = only(findingsOf(stored(side), side, {columns: {x: 'wasserstein'}}), 'check.crashed');
    expect(finding).toMatchObject({level: 'warn'});
    expect(finding.message).toContain('`wasserstein` needs both tables, and of the reference there is a profile only');
    expect(only(findingsOf(side, side, {columns: {t: 'ks'}}), 'check.crashed').message).toBe(
      '`t` could not be compared: `ks` is a measure of numbers, and the column has none',
    );
  });
});

describe('other measures', () => {
  it('Wasserstein sees a small shift that PSI passes over', () => {
    const [before, now] = [profiled({x: normals(10_000, 1)}), profiled({x: normals(1000, 2, 0.2)})];
    expect(troubles(findingsOf(before, now))).toEqual([]);
    const findings = findingsOf(before, now, {columns: {x: {metric: 'wasserstein', warn: 0.1}}});
    expect(troubles(findings)).toEqual(['warn drift.wasserstein:x']);
    expect(only(findings, 'drift.wasserstein').measured).toBeCloseTo(0.2, 1);
  });

  it.each(['jsd', 'linf', 'tvd', 'hellinger', 'cramers-v', 'ks', 'wasserstein'])(
    '%s alarms at a shift of 1 and not at 0',
    (metric) => {
      const before = profiled({x: normals(5000, 1)});
      expect(troubles(findingsOf(before, profiled({x: normals(2000, 2)}), {drift: {metric}}))).toEqual([]);
      expect(troubles(findingsOf(before, profiled({x: normals(2000, 2, 1)}), {drift: {metric}}))).toEqual([
        `error drift.${metric}:x`,
      ]);
    },
  );

  it('needs a spread for Wasserstein', () => {
    const side = profiled({x: [1, 1, 1]});
    expect(only(findingsOf(side, side, {drift: 'wasserstein'}), 'check.crashed').message).toContain('use `psi`');
  });
});

describe('checks beside', () => {
  it('sees two rows of a hundred far out, which no measure does', () => {
    const now = normals(1000, 3).map((value, row) => (row % 50 === 0 ? value + 10 : value));
    expect(troubles(findingsOf(profiled({x: normals(10_000, 1)}), profiled({x: now})))).toEqual([
      'warn drift.outliers:x',
    ]);
  });

  it('names values that were never seen, and keeps quiet when new ones are usual', () => {
    const before = profiled({c: words(5000, 1, ['LT', 'LV', 'EE'])});
    const finding = only(
      findingsOf(before, profiled({c: [...words(500, 2, ['LT', 'LV', 'EE']), ...words(9, 3, ['XX'])]})),
      'drift.unseen',
    );
    expect(finding).toMatchObject({level: 'warn', rowsBad: 9, examples: [{value: 'XX'}]});
    const random = new Random(4);
    const names = (): string[] =>
      Array.from({length: 3000}, () => `n${String(Math.floor(random.uniform() ** 6 * 4000))}`);
    const usual = only(findingsOf(profiled({c: names()}), profiled({c: names()})), 'drift.unseen');
    expect(usual.level).toBe('info');
    expect(usual.rowsBad).toBeGreaterThan(50);
    expect(usual.message).toContain('no more than is to be expected');
  });

  it('says nothing of texts that a profile does not list', () => {
    const many = Array.from({length: 150}, (_, index) => `w${String(index)}`);
    const often = Array.from({length: 20}, () => many.slice(0, 20)).flat();
    const before = profiled({c: [...often, ...many]});
    const now = profiled({c: [...often, ...many, 'new']});
    expect(only(findingsOf(before, now), 'drift.unseen').rowsBad).toBe(1);
    expect(findingsOf(before, stored(now)).filter(({code}) => code === 'drift.unseen')).toEqual([]);
  });

  it('tells texts of two kinds apart, and not those of one', () => {
    const random = new Random(9);
    const firms = (end: readonly string[]): string[] =>
      Array.from(
        {length: 600},
        () => `${Math.floor(random.uniform() * 1e9).toString(36)} ${end[random.below(end.length)] ?? ''}`,
      );
    const before = profiled({t: firms(['UAB', 'AB', 'IĮ'])});
    const alike = profiled({t: firms(['UAB', 'AB', 'IĮ'])});
    expect(troubles(findingsOf(before, alike))).toEqual([]);
    expect(only(findingsOf(before, alike), 'drift.classifier').message).toMatch(
      /^`t`: AUC of telling the tables apart 0\.\d+ \(0\.\d+ to 0\.\d+\), its lower end below 0\.55$/,
    );
    // These limits are those of PSI.
    expect(troubles(findingsOf(before, alike, {drift: {warn: 0.1, error: 0.25}}))).toEqual([]);
    const findings = findingsOf(before, profiled({t: firms(['GmbH', 'AG', 'AB'])}));
    expect(troubles(findings)).toEqual(['error drift.classifier:t']);
    expect(only(findings, 'drift.classifier').message).toMatch(
      /^`t` reads differently: AUC of telling the tables apart 0\.\d+ \(0\.\d+ to 0\.\d+\), limit 0\.75$/,
    );
    expect(only(findingsOf(stored(before), before), 'drift.psi').message).toContain('only when both tables are given');
  });
});

describe('what is not compared', () => {
  it('is named with the reason', () => {
    const count = (from: number): number[] => Array.from({length: 200}, (_, index) => from + index);
    const before = profiled([
      column('id', count(1), 'integer'),
      column('on', count(1e12), 'date'),
      column('x', count(1)),
      column('gone', count(1)),
    ]);
    const now = profiled([
      column('id', count(201), 'integer'),
      column('on', count(2e12), 'date'),
      column('x', words(200, 1, ['a'])),
      column('new', count(1)),
    ]);
    const findings = findingsOf(before, now);
    expect(troubles(findings)).toEqual(['error drift.type:x', 'error drift.column:gone', 'warn drift.column:new']);
    expect(findings.map(({message}) => message)).toEqual([
      '`id` is not compared: it numbers the rows',
      '`on` is not compared: dates move on by themselves',
      '`x` changed its type: it is of type string and was of type number',
      '`gone` is missing: the table does not have it',
      '`new` is new: the reference does not have it',
    ]);
    expect(findingsOf(before, now, {drift: 'off'}).some(({level}) => level === 'ok')).toBe(false);
  });
});

it('compares whole numbers that number no rows', () => {
  const spread = (from: number): number[] => Array.from({length: 200}, (_, index) => from + index * index * 7);
  const of = (from: number): Parameters<typeof findingsOf>[0] => profiled([column('x', spread(from), 'integer')]);
  expect(troubles(findingsOf(of(0), of(500_000)))).toContain('error drift.psi:x');
});

describe('attacks', () => {
  it.each([
    ['empty tables', {x: []}, {x: []}],
    ['an empty table', {x: [1, 2, 3]}, {x: []}],
    ['one row', {x: [1]}, {x: [1]}],
    ['a constant that stays', {x: [5, 5, 5]}, {x: [5, 5]}],
    ['no value at all', {x: [null, null]}, {x: [null]}],
    ['NaN and infinities', {x: [NaN, Infinity, 1]}, {x: [1, NaN, Infinity]}],
    ['no columns', {}, {}],
  ])('%s: no error, no NaN', (_, a, b) => {
    for (const drift of ['auto', 'psi', 'jsd', 'ks', 'wasserstein', 'cramers-v', 'hellinger']) {
      const findings = findingsOf(profiled(a), profiled(b), {drift});
      expect(findings.filter(({level}) => level === 'error')).toEqual([]);
      expect(JSON.stringify(findings)).not.toMatch(/NaN|null is|undefined/);
    }
  });

  it('says that there are no rows', () => {
    expect(findingsOf(profiled({x: [1, 2]}), profiled({x: []})).map(({message}) => message)).toEqual([
      'nothing could be compared: the table has no rows',
    ]);
  });

  it('alarms at disjoint supports and at a constant that moved, up or down', () => {
    expect(troubles(findingsOf(profiled({x: normals(200, 1)}), profiled({x: normals(200, 2, 99)})))).toContain(
      'error drift.psi:x',
    );
    const constant = profiled({x: Array.from({length: 200}, () => 5)});
    for (const value of [4, 6, 5.0000001])
      expect(troubles(findingsOf(constant, profiled({x: Array.from({length: 200}, () => value)})))).toEqual([
        'error drift.psi:x',
      ]);
  });

  it('has no alarm and no negative value between any table and itself', () => {
    const cells = fc.array(fc.oneof(fc.double(), fc.integer({min: 0, max: 3}), fc.constant(null)), {
      minLength: 1,
      maxLength: 80,
    });
    fc.assert(
      fc.property(cells, fc.array(fc.string(), {minLength: 1, maxLength: 80}), (x, t) => {
        for (const side of [profiled([column('x', x, 'number')]), profiled([column('t', t, 'string')])])
          for (const one of [side, stored(side)]) {
            const {comparison, findings} = driftReport('t', side, one);
            expect(troubles(findings)).toEqual([]);
            for (const found of comparison.columns)
              if (found.kind === 'compared') expect(found.value).toBeGreaterThanOrEqual(0);
          }
      }),
      {numRuns: 100, seed: 1},
    );
  });
});

it('keeps the order of the reference', () => {
  const side = profiled({b: [1, 2], a: [1, 2]});
  expect(compareProfiles(side, side).columns.map((one) => one.column)).toEqual(['b', 'a']);
});
