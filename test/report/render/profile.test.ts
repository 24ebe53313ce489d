import {describe, expect, it} from 'vitest';
import {driftReport} from '../../../src/data/drift/findings.ts';
import {profileTable} from '../../../src/data/profile/profile-builder.ts';
import type {Profiled} from '../../../src/data/profile/profile.ts';
import {renderProfile} from '../../../src/report/render/profile.ts';
import {profileView} from '../../../src/stages/shared/profile-view.ts';
import {normals, words} from '../../data/drift/rig.ts';
import {column, table} from '../../data/tables.ts';

const profiled = (columns: Parameters<typeof table>[0]): Profiled => profileTable(table(columns));

const comparison = (reference: Profiled, current: Profiled): string =>
  renderProfile(
    profileView({
      table: 'now.csv',
      current,
      reference: {...reference, name: 'before.csv'},
      findings: driftReport('now.csv', reference, current).findings,
    }),
  );

describe('the page of a profile', () => {
  it('shows each column, the worst first, with both histograms', () => {
    const before = profiled({calm: normals(500, 1), moved: normals(500, 2), c: words(500, 3, ['a', 'b'])});
    const page = comparison(
      before,
      profiled({calm: normals(500, 4), moved: normals(500, 5, 2), c: words(500, 6, ['a', 'b'])}),
    );
    expect(page.indexOf('<h3>moved')).toBeLessThan(page.indexOf('<h3>calm'));
    expect(page).toMatch(/<code>moved<\/code> moved: PSI/);
    expect(page.match(/class="before" d="M/g)?.length).toBeGreaterThanOrEqual(3);
    expect(page).toContain('before.csv (reference)');
  });

  it('shows a profile alone', () => {
    const current = profiled([
      column('on', [0, 864e5, 2 * 864e5], 'date'),
      column('few', [1, 2, 2]),
      column('none', [null, null, null], 'string'),
    ]);
    const page = renderProfile(profileView({table: 't.csv', current, findings: []}));
    expect(page).toContain('1970-01-02');
    expect(page).not.toContain('reference');
    expect(page).toContain('nothing was checked');
  });

  it('is well below a megabyte for two thousand columns and odd names, and fetches nothing', () => {
    const wide = (seed: number): Profiled =>
      profiled(
        Array.from({length: 2000}, (_, index) =>
          column(`</script><b>${String(index)} ${'x'.repeat(60)}`, normals(20, seed + index)),
        ),
      );
    const page = comparison(wide(1), wide(5000));
    expect(page.length).toBeLessThan(1_000_000);
    expect(page).toContain('more columns are not drawn');
    expect(page).not.toContain('</script><b>');
    expect(page).not.toMatch(/(?:src|href)="https?:/);
  });

  it('draws what no scale can show', () => {
    const odd = (value: number): Profiled =>
      profiled({
        huge: [1.7e308, -1.7e308, value],
        nan: [NaN, Infinity, value],
        tiny: [5e-324, 0, value],
        near: [1, 1 + 2.3e-16, 1 + value * 2.3e-16],
      });
    const page = comparison(odd(1), odd(2));
    const body = page.slice(page.indexOf('<main>'), page.indexOf('</main>'));
    expect(body).not.toMatch(/NaN|Infinity|undefined/);
  });
});
