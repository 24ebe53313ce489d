import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {KeySet} from '../../../src/data/check/key-set.ts';
import {broken, checkCsv} from './check-rig.ts';

describe('a table', () => {
  it('that is as it should be breaks nothing, and every rule tells its number', async () => {
    const checked = await checkCsv(
      'id,country,amount,day,free\n1,LT,3.5,2024-01-01,hello\n2,LV,,2024-01-02,you\n',
      `
primaryKey: id
uniqueKeys: [[country, amount]]
rows: {min: 1, max: 10}
columns:
  id: {type: integer, minimum: 1}
  country: {type: string, enum: [LT, LV], minLength: 2, maxLength: 2, pattern: '[A-Z]+'}
  amount: {type: number, minimum: 0, missing_max: 50%}
  day: {type: date, minimum: 2020-01-01, required: true}
  free: {type: text}
rules:
  - {expr: "amount > id"}
`,
    );
    expect(broken(checked)).toEqual([]);
    expect(
      checked.findings.map(({id, measured, rowsChecked}) => `${id} ${String(measured)} ${String(rowsChecked)}`),
    ).toEqual([
      'column.absent 0 0',
      'column.extra 0 0',
      'column.missing:amount 0.5 2',
      'column.missing:day 0 2',
      'column.type:amount 0 1',
      'column.type:country 0 2',
      'column.type:day 0 2',
      'column.type:free 0 2',
      'column.type:id 0 2',
      'key.duplicate:country,amount 0 1',
      'key.duplicate:id 0 2',
      'key.missing:id 0 2',
      'rows.count 2 0',
      'rule.expr:amount > id 0 1',
      'value.enum:country 0 2',
      'value.length:country 0 2',
      'value.pattern:country 0 2',
      'value.range:amount 0 1',
      'value.range:day 0 2',
      'value.range:id 0 2',
    ]);
  });

  it('shows all that is wrong with it at once', async () => {
    const checked = await checkCsv(
      'id,country,amount,day,mail,other\n1,LT,x,2024-02-30,a@b,1\n1,lt,-3,,nope,2\n,XX,1e999,2019-01-01,,3\n2,LT,5,2024-01-05,b@c,4\n',
      `
primaryKey: [id]
rows: {min: 10}
extra: error
columns:
  id: {type: integer}
  country: {type: string, enum: [LT], flags: i}
  amount: {type: number, minimum: 0, maximum: 4}
  day: {type: date, minimum: 2020-01-01, required: true}
  mail: {type: string, pattern: '[^@]+@[^@]+', maxLength: 3, level: warn}
  gone: {type: string}
rules:
  - {expr: "amount > id", level: info}
`,
    );
    expect(
      checked.findings.filter(({level}) => level !== 'ok').map(({level, id, message}) => `${level} ${id}: ${message}`),
    ).toMatchInlineSnapshot(`
      [
        "error column.absent:gone: the table has no column \`gone\`",
        "error column.extra:other: the schema has no column \`other\`",
        "error column.missing:day: 1 of 4 cells of \`day\` (25 %) is missing",
        "error column.type:amount: 1 of 4 values of \`amount\` (25 %) is not of type number",
        "error column.type:day: 1 of 3 values of \`day\` (33.3 %) is not of type date",
        "error key.duplicate:id: 1 row of 3 has a key that came before",
        "error key.missing:id: 1 of 4 keys (25 %) is missing or not complete",
        "error rows.count: the table has 4 rows, at least 10 are needed",
        "error value.enum:country: 2 of 4 values of \`country\` (50 %) are not among the allowed ones",
        "error value.range:amount: 3 of 3 values of \`amount\` (100 %) are below 0 or above 4",
        "error value.range:day: 1 of 2 values of \`day\` (50 %) is below 2020-01-01",
        "warn value.length:mail: 1 of 3 values of \`mail\` (33.3 %) is longer than 3 characters",
        "warn value.pattern:mail: 1 of 3 values of \`mail\` (33.3 %) is not of the pattern",
        "info rule.expr:amount > id: 1 of 2 rows (50 %) is not as \`amount > id\` asks",
      ]
    `);
    expect(checked.badRows).toEqual({
      'column.type:amount': [1],
      'column.type:day': [1],
      'column.missing:day': [2],
      'key.missing:id': [3],
      'key.duplicate:id': [2],
      'value.enum:country': [2, 3],
      'value.range:amount': [2, 3, 4],
      'value.range:day': [3],
      'value.pattern:mail': [2],
      'value.length:mail': [2],
      'rule.expr:amount > id': [2],
    });
    expect(checked.of('column.type:day')?.examples).toEqual([{row: 1, key: '1', value: '2024-02-30'}]);
    expect(checked.of('value.range:amount')).toMatchObject({
      where: 'a.yaml#columns.amount.minimum',
      rule: 'minimum: 0, maximum: 4',
    });
  });

  it('gives the same in batches of any size', async () => {
    const rows = Array.from(
      {length: 50},
      (_, row) => `${String(row % 40)},${['LT', 'LV', 'xx'][row % 3] ?? ''},${row % 7 === 0 ? 'bad' : String(row - 5)}`,
    );
    const yaml = `
primaryKey: id
columns:
  id: {type: integer}
  c: {type: string, enum: [LT, LV], tolerate: 5 rows}
  n: {type: integer, minimum: 0}
rules: [{expr: "n > id"}]
`;
    const whole = await checkCsv(`id,c,n\n${rows.join('\n')}\n`, yaml);
    expect(broken(whole)).toContain('error column.type:n');
    for (const batchRows of [1, 7, 49]) {
      const parts = await checkCsv(`id,c,n\n${rows.join('\n')}\n`, yaml, {batchRows});
      expect(parts.findings).toEqual(whole.findings);
      expect(parts.badRows).toEqual(whole.badRows);
    }
  });

  it('gives the same counts in any order of its rows', async () => {
    const yaml = `
uniqueKeys: [[a, b]]
columns:
  a: {type: integer, minimum: 3, missing_max: 10%}
  b: {type: string, enum: [x, y], maxLength: 1}
`;
    const row = fc.tuple(fc.constantFrom('', '1', '5', 'z', '9007199254740993'), fc.constantFrom('', 'x', 'y', 'zz'));
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, {minLength: 1, maxLength: 12}),
        fc.infiniteStream(fc.nat()),
        async (rows, random) => {
          const shuffled = rows
            .map((one) => ({one, order: random.next().value as number}))
            .sort((a, b) => a.order - b.order);
          const csv = (of: readonly (readonly string[])[]): string =>
            `a,b\n${of.map((one) => `${one.join(',')}\n`).join('')}`;
          const [before, after] = [
            await checkCsv(csv(rows), yaml),
            await checkCsv(csv(shuffled.map(({one}) => one)), yaml),
          ];
          const counts = (checked: typeof before) =>
            checked.findings.map(({id, level, rowsBad, rowsChecked}) => ({id, level, rowsBad, rowsChecked}));
          expect(counts(after)).toEqual(counts(before));
        },
      ),
      {numRuns: 50, seed: 1},
    );
  });

  it('of no rows, of one, and of none but missing cells', async () => {
    const yaml =
      'primaryKey: a\ncolumns:\n  a: {type: integer, minimum: 0}\n  b: {type: string, enum: [x], required: true}\n';
    expect(broken(await checkCsv('a,b\n', yaml))).toEqual([]);
    expect(broken(await checkCsv('a,b\n1,x\n', yaml))).toEqual([]);
    const missing = await checkCsv('a,b\n,\n,\n', yaml);
    expect(broken(missing)).toEqual(['error column.missing:b', 'error key.missing:a']);
    expect(missing.of('value.enum:b')).toMatchObject({rowsChecked: 0, share: null, measured: null, level: 'ok'});
    const absent = await checkCsv('c\n1\n', yaml);
    // Of a key that is not there nothing is said, as of all that is asked of its column.
    expect(absent.of('key.missing:a')).toBeUndefined();
    expect(broken(absent)).toEqual(['error column.absent:a', 'error column.absent:b', 'warn column.extra:c']);
  });

  it('whose columns depend on what it is for', async () => {
    const yaml = 'columns:\n  a: {type: integer}\n  label: {type: string, in: [train, test]}\n';
    expect(broken(await checkCsv('a\n1\n', yaml, {role: 'serve'}))).toEqual([]);
    expect(broken(await checkCsv('a\n1\n', yaml, {role: 'train'}))).toEqual(['error column.absent:label']);
    expect(broken(await checkCsv('a\n1\n', yaml))).toEqual(['error column.absent:label']);
  });

  it('that should be fresh, of so many rows, and like its reference', async () => {
    const yaml = `
rows: {change: 50%}
fresh: {column: ts, within: 26h}
columns: {ts: {type: datetime}}
`;
    const csv = 'ts\n2024-01-01T00:00:00Z\n2024-01-02T00:00:00Z\n\n';
    const at = (iso: string) => ({asOf: Date.parse(iso)});
    expect(broken(await checkCsv(csv, yaml, at('2024-01-03T02:00:00Z')))).toEqual([]);
    const late = await checkCsv(csv, yaml, at('2024-01-03T02:00:01Z'));
    expect(late.of('table.fresh:ts')?.message).toBe(
      'the newest row is of 2024-01-02T00:00:00.000Z (1 day ago at 2024-01-03T02:00:01.000Z), at most 26h old is allowed',
    );
    expect(broken(await checkCsv(csv, yaml, {referenceRows: 4}))).toEqual([]);
    expect(broken(await checkCsv(csv, yaml, {referenceRows: 5}))).toEqual(['error rows.change']);
    expect(broken(await checkCsv(csv, yaml, {referenceRows: 0}))).toEqual(['error rows.change']);
  });

  it('is judged by functions, too; one that throws is a finding and ends nothing', async () => {
    const yaml = `
columns: {n: {type: integer}, d: {type: date}}
rules:
  - {fn: "a.ts#even", tolerate: 50%}
  - {fn: "a.ts#broken"}
  - {fn: "a.ts#slow"}
  - {expr: "n < 3"}
`;
    const functions: Record<string, (row: Record<string, unknown>) => unknown> = {
      'a.ts#even': ({n, d}) => d instanceof Date && Number(n) % 2 === 0,
      'a.ts#broken': () => {
        throw new Error('boom');
      },
      'a.ts#slow': ({d}) => Promise.resolve(d !== null),
    };
    const checked = await checkCsv('n,d\n1,2024-01-01\n2,2024-01-01\n', yaml, {
      functionOf: (reference) => Promise.resolve(functions[reference] as (...args: unknown[]) => unknown),
    });
    expect(broken(checked)).toEqual(['error check.crashed:the rule `a.ts#broken`']);
    expect(checked.of('rule.function:a.ts#even')).toMatchObject({level: 'ok', rowsBad: 1, examples: [{row: 1}]});
    expect(checked.of('check.crashed:the rule `a.ts#broken`')?.message).toBe(
      'the rule `a.ts#broken` could not be checked: boom',
    );
  });

  it('has numbers that are no integers, and integers that are too large', async () => {
    const checked = await checkCsv(
      'i,b,t\n9007199254740992,9007199254740993,0\n1.5,99999999999999999999,yes\n0x10,-9223372036854775808,TRUE\n 7 ,1e3,1\n1_000,+5,\n',
      'columns:\n  i: {type: integer}\n  b: {type: bigint, maximum: "9007199254740992"}\n  t: {type: boolean, enum: [true]}\n',
    );
    expect(checked.badRows).toEqual({
      'column.type:i': [1, 2, 3, 5],
      'column.type:b': [2, 4],
      'value.range:b': [1],
      'column.type:t': [2],
      'value.enum:t': [1],
    });
  });
});

describe('a set of keys', () => {
  it('knows every key that came before', () => {
    const keys = new KeySet();
    expect([0, 5, 5, 0, 7].map((key) => keys.add(0, key))).toEqual([false, false, true, true, false]);
    for (let key = 0; key < 5000; key += 1) expect(keys.add(key * 7919, 1000 + key)).toBe(false);
    for (let key = 0; key < 5000; key += 1) expect(keys.add(key * 7919, 1000 + key)).toBe(true);
    expect(keys.part).toBe(1);
  });

  it('looks at a part of the keys when it is full, always the same ones', () => {
    const keys = new KeySet(64);
    const seen = new Set<number>();
    for (let key = 1; key <= 1000; key += 1) if (keys.add(key * 7919, key) !== undefined) seen.add(key);
    expect(keys.part).toBeLessThan(1 / 8);
    const kept = Array.from({length: 1000}, (_, key) => key + 1).filter((key) => keys.add(key * 7919, key) === true);
    expect(kept.length).toBeGreaterThan(10);
    expect(kept.every((key) => seen.has(key))).toBe(true);
    expect(kept).toEqual(Array.from({length: 1000}, (_, key) => key + 1).filter((key) => key % (1 / keys.part) === 0));
  });
});
