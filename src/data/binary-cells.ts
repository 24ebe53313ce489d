/** What the readers of binary formats make of values that a table has no type for, and of files that are not sound. */

/** In a file's metadata: the columns that are `bigint` although their values may be small, as a list of names in JSON. */
export const BIGINT_KEY = 'mlp.bigint';

/** Lists and objects as JSON, bytes as hexadecimal digits. */
export function textOfValue(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value instanceof Uint8Array) return Array.from(value, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return jsonOf(value);
}

/** Whole numbers of 64 bits with all their digits, lists of numbers as lists. */
function jsonOf(value: unknown): string {
  if (typeof value === 'bigint') return String(value);
  if (Array.isArray(value) || ArrayBuffer.isView(value)) {
    return `[${Array.from(value as Iterable<unknown>, jsonOf).join(',')}]`;
  }
  if (typeof value !== 'object' || value === null || value instanceof Date) return JSON.stringify(value) ?? 'null';
  return `{${Object.entries(value)
    .map(([key, inner]) => `${JSON.stringify(key)}:${jsonOf(inner)}`)
    .join(',')}}`;
}

/** @throws Error for an unsigned number that a signed one of 64 bits does not hold */
export function within64(value: bigint, column: string): bigint {
  if (BigInt.asIntN(64, value) === value) return value;
  throw new Error(`column ${column} holds ${String(value)}, which is more than 2^63 - 1`);
}

/** Reads; what a library throws becomes a sentence that names the file. @param format as it is called: `Parquet` */
export async function soundly<Result>(
  name: string,
  format: string,
  read: () => Result | Promise<Result>,
): Promise<Result> {
  try {
    return await read();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`\`${name}\` is damaged, cut off or no ${format} (${reason}): write or fetch it again`, {
      cause: error,
    });
  }
}
