/** `mlp validate` and `mlp schema`: tables and schemas without a pipeline. */
import {statSync} from 'node:fs';
import {describe, expect, it} from 'vitest';
import {Rig} from '../rig/rig.ts';

const CSV = `id,country,amount\n${Array.from({length: 200}, (_, row) => `${String(row + 1)},${row % 2 === 0 ? 'LT' : 'LV'},${String(row / 2)}\n`).join('')}`;

async function inferred(): Promise<Rig> {
  const rig = new Rig();
  rig.write('data.csv', CSV);
  expect(await rig.mlp('schema', 'infer', 'data.csv', '-o', 's.yaml')).toMatchObject({code: 0, out: '', talk: ''});
  return rig;
}

describe('mlp schema infer', () => {
  it('makes a schema that the table passes', async () => {
    await using rig = await inferred();
    expect(rig.read('s.yaml')).toContain('primaryKey: [id] # 200 different values in 200 rows');
    expect((await rig.mlp('schema', 'infer', 'data.csv')).out).toBe(rig.read('s.yaml'));
    const checked = await rig.mlp('validate', 'data.csv', '--schema', 's.yaml');
    expect(checked).toMatchObject({code: 0});
    expect(checked.out).toMatch(/^data\.csv: 14 rules held\n$/);
  });

  it('writes over nothing unless it is told to', async () => {
    await using rig = await inferred();
    expect(await rig.mlp('schema', 'infer', 'data.csv', '-o', 's.yaml')).toMatchObject({
      code: 2,
      talk: 'mlp: `s.yaml` is there already\nhint: `--update` widens it, `--force` writes over it\n',
    });
    expect((await rig.mlp('schema', 'infer', 'data.csv', '-o', 's.yaml', '--force')).code).toBe(0);
  });

  it('tells of columns that are nearly of a type', async () => {
    await using rig = new Rig();
    rig.write('data.csv', `a\n${'1\n'.repeat(999)}x\n`);
    expect((await rig.mlp('schema', 'infer', 'data.csv', '-o', 's.yaml')).talk).toBe(
      'note: `a` is a string: 99.9 % would be of type integer, but not "x" (1)\n',
    );
  });

  it('writes no control character of a name to the terminal', async () => {
    await using rig = new Rig();
    rig.write('data.csv', `a\u001b[31m\n${'1\n'.repeat(999)}x\n`);
    expect((await rig.mlp('schema', 'infer', 'data.csv', '-o', 's.yaml')).talk).not.toContain('\u001b');
  });

  it('--update widens a schema until the table is accepted, and keeps comments', async () => {
    await using rig = await inferred();
    rig.write('s.yaml', rig.read('s.yaml').replace('extra: warn', 'extra: warn # my comment'));
    rig.write('new.csv', `id,country,amount,more\n${'1.5,EE,-2,x\n'.repeat(60)}2,LT,,y\n`);
    const dry = await rig.mlp('schema', 'infer', 'new.csv', '--update', 's.yaml', '--dry-run');
    expect(dry.code).toBe(0);
    expect(rig.read('s.yaml')).not.toContain('more:');
    const update = await rig.mlp('schema', 'infer', 'new.csv', '--update', 's.yaml');
    expect(update.out).toBe(dry.out);
    expect(update.out).toMatchInlineSnapshot(`
      "--- s.yaml
      +++ s.yaml
      @@ -2,17 +2,17 @@
       # and what only happened to be so in this one, you know better: change it, then commit it.
       missingValues: ["", "NA"]
       extra: warn # my comment
      -primaryKey: [id] # 200 different values in 200 rows
       columns:
         id:
      -    type: integer # all of 200 values
      +    type: number # all of 200 values
           required: true # 0 of 200 missing
           minimum: 0 # the smallest is 1
         country:
           type: string # all of 200 values
           required: true # 0 of 200 missing
      -    enum: [LT, LV] # 2 different values, each seen 100 times or more
      +    enum: [LT, LV, EE] # 2 different values, each seen 100 times or more
         amount:
           type: number # all of 200 values
      -    required: true # 0 of 200 missing
      -    minimum: 0 # the smallest is 0
      +    minimum: -2 # the smallest is 0
      +    missing_max: 13%
      +  more: {type: string, missing_max: 9.9%}
      "
    `);
    expect(rig.read('s.yaml')).toContain('# my comment');
    expect((await rig.mlp('validate', 'new.csv', '--schema', 's.yaml')).code).toBe(0);
    expect((await rig.mlp('validate', 'data.csv', '--schema', 's.yaml')).code).toBe(1);
    rig.write('data2.csv', CSV.replace(/\n/g, ',z\n').replace('amount,z', 'amount,more'));
    const again = await rig.mlp('schema', 'infer', 'new.csv', '--update', 's.yaml');
    expect(again).toMatchObject({code: 0, out: '', talk: 'nothing to change in s.yaml\n'});
  });

  it('--update touches no file until the end, and none with --dry-run', async () => {
    await using rig = await inferred();
    rig.write('new.csv', `id,country,amount\n${'1,EE,-2\n'.repeat(60)}`);
    const {ctimeNs} = statSync(rig.path('s.yaml'), {bigint: true});
    expect((await rig.mlp('schema', 'infer', 'new.csv', '--update', 's.yaml', '-n')).out).toContain('+    minimum: -2');
    expect(statSync(rig.path('s.yaml'), {bigint: true}).ctimeNs).toBe(ctimeNs);
  });

  it('--update reads new columns with the missing values of the schema', async () => {
    await using rig = new Rig();
    rig.write('s.yaml', 'missingValues: ["", "-"]\ncolumns:\n  a: {type: integer}\n');
    rig.write('new.csv', `a,b\n${'1,-\n2,5\n'.repeat(60)}`);
    await rig.mlp('schema', 'infer', 'new.csv', '--update', 's.yaml');
    expect(rig.read('s.yaml')).toContain('  b: {type: integer, missing_max: 62%, minimum: 0}\n');
  });

  it('--update leaves alone what only a person can decide', async () => {
    await using rig = await inferred();
    rig.write('new.csv', 'id,country\n1,LT\n');
    const {talk, code} = await rig.mlp('schema', 'infer', 'new.csv', '--update', 's.yaml');
    expect(code).toBe(0);
    expect(talk).toContain('left alone: the table has no column `amount`\n');
  });
});

describe('mlp validate', () => {
  const WRONG = CSV.replace('7,LT', '7,XX').replace('9,LT,4', '8,LT,-4');

  it('tells what is wrong, in each format', async () => {
    await using rig = await inferred();
    rig.write('new.csv', WRONG);
    const text = await rig.mlp('validate', 'new.csv', '--schema', 's.yaml');
    expect(text.code).toBe(1);
    expect(text.out).toMatchInlineSnapshot(`
      "error key.duplicate:id: 1 row of 200 has a key that came before
        row 9 (key 8): \`8\`
        ← s.yaml:5: primaryKey: [id]
        hint: if the table is right and the schema is not: \`mlp schema accept key.duplicate:id --table new.csv --schema s.yaml\`
      error value.enum:country: 1 of 200 values of \`country\` (0.5 %) is not among the allowed ones
        row 7 (key 7): \`XX\`
        ← s.yaml:14: enum: [LT, LV]
        hint: if the table is right and the schema is not: \`mlp schema accept value.enum:country --table new.csv --schema s.yaml\`
      error value.range:amount: 1 of 200 values of \`amount\` (0.5 %) is below 0
        row 9 (key 8): \`-4\`
        ← s.yaml:18: minimum: 0
        hint: if the table is right and the schema is not: \`mlp schema accept value.range:amount --table new.csv --schema s.yaml\`
      new.csv: 3 errors, 11 rules held
      "
    `);
    const json = await rig.mlp('validate', 'new.csv', '--schema', 's.yaml', '--json');
    expect(JSON.parse(json.out)).toMatchObject({version: 1, counts: {error: 3}});
    const formats = {
      junit: '<testsuites tests=',
      sarif: '"version": "2.1.0"',
      github: '::error file=s.yaml,line=',
      html: '<!doctype html>',
    };
    for (const [format, begin] of Object.entries(formats)) {
      const {out, code} = await rig.mlp('validate', 'new.csv', '--schema', 's.yaml', '--format', format);
      expect({format, code, has: out.includes(begin)}).toEqual({format, code: 1, has: true});
    }
    rig.env['GITHUB_ACTIONS'] = 'true';
    expect((await rig.mlp('validate', 'new.csv', '--schema', 's.yaml')).out).toContain('::error file=s.yaml,line=');
  });

  it('keeps the bad rows and the profile, compares with a reference', async () => {
    await using rig = await inferred();
    rig.write('new.csv', WRONG);
    await rig.mlp('validate', 'data.csv', '--schema', 's.yaml', '--profile', 'old.json');
    const {out} = await rig.mlp(
      'validate',
      'new.csv',
      '--schema',
      's.yaml',
      '--rows',
      'bad',
      '--reference',
      'old.json',
      '-v',
    );
    expect(rig.read('bad/value.enum-country.csv')).toBe('row,id,country,amount\n7,7,XX,3.0\n');
    expect(out).toContain('ok drift.psi:country');
    rig.write('bad/mine.csv', 'x\n');
    rig.write('bad/value.2023.csv', 'x\n');
    const soon = ['--as-of', 'soon'];
    expect((await rig.mlp('validate', 'data.csv', '--schema', 's.yaml', '--rows', 'bad', ...soon)).code).toBe(2);
    expect(rig.exists('bad/value.enum-country.csv')).toBe(true);
    await rig.mlp('validate', 'data.csv', '--schema', 's.yaml', '--rows', 'bad');
    expect(rig.exists('bad/value.enum-country.csv')).toBe(false);
    expect(rig.exists('bad/mine.csv')).toBe(true);
    expect(rig.exists('bad/value.2023.csv')).toBe(true);
  });

  it('calls functions of the schema', async () => {
    await using rig = await inferred();
    rig.write('s.yaml', `${rig.read('s.yaml')}rules: [{fn: 'check.ts#small'}]\n`);
    rig.write('limit.ts', 'export const LIMIT: number = 150;\n');
    rig.write(
      'check.ts',
      "import {LIMIT} from './limit.ts';\nexport const small = (row: {id: number}): boolean => row.id <= LIMIT;\n",
    );
    const {out} = await rig.mlp('validate', 'data.csv', '--schema', 's.yaml');
    expect(out).toContain('error rule.function:check.ts#small: 50 of 200 rows (25 %) are not as `check.ts#small` asks');
  });

  it('stops a pattern that goes astray, and names it', async () => {
    await using rig = new Rig();
    rig.host = {timeLimit: (_limit, action) => realLimit(50, action)};
    const {createTimeLimit} = await import('../../src/host/time-limit.ts');
    const realLimit = createTimeLimit();
    rig.write('data.csv', `a,b\n${'a'.repeat(50)}!,x\n`);
    rig.write('s.yaml', "columns:\n  a: {type: string, pattern: '(a+)+'}\n  b: {type: string, enum: [y]}\n");
    const {out, code} = await rig.mlp('validate', 'data.csv', '--schema', 's.yaml');
    expect(code).toBe(1);
    expect(out).toContain('the pattern of a could not be checked: the pattern `(a+)+` went astray at `aaaa');
    expect(out).toContain('error value.enum:b');
  });

  it.each([
    [['validate', 'gone.csv', '--schema', 's.yaml'], '`gone.csv` is not there'],
    [['validate', 'data.csv', '--schema', 'gone.yaml'], '`gone.yaml` is not there'],
    [['validate', 'data.csv', '--schema', 'data.csv'], '`data.csv` is no table schema:'],
    [
      ['validate', 'data.csv', '--schema', 's.yaml', '--as-of', 'now'],
      '--as-of takes a time such as 2024-01-31T12:00:00Z, not `now`',
    ],
    [['validate', 'data.csv', '--schema', 's.yaml', '--format', 'xml'], '--format takes text, json'],
    [['validate', 'data.csv'], "required option '--schema <file>' not specified"],
    [['schema', 'infr', 'data.csv'], 'hint: did you mean `mlp schema infer`?'],
    [['schema', 'infer'], 'name one file: `mlp schema infer data/clients.csv`'],
    [['schema', 'accept', 'x'], 'say where the findings are'],
    [['schema', 'import', 's.yaml'], 'this is no Table Schema: it has no list `fields`'],
  ])('a mistake of the command line is a sentence: %j', async (argv, message) => {
    await using rig = await inferred();
    const {code, talk} = await rig.mlp(...argv);
    expect(talk).toContain(message);
    expect(code).toBe(2);
  });
});

describe('mlp schema accept', () => {
  it('changes the one rule that a finding is about', async () => {
    await using rig = await inferred();
    rig.write('new.csv', CSV.replace('7,LT', '7,XX').replace(',3\n', ',-3\n'));
    const where = ['--table', 'new.csv', '--schema', 's.yaml'];
    expect((await rig.mlp('schema', 'accept', 'value.enum:contry', ...where)).talk).toContain(
      'did you mean `value.enum:country`?',
    );
    const {out, code} = await rig.mlp('schema', 'accept', 'value.enum:country', ...where);
    expect(code).toBe(0);
    expect(out).toContain('-    enum: [LT, LV] #');
    expect(out).toContain('+    enum: [LT, LV, XX] #');
    expect((await rig.mlp('validate', 'new.csv', '--schema', 's.yaml')).out).not.toContain('value.enum');
    await rig.mlp('validate', 'new.csv', '--schema', 's.yaml', '--format', 'json', '-o', 'f.json');
    await rig.mlp('schema', 'accept', 'value.range:amount', '--findings', 'f.json');
    expect(rig.read('s.yaml')).toContain('minimum: -3');
    expect((await rig.mlp('validate', 'new.csv', '--schema', 's.yaml')).code).toBe(0);
  });
});

it('mlp schema export and import are inverse', async () => {
  await using rig = await inferred();
  await rig.mlp('schema', 'export', 's.yaml', '-o', 't.json');
  expect(JSON.parse(rig.read('t.json'))).toMatchObject({fields: [{name: 'id'}, {name: 'country'}, {name: 'amount'}]});
  const {out} = await rig.mlp('schema', 'import', 't.json');
  rig.write('again.yaml', out);
  await rig.mlp('schema', 'export', 'again.yaml', '-o', 't2.json');
  expect(rig.read('t2.json')).toBe(rig.read('t.json'));
});
