import {describe, expect, it} from 'vitest';
import {checkSplit, type SplitCheck, type SplitCheckOptions} from '../../../src/data/split-check/check-split.ts';
import {only, troubles} from '../findings-rig.ts';
import {makeRows} from './rig.ts';
import {column, table} from '../tables.ts';

const checked = (
  train: Parameters<typeof table>[0],
  test: Parameters<typeof table>[0],
  options: Partial<SplitCheckOptions> = {},
): SplitCheck =>
  checkSplit(
    {train: table(train), test: table(test), trainName: 'train.csv', testName: 'test.csv'},
    {label: 'y', ...options},
  );
const check = (...args: Parameters<typeof checked>): SplitCheck['findings'] => checked(...args).findings;

const [train, test] = [makeRows(400, 1), makeRows(200, 2)];

describe('a clean split', () => {
  it('has no trouble, and says what was looked at', () => {
    const findings = check(train, test);
    expect(troubles(findings)).toEqual([]);
    expect(findings.map(({code}) => code)).toEqual([
      'split.duplicate',
      'split.conflict',
      'split.label',
      'split.drift',
      'split.category',
      'leakage.feature',
      'leakage.feature',
      'leakage.order',
    ]);
  });
});

describe('rows in both sets', () => {
  it('are a warning up to 1 %, then an error', () => {
    const copy = (count: number): Parameters<typeof table>[0] => ({
      x: [...test.x.slice(count), ...train.x.slice(0, count)],
      c: [...test.c.slice(count), ...train.c.slice(0, count)],
      y: [...test.y.slice(count), ...train.y.slice(0, count)],
    });
    const one = only(check(train, copy(1)), 'split.duplicate');
    expect(one).toMatchObject({level: 'warn', rowsBad: 1, measured: 1 / 200, examples: [{row: 200}]});
    expect(one.message).toBe(
      '0.5 % of the test rows (1 of 200) are in the training set, too: equal in 2 features; within the training set 0 % of the rows repeat another',
    );
    expect(only(check(train, copy(10)), 'split.duplicate').level).toBe('error');
    expect(only(check(train, copy(10), {maxDuplicates: 0.1}), 'split.duplicate').level).toBe('warn');
  });

  it('are found through case, accents and spaces when asked', () => {
    const [a, b] = [
      {n: ['Žalgiris  UAB', 'b'], y: ['p', 'q']},
      {n: ['zalgiris uab ', 'c'], y: ['p', 'q']},
    ];
    expect(only(check(a, b), 'split.duplicate').rowsBad).toBe(0);
    expect(only(check(a, b, {normalize: true}), 'split.duplicate').rowsBad).toBe(1);
  });

  it('are judged without the key', () => {
    const [a, b] = [
      {id: [1, 2], x: [5, 6], y: ['p', 'q']},
      {id: [3, 4], x: [5, 7], y: ['p', 'q']},
    ];
    expect(only(check(a, b, {key: ['id']}), 'split.duplicate').rowsBad).toBe(1);
    expect(only(check(a, b), 'split.duplicate').rowsBad).toBe(0);
  });

  it('with another label are conflicts', () => {
    const finding = only(
      check({x: [1, 2, null], y: ['p', 'q', 'p']}, {x: [1, 3, null], y: ['q', 'q', 'p']}),
      'split.conflict',
    );
    expect(finding).toMatchObject({
      level: 'warn',
      rowsBad: 2,
      rowsChecked: 6,
      examples: [{row: 1, value: 'x=1 and y=q'}],
    });
    // A row that has no label has no other one.
    expect(only(check({x: [1, 2], y: ['p', 'q']}, {x: [1, 2], y: [null, 'q']}), 'split.conflict').rowsBad).toBe(0);
  });
});

describe('keys, groups and time', () => {
  const a = {id: [1, 2, null], g: ['a', 'b', 'c'], t: [10, 20, 30], x: [1, 2, 3], y: ['p', 'q', 'p']};
  const b = {id: [2, 3, null], g: ['c', 'c', 'd'], t: [30, 29, 40], x: [4, 5, 6], y: ['p', 'q', 'p']};

  it('are shared, or not', () => {
    const findings = check(a, b, {key: ['id'], group: 'g', time: 't'});
    expect(only(findings, 'split.key')).toMatchObject({level: 'error', measured: 1, rowsBad: 1, column: 'id'});
    expect(only(findings, 'split.group')).toMatchObject({level: 'error', measured: 1, rowsBad: 2});
    expect(only(findings, 'split.group').message).toBe('1 group (`g`) of the test set is in `train.csv`, too: 2 rows');
    expect(only(findings, 'split.time')).toMatchObject({level: 'error', rowsBad: 1, examples: [{row: 2, value: '29'}]});
    expect(only(check(a, {...b, t: [null, 30, 31]}, {time: 't'}), 'split.time').message).toBe(
      'no test row is older than the newest training row (`t` 30)',
    );
    expect(only(check(a, {...b, id: [7, 8, 9]}, {key: ['id', 'g']}), 'split.key')).toMatchObject({
      level: 'ok',
      id: 'split.key:id, g',
    });
  });

  it('dates are compared as dates', () => {
    const on = (days: readonly number[]): ReturnType<typeof column> =>
      column(
        't',
        days.map((day) => day * 86_400_000),
        'date',
      );
    const side = (days: readonly number[]): Parameters<typeof table>[0] => [
      on(days),
      column('x', days),
      column(
        'y',
        days.map(() => 'p'),
      ),
    ];
    expect(only(check(side([1, 2]), side([1, 3]), {time: 't'}), 'split.time').message).toBe(
      '1 test row of 2 is older than the newest training row (`t` 1970-01-03)',
    );
    expect(only(check(side([1, 2]), side([2, 3]), {time: 't'}), 'split.time').level).toBe('ok');
  });

  it('a time of texts cannot be checked, and the rest is', () => {
    const findings = check({...a, t: ['a', 'b', 'c']}, {...b, t: ['a', 'b', 'c']}, {time: 't'});
    expect(only(findings, 'check.crashed').message).toContain('the column `t` holds neither dates nor numbers');
    expect(findings.length).toBeGreaterThan(5);
  });
});

it('tells the rows that findings are about', () => {
  const {badRows} = checked(
    {id: [1, 2], x: [1, 2], y: ['p', 'q']},
    {id: [5, 2, 7], x: [1, 9, 2], y: ['p', 'q', 'p']},
    {key: ['id']},
  );
  expect(Object.fromEntries(badRows)).toEqual({
    'split.duplicate': [0, 2],
    'split.conflict': [2],
    'split.key:id': [1],
    'split.label:y': [],
  });
});

describe('labels and categories', () => {
  it('that are new in the test set', () => {
    const findings = check(train, {
      ...test,
      y: ['zebra', ...test.y.slice(1)],
      c: [...test.c.slice(9), ...Array.from({length: 9}, () => 'new')],
    });
    expect(only(findings, 'split.label')).toMatchObject({
      level: 'error',
      rowsBad: 1,
      examples: [{row: 1, value: 'zebra'}],
    });
    expect(only(findings, 'split.category')).toMatchObject({level: 'warn', rowsBad: 9, column: 'c'});
  });

  it('that drifted', () => {
    const findings = check(train, {...test, y: test.y.map((_, row) => (row % 10 === 0 ? 'p' : 'q'))});
    expect(only(findings, 'split.drift')).toMatchObject({level: 'warn', column: 'y'});
  });
});

describe('leakage', () => {
  it('names a feature that is the label, one that tells most, missing cells and the order', () => {
    const rows = makeRows(600, 3);
    const sorted = [...rows.y].sort();
    const findings = check(
      {
        x: rows.x,
        same: sorted.map((label) => (label === 'p' ? 7 : 1)),
        noisy: sorted.map((label, row) => (row % 40 === 0 ? 'other' : `is ${label}`)),
        gap: sorted.map((label, row) => (label === 'p' ? null : row % 3)),
        id: rows.x.map((_, row) => `id ${String(row)}`),
        y: sorted,
      },
      {x: [1], same: [1], noisy: ['a'], gap: [null], id: ['a'], y: ['p']},
    );
    const levels = Object.fromEntries(
      findings.filter(({code}) => code.startsWith('leakage')).map(({id, level}) => [id, level]),
    );
    expect(levels).toEqual({
      'leakage.feature:x': 'ok',
      'leakage.feature:same': 'error',
      'leakage.feature:noisy': 'warn',
      'leakage.feature:gap': 'error',
      'leakage.missing:gap': 'warn',
      'leakage.feature:id': 'ok',
      'leakage.order': 'warn',
    });
    expect(findings.find(({id}) => id === 'leakage.feature:id')?.measured).toBeLessThan(0.1);
  });

  it('knows numbers as labels', () => {
    const {x} = makeRows(1000, 4);
    const findings = check(
      {
        id: x.map((_, row) => `id ${String(row)}`),
        x,
        twice: x.map((value) => 2 * value),
        square: x.map((value) => value * value),
        y: x,
      },
      {id: ['a'], x: [1], twice: [1], square: [1], y: [1]},
    );
    const skill = (id: string): number => Number(findings.find((finding) => finding.id === id)?.measured);
    expect(skill('leakage.feature:twice')).toBeGreaterThan(0.98);
    expect(skill('leakage.feature:id')).toBeLessThan(0.1);
    expect(skill('leakage.feature:square')).toBeLessThan(0.3);
  });

  it('is not looked for where nothing can be told', () => {
    expect(check({x: [1, 2], y: ['p', 'q']}, {x: [1], y: ['p']}).some(({code}) => code.startsWith('leakage'))).toBe(
      false,
    );
    const constant = {x: test.x, y: test.x.map(() => 'p')};
    expect(check(constant, constant).some(({code}) => code.startsWith('leakage'))).toBe(false);
  });
});

describe('hygiene', () => {
  it('notes what is odd', () => {
    const count = 200;
    const odd = {
      constant: Array.from({length: count}, () => 1),
      none: Array.from({length: count}, () => null),
      mixed: Array.from({length: count}, (_, row) => (row % 20 === 0 ? 'many' : String(row))),
      gaps: Array.from({length: count}, (_, row) =>
        row % 50 === 0 ? 'N/A' : row % 50 === 1 ? '-' : row % 50 === 2 ? null : 'a',
      ),
      case: Array.from({length: count}, (_, row) => (row % 2 === 0 ? 'Vilnius' : 'vilnius ')),
      y: Array.from({length: count}, (_, row) => (row % 2 === 0 ? 'p' : 'q')),
    };
    const notes = check(odd, odd).filter(({code}) => code.startsWith('hygiene'));
    expect(notes.every(({level}) => level === 'info')).toBe(true);
    expect(notes.map(({message}) => message)).toEqual([
      '`constant` is always 1',
      '`none`: all cells are missing',
      '`mixed` mixes numbers and texts: 5 % are texts',
      '`gaps`: 8 cells may mean missing ("-" and "N/A"), beside 4 missing cells',
      '`case`: "Vilnius" and "vilnius " differ in case or white space only',
    ]);
  });
});

describe('attacks', () => {
  it('names the table that has no rows or not the column', () => {
    expect(check({x: [], y: []}, {x: [1], y: ['p']}).map(({message}) => message)).toEqual([
      'the split could not be checked: the table has no rows',
    ]);
    expect(() => check({x: [1]}, {x: [1], y: ['p']})).toThrow('`train.csv` has no column `y`; it has `x`');
    expect(() => check({x: [1], y: ['p']}, {x: [1], y: ['p']}, {time: 'at'})).toThrow('`train.csv` has no column `at`');
  });

  it('takes one row, only a label, missing labels, NaN, and columns of other types', () => {
    for (const [a, b] of [
      [
        {x: [1], y: ['p']},
        {x: [1], y: ['p']},
      ],
      [{y: ['p', 'q']}, {y: ['p', 'q']}],
      [
        {x: [1, NaN, Infinity], y: ['p', null, null]},
        {x: [NaN], y: [null]},
      ],
      [
        {x: ['1', '2'], y: [1, 2]},
        {x: [1, 2], y: ['1', '2']},
      ],
      [
        {x: [1n, 2n], y: [true, false]},
        {x: [1n, null], y: [true, null]},
      ],
    ] as const) {
      const findings = check(a, b);
      expect(
        findings.filter(({code}) => code === 'check.crashed'),
        JSON.stringify(findings),
      ).toEqual([]);
      expect(JSON.stringify(findings)).not.toMatch(/NaN %|undefined/);
    }
  });
});

it('shows a date that never changes as a date', () => {
  const day = column(
    'd',
    [0, 0, 0].map(() => Date.UTC(2024, 0, 31)),
    'date',
  );
  const side = [day, column('x', [1, 2, 3]), column('y', ['p', 'q', 'p'])];
  expect(only(check(side, side), 'hygiene.constant').message).toBe('`d` is always 2024-01-31');
});
