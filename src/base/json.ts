/**
 * Canonical JSON: the one text for a value that is hashed. Keys are sorted by UTF-16 code units, there is no white
 * space, `1` and `1.0` are one number, `-0` is `0`; what JSON cannot say exactly (NaN, infinities, undefined in a
 * list, functions) throws, because a silent `null` would give two different things one key.
 */
export type Json = null | boolean | number | string | readonly Json[] | {readonly [key: string]: Json};

export type JsonObject = {readonly [key: string]: Json};

export function canonicalJson(value: Json): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new RangeError(`canonical JSON cannot hold the number ${String(value)}`);
    return Object.is(value, -0) ? '0' : JSON.stringify(value);
  }
  if (typeof value === 'string') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${(value as readonly Json[]).map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object') throw new TypeError(`canonical JSON cannot hold a ${typeof value}`);
  const object = value as JsonObject;
  const parts: string[] = [];
  for (const key of Object.keys(object).sort()) {
    const member = object[key];
    if (member !== undefined) parts.push(`${JSON.stringify(key)}:${canonicalJson(member)}`);
  }
  return `{${parts.join(',')}}`;
}

/** True for a value that is a JSON object (not null, not a list). */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * The values of a nested object under their dotted paths, in its order. Lists and empty objects are values.
 * @param isWhole says of a dotted path that what lies there is one value.
 */
export function leavesOf(
  value: JsonObject,
  isWhole: (path: string) => boolean = () => false,
  above = '',
): readonly (readonly [path: string, value: Json])[] {
  return Object.entries(value).flatMap(([name, one]): readonly (readonly [string, Json])[] => {
    const path = `${above}${name}`;
    const isNested = isJsonObject(one) && Object.keys(one).length > 0 && !isWhole(path);
    return isNested ? leavesOf(one, isWhole, `${path}.`) : [[path, one]];
  });
}
