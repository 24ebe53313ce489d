import {parse} from 'yaml';
import {describe, expect, it} from 'vitest';
import {patchYaml, type YamlEdit} from '../../src/config/patch-yaml.ts';

const FILE = `# a schema
missingValues: ["", NA] # as R writes
columns:
  id: {type: integer, required: true} # the key
  country:
    type: string
    enum: [LT, LV] # Baltic
    # a word on the next
    level: warn
  list:
    type: string
    enum:
      - a # first
      - b
  empty:
rows: {min: 10}
`;

async function patched(...edits: readonly YamlEdit[]): Promise<string> {
  const {text, left} = await patchYaml(FILE, edits);
  expect(left).toEqual([]);
  return text;
}

const edit = (path: string, ...value: readonly [YamlEdit['value']] | readonly []): YamlEdit =>
  value[0] === undefined ? {path: path.split('.')} : {path: path.split('.'), value: value[0]};

describe('a value', () => {
  it.each([
    ['columns.country.level', 'error', 'level: warn', 'level: error'],
    ['columns.country.type', 'NO', 'type: string\n    enum: [LT', 'type: "NO"\n    enum: [LT'],
    ['columns.country.enum', ['LT', 'LV', 'E E'], '[LT, LV] # Baltic', '[LT, LV, "E E"] # Baltic'],
    ['columns.country.enum', ['LV'], '[LT, LV]', '[LV]'],
    ['columns.list.enum', ['a', 'b', '1'], '      - b\n', '      - b\n      - "1"\n'],
    ['columns.list.enum', ['x'], 'enum:\n      - a # first\n      - b\n', 'enum: [x]\n'],
    ['columns.id.minimum', 0, 'required: true}', 'required: true, minimum: 0}'],
    ['columns.id.required', false, 'required: true', 'required: false'],
    ['columns.country.missing_max', '5%', 'level: warn\n', 'level: warn\n    missing_max: 5%\n'],
    ['columns.new', {type: 'integer'}, '  empty:\n', '  empty:\n  new: {type: integer}\n'],
    ['columns.empty', {type: 'date'}, 'empty:\n', 'empty: {type: date}\n'],
    ['rows.max', 20, '{min: 10}', '{min: 10, max: 20}'],
    ['fresh.within', '1d', '{min: 10}\n', '{min: 10}\nfresh: {within: "1d"}\n'],
    ['extra', 'allow', '{min: 10}\n', '{min: 10}\nextra: allow\n'],
    ['primaryKey', ['id', 'a: b'], '{min: 10}\n', '{min: 10}\nprimaryKey: [id, "a: b"]\n'],
  ])('%s is set to %j, all else stays', async (path, value, before, after) => {
    expect(FILE).toContain(before);
    const text = await patched(edit(path, value));
    expect(text).toBe(FILE.replace(before, after));
  });

  it.each([
    ['columns.id.required', ', required: true}', '}'],
    ['columns.id.type', '{type: integer, ', '{'],
    ['columns.country.enum', '    enum: [LT, LV] # Baltic\n', ''],
    ['columns.country', FILE.slice(FILE.indexOf('  country:'), FILE.indexOf('  list:')), ''],
    ['columns.list.enum', '    enum:\n      - a # first\n      - b\n', ''],
    ['rows.min', '{min: 10}', '{}'],
    ['rows', 'rows: {min: 10}\n', ''],
    ['columns.id.nope', '', ''],
    ['nope.a', '', ''],
  ])('%s is removed, all else stays', async (path, before, after) => {
    expect(await patched(edit(path))).toBe(FILE.replace(before, after));
  });

  it('is set several times', async () => {
    const text = await patched(
      edit('columns.id.type'),
      edit('columns.id.required'),
      edit('columns.id.type', 'text'),
      edit('columns.x.y', 1),
    );
    expect(parse(text)).toMatchObject({columns: {id: {type: 'text'}, x: {y: 1}}});
  });

  it('is the last of a block', async () => {
    expect((await patchYaml('a:\n  b: 1 # one\n', [edit('a.b')])).text).toBe('a: {} # one\n');
    expect((await patchYaml('a: 1', [edit('b', 2)])).text).toBe('a: 1\nb: 2');
  });
});

it('what stands in an alias, an anchor or no map is left to the author', async () => {
  for (const text of ['a: &x {b: 1}\n', 'c: &x {b: 1}\na: *x\n', 'a: 1\n', '- a\n', 'a: [\n', '']) {
    expect(await patchYaml(text, [edit('a.b', 2)])).toEqual({text, left: [edit('a.b', 2)]});
  }
});
