import {parse} from 'yaml';
import {describe, expect, it} from 'vitest';
import {parseSchema} from '../../../src/data/schema/parse.ts';
import type {TableSchema} from '../../../src/data/schema/schema.ts';

const yaml = (text: string): unknown => parse(text) as unknown;

function good(text: string): TableSchema {
  const parsed = parseSchema(yaml(text));
  if (!parsed.ok) throw new Error(parsed.error.map(({message}) => message).join('\n'));
  return parsed.value;
}

function mistakes(value: unknown): readonly string[] {
  const parsed = parseSchema(value);
  return parsed.ok ? [] : parsed.error.map(({message}) => message);
}

const ofColumn = (text: string): readonly string[] => mistakes(yaml(`columns:\n  a: {${text}}\n`));

describe('a schema', () => {
  it('of the specification is read', () => {
    const schema = good(`
missingValues: ["", "NA"]
extra: warn
primaryKey: [id]
uniqueKeys: [[name, country]]
rows: {min: 1000, change: 50%}
fresh: {column: ts, within: 26h}
columns:
  id:      {type: integer, required: true}
  name:    {type: string, minLength: 1, maxLength: 200}
  country: {type: string, enum: [LT, LV, EE, PL], tolerate: 0.1%}
  amount:  {type: number, minimum: 0, missing_max: 5%}
  email:   {type: string, pattern: '[^@\\s]+@[^@\\s]+', tolerate: 1%}
  ts:      {type: datetime}
  start:   {type: date, minimum: 2020-01-01}
  end:     {type: date}
  label:   {type: string, enum: [B2B, B2C], in: [train]}
  free:    {type: text}
rules:
  - {expr: "start <= end", tolerate: 0%}
  - {expr: "amount == amount + 0", within: 0.01, level: warn}
  - {fn: checks/vat.ts#valid}
compare:
  drift: {warn: 0.10, error: 0.25}
level: error
`);
    expect(schema).toMatchObject({
      missingValues: ['', 'NA'],
      primaryKey: ['id'],
      rows: {min: 1000, change: 0.5},
      fresh: {column: 'ts', withinMs: 26 * 3_600_000},
      level: 'error',
    });
    expect(schema.columns.map(({name}) => name).join()).toBe('id,name,country,amount,email,ts,start,end,label,free');
    expect(schema.columns[0]?.missingMax).toEqual({kind: 'rows', rows: 0, text: '0 rows'});
    expect(schema.columns[2]?.tolerate).toEqual({kind: 'share', share: 0.001, text: '0.1%'});
    expect(schema.columns[6]?.minimum).toEqual({value: Date.UTC(2020, 0, 1), text: '2020-01-01'});
    expect(schema.rules.map(({kind}) => kind)).toEqual(['expr', 'expr', 'fn']);
  });

  it('takes names that objects have, too', () => {
    const names = ['__proto__', 'constructor', 'toString', '', ' ', 'a.b', '1'];
    const columns = Object.fromEntries(names.map((name) => [name, {type: 'string'}]));
    const parsed = parseSchema({columns: JSON.parse(JSON.stringify(columns)) as object, primaryKey: ['constructor']});
    expect(parsed.ok && parsed.value.columns.map(({name}) => name).sort()).toEqual([...names].sort());
    expect(mistakes({columns: {}, primaryKey: 'toString'})).toEqual([
      'primaryKey: there is no column `toString` among `columns`',
    ]);
  });

  it.each([
    [null, 'a map is needed, not nothing'],
    ['x', 'a map is needed, not the text "x"'],
    [[1], 'a map is needed, not a list'],
    [{}, '`columns` is missing: a map of the names of columns to what they are'],
    [{columns: []}, 'columns: a map is needed, not a list'],
    [{columns: {}, colums: 1}, 'colums: this key is not known: did you mean `columns`?'],
    [{fields: []}, 'this is a Frictionless Table Schema: `mlp schema import` makes a schema of mlp from it'],
    [
      {columns: {}, extra: 'eror'},
      'extra: `error`, `warn`, `info` or `allow` is needed, not the text "eror": did you mean `error`?',
    ],
    [
      {columns: {}, missingValues: ['', null]},
      'missingValues[1]: a text is needed, but YAML reads this as nothing: quote it',
    ],
    [{columns: {}, compare: {limit: 'x'}}, '`compare.limit` can only be `history`, not "x"'],
    [{columns: {}, rows: {min: 3, max: 2}}, 'rows: `min` is larger than `max`'],
    [{columns: {}, rows: {min: -1}}, 'rows.min: a whole number from 0 is needed, not the number -1'],
    [
      {columns: {a: {type: 'string'}}, fresh: {column: 'a', within: '1h'}},
      'fresh.column: `a` is no column of type date or datetime among `columns`',
    ],
    [
      {columns: {a: {type: 'date'}}, fresh: {column: 'a', within: 'soon'}},
      'fresh.within: a length of time such as `26h`, `1d12h` or `30m` is needed, not the text "soon"',
    ],
    [{columns: {}, fresh: {column: 'a'}}, 'fresh: both `column` and `within` are needed'],
    [
      {columns: {ab: {type: 'string'}}, uniqueKeys: [['ac']]},
      'uniqueKeys[0][0]: there is no column `ac` among `columns`: did you mean `ab`?',
    ],
    [
      {columns: {}, rules: [{}]},
      'rules[0]: either `expr` or `fn` is needed: an expression, or `path#export` of a function',
    ],
    [
      {columns: {}, rules: [{fn: 'x'}]},
      'rules[0].fn: a function such as `checks/vat.ts#valid` is needed, not the text "x"',
    ],
    [{columns: {}, rules: [{expr: 'a < 1'}]}, 'rules[0].expr: there is no column `a` among `columns`'],
    [{columns: {}, rules: [{expr: '1 = 1'}]}, 'rules[0].expr: `=` is no comparison: write `==`\n  1 = 1\n    ^'],
    [
      {columns: {}, rules: [{expr: '1 < 2', within: -1}]},
      'rules[0].within: a number from 0 is needed, not the number -1',
    ],
  ])('tells what is wrong: %#', (value, message) => {
    expect(mistakes(value)).toEqual([message]);
  });

  it.each([
    [
      '',
      'columns.a: a type is missing: `type: string` or one of integer, number, boolean, date, datetime, bigint, string, text',
    ],
    [
      'type: strng',
      'columns.a.type: `integer`, `number`, `boolean`, `date`, `datetime`, `bigint`, `string` or `text` is needed, not the text "strng": did you mean `string`?',
    ],
    ['type: number, minimum: abc', 'columns.a.minimum: a number is needed, not the text "abc"'],
    ['type: number, minimum: .nan', 'columns.a.minimum: a number is needed, not the number NaN'],
    [
      'type: integer, minimum: 1.5',
      'columns.a.minimum: a whole number within ±(2^53 - 1) is needed, not the number 1.5',
    ],
    [
      'type: integer, maximum: 9007199254740993',
      'columns.a.maximum: a whole number within ±(2^53 - 1) is needed, not the number 9007199254740992',
    ],
    ['type: string, minimum: 1', 'columns.a.minimum: this is for numbers and dates, and the column is of type string'],
    ['type: number, pattern: x', 'columns.a.pattern: this is for texts, and the column is of type number'],
    [
      'type: date, minimum: 2024-02-30',
      'columns.a.minimum: a date such as `2024-01-31` is needed, not the text "2024-02-30"',
    ],
    [
      'type: string, pattern: "a)|(b"',
      'columns.a.pattern: the text "a)|(b" is no regular expression (Unmatched \')\')',
    ],
    [
      "type: string, pattern: '[\\p{L}\\_]+'",
      'columns.a.pattern: the text "[\\\\p{L}\\\\_]+" is no regular expression (Invalid escape)',
    ],
    ['type: string, pattern: "("', 'columns.a.pattern: the text "(" is no regular expression (Unterminated group)'],
    [
      'type: string, pattern: "(?i)x"',
      'columns.a.pattern: the text "(?i)x" is no regular expression (Invalid group): write `flags: i` in place of `(?i)`',
    ],
    [
      'type: string, tolerate: 1',
      'columns.a.tolerate: a share such as `0.1%` or `0.001`, or a count such as `10 rows`, is needed, not the number 1 (write `100%` or `1 rows`)',
    ],
    [
      'type: string, tolerate: 10',
      'columns.a.tolerate: a share such as `0.1%` or `0.001`, or a count such as `10 rows`, is needed, not the number 10',
    ],
    [
      'type: string, tolerate: 101%',
      'columns.a.tolerate: a share such as `0.1%` or `0.001`, or a count such as `10 rows`, is needed, not the text "101%"',
    ],
    [
      'type: string, required: true, missing_max: 5%',
      'columns.a.missing_max: `required: true` allows no missing cell: leave one of the two out',
    ],
    ['type: string, required: "yes"', 'columns.a.required: `true` or `false` is needed, not the text "yes"'],
    ['type: number, minimum: 2, maximum: 1', 'columns.a: no value is both at least 2 and at most 1'],
    ['type: string, minLength: 2, maxLength: 1', 'columns.a: no text has at least 2 and at most 1 characters'],
    ['type: string, enum: LT', 'columns.a.enum: a list is needed, not the text "LT"'],
  ])('tells what is wrong with a column: %s', (text, message) => {
    expect(ofColumn(text)).toEqual([message]);
  });

  it('takes no scalars for texts that YAML made something else of', () => {
    expect(ofColumn('type: string, enum: [NO, off, yes, 1_0, "12", 0x10, 012, 1e3, ~, true, 3.10]')).toEqual(
      [
        ['5', 'the number 16'],
        ['6', 'the number 12'],
        ['7', 'the number 1000'],
        ['8', 'nothing'],
        ['9', 'the value true'],
        ['10', 'the number 3.1'],
      ].map(
        ([index, what]) =>
          `columns.a.enum[${String(index)}]: a text is needed, but YAML reads this as ${String(what)}: quote it`,
      ),
    );
  });

  it('tells all mistakes, ten thousand of them', () => {
    const wrong = Object.fromEntries(Array.from({length: 10_000}, (_, index) => [`wrong${String(index)}`, 1]));
    const columns = Object.fromEntries(
      Array.from({length: 10_000}, (_, index) => [`c${String(index)}`, {type: 'nmber'}]),
    );
    expect(mistakes({...wrong, columns})).toHaveLength(20_000);
  });

  it('takes amounts as share, percentage and rows', () => {
    const tolerate = (text: string) => good(`columns: {a: {type: string, tolerate: ${text}}}`).columns[0]?.tolerate;
    expect(tolerate('0.1%')).toMatchObject({kind: 'share', share: 0.001});
    expect(tolerate('0.5')).toMatchObject({kind: 'share', share: 0.5});
    expect(tolerate('100%')).toMatchObject({kind: 'share', share: 1});
    expect(tolerate('1 rows')).toMatchObject({kind: 'rows', rows: 1, text: '1 row'});
    expect(tolerate('10 rows')).toMatchObject({kind: 'rows', rows: 10});
  });
});
