/**
 * Table Schema of Frictionless Data (datapackage.org, version 2), to and from the schemas of mlp, both as plain values. What
 * only mlp has stands in the descriptor under `mlp`, which the standard allows, so that nothing is lost on the way back.
 */
import {isJsonObject, type Json, type JsonObject} from '../../base/json.ts';
import {valueRules} from './schema.ts';

const PROFILE = 'https://datapackage.org/profiles/2.0/tableschema.json';
const CONSTRAINTS: readonly string[] = ['required', 'unique', ...valueRules];
const PLAIN = ['title', 'description', 'missingValues'];
const OF_TABLE = ['title', 'description', 'missingValues', 'primaryKey', 'uniqueKeys'];
/** Types of mlp that are finer than the standard's. */
const FINER: {readonly [type: string]: string} = {text: 'string', bigint: 'integer'};
const SAME = new Set(['string', 'integer', 'number', 'boolean', 'date', 'datetime']);

/** @param schema as it stands in a schema file that was checked. */
export function toFrictionless(schema: JsonObject): JsonObject {
  const {columns, extra = 'warn', ...rest} = schema;
  const fields = Object.entries(isJsonObject(columns) ? columns : {}).map(([name, column]) =>
    fieldOf(name, isJsonObject(column) ? column : {}),
  );
  const own = without(rest, OF_TABLE);
  return {
    $schema: PROFILE,
    ...only(rest, OF_TABLE),
    fieldsMatch: extra === 'error' ? ['equal'] : ['subset'],
    fields,
    mlp: {extra, ...own},
  };
}

function fieldOf(name: string, column: JsonObject): JsonObject {
  const type = String(column['type']);
  const constraints = only(column, CONSTRAINTS);
  const own = without(column, ['type', ...CONSTRAINTS, ...PLAIN]);
  const finer = FINER[type] === undefined ? own : {type, ...own};
  return {
    name,
    type: FINER[type] ?? type,
    ...only(column, PLAIN),
    ...(Object.keys(constraints).length === 0 ? {} : {constraints}),
    ...(Object.keys(finer).length === 0 ? {} : {mlp: finer}),
  };
}

export interface Imported {
  readonly schema: JsonObject;
  /** Sentences: what mlp has no word for, and was left out. */
  readonly notes: readonly string[];
}

/**
 * @param descriptor a Table Schema, or a Data Package with one resource.
 * @throws Error with a sentence when it is neither.
 */
export function fromFrictionless(descriptor: Json): Imported {
  const table = tableSchemaOf(descriptor);
  const notes: string[] = [];
  const columns = (table['fields'] as readonly Json[]).map((field, index) => columnOf(field, index, notes));
  const own = isJsonObject(table['mlp']) ? table['mlp'] : {};
  const known = new Set(['$schema', 'fields', 'fieldsMatch', 'mlp', ...OF_TABLE]);
  for (const key of Object.keys(table)) if (!known.has(key)) notes.push(`\`${key}\` is left out`);
  const {extra = extraOf(table['fieldsMatch'], notes), ...rest} = own;
  const missing = table['missingValues'];
  const schema = {
    ...only(table, ['title', 'description']),
    missingValues: missing === undefined ? [''] : missingTexts(missing),
    extra,
    ...only(table, ['primaryKey', 'uniqueKeys']),
    columns: Object.fromEntries(columns),
    ...rest,
  };
  return {schema, notes};
}

function tableSchemaOf(descriptor: Json): JsonObject {
  if (isJsonObject(descriptor) && Array.isArray(descriptor['fields'])) return descriptor;
  const resources = isJsonObject(descriptor) ? descriptor['resources'] : undefined;
  if (Array.isArray(resources)) {
    const schemas = (resources as readonly Json[]).flatMap((one) =>
      isJsonObject(one) && isJsonObject(one['schema']) ? [one['schema']] : [],
    );
    const [only_, ...others] = schemas;
    if (only_ !== undefined && others.length === 0) return tableSchemaOf(only_);
    throw new Error(`the data package has ${String(schemas.length)} resources with a schema: give the schema of one`);
  }
  throw new Error('this is no Table Schema: it has no list `fields`');
}

function columnOf(field: Json, index: number, notes: string[]): readonly [string, JsonObject] {
  if (!isJsonObject(field) || typeof field['name'] !== 'string')
    throw new Error(`fields[${String(index)}] has no \`name\``);
  const {name, type = 'any', constraints, mlp} = field;
  const {type: finer, ...own} = isJsonObject(mlp) ? mlp : {};
  const known = new Set(['name', 'type', 'constraints', 'mlp', ...PLAIN]);
  for (const key of Object.keys(field)) {
    const isUsual = key === 'format' && (field[key] === 'default' || field[key] === 'any');
    if (!known.has(key) && !isUsual) notes.push(`\`${key}\` of \`${name}\` is left out`);
  }
  const narrow = typeof finer === 'string' ? finer : typeOf(String(type), name, notes);
  const rules = isJsonObject(constraints) ? constraints : {};
  for (const key of Object.keys(rules))
    if (!CONSTRAINTS.includes(key)) notes.push(`the constraint \`${key}\` of \`${name}\` is left out`);
  const typed = Object.entries(only(rules, CONSTRAINTS)).map(
    ([key, value]) => [key, constraintValue(key, value, narrow)] as const,
  );
  const missing = field['missingValues'];
  return [
    name,
    {
      type: narrow,
      ...only(field, ['title', 'description']),
      ...Object.fromEntries(typed),
      ...own,
      ...(missing === undefined ? {} : {missingValues: missingTexts(missing)}),
    },
  ];
}

function typeOf(type: string, name: string, notes: string[]): string {
  if (SAME.has(type)) return type;
  const other = type === 'year' ? 'integer' : 'string';
  if (type !== 'any') notes.push(`\`${name}\` is of type ${type}, which becomes ${other}`);
  return other;
}

/** Limits may be written as texts there. */
function constraintValue(key: string, value: Json, type: string): Json {
  if (key === 'enum' && Array.isArray(value)) return (value as readonly Json[]).map((one) => scalarOf(one, type));
  return /m(?:in|ax)imum$/i.test(key) ? scalarOf(value, type) : value;
}

function scalarOf(value: Json, type: string): Json {
  const isNumber = type === 'integer' || type === 'number';
  if (isNumber)
    return typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value)) ? Number(value) : value;
  if (type === 'boolean') return value === 'true' ? true : value === 'false' ? false : value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
}

/** Version 2 of the standard may give each with a label. */
function missingTexts(values: Json): Json {
  if (!Array.isArray(values)) return values;
  return (values as readonly Json[]).map((one) => (isJsonObject(one) ? (one['value'] ?? '') : one));
}

/** Which columns a table may have beside those of the schema. */
function extraOf(match: Json | undefined, notes: string[]): string {
  const word = Array.isArray(match) ? (match as readonly Json[])[0] : match;
  if (word === undefined || word === 'exact' || word === 'equal') return 'error';
  if (word !== 'subset')
    notes.push(`\`fieldsMatch: ${JSON.stringify(word)}\` is not known: all columns must be there, others may be`);
  return 'allow';
}

const only = (object: JsonObject, keys: readonly string[]): JsonObject =>
  Object.fromEntries(Object.entries(object).filter(([key]) => keys.includes(key)));

const without = (object: JsonObject, keys: readonly string[]): JsonObject =>
  Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)));
