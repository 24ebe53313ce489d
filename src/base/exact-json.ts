/** JSON for programs: the numbers that JSON has not are the texts `NaN`, `Infinity` and `-Infinity`. */
export function exactJson(value: unknown): string {
  return JSON.stringify(value, (_key, one: unknown) =>
    typeof one === 'number' && !Number.isFinite(one) ? String(one) : one,
  );
}
