/** A column of a schema from its part of the parsed file. */
import {cellValue} from './cell-value.ts';
import {
  described,
  member,
  readAmount,
  readBoolean,
  readCount,
  readLevel,
  readList,
  readMap,
  readNameList,
  readText,
  readWord,
  type Members,
  type Mistakes,
} from './read-value.ts';
import {
  isTextual,
  schemaTypes,
  valueRules,
  type ColumnSchema,
  type Limit,
  type SchemaPath,
  type SchemaType,
} from './schema.ts';

export const columnKeys = [
  'type',
  'title',
  'description',
  'required',
  'missing_max',
  'unique',
  ...valueRules,
  'flags',
  'tolerate',
  'in',
  'level',
  'missingValues',
] as const;

const LIMITS = ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'] as const;
const LENGTHS = ['minLength', 'maxLength'] as const;

/** @returns undefined when it is no map or has no type; what else is wrong is told and left out. */
export function parseColumn(
  name: string,
  value: unknown,
  path: SchemaPath,
  mistakes: Mistakes,
): ColumnSchema | undefined {
  const map = readMap(value, path, columnKeys, mistakes);
  if (map === undefined) return undefined;
  if (!Object.hasOwn(map, 'type'))
    return mistakes.add(path, `a type is missing: \`type: string\` or one of ${schemaTypes.join(', ')}`);
  const type = member(map, 'type', path, mistakes, readWord(schemaTypes));
  if (type === undefined) return undefined;
  refuseForType(map, type, path, mistakes);
  const column = defined({
    name,
    type,
    title: member(map, 'title', path, mistakes, readText),
    description: member(map, 'description', path, mistakes, readText),
    missingMax: missingMaxOf(map, path, mistakes),
    unique: member(map, 'unique', path, mistakes, readBoolean) ?? false,
    minLength: member(map, 'minLength', path, mistakes, readCount),
    maxLength: member(map, 'maxLength', path, mistakes, readCount),
    pattern: patternOf(map, path, mistakes),
    flags: member(map, 'flags', path, mistakes, readWord(['i'])),
    enum: member<readonly (string | Limit)[]>(
      map,
      'enum',
      path,
      mistakes,
      isTextual(type) ? readList(readText) : readList(readLimit(type)),
    ),
    tolerate: member(map, 'tolerate', path, mistakes, readAmount),
    in: member(map, 'in', path, mistakes, readNameList),
    level: member(map, 'level', path, mistakes, readLevel),
    missingValues: member(map, 'missingValues', path, mistakes, readList(readText)),
    ...(isTextual(type)
      ? {}
      : Object.fromEntries(LIMITS.map((key) => [key, member(map, key, path, mistakes, readLimit(type))]))),
  }) as ColumnSchema;
  refuseEmptyRanges(column, path, mistakes);
  return column;
}

/** An object without its undefined members. */
export function defined<T extends object>(value: T): object {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined));
}

function refuseForType(map: Members, type: SchemaType, path: SchemaPath, mistakes: Mistakes): void {
  const refuse = (key: string, what: string): void => {
    if (Object.hasOwn(map, key)) mistakes.add([...path, key], `this is for ${what}, and the column is of type ${type}`);
  };
  if (isTextual(type) || type === 'boolean') for (const key of LIMITS) refuse(key, 'numbers and dates');
  if (!isTextual(type)) for (const key of [...LENGTHS, 'pattern', 'flags']) refuse(key, 'texts');
}

function missingMaxOf(map: Members, path: SchemaPath, mistakes: Mistakes): ColumnSchema['missingMax'] {
  const required = member(map, 'required', path, mistakes, readBoolean);
  const most = member(map, 'missing_max', path, mistakes, readAmount);
  if (required !== true) return most;
  const isNone = most === undefined || (most.kind === 'rows' ? most.rows : most.share) === 0;
  if (!isNone)
    mistakes.add([...path, 'missing_max'], '`required: true` allows no missing cell: leave one of the two out');
  return {kind: 'rows', rows: 0, text: '0 rows'};
}

function patternOf(map: Members, path: SchemaPath, mistakes: Mistakes): string | undefined {
  const pattern = member(map, 'pattern', path, mistakes, readText);
  if (pattern === undefined) return undefined;
  try {
    wholePattern(pattern);
    return pattern;
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^.*: /s, '') : String(error);
    const hint = pattern.startsWith('(?i)') ? ': write `flags: i` in place of `(?i)`' : '';
    return mistakes.add([...path, 'pattern'], `${described(pattern)} is no regular expression (${why})${hint}`);
  }
}

/**
 * A pattern must match the whole text, as in Frictionless and XML Schema; `.test` alone looks for it anywhere.
 * @throws SyntaxError
 */
export function wholePattern(pattern: string, flags: 'i' | '' = ''): RegExp {
  const of = (mode: 'u' | ''): RegExp => {
    // By itself, too: `a)|(b` is none, and would be one of two halves.
    new RegExp(pattern, mode);
    return new RegExp(`^(?:${pattern})$`, `${mode}${flags}`);
  };
  try {
    return of('u');
  } catch (error) {
    // Other dialects escape what needs none (`\\_`), which is an error where characters are whole code points; `\\p{L}` means
    // something only there.
    if (/\\(?:[pP]\{|u\{)/.test(pattern)) throw error;
    return of('');
  }
}

function readLimit(type: SchemaType): (value: unknown, path: SchemaPath, mistakes: Mistakes) => Limit | undefined {
  return (value, path, mistakes) => {
    if (type === 'boolean' && typeof value === 'boolean') return {value: value ? 1 : 0, text: String(value)};
    if (type === 'integer' || type === 'number') {
      const isRight =
        typeof value === 'number' && (type === 'integer' ? Number.isSafeInteger(value) : Number.isFinite(value));
      return isRight
        ? {value, text: String(value)}
        : mistakes.need(path, type === 'integer' ? 'a whole number within ±(2^53 - 1)' : 'a number', value);
    }
    if (type === 'bigint' && typeof value === 'number' && Number.isSafeInteger(value))
      return {value: BigInt(value), text: String(value)};
    const parsed = typeof value === 'string' && !isTextual(type) ? cellValue(type as 'date', value) : undefined;
    return parsed === undefined
      ? mistakes.need(path, NEEDED[type] ?? 'a value', value)
      : {value: parsed, text: String(value)};
  };
}

const NEEDED: {readonly [type in SchemaType]?: string} = {
  boolean: '`true` or `false`',
  date: 'a date such as `2024-01-31`',
  datetime: 'a date with a time such as `2024-01-31T12:00:00Z`',
  bigint: 'a whole number (in quotes beyond 2^53)',
};

function refuseEmptyRanges(column: ColumnSchema, path: SchemaPath, mistakes: Mistakes): void {
  const low = column.minimum ?? column.exclusiveMinimum;
  const high = column.maximum ?? column.exclusiveMaximum;
  if (low !== undefined && high !== undefined && low.value > high.value)
    mistakes.add(path, `no value is both at least ${low.text} and at most ${high.text}`);
  const {minLength, maxLength} = column;
  if (minLength !== undefined && maxLength !== undefined && minLength > maxLength)
    mistakes.add(path, `no text has at least ${String(minLength)} and at most ${String(maxLength)} characters`);
}
