import {expect, it} from 'vitest';
import {ConstantColumns} from '../../../src/ml/trees/constant-columns.ts';

it('knows the constant columns of the nodes above, and of no others', () => {
  const constants = new ConstantColumns(4);
  const known = (): number[] => [0, 1, 2, 3].filter((column) => constants.has(column));
  constants.enter(0);
  constants.add(2, 0);
  constants.enter(1);
  constants.add(0, 1);
  constants.enter(2);
  constants.add(3, 2);
  expect(known()).toEqual([0, 2, 3]);
  constants.enter(2);
  expect(known()).toEqual([0, 2]);
  constants.enter(1);
  expect(known()).toEqual([2]);
  constants.enter(0);
  expect(known()).toEqual([]);
});
