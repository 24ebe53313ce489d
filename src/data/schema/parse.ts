/** A schema from a parsed YAML or JSON file, or all of its mistakes. */
import {isJsonObject, type JsonObject} from '../../base/json.ts';
import {err, ok, type Result} from '../../base/result.ts';
import {suggest} from '../../base/suggest.ts';
import {parseDriftRules} from '../drift/rules.ts';
import {conditionOf} from './evaluate.ts';
import {columnsOf, ExpressionMistake, parseExpression, type Expression} from './expression.ts';
import {defined, parseColumn} from './parse-column.ts';
import {
  member,
  Mistakes,
  readAmount,
  readCount,
  readDuration,
  readLevel,
  readList,
  readMap,
  readNameList,
  readNames,
  readNumber,
  readShare,
  readText,
  readWord,
  type Members,
  type SchemaMistake,
} from './read-value.ts';
import type {ColumnSchema, RuleOfRows, SchemaPath, TableSchema} from './schema.ts';

export const tableKeys = [
  'title',
  'description',
  'missingValues',
  'extra',
  'primaryKey',
  'uniqueKeys',
  'rows',
  'fresh',
  'columns',
  'rules',
  'compare',
  'level',
] as const;

/** Cells that mean "missing" where the schema does not say. */
export const USUAL_MISSING: readonly string[] = [''];

/** @param value what YAML or JSON gave: nested maps, lists, texts, numbers. */
export function parseSchema(value: unknown): Result<TableSchema, readonly SchemaMistake[]> {
  const mistakes = new Mistakes();
  const schema = schemaOf(value, mistakes);
  return schema === undefined || mistakes.list.length > 0 ? err(mistakes.list) : ok(schema);
}

function schemaOf(value: unknown, mistakes: Mistakes): TableSchema | undefined {
  if (isJsonObject(value) && Object.hasOwn(value, 'fields'))
    return mistakes.add([], 'this is a Frictionless Table Schema: `mlp schema import` makes a schema of mlp from it');
  const map = readMap(value, [], tableKeys, mistakes);
  if (map === undefined) return undefined;
  if (!Object.hasOwn(map, 'columns'))
    return mistakes.add([], '`columns` is missing: a map of the names of columns to what they are');
  const columns = readNames(map['columns'], ['columns'], mistakes).flatMap(
    ([name, one]) => parseColumn(name, one, ['columns', name], mistakes) ?? [],
  );
  const names = new Set(Object.keys(isJsonObject(map['columns']) ? map['columns'] : {}));
  const schema = {
    title: member(map, 'title', [], mistakes, readText),
    description: member(map, 'description', [], mistakes, readText),
    missingValues: member(map, 'missingValues', [], mistakes, readList(readText)) ?? USUAL_MISSING,
    extra: member(map, 'extra', [], mistakes, readWord(['error', 'warn', 'info', 'allow'])) ?? 'warn',
    primaryKey: member(map, 'primaryKey', [], mistakes, readNameList) ?? [],
    uniqueKeys: member(map, 'uniqueKeys', [], mistakes, readList(readNameList)) ?? [],
    rows: member(map, 'rows', [], mistakes, readRows),
    fresh: member(map, 'fresh', [], mistakes, readFresh(columns)),
    columns,
    rules: member(map, 'rules', [], mistakes, readList(readRule(names, columns))) ?? [],
    compare: member(map, 'compare', [], mistakes, readCompare),
    level: member(map, 'level', [], mistakes, readLevel) ?? 'error',
  };
  schema.primaryKey.forEach((name, index) => knownColumn(name, names, keyPath(map, 'primaryKey', index), mistakes));
  schema.uniqueKeys.forEach((key, place) =>
    key.forEach((name, index) => knownColumn(name, names, ['uniqueKeys', place, index], mistakes)),
  );
  return defined(schema) as TableSchema;
}

function readCompare(value: unknown, path: SchemaPath, mistakes: Mistakes): JsonObject | undefined {
  if (!isJsonObject(value)) return mistakes.need(path, 'a map', value);
  try {
    parseDriftRules(value);
    return value;
  } catch (error) {
    mistakes.list.push({path, message: error instanceof Error ? error.message : String(error)});
    return undefined;
  }
}

const keyPath = (map: Members, key: string, index: number): SchemaPath =>
  typeof map[key] === 'string' ? [key] : [key, index];

function knownColumn(name: string, names: ReadonlySet<string>, path: SchemaPath, mistakes: Mistakes): void {
  if (!names.has(name))
    mistakes.add(path, `there is no column \`${name}\` among \`columns\`${didYouMean(name, names)}`);
}

function didYouMean(name: string, names: ReadonlySet<string>): string {
  const near = suggest(name, names);
  return near === undefined ? '' : `: did you mean \`${near}\`?`;
}

function readRows(value: unknown, path: SchemaPath, mistakes: Mistakes): TableSchema['rows'] {
  const map = readMap(value, path, ['min', 'max', 'change', 'level'], mistakes);
  if (map === undefined) return undefined;
  const [min, max] = [member(map, 'min', path, mistakes, readCount), member(map, 'max', path, mistakes, readCount)];
  if (min !== undefined && max !== undefined && min > max) mistakes.add(path, '`min` is larger than `max`');
  const change = member(map, 'change', path, mistakes, readShare);
  return defined({min, max, change, level: member(map, 'level', path, mistakes, readLevel)});
}

function readFresh(columns: readonly ColumnSchema[]) {
  return (value: unknown, path: SchemaPath, mistakes: Mistakes): TableSchema['fresh'] => {
    const map = readMap(value, path, ['column', 'within', 'level'], mistakes);
    if (map === undefined) return undefined;
    const name = member(map, 'column', path, mistakes, readText);
    const within = member(map, 'within', path, mistakes, readDuration);
    if (!Object.hasOwn(map, 'column') || !Object.hasOwn(map, 'within'))
      return mistakes.add(path, 'both `column` and `within` are needed');
    if (name === undefined || within === undefined) return undefined;
    const column = columns.find((one) => one.name === name);
    if (column?.type !== 'date' && column?.type !== 'datetime')
      return mistakes.add([...path, 'column'], `\`${name}\` is no column of type date or datetime among \`columns\``);
    const level = member(map, 'level', path, mistakes, readLevel);
    return {column: name, withinMs: within.ms, text: within.text, ...(level === undefined ? {} : {level})};
  };
}

function readRule(names: ReadonlySet<string>, columns: readonly ColumnSchema[]) {
  return (value: unknown, path: SchemaPath, mistakes: Mistakes): RuleOfRows | undefined => {
    const map = readMap(value, path, ['expr', 'fn', 'within', 'tolerate', 'level'], mistakes);
    if (map === undefined) return undefined;
    const expr = member(map, 'expr', path, mistakes, readText);
    const fn = member(map, 'fn', path, mistakes, readText);
    const options = {
      within: member(map, 'within', path, mistakes, readNumber),
      tolerate: member(map, 'tolerate', path, mistakes, readAmount),
      level: member(map, 'level', path, mistakes, readLevel),
    };
    if (Object.hasOwn(map, 'expr') === Object.hasOwn(map, 'fn'))
      return mistakes.add(path, 'either `expr` or `fn` is needed: an expression, or `path#export` of a function');
    if (options.within !== undefined && options.within < 0)
      mistakes.need([...path, 'within'], 'a number from 0', options.within);
    if (fn !== undefined) {
      if (options.within !== undefined) mistakes.add([...path, 'within'], 'this is for `expr` only');
      if (!/^[^#]+\.[cm]?[jt]s(?:#[\w$]+)?$/.test(fn))
        return mistakes.need([...path, 'fn'], 'a function such as `checks/vat.ts#valid`', fn);
      return defined({kind: 'fn', text: fn, ...options}) as RuleOfRows;
    }
    const expression =
      expr === undefined ? undefined : readExpression(expr, names, columns, [...path, 'expr'], mistakes);
    return expression === undefined
      ? undefined
      : (defined({kind: 'expr', text: expr, expression, ...options}) as RuleOfRows);
  };
}

function readExpression(
  text: string,
  names: ReadonlySet<string>,
  columns: readonly ColumnSchema[],
  path: SchemaPath,
  mistakes: Mistakes,
): Expression | undefined {
  try {
    const expression = parseExpression(text);
    const used = columnsOf(expression);
    const types = new Map(columns.map(({name, type}) => [name, type]));
    for (const name of used) knownColumn(name, names, path, mistakes);
    // What is wrong with a column is told there.
    if (used.every((name) => types.has(name)))
      conditionOf(expression, {text, typeOf: (name) => types.get(name), within: 0});
    return expression;
  } catch (error) {
    if (error instanceof ExpressionMistake) return mistakes.add(path, error.message);
    throw error;
  }
}
