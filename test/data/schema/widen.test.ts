/** The patches of findings, put into a schema, make it accept the table. */
import fc from 'fast-check';
import {expect, it} from 'vitest';
import {patchYaml} from '../../../src/config/patch-yaml.ts';
import {patchesOf} from '../../../src/data/check/patches.ts';
import {ProfileBuilder} from '../../../src/data/profile/profile-builder.ts';
import {scanTable} from '../../../src/data/read-table.ts';
import {Inference} from '../../../src/data/schema/infer.ts';
import {schemaText} from '../../../src/data/schema/schema-text.ts';
import {broken, checkCsv} from '../check/check-rig.ts';
import {textSource} from '../text-source.ts';

async function infer(csv: string): Promise<string> {
  const [inference, builder] = [new Inference(), new ProfileBuilder()];
  for await (const table of scanTable(textSource('a.csv', csv), {missingValues: ['']})) {
    builder.add(table);
    inference.add(table);
  }
  // A schema of a person has rules that no table can be asked for.
  return schemaText(inference.finish(builder.finish()), 'a.csv', ['']).replaceAll(
    /^( +)type: (integer|number|string|date|datetime) .*\n/gm,
    (line, indent: string, type: string) => `${line}${indent}${RULES[type] ?? ''}\n`,
  );
}

const RULES: Readonly<Record<string, string>> = {
  integer: 'maximum: 5',
  number: 'exclusiveMaximum: 5',
  string: "pattern: '[a-z0-9]*'",
  date: 'maximum: 2024-06-01',
  datetime: 'exclusiveMinimum: 2024-01-01',
};

it('in a few rounds, whatever is in the two tables', async () => {
  const cells = [
    '',
    '0',
    '1',
    '-7',
    '1.5',
    '9007199254740993',
    'x',
    'A b',
    '2024-01-01',
    '2024-09-09',
    '2024-01-01T10:00:00Z',
    'true',
    'NaN',
    '007',
  ];
  const column = fc.tuple(
    fc.subarray(cells, {minLength: 1, maxLength: 3}),
    fc.subarray(cells, {minLength: 1, maxLength: 4}),
  );
  await fc.assert(
    fc.asyncProperty(column, column, fc.constantFrom(2, 60), async ([a1, a2], [b1, b2], times) => {
      const csv = (a: readonly string[], b: readonly string[]): string =>
        `a,b\n${Array.from({length: times * 2}, (_, row) => `${a[row % a.length] ?? ''},${b[row % b.length] ?? ''}\n`).join('')}`;
      const [before, after] = [csv(a1, b1), csv(a2, b2)];
      let text = await infer(before);
      for (let round = 0; round < 6; round += 1) {
        const checked = await checkCsv(after, text);
        const found = checked.findings.filter(({level}) => level !== 'ok');
        const patched = await patchYaml(text, patchesOf(found));
        expect(patched.left).toEqual([]);
        text = patched.text;
      }
      expect(broken(await checkCsv(after, text)), `${before}\n${after}\n${text}`).toEqual([]);
    }),
    {numRuns: 60, seed: 1},
  );
});

it('to what a schema can hold: no limit is infinite, no allowed value NaN', async () => {
  const yaml = 'columns:\n  a: {type: number, minimum: 0, maximum: 5}\n  b: {type: number, enum: [1]}\n';
  const {findings} = await checkCsv('a,b\n-3,1\nInf,NaN\n', yaml);
  const patched = await patchYaml(yaml, patchesOf(findings.filter(({level}) => level !== 'ok')));
  expect(patched.text).toBe('columns:\n  a: {type: number, minimum: -3}\n  b: {type: number}\n');
});
