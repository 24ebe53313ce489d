/** The setting by which a kind's user says which findings make a check fail; the same in every kind that checks. */
export type FailOn = 'error' | 'warn' | 'never';

/** Member of a strict object. */
export function failOnSetting(z: typeof import('zod')) {
  return z
    .enum(['error', 'warn', 'never'])
    .default('error')
    .describe('The stage fails on findings of this level and worse, and then keeps no outputs.');
}
