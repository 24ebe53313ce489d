import {expect, it} from 'vitest';
import {createTimeLimit, TimeLimitExceeded} from '../../src/host/time-limit.ts';

const within = createTimeLimit();

it('gives what the action gives, and throws what it throws', () => {
  const value = {};
  expect(within(10_000, () => value)).toBe(value);
  expect(within(10_000, () => within(10_000, () => 2) + 1)).toBe(3);
  expect(() =>
    within(10_000, () => {
      throw new RangeError('boom');
    }),
  ).toThrow(new RangeError('boom'));
});

it('stops a loop and a regular expression that never end', () => {
  let turns = 0;
  const forever = (): void => {
    for (;;) turns += 1;
  };
  expect(() => within(20, forever)).toThrow(TimeLimitExceeded);
  expect(turns).toBeGreaterThan(0);
  expect(() => within(20, () => /^(a+)+$/.test(`${'a'.repeat(60)}!`))).toThrow('it took longer than 0.02 s');
  expect(within(10_000, () => 'goes on')).toBe('goes on');
});
