/** Order by UTF-16 code units, the same on every machine (never by locale). For `Array.sort` and sorted files. */
export const byCodeUnits = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
