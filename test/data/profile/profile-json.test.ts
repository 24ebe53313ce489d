import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {profileTable} from '../../../src/data/profile/profile-builder.ts';
import {parseProfile, profileJson} from '../../../src/data/profile/profile-json.ts';
import {column, table} from '../tables.ts';

const whole = table([
  column('id', [1, 2, 3], 'integer'),
  column('wind', [0.5, NaN, null]),
  column('weather "x"', ['sun', 'rain', null]),
  column('ok', [true, null, false]),
  column('big', [1n, 2n, 3n]),
  column('none', [null, null, null], 'string'),
]);

describe('profile.json', () => {
  it('comes back as it was written, and has one field a line', () => {
    const {profile} = profileTable(whole);
    const text = profileJson(profile);
    expect(parseProfile(text, 'profile.json')).toEqual(profile);
    expect(text).toContain('\n      "type": "number",\n      "missing": 1,\n      "notFinite": 1,\n');
    expect(text).toContain('"counts": [');
    expect(text.endsWith('}\n')).toBe(true);
    expect(parseProfile(profileJson({version: 1, rows: 0, columns: []}), 'p')).toEqual({
      version: 1,
      rows: 0,
      columns: [],
    });
  });

  it('comes back for any table', () => {
    const rows = fc.array(fc.tuple(fc.double(), fc.string()), {maxLength: 50});
    fc.assert(
      fc.property(rows, (list) => {
        const {profile} = profileTable(
          table([
            column(
              'n',
              list.map(([one]) => one),
              'number',
            ),
            column(
              't',
              list.map(([, one]) => one),
              'string',
            ),
          ]),
        );
        expect(parseProfile(profileJson(profile), 'p')).toEqual(profile);
      }),
      {numRuns: 100, seed: 3},
    );
  });

  it('comes back for the largest doubles, which mark a missing value in many files', () => {
    const most = Number.MAX_VALUE;
    for (const cells of [
      [-most, -most, 5],
      [-most, most],
    ]) {
      const {profile} = profileTable(table([column('n', cells, 'number')]));
      expect(parseProfile(profileJson(profile), 'profile.json')).toEqual(profile);
    }
  });

  it('is a few kilobytes', () => {
    const wide = table(
      Object.fromEntries(
        Array.from({length: 10}, (_, c) => [
          `c${String(c)}`,
          Array.from({length: 1000}, (_, r) => Math.sin(r * (c + 1))),
        ]),
      ),
    );
    expect(profileJson(profileTable(wide).profile).length).toBeLessThan(20_000);
  });

  it.each([
    ['garbage', '}{', 'is no profile: '],
    ['a list', '[]', 'is no profile: it is not an object'],
    ['no version', '{}', 'is no profile: it has no `version`'],
    [
      'a newer one',
      '{"version":2}',
      '`p` is a profile of version 2, this mlp reads version 1: make it again, or use a newer mlp',
    ],
    ['rows', '{"version":1,"rows":-1,"columns":[]}', '`rows` should be a count'],
    ['columns', '{"version":1,"rows":1,"columns":{}}', '`columns` should be a list'],
    ['a column', '{"version":1,"rows":1,"columns":[null]}', 'columns[0] should be an object'],
    ['a name', '{"version":1,"rows":1,"columns":[{"name":1}]}', 'columns[0].name should be a text'],
  ])('refuses %s', (_, text, message) => {
    expect(() => parseProfile(text, 'p')).toThrow(message);
  });

  it('refuses every field that is damaged', () => {
    const text = profileJson(profileTable(table({x: [1, 2, 3, 400], t: ['a', 'b', 'c', 'd']})).profile);
    for (const [from, to, message] of [
      ['"type": "number"', '"type": "float"', 'columns[0].type should be one of'],
      ['"missing": 0', '"missing": 5', 'columns[0].missing is more than there are rows'],
      ['"min": 1', '"min": null', 'columns[0].numbers.min should be a number'],
      ['"quantiles": [', '"quantiles": [0,', 'columns[0].numbers.quantiles should be a list of 51 numbers'],
      ['"edges": [', '"edges": [9,', 'columns[0].numbers.bins.edges should rise'],
      ['"edges": [', '"edges": [-9,', 'columns[0].numbers.bins.counts should be one more than there are edges'],
      ['"allValues": true', '"allValues": 1', 'columns[0].allValues should be true or false'],
      ['"name": "t"', '"name": "x"', 'the column "x" is there twice'],
      ['["a",1]', '["a"]', 'columns[1].values should be a list of pairs of a value and its count'],
      ['"spellings": []', '"spellings": 0', 'columns[1].texts.spellings should be a list'],
    ] as const) {
      expect(text).toContain(from);
      expect(() => parseProfile(text.replace(from, to), 'p'), from).toThrow(message);
    }
  });
});
