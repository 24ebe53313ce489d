/** Tables and schemas that nobody would write on purpose. */
import {describe, expect, it} from 'vitest';
import {sortFindings} from '../../../src/data/findings.ts';
import type {Host} from '../../../src/host/host.ts';
import {schemaText} from '../../../src/data/schema/schema-text.ts';
import {loadSchema} from '../../../src/stages/shared/load-schema.ts';
import {createTableFile} from '../../../src/stages/shared/table-files.ts';
import {inferTable} from '../../../src/stages/validate/infer-table.ts';
import {validateTable, type Validated} from '../../../src/stages/validate/validate-table.ts';
import type {Column} from '../../../src/data/table.ts';
import {column} from '../../data/tables.ts';
import {tempHost} from '../../host/rig.ts';

function hostWith(table: string | Uint8Array, schema: string): Host {
  const host = tempHost();
  host.files.writeAtomic('t.csv', table);
  host.files.writeAtomic('s.yaml', schema);
  return host;
}

async function validate(host: Host, more: Partial<Parameters<typeof validateTable>[1]> = {}): Promise<Validated> {
  return validateTable(host, {
    path: 't.csv',
    table: 't.csv',
    schema: await loadSchema(host, 's.yaml', 's.yaml'),
    asOf: 0,
    read: {},
    functionOf: () => Promise.reject(new Error('none')),
    ...more,
  });
}

const broken = ({findings}: Validated): readonly string[] =>
  findings.filter(({level}) => level === 'error' || level === 'warn').map(({level, id}) => `${level} ${id}`);

const messageOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => '',
    (error: unknown) => (error instanceof Error ? error.message : ''),
  );

describe('a table', () => {
  it('of ten thousand columns is inferred and accepted', async () => {
    const names = Array.from({length: 10_000}, (_, column) => `c${String(column)}`);
    const rows = Array.from({length: 2}, (_, row) => names.map((_name, column) => (column + row) % 7).join(','));
    const host = hostWith(`${names.join(',')}\n${rows.join('\n')}\n`, 'columns: {}\n');
    host.files.writeAtomic('s.yaml', schemaText(await inferTable(host, 't.csv', {}), 't.csv', ['', 'NA']));
    expect(broken(await validate(host))).toEqual([]);
    host.files.writeAtomic('s.yaml', 'columns: {}\n');
    expect(broken(await validate(host))).toHaveLength(10_000);
  });

  it('with the same header twice has a second name, which the schema does not know', async () => {
    const host = hostWith('a,a,a\n1,2,3\n', 'columns: {a: {type: integer, maximum: 1}}\n');
    expect(broken(await validate(host))).toEqual(['warn column.extra:a_2', 'warn column.extra:a_3']);
  });

  it('with rows that cannot be read tells so, and checks the others', async () => {
    const host = hostWith('a,b\n1,2\n1,2,3\nx,4\n5\n', 'columns: {a: {type: integer}, b: {type: integer}}\n');
    const validated = await validate(host);
    expect(broken(validated)).toEqual(['error column.type:a', 'error rows.malformed']);
    const malformed = validated.findings.find(({code}) => code === 'rows.malformed');
    expect(malformed).toMatchObject({
      rowsBad: 2,
      rowsChecked: 4,
      examples: [{value: expect.stringMatching(/^line 3: /)}, {}],
    });
    expect(validated.rows).toBe(2);
  });

  it('of nothing at all is a sentence', async () => {
    expect(await messageOf(validate(hostWith('', 'columns: {}\n')))).toBe(
      '`t.csv` has no row, not even a header: it must name its columns',
    );
  });

  it('with names that objects and file systems do not like', async () => {
    const host = hostWith(
      '__proto__,constructor,../../x,CON,a/b\nbad,bad,bad,bad,bad\n',
      'columns:\n' +
        ['__proto__', 'constructor', '../../x', 'CON', 'a/b']
          .map((name) => `  ${name}: {type: string, enum: [x]}\n`)
          .join(''),
    );
    const validated = await validate(host, {rows: {folder: 'rows', most: 10}});
    expect(broken(validated)).toHaveLength(5);
    expect(host.files.list('rows').map(({name}) => name)).toEqual([
      'value.enum-..-..-x.csv',
      'value.enum-CON.csv',
      'value.enum-__proto__.csv',
      'value.enum-a-b.csv',
      'value.enum-constructor.csv',
    ]);
  });

  it('keeps at most so many bad rows, and counts all of them', async () => {
    const host = hostWith(`a\n${'-1\n'.repeat(50)}`, 'columns: {a: {type: integer, minimum: 0}}\n');
    const validated = await validate(host, {rows: {folder: 'rows', most: 7}});
    expect(validated.findings.find(({code}) => code === 'value.range')).toMatchObject({rowsBad: 50});
    expect(host.files.readText('rows/value.range-a.csv').trim().split('\n')).toHaveLength(8);
  });
});

describe('a schema', () => {
  it('with ten thousand mistakes tells them with their lines, the first fifty', async () => {
    const wrong = Array.from({length: 10_000}, (_, index) => `wrong${String(index)}: 1\n`).join('');
    const message = await messageOf(validate(hostWith('a\n1\n', `columns: {}\n${wrong}`)));
    const lines = message.split('\n');
    expect(lines[1]).toMatch(/^s\.yaml:2: wrong0: this key is not known; there are `title`/);
    expect(lines.at(-1)).toBe('and 9,950 more');
    expect(lines).toHaveLength(52);
  });

  it.each([
    ['- a\n', 's.yaml:1: a map is needed, not a list'],
    ['just text', 's.yaml:1: a map is needed, not the text "just text"'],
    ['', 's.yaml:1: a map is needed, not nothing'],
    ['columns: {a: {type: string}\n', '`s.yaml:2`: '],
    ['columns:\n  a: {type: string}\n  a: {type: integer}\n', '`s.yaml:3`: the key `a` is there twice'],
    [
      'columns: {a: {type: string, enum: [0x10]}}\n',
      's.yaml:1: columns.a.enum[0]: a text is needed, but YAML reads this as the number 16: quote it',
    ],
    [`columns: ${'{a: '.repeat(500)}`, '`s.yaml` has more than 100 lists and maps in each other'],
    ['\0', '`s.yaml'],
  ])('that is none: %j', async (text, expected) => {
    expect(await messageOf(validate(hostWith('a\n1\n', text)))).toContain(expected);
  });
});

it('gives the same findings in JSON Schema files and in YAML', async () => {
  const schema = {columns: {a: {type: 'integer', minimum: 2}}};
  const host = hostWith('a\n1\n', JSON.stringify(schema));
  expect(broken(await validate(host))).toEqual(['error value.range:a']);
  expect(sortFindings((await validate(host)).findings).length).toBeGreaterThan(3);
});

describe('a Parquet file', () => {
  async function parquetHost(columns: readonly Column[], schema: string): Promise<Host> {
    const host = hostWith('', schema);
    const writer = await createTableFile(host, 't.parquet');
    await writer.write({rowCount: 4, columns});
    await writer.end();
    return host;
  }

  it('says itself of which types its columns are: what fits is taken, what does not is told', async () => {
    const host = await parquetHost(
      [
        column('whole', [1, 2, 3.5, null], 'number'),
        column('code', [7, 8, 9, null], 'integer'),
        column('id', [1n, 2n, 9007199254740993n, 4n], 'bigint'),
        column('flag', [0, 1, 2, null], 'integer'),
        column('day', [0, 86_400_000, 1, null], 'datetime'),
        column('n', [1, 2, 3, 4], 'integer'),
      ],
      `columns:
  whole: {type: integer}
  code: {type: string, maxLength: 1, enum: ["7", "8"]}
  id: {type: integer, unique: true}
  flag: {type: boolean}
  day: {type: date}
  n: {type: number, minimum: 2}
`,
    );
    const validated = await validate(host, {path: 't.parquet', table: 't.parquet'});
    const bad = validated.findings.filter(({level}) => level === 'error');
    expect(bad.map(({id, rowsBad, examples}) => `${id} ${String(rowsBad)} ${String(examples.at(-1)?.value)}`)).toEqual([
      'column.type:code 3 9',
      'column.type:day 1 1970-01-01T00:00:00.001Z',
      'column.type:flag 1 2',
      'column.type:id 1 9007199254740993',
      'column.type:whole 1 3.5',
      'value.enum:code 1 9',
      'value.range:n 1 1',
    ]);
    expect(bad[0]).toMatchObject({
      message: '3 of 3 values of `code` (100 %) are not of type string (the file has it as integer)',
      patch: [
        {path: ['columns', 'code', 'type'], value: 'integer'},
        {path: ['columns', 'code', 'maxLength']},
        {path: ['columns', 'code', 'enum']},
      ],
    });
    expect(validated.profiled.profile.columns.map(({type}) => type).join()).toBe(
      'integer,string,integer,boolean,date,number',
    );
  });
});
