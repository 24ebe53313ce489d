import {describe, expect, test} from 'vitest';
import {lineOf, lookOf} from '../../../src/report/look.ts';
import {renderDoctor} from '../../../src/report/render/doctor.ts';
import {renderGc} from '../../../src/report/render/gc.ts';
import {renderTable} from '../../../src/report/render/table.ts';
import {DAY} from '../stage-events.ts';

describe('a table', () => {
  const columns = [{title: 'name'}, {title: 'size', align: 'right'}, {title: 'note'}] as const;

  test('is aligned by columns of the terminal; columns without content are left out', () => {
    const rows = [
      ['データ', '7', ''],
      ['a', '1,234', ''],
    ];
    expect(renderTable(columns, rows, lookOf()).join('\n')).toMatchInlineSnapshot(`
      "name     size
      データ      7
      a       1,234"
    `);
  });

  test('is cut at the width of the terminal', () => {
    expect(renderTable(columns, [['name', '1', 'a long note']], lookOf({width: 16}))[1]).toBe('name     1  a l…');
  });

  test('takes missing cells and no rows', () => {
    expect(renderTable(columns, [['x'], []], lookOf())).toEqual(['name', 'x', '']);
    expect(renderTable(columns, [], lookOf())).toEqual([]);
  });
});

test('a line that is cut in the middle of its pieces shows it', () => {
  const look = lookOf({width: 5});
  expect(lineOf([['abc'], ['de']], look)).toBe('abcde');
  expect(lineOf([['abcde'], ['f']], look)).toBe('abcd…');
  expect(lineOf([['abcde'], ['  ']], look)).toBe('abcde');
  expect(lineOf([['abc'], ['defgh']], look)).toBe('abcd…');
});

test('doctor', () => {
  const view = {
    checks: [
      {name: 'node', state: 'ok', message: '20.20.2'},
      {name: 'python', state: 'warn', message: 'no `python3` on the PATH', hint: 'install Python 3.9 or newer'},
      {name: 'store', state: 'fail', message: 'cannot be opened', hint: 'remove .mlp/store.db'},
    ],
  } as const;
  expect(renderDoctor(view)).toMatchInlineSnapshot(`
    "ok    node    20.20.2
    warn  python  no \`python3\` on the PATH
          hint: install Python 3.9 or newer
    fail  store   cannot be opened
          hint: remove .mlp/store.db

    1 problem, 1 warning
    "
  `);
  expect(renderDoctor({checks: view.checks.slice(0, 1)})).toContain('\neverything is in order\n');
});

test('gc', () => {
  const view = {
    dryRun: true,
    freed: [
      {what: 'objects of no result', count: 1200, bytes: 3.2e9, oldestAgeMs: 40 * DAY},
      {what: 'work folders', count: 2, bytes: 5000},
      {what: 'logs', count: 0, bytes: 0},
    ],
    kept: {count: 10, bytes: 1e6},
    problems: ['`.mlp/work/a` could not be removed: permission denied'],
  };
  expect(renderGc(view)).toMatchInlineSnapshot(`
    "would go              count    size  oldest
    objects of no result  1,200  3.2 GB  40 d ago
    work folders              2  5.0 kB

    warning: \`.mlp/work/a\` could not be removed: permission denied
    would free 3.2 GB, kept 10 objects (1.0 MB)
    "
  `);
  expect(renderGc({dryRun: false, freed: [], kept: {count: 1, bytes: 10}})).toBe(
    'nothing to free, kept 1 object (10 B)\n',
  );
});
