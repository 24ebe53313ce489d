/** Ends a `switch` over a union, so that adding a member fails the type check wherever it must be handled. */
export function unreachable(value: never): never {
  throw new Error(`BUG: unhandled case ${JSON.stringify(value)}`);
}
