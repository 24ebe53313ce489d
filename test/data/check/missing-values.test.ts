/** Columns with missing values of their own. */
import {describe, expect, it} from 'vitest';
import {readPlan} from '../../../src/data/check/caster.ts';
import {broken, checkCsv, schemaOf} from './check-rig.ts';

describe('a table', () => {
  it('with other missing values in some of its columns', async () => {
    const csv = 'a,b,c\n-999,NA,NA\n1,none,\n';
    const yaml = `
missingValues: ["", "NA"]
columns:
  a: {type: integer, missingValues: ["-999"], minimum: 0, missing_max: 50%}
  b: {type: string, missingValues: [none], enum: [NA], missing_max: 50%}
  c: {type: string, missing_max: 100%}
`;
    const checked = await checkCsv(csv, yaml);
    expect(broken(checked)).toEqual([]);
    expect(checked.findings.filter(({code}) => code === 'column.missing').map(({rowsBad}) => rowsBad)).toEqual([
      1, 1, 2,
    ]);
    expect(checked.tables[0]?.columns.map(({type}) => type)).toEqual(['integer', 'string', 'string']);
    expect(readPlan(schemaOf(yaml))).toEqual({
      types: {a: 'integer', b: 'string', c: 'string'},
      missingValues: ['', 'NA'],
      missingOf: {a: ['-999'], b: ['none']},
    });
  });

  it('with other missing values in a column, which change nothing else', async () => {
    const csv = 'a;country;n\n-;"NA";1,5\n1,5;NA;-\n"-";LT;2\n';
    const yaml = `
missingValues: ["", "NA"]
columns:
  a: {type: number, missingValues: ["-"], missing_max: 1 row}
  country: {type: string, enum: [NA, LT], missing_max: 1 row}
  n: {type: number, missingValues: ["-"], required: true}
`;
    const checked = await checkCsv(csv, yaml);
    expect(broken(checked)).toEqual(['error column.missing:a', 'error column.missing:n']);
    // Those of a column hold in quotes, too, and those of the table do not.
    expect(checked.of('column.missing:a')?.rowsBad).toBe(2);
    expect(checked.of('column.missing:country')).toMatchObject({level: 'ok', rowsBad: 1});
    const lines = '{"a": "x", "b": "x"}\n{"a": "", "b": ""}\n';
    const json = 'columns:\n  a: {type: string, missingValues: [x]}\n  b: {type: string, missing_max: 100%}\n';
    const [table] = (await checkCsv(lines, json, {name: 'a.jsonl'})).tables;
    expect(table?.columns.map((column) => [...(column.missing ?? [])])).toEqual([[1, 0], []]);
  });
});
