/** @throws Error when a table is too large for an engine, with how long it would take */
export function refuseLarge(engine: string, rows: number, limit: number, why: string): void {
  if (rows <= limit) return;
  throw new Error(
    `\`engine: ${engine}\` is for up to ${limit} rows, and there are ${rows}: ${why}; leave \`engine\` away, or train on a sample`,
  );
}
