/** Points in time, which tables hold as milliseconds since 1970 and files as other units. */

/** Whole microseconds. @param milliseconds with microseconds as their fraction */
export function microsOf(milliseconds: number): bigint {
  const whole = Math.floor(milliseconds);
  return BigInt(whole) * 1000n + BigInt(Math.round((milliseconds - whole) * 1000));
}

/** Milliseconds, rounded once, so that every reader gives the same float. */
export const millisOfMicros = (micros: bigint): number => Number(micros) / 1000;
