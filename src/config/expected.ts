/** What a zod schema takes, in the words of a message: for the schemas of built-in stages, which do not say it themselves. */
import type * as z from 'zod';

type Issue = z.core.$ZodIssue;
type Path = readonly (string | number)[];

const TYPES: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: '`true` or `false`',
  array: 'a list',
  tuple: 'a list',
  object: 'a map',
  record: 'a map',
  null: '`null`',
};

/** Such as `a whole number of at least 1`. A schema that says itself what it takes is quoted. */
export function expectedOf(issue: Issue): string {
  if (!/^(Invalid|Too|Unrecognized)/.test(issue.message)) return issue.message;
  switch (issue.code) {
    case 'invalid_type':
      return TYPES[issue.expected] ?? issue.expected;
    case 'invalid_value':
      return oneOf(issue.values.map(String));
    case 'invalid_union':
      return [...new Set(issue.errors.map(([first]) => (first === undefined ? undefined : expectedOf(first))))]
        .filter((text) => text !== undefined)
        .join(' or ');
    case 'too_small':
      return bounded(issue, issue.inclusive === false ? 'above' : 'of at least', issue.minimum);
    case 'too_big':
      return bounded(issue, issue.inclusive === false ? 'below' : 'of at most', issue.maximum);
    case 'invalid_format':
      if (issue.format === 'date') return 'a day of the calendar such as `2024-02-29`';
      return `a text of the form \`${String(issue.pattern ?? issue.format)}\``;
    default:
      return issue.message;
  }
}

/** What the values of an issue may be, for "did you mean". */
export const allowedTexts = (issue: Issue): readonly string[] =>
  issue.code === 'invalid_value'
    ? issue.values.map(String)
    : issue.code === 'invalid_union'
      ? issue.errors.flatMap((issues) => issues.flatMap(allowedTexts))
      : [];

/** The keys that may stand in the map at a path; of a union those of all its members. */
export function keysAt(schema: z.core.$ZodType, path: Path): readonly string[] {
  const {def} = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case 'optional':
    case 'nullable':
    case 'default':
    case 'prefault':
    case 'nonoptional':
    case 'readonly':
      return keysAt(def.innerType, path);
    case 'pipe':
      return keysAt(def.in, path);
    case 'lazy':
      return keysAt(def.getter(), path);
    case 'union':
      return [...new Set(def.options.flatMap((option) => keysAt(option, path)))];
    case 'array':
      return typeof path[0] === 'number' ? keysAt(def.element, path.slice(1)) : [];
    case 'record':
      return path.length > 0 ? keysAt(def.valueType, path.slice(1)) : [];
    case 'object': {
      if (path.length === 0) return Object.keys(def.shape);
      const member = def.shape[String(path[0])];
      return member === undefined ? [] : keysAt(member, path.slice(1));
    }
    default:
      return [];
  }
}

function oneOf(values: readonly string[]): string {
  const quoted = values.map((value) => `\`${value}\``);
  return quoted.length === 1 ? quoted.join('') : `one of ${quoted.join(', ')}`;
}

const UNITS: Readonly<Record<string, readonly [string, string]>> = {
  array: ['a list', 'entries'],
  string: ['a text', 'characters'],
  map: ['a map', 'entries'],
};

function bounded({origin}: {readonly origin: string}, how: string, limit: number | bigint): string {
  const sized = UNITS[origin];
  if (sized === undefined) return `${origin === 'int' ? 'a whole number' : 'a number'} ${how} ${String(limit)}`;
  const [noun, units] = sized;
  if (limit === 1 && how === 'of at least') return `${noun} that is not empty`;
  return `${noun} ${how} ${String(limit)} ${units}`;
}
