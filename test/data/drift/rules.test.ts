import {describe, expect, it} from 'vitest';
import type {Json} from '../../../src/base/json.ts';
import {defaultRules, parseDriftRules} from '../../../src/data/drift/rules.ts';

describe('rules', () => {
  it('have defaults', () => {
    expect(parseDriftRules(undefined)).toEqual(defaultRules);
    expect(parseDriftRules({})).toEqual(defaultRules);
  });

  it('are read, a column after the table', () => {
    const rules = parseDriftRules({
      drift: {warn: 0.2, error: 0.3},
      columns: {a: {metric: 'wasserstein', warn: 0.1}, b: 'off', c: false, d: {error: 0.5}, e: 'ks'},
      limit: 'history',
      group: 'customer',
    });
    expect(rules).toMatchObject({default: {metric: 'auto', warn: 0.2}, fromHistory: true, group: 'customer'});
    expect(Object.fromEntries(rules.columns)).toEqual({
      a: {metric: 'wasserstein', warn: 0.1},
      b: {metric: 'off'},
      c: {metric: 'off'},
      d: {metric: 'auto', warn: 0.2, error: 0.5},
      e: {metric: 'ks'},
    });
  });

  it('of a column take over the metric of all, and limits that its own ones leave in order', () => {
    const {columns} = parseDriftRules({
      drift: {metric: 'ks', warn: 0.1, error: 0.2},
      columns: {a: {warn: 0.15}, b: {error: 0.05}, c: {warn: 0.3}, d: {}, e: {metric: 'psi'}},
    });
    expect(Object.fromEntries(columns)).toEqual({
      a: {metric: 'ks', warn: 0.15, error: 0.2},
      b: {metric: 'ks', error: 0.05},
      c: {metric: 'ks', warn: 0.3},
      d: {metric: 'ks', warn: 0.1, error: 0.2},
      e: {metric: 'psi'},
    });
  });

  it.each([
    ['off', '`compare` should be a map, not "off"'],
    [{drfit: {}}, '`compare` knows no `drfit`: it takes drift, columns, limit and group'],
    [{drift: {warn: '0.1'}}, '`compare.drift.warn` should be a number above 0, not "0.1"'],
    [{drift: {warn: -1}}, '`compare.drift.warn` should be a number above 0, not -1'],
    [{drift: {warn: 0.3, error: 0.2}}, '`compare.drift` warns at 0.3, above the limit of an error, 0.2'],
    [{columns: {x: {metric: 'kl'}}}, '`compare.columns.x.metric` should be one of psi, jsd, linf, tvd, hellinger'],
    [{columns: []}, '`compare.columns` should be a map of columns to rules'],
    [{limit: 'past'}, '`compare.limit` can only be `history`, not "past"'],
    [{group: 3}, '`compare.group` should be the name of a column, not 3'],
  ] as readonly (readonly [Json, string])[])('refuse %j', (value, message) => {
    expect(() => parseDriftRules(value)).toThrow(message);
  });
});
