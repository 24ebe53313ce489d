import {readdirSync, readFileSync} from 'node:fs';
import {Ajv2020} from 'ajv/dist/2020.js';
import {expect, test} from 'vitest';
import {isJsonObject, type Json} from '../../src/base/json.ts';
import {pipelineJsonSchema} from '../../src/config/json-schema.ts';
import {problemCodes} from '../../src/config/problems.ts';
import {schemasFor} from '../../src/config/schema.ts';
import {testKinds} from './check.ts';

function withoutDescription(schema: Json, path: string): readonly string[] {
  if (Array.isArray(schema))
    return (schema as readonly Json[]).flatMap((item, index) => withoutDescription(item, `${path}[${index}]`));
  if (!isJsonObject(schema)) return [];
  return Object.entries(schema).flatMap(([key, value]) => {
    if (key !== 'properties' || !isJsonObject(value)) return withoutDescription(value, `${path}.${key}`);
    return Object.entries(value).flatMap(([name, property]) => [
      ...(isJsonObject(property) && typeof property['description'] === 'string' && property['description'] !== ''
        ? []
        : [`${path}.${name}`]),
      ...withoutDescription(property, `${path}.${name}`),
    ]);
  });
}

test('every key of the JSON Schema is described', async () => {
  expect(withoutDescription(await pipelineJsonSchema(testKinds), '')).toEqual([]);
});

test('the JSON Schema knows every key that the loader knows, and the settings of each kind', async () => {
  const schema = await pipelineJsonSchema(testKinds);
  const schemas = schemasFor('loader');
  const at = (...path: string[]): Json =>
    path.reduce<Json>((node, key) => (isJsonObject(node) ? (node[key] ?? null) : null), schema);
  expect(Object.keys(at('properties') as object).sort()).toEqual(Object.keys(schemas.file.shape).sort());
  expect(Object.keys(at('properties', 'stages', 'additionalProperties', 'properties') as object).sort()).toEqual(
    Object.keys(schemas.stage.shape).sort(),
  );
  expect(at('required')).toEqual(['mlp', 'stages']);
  expect(JSON.stringify(at('properties', 'stages', 'additionalProperties', 'allOf'))).toContain('"times"');
});

test('an editor takes each action, also an approval, but no stage with none or two', async () => {
  const isValid = new Ajv2020({strict: false}).compile((await pipelineJsonSchema(testKinds)) as object);
  const isTaken = (stage: object): boolean => isValid({mlp: 1, stages: {a: stage}});
  expect(isTaken({approval: true, shows: ['a.html'], by: ['anna@firm.lt']})).toBe(true);
  for (const action of [{cmd: 'x'}, {run: 'a.ts'}, {uses: 'copy'}]) expect(isTaken(action)).toBe(true);
  for (const action of [{}, {cmd: 'x', run: 'a.ts'}, {cmd: 'x', approval: true}]) expect(isTaken(action)).toBe(false);
});

test('every problem code has an explanation, is used, and is shown by a test', () => {
  const folder = new URL('../../src/config/', import.meta.url);
  const sources = readdirSync(folder)
    .map((file) => readFileSync(new URL(file, folder), 'utf8'))
    .join('\n');
  const tests = [
    'mistakes-file.test.ts',
    'mistakes-stage.test.ts',
    'mistakes-template.test.ts',
    'dynamic.test.ts',
    'stages.test.ts',
  ]
    .flatMap((file) => [new URL(file, import.meta.url), new URL(`__snapshots__/${file}.snap`, import.meta.url)])
    .map((url) => {
      try {
        return readFileSync(url, 'utf8');
      } catch {
        return '';
      }
    })
    .join('\n');
  for (const [code, explanation] of Object.entries(problemCodes)) {
    expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(explanation).not.toBe('');
    expect(sources.match(new RegExp(`'${code}'|code: '${code}'|\\b${code}:`, 'g'))?.length ?? 0, code).toBeGreaterThan(
      1,
    );
    expect(tests.includes(code), `${code} is shown by no test`).toBe(true);
  }
});
