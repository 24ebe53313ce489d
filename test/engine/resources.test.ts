import {expect, it} from 'vitest';
import {ResourcePool} from '../../src/engine/resources.ts';

const CAPACITY = {cpu: 1, memoryBytes: 2 ** 30, tokens: {licence: 1}};

it('lends every core again when all fractions of it came back, although their sum is not exact', () => {
  const pool = new ResourcePool(CAPACITY);
  const fractions = [0.2, 0.4, 0.3].map((part) => ({cpu: part, tokens: {licence: part}}));
  expect(fractions.map((one) => pool.take(one))).toEqual([true, true, true]);
  for (const one of fractions) pool.give(one);
  expect(pool.take({cpu: 1, tokens: {licence: 1}})).toBe(true);
  expect(pool.take({cpu: 0.1, tokens: {}})).toBe(false);
});

it('lends a sum that is rounded up', () => {
  const pool = new ResourcePool({...CAPACITY, cpu: 0.3});
  expect([0.1, 0.2].map((cpu) => pool.take({cpu, tokens: {}}))).toEqual([true, true]);
});

it('has one of a token that is named like a method of every object', () => {
  const pool = new ResourcePool(CAPACITY);
  const wanted = {cpu: 0.1, tokens: {constructor: 1}};
  expect([pool.take(wanted), pool.take(wanted)]).toEqual([true, false]);
});
