import {parse} from 'yaml';
import {describe, expect, it} from 'vitest';
import type {Json, JsonObject} from '../../../src/base/json.ts';
import {fromFrictionless, toFrictionless} from '../../../src/data/schema/frictionless.ts';
import {parseSchema} from '../../../src/data/schema/parse.ts';
import {plainSchemaText} from '../../../src/data/schema/schema-text.ts';

const SCHEMA = parse(`
title: Clients
missingValues: ["", "NA"]
extra: warn
primaryKey: [id]
uniqueKeys: [[name, country]]
rows: {min: 10, change: 50%}
fresh: {column: ts, within: 26h}
columns:
  id: {type: bigint, required: true, minimum: "9007199254740993"}
  name: {type: string, minLength: 1, maxLength: 20, title: Name, description: of the firm}
  country: {type: string, enum: ["NO", LT], tolerate: 0.1%, missingValues: ["-"]}
  amount: {type: number, exclusiveMinimum: 0, missing_max: 5%}
  mail: {type: string, pattern: '[^@]+@[^@]+', flags: i, level: warn}
  ts: {type: datetime, minimum: 2020-01-01T00:00:00Z}
  yes: {type: boolean, enum: [true], in: [train]}
  free: {type: text}
rules: [{expr: amount > 0, within: 0.1}]
compare: {drift: {warn: 0.1}}
level: warn
`) as JsonObject;

describe('a schema', () => {
  it('goes to Frictionless and back without loss', () => {
    const there = toFrictionless(SCHEMA);
    const {schema, notes} = fromFrictionless(JSON.parse(JSON.stringify(there)) as Json);
    expect(notes).toEqual([]);
    expect(schema).toEqual(SCHEMA);
    expect(parseSchema(schema)).toMatchObject({ok: true});
    expect(parse(plainSchemaText(schema))).toEqual(SCHEMA);
  });

  it('is a Table Schema that others read', () => {
    const {fields, ...rest} = toFrictionless(SCHEMA);
    expect(rest).toMatchObject({primaryKey: ['id'], missingValues: ['', 'NA'], fieldsMatch: ['subset']});
    expect((fields as readonly JsonObject[]).slice(0, 3)).toEqual([
      {name: 'id', type: 'integer', constraints: {required: true, minimum: '9007199254740993'}, mlp: {type: 'bigint'}},
      {
        name: 'name',
        type: 'string',
        title: 'Name',
        description: 'of the firm',
        constraints: {minLength: 1, maxLength: 20},
      },
      {
        name: 'country',
        type: 'string',
        missingValues: ['-'],
        constraints: {enum: ['NO', 'LT']},
        mlp: {tolerate: '0.1%'},
      },
    ]);
  });
});

describe('a Table Schema', () => {
  it('is taken over, and what mlp has no word for is named', () => {
    const {schema, notes} = fromFrictionless({
      fields: [
        {name: 'n', type: 'number', constraints: {minimum: '1.5', enum: ['2', 3]}, decimalChar: ','},
        {name: 's', constraints: {enum: [1, 'a']}, format: 'default'},
        {name: 'g', type: 'geopoint', constraints: {jsonSchema: {}}},
        {name: 'y', type: 'year', example: '2024'},
      ],
      missingValues: [{value: '-99', label: 'refused'}],
      foreignKeys: [],
    });
    expect(schema).toEqual({
      missingValues: ['-99'],
      extra: 'error',
      columns: {
        n: {type: 'number', minimum: 1.5, enum: [2, 3]},
        s: {type: 'string', enum: ['1', 'a']},
        g: {type: 'string'},
        y: {type: 'integer'},
      },
    });
    expect(notes).toEqual([
      '`decimalChar` of `n` is left out',
      '`g` is of type geopoint, which becomes string',
      'the constraint `jsonSchema` of `g` is left out',
      '`example` of `y` is left out',
      '`y` is of type year, which becomes integer',
      '`foreignKeys` is left out',
    ]);
    expect(parseSchema(schema).ok).toBe(true);
  });

  it('may stand in a data package', () => {
    const schema = {fields: [{name: 'a', type: 'integer'}], fieldsMatch: ['subset']};
    expect(fromFrictionless({resources: [{name: 'x', schema}]}).schema).toMatchObject({extra: 'allow'});
    expect(() => fromFrictionless({resources: [{schema}, {schema}]})).toThrow(
      'the data package has 2 resources with a schema',
    );
    expect(() => fromFrictionless([])).toThrow('this is no Table Schema: it has no list `fields`');
    expect(() => fromFrictionless({fields: [{}]})).toThrow('fields[0] has no `name`');
  });
});
