/** The stage `validate` in a pipeline, as its user sees it. */
import {describe, expect, it} from 'vitest';
import {parseFindings} from '../../../src/data/findings.ts';
import {parseProfile} from '../../../src/data/profile/profile-json.ts';
import {createClock} from '../../../src/host/clock.ts';
import {Rig} from '../../rig/rig.ts';

const SCHEMA = `# clients
primaryKey: [id]
columns:
  id: {type: integer}
  country: {type: string, enum: [LT, LV]}
  amount: {type: number, minimum: 0, missing_max: 50%}
`;

function rigWith(settings: string, files: Readonly<Record<string, string>> = {}): Rig {
  const rig = new Rig();
  rig.write(
    'pipeline.yaml',
    `mlp: 1
stages:
  check:
    uses: validate
    with: {data: data.csv, schema: schema.yaml${settings}}
    outs: {findings: out/findings.json, profile: out/profile.json, page: out/page.html, rows: out/rows}
`,
  );
  rig.write('schema.yaml', SCHEMA);
  rig.write('data.csv', 'id,country,amount\n1,LT,2.5\n2,LV,\n');
  for (const [name, text] of Object.entries(files)) rig.write(name, text);
  return rig;
}

const findingsIn = (rig: Rig): readonly string[] =>
  parseFindings(rig.read('out/findings.json'), 'findings.json')
    .filter(({level}) => level !== 'ok')
    .map(({level, id}) => `${level} ${id}`);

describe('the stage validate', () => {
  it('writes findings, profile and page of a table that is right, and is then fresh', async () => {
    await using rig = rigWith('');
    const run = await rig.run();
    expect(run.code).toBe(0);
    expect(findingsIn(rig)).toEqual(['info hygiene.constant:amount']);
    const profile = parseProfile(rig.read('out/profile.json'), 'profile.json');
    expect(profile.columns.map(({name, type, missing}) => `${name} ${type} ${String(missing)}`)).toEqual([
      'id integer 0',
      'country string 0',
      'amount number 1',
    ]);
    expect(rig.read('out/page.html')).toContain('<h1>data.csv');
    expect((await rig.run()).ran).toEqual([]);
    rig.write('schema.yaml', `${SCHEMA}level: warn\n`);
    expect((await rig.run()).ran).toEqual(['check']);
  });

  it('fails on a table that is wrong, and its log says everything', async () => {
    await using rig = rigWith('', {'data.csv': 'id,country,amount\n1,LT,2.5\n1,XX,-3\n,LV,many\n'});
    const run = await rig.mlp('run');
    expect(run.code).toBe(1);
    expect(run.talk).toContain('data.csv: 5 errors');
    const {out} = await rig.mlp('logs', 'check');
    expect(out).toMatchInlineSnapshot(`
      "error column.type:amount: 1 of 3 values of \`amount\` (33.3 %) is not of type number
        row 3: \`many\`
        ← schema.yaml:6: type: number
        hint: if the table is right and the schema is not: \`mlp schema accept column.type:amount --table data.csv --schema schema.yaml\`
      error key.duplicate:id: 1 row of 2 has a key that came before
        row 2 (key 1): \`1\`
        ← schema.yaml:2: primaryKey: [id]
        hint: if the table is right and the schema is not: \`mlp schema accept key.duplicate:id --table data.csv --schema schema.yaml\`
      error key.missing:id: 1 of 3 keys (33.3 %) is missing or not complete
        row 3: missing
        ← schema.yaml:2: primaryKey: [id]
        hint: if the table is right and the schema is not: \`mlp schema accept key.missing:id --table data.csv --schema schema.yaml\`
      error value.enum:country: 1 of 3 values of \`country\` (33.3 %) is not among the allowed ones
        row 2 (key 1): \`XX\`
        ← schema.yaml:5: enum: [LT, LV]
        hint: if the table is right and the schema is not: \`mlp schema accept value.enum:country --table data.csv --schema schema.yaml\`
      error value.range:amount: 1 of 2 values of \`amount\` (50 %) is below 0
        row 2 (key 1): \`-3\`
        ← schema.yaml:6: minimum: 0
        hint: if the table is right and the schema is not: \`mlp schema accept value.range:amount --table data.csv --schema schema.yaml\`
      info hygiene.constant:id: \`id\` is always 1
      data.csv: 5 errors, 1 note, 6 rules held
      5 errors, 1 note, 6 rules held: 1 of 3 values of \`amount\` (33.3 %) is not of type number, and others in the log (\`fail_on: never\` lets the stage pass)
      "
    `);
    expect(rig.exists('out/findings.json')).toBe(false);
  });

  it('goes on with `fail_on: never`, and keeps the rows that break rules, whole', async () => {
    await using rig = rigWith(', fail_on: never', {
      'data.csv': 'id,country,amount\n1,LT,2.5\n1,"X,X",-3\n3,"say ""hi""",4\n',
    });
    expect((await rig.run()).code).toBe(0);
    expect(findingsIn(rig)).toEqual(['error key.duplicate:id', 'error value.enum:country', 'error value.range:amount']);
    expect(rig.read('out/rows/value.enum-country.csv')).toBe(
      'row,id,country,amount\n2,1,"X,X",-3.0\n3,3,"say ""hi""",4.0\n',
    );
    expect(rig.read('out/rows/key.duplicate-id.csv')).toContain('\n2,1,');
    expect(rig.exists('out/rows/column.missing-amount.csv')).toBe(false);
  });

  it('compares with a reference, which is a profile or a table', async () => {
    const rows = (of: (row: number) => string): string =>
      `id,country,amount\n${Array.from({length: 2000}, (_, row) => `${String(row)},${of(row)}\n`).join('')}`;
    const before = rows((row) => `${row % 2 === 0 ? 'LT' : 'LV'},${String(row % 97)}`);
    const after = rows((row) => `${row % 2 === 0 ? 'LT' : 'LV'},${String((row % 97) + 300)}`);
    await using rig = rigWith(', reference: old.csv', {'data.csv': after, 'old.csv': before});
    expect((await rig.run()).code).toBe(1);
    rig.write('data.csv', before);
    expect((await rig.run()).code).toBe(0);
    rig.write('old.json', rig.read('out/profile.json'));
    rig.write('data.csv', after);
    rig.write('pipeline.yaml', rig.read('pipeline.yaml').replace('old.csv', 'old.json, fail_on: never'));
    expect((await rig.run()).code).toBe(0);
    expect(findingsIn(rig)).toEqual(['error drift.psi:amount', 'warn drift.outliers:amount', 'info drift.psi:id']);
    expect(rig.read('out/page.html')).toContain('against old.json');
  });

  it('runs rules that are functions, whose code is part of the key', async () => {
    await using rig = rigWith(', functions: [check.ts#even]', {
      'schema.yaml': `${SCHEMA}rules: [{fn: 'check.ts#even'}]\n`,
      'check.ts': 'export const even = ({id}: {id: number}): boolean => id % 2 === 0;\n',
      'data.csv': 'id,country,amount\n2,LT,1\n',
    });
    expect((await rig.run()).code).toBe(0);
    rig.write('check.ts', 'export const even = ({id}: {id: number}): boolean => id % 2 === 1;\n');
    const run = await rig.mlp('run');
    expect(run.code).toBe(1);
    expect((await rig.mlp('logs', 'check')).out).toContain(
      'error rule.function:check.ts#even: 1 of 1 row (100 %) is not as',
    );
  });

  it('asks for functions that the schema names and the settings do not', async () => {
    await using rig = rigWith('', {'schema.yaml': `${SCHEMA}rules: [{fn: 'check.ts#even'}]\n`});
    expect((await rig.run()).code).toBe(1);
    expect((await rig.mlp('logs', 'check')).out).toContain('name it in `with:`, too: `functions: [check.ts#even]`');
  });

  it('tells all mistakes of a schema', async () => {
    await using rig = rigWith('', {'schema.yaml': 'colums:\n  a: {type: x}\nlevel: bad\n'});
    const run = await rig.mlp('run');
    expect(run.code).toBe(1);
    expect((await rig.mlp('logs', 'check')).out).toContain(
      '`schema.yaml` is no table schema:\nschema.yaml:1: colums: this key is not known: did you mean `columns`?\nschema.yaml:1: `columns` is missing',
    );
  });

  const FRESH = {
    'schema.yaml': 'fresh: {column: ts, within: 1d}\ncolumns: {ts: {type: datetime}}\n',
    'data.csv': 'ts\n2024-01-01T23:59:59Z\n',
  };

  it('is measured from `as_of`', async () => {
    await using rig = rigWith(', as_of: 2024-01-03T00:00:00Z', FRESH);
    expect((await rig.run()).code).toBe(1);
    rig.write('data.csv', 'ts\n2024-01-02T00:00:00Z\n');
    expect((await rig.run()).code).toBe(0);
  });

  it.each([
    ['day', '2024-01-02T09:00:00Z', '2024-01-02T23:59:59Z', '2024-01-03T00:00:00Z'],
    ['hour', '2024-01-02T23:00:00Z', '2024-01-02T23:59:59Z', '2024-01-03T00:59:59Z'],
  ])('is looked at anew each %s, and not before', async (step, first, later, next) => {
    await using rig = rigWith(`, as_of: ${step}`, FRESH);
    const runAt = (time: string) => {
      rig.host = {clock: {...createClock(), now: () => Date.parse(time)}};
      return rig.run();
    };
    expect((await runAt(first)).ran).toEqual(['check']);
    expect((await runAt(later)).outcomes).toEqual({check: 'skipped'});
    expect((await runAt(next)).outcomes).toEqual({check: 'failed'});
    expect((await rig.mlp('why', 'check')).out).toContain(`2024-01-03T00:00:00Z`);
    rig.write('data.csv', 'ts\n2024-01-02T00:00:00Z\n');
    expect((await runAt(next)).code).toBe(0);
  });

  it('says that a schema with `fresh` needs `as_of`, and that it is a time', async () => {
    await using rig = rigWith('', FRESH);
    expect((await rig.mlp('run')).talk).toContain('`as_of: day` looks at each day (UTC) anew');
    await using other = rigWith(', as_of: week', FRESH);
    const said = await other.mlp('run');
    expect([said.code, said.talk]).toEqual([2, expect.stringContaining('`day`, `hour`, or a time such as')]);
  });
});
