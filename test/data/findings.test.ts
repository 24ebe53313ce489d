import {describe, expect, it} from 'vitest';
import {
  countLevels,
  createFinding,
  findingsJson,
  findingsOf,
  MOST_EXAMPLES,
  parseFindings,
  sortFindings,
  worstLevel,
  type FindingFacts,
} from '../../src/data/findings.ts';

const facts: FindingFacts = {
  code: 'value.range',
  level: 'error',
  table: 'data/a.csv',
  column: 'amount',
  rule: 'minimum: 0',
  measured: -3,
  limit: 0,
  rowsChecked: 40,
  rowsBad: 10,
  message: '10 of 40 values are below 0',
};

describe('a finding', () => {
  it('has an id, a share and few examples', () => {
    const examples = Array.from({length: 50}, (_, row) => ({row: row + 1, value: '-1'}));
    expect(createFinding({...facts, examples})).toMatchObject({id: 'value.range:amount', share: 0.25, rowsBad: 10});
    expect(createFinding({...facts, examples}).examples).toHaveLength(MOST_EXAMPLES);
    expect(createFinding({...facts, subject: 'a,b'}).id).toBe('value.range:a,b');
    expect(
      createFinding({code: 'rows.count', level: 'ok', table: 't', rule: 'min: 1', measured: 3, limit: 1, message: ''}),
    ).toMatchObject({id: 'rows.count', share: null, rowsChecked: 0});
  });

  it('holds no NaN', () => {
    const finding = createFinding({...facts, measured: Number.NaN, limit: Infinity, numbers: {p: Number.NaN, n: 2}});
    expect(finding).toMatchObject({measured: 'NaN', limit: 'Infinity', numbers: {n: 2}});
  });

  it('stands for a check that threw', () => {
    const boom = (): never => {
      throw new RangeError('boom');
    };
    expect(findingsOf('t', 'the rule `a < b`', boom, 'schema.yaml:3')).toMatchObject([
      {
        code: 'check.crashed',
        level: 'error',
        message: 'the rule `a < b` could not be checked: boom',
        where: 'schema.yaml:3',
      },
    ]);
  });
});

describe('findings', () => {
  const all = [
    createFinding({...facts, level: 'ok', column: 'b'}),
    createFinding({...facts, level: 'warn', column: 'z'}),
    createFinding({...facts, column: 'z'}),
    createFinding({...facts, column: 'a'}),
    createFinding({...facts, column: 'a', rule: 'maximum: 1'}),
  ];

  it('are sorted the worst first, and ids that come twice are numbered', () => {
    expect(sortFindings(all).map(({id}) => id)).toEqual([
      'value.range:a',
      'value.range:a#2',
      'value.range:z',
      'value.range:z#2',
      'value.range:b',
    ]);
    expect(worstLevel(all)).toBe('error');
    expect(worstLevel([])).toBe('ok');
    expect(countLevels(all)).toEqual({error: 3, warn: 1, info: 0, ok: 1});
  });

  it('are written and read back', () => {
    const examples = [{row: 3, key: '7', value: null}, {value: '\ud800"'}];
    const patch = [{path: ['columns', 'a', 'minimum'], value: -3}, {path: ['columns', 'a', 'enum']}];
    const finding = createFinding({...facts, examples, patch, hint: 'h', where: 's.yaml:1', numbers: {p: 0.1}});
    const text = findingsJson([finding, ...all]);
    expect(parseFindings(text, 'findings.json')).toEqual(sortFindings([finding, ...all]));
    expect(findingsJson(parseFindings(text, 'findings.json'))).toBe(text);
    expect(JSON.parse(text)).toMatchObject({version: 1, counts: {error: 4, warn: 1, info: 0, ok: 1}});
    expect(text).toContain('"rows_bad": 10');
  });

  it.each([
    ['{', /is no findings file: /],
    ['[]', /it is not an object/],
    ['{"version": 2}', /is a findings file of version 2, this mlp reads version 1: make it again/],
    ['{"version": 1}', /`findings` is not a list/],
    ['{"version": 1, "findings": [1]}', /findings\[0\]: it is not an object/],
    [
      findingsJson(all).replace('"level": "warn"', '"level": "bad"'),
      /findings\[3\]: `level` should be error, warn, info or ok, not "bad"/,
    ],
    [
      findingsJson(all).replace('"rows_bad": 10', '"rows_bad": -1'),
      /findings\[0\]: `rows_bad` should be a count, not -1/,
    ],
    [findingsJson(all).replace('"code"', '"cod"'), /findings\[0\]: `code` should be a text, not nothing/],
  ])('that are not as they should be are named: %#', (text, message) => {
    expect(() => parseFindings(text, 'findings.json')).toThrow(message);
  });
});
