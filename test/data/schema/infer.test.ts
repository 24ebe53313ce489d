import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {ProfileBuilder} from '../../../src/data/profile/profile-builder.ts';
import {scanTable} from '../../../src/data/read-table.ts';
import {Inference} from '../../../src/data/schema/infer.ts';
import {schemaText} from '../../../src/data/schema/schema-text.ts';
import {broken, checkCsv, schemaOf} from '../check/check-rig.ts';
import {textSource} from '../text-source.ts';

const MISSING = ['', 'NA'];

async function infer(csv: string, batchRows = 1000, name = 'a.csv'): Promise<string> {
  const inference = new Inference();
  const builder = new ProfileBuilder();
  for await (const table of scanTable(textSource(name, csv), {missingValues: MISSING, batchRows})) {
    builder.add(table);
    inference.add(table);
  }
  return schemaText(inference.finish(builder.finish()), 'data/a.csv', MISSING);
}

const rows = (count: number, of: (row: number) => string): string =>
  `${Array.from({length: count}, (_, row) => `${of(row)}\n`).join('')}`;

describe('what is inferred', () => {
  it('has its evidence on each line', async () => {
    const head = 'id,code,country,n,amount,day,yes,odd,note,empty,label id\n';
    const csv =
      head +
      rows(1000, (row) =>
        [
          row + 1,
          String(row % 7).padStart(2, '0'),
          ['LT', 'LV', 'EE'][row % 3],
          row % 5,
          row % 10 === 0 ? 'NA' : row / 4,
          `2024-01-${String((row % 28) + 1).padStart(2, '0')}`,
          row % 2 === 0,
          row === 17 ? 'abc' : row - 5,
          `this is sentence number ${String(row)} of a text that is long enough`,
          '',
          `x${String(row)}`,
        ].join(','),
      );
    const text = await infer(csv);
    expect(text).toMatchInlineSnapshot(`
      "# Made by \`mlp schema infer\` from 1,000 rows of data/a.csv. What is true of all tables of this kind
      # and what only happened to be so in this one, you know better: change it, then commit it.
      missingValues: ["", "NA"]
      extra: warn
      primaryKey: [id] # 1,000 different values in 1,000 rows
      columns:
        id:
          type: integer # all of 1,000 values
          required: true # 0 of 1,000 missing
          minimum: 0 # the smallest is 1
        code:
          type: string # all of 1,000 values
          required: true # 0 of 1,000 missing
          enum: ["00", "01", "02", "03", "04", "05", "06"] # 7 different values, each seen 142 times or more
        country:
          type: string # all of 1,000 values
          required: true # 0 of 1,000 missing
          enum: [EE, LT, LV] # 3 different values, each seen 333 times or more
        n:
          type: integer # all of 1,000 values
          required: true # 0 of 1,000 missing
          # enum: [0, 1, 2, 3, 4] # 5 different values
          minimum: 0 # the smallest is 0
        amount:
          type: number # all of 900 values
          missing_max: 13% # 100 of 1,000 missing
          minimum: 0 # the smallest is 0.25
        day:
          type: date # all of 1,000 values
          required: true # 0 of 1,000 missing
        "yes":
          type: boolean # all of 1,000 values
          required: true # 0 of 1,000 missing
        odd:
          type: string # 99.9 % would be of type integer, but not "abc" (1)
          required: true # 0 of 1,000 missing
          unique: true # 1,000 different values in 1,000 rows
        note:
          type: text # 57 characters on average
          required: true # 0 of 1,000 missing
        empty:
          type: string # no value to tell it by
          missing_max: 100% # 1,000 of 1,000 missing
        "label id":
          type: string # all of 1,000 values
          required: true # 0 of 1,000 missing
          unique: true # 1,000 different values in 1,000 rows
      "
    `);
    expect(await infer(csv, 37)).toBe(text);
    expect(broken(await checkCsv(csv, text))).toEqual([]);
    expect(
      schemaOf(text)
        .columns.map(({type}) => type)
        .join(),
    ).toBe('integer,string,string,integer,number,date,boolean,string,text,string,string');
  });

  it('of few rows claims little', async () => {
    const text = await infer('a,b\n1,x\n2,y\n');
    expect(text).toContain('missing_max: 77% # 0 of 2 missing');
    expect(text).not.toMatch(/required|unique|primaryKey|^ +enum/m);
    expect(await infer('a,b\n')).toContain('type: string # no value to tell it by');
  });

  it('is accepted by the table that it was made from, whatever is in it', async () => {
    const cell = fc.oneof(
      {
        weight: 3,
        arbitrary: fc.constantFrom(
          '',
          'NA',
          '0',
          '1',
          '-1',
          '007',
          '1.5',
          '1e3',
          'true',
          'FALSE',
          '2024-02-29',
          '2024-01-01T10:00',
          ' 5 ',
          'NaN',
          'Inf',
          '9007199254740993',
          '99999999999999999999',
          'NO',
          '~',
          '0x10',
          '"NA"',
          '""',
          '"1"',
        ),
      },
      {
        weight: 1,
        arbitrary: fc
          .string({unit: 'grapheme', maxLength: 6})
          .map((text) => `"${text.replaceAll('"', '""').replaceAll(/[\r\0]/g, '')}"`),
      },
    );
    const name = fc.constantFrom('a', '~', 'no', '1', 'x: y', '#', '__proto__', 'constructor', '-', 'ž', '"');
    await fc.assert(
      fc.asyncProperty(
        fc
          .uniqueArray(name, {minLength: 1, maxLength: 3})
          .chain((names) =>
            fc.tuple(
              fc.constant(names),
              fc.array(fc.array(cell, {minLength: names.length, maxLength: names.length}), {maxLength: 8}),
              fc.constantFrom(1, 20),
            ),
          ),
        async ([names, cells, times]) => {
          const head = names.map((one) => `"${one.replaceAll('"', '""')}"`).join(',');
          const body = cells.map((row) => `${row.join(',')}\n`).join('');
          const csv = `${head}\n${body.repeat(times)}`;
          const text = await infer(csv);
          const checked = await checkCsv(csv, text);
          expect(broken(checked), `${csv}\n${text}`).toEqual([]);
        },
      ),
      {numRuns: 150, seed: 1},
    );
  });

  it('is accepted by JSON lines, whatever is in them', async () => {
    const value = fc.oneof(
      fc.constantFrom<unknown>(
        null,
        true,
        false,
        0,
        1,
        -0,
        1.5,
        1e300,
        9007199254740993,
        '',
        'NA',
        '7',
        '007',
        'x',
        [1],
        {a: null},
        '2024-01-01',
      ),
      fc.double({noNaN: true, noDefaultInfinity: true}),
      fc.string({unit: 'grapheme', maxLength: 5}),
    );
    const row = fc.dictionary(fc.constantFrom('a', 'b', '__proto__', 'c d'), value, {
      minKeys: 1,
      noNullPrototype: true,
    });
    await fc.assert(
      fc.asyncProperty(fc.array(row, {minLength: 1, maxLength: 6}), async (list) => {
        const lines = list.map((one) => `${JSON.stringify(one)}\n`).join('');
        const text = await infer(lines, 2, 'a.jsonl');
        expect(broken(await checkCsv(lines, text, {name: 'a.jsonl'})), `${lines}\n${text}`).toEqual([]);
      }),
      {numRuns: 150, seed: 1},
    );
  });

  it('names columns of any name', async () => {
    const long = 'x'.repeat(3000);
    const schema = schemaOf(await infer(`${long},"a\nb","${'é'.repeat(5)}: #"\n1,2,3\n`));
    expect(schema.columns.map(({name}) => name)).toEqual([long, 'a\nb', 'ééééé: #']);
  });
});
