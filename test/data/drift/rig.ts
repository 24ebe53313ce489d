/** Seeded tables of which the drift is known. */
import type {CompareOptions} from '../../../src/data/drift/compare.ts';
import {driftReport} from '../../../src/data/drift/findings.ts';
import {parseDriftRules} from '../../../src/data/drift/rules.ts';
import type {Finding} from '../../../src/data/findings.ts';
import {profileTable} from '../../../src/data/profile/profile-builder.ts';
import type {Profiled} from '../../../src/data/profile/profile.ts';
import type {Json} from '../../../src/base/json.ts';
import {Random} from '../../../src/stats/random.ts';
import {table} from '../tables.ts';

export const normals = (count: number, seed: number, shift = 0): number[] => {
  const random = new Random(seed);
  return Array.from({length: count}, () => random.normal() + shift);
};

export const words = (count: number, seed: number, of: readonly string[]): string[] => {
  const random = new Random(seed);
  return Array.from({length: count}, () => of[random.below(of.length)] ?? '');
};

export const profiled = (columns: Parameters<typeof table>[0]): Profiled => profileTable(table(columns));

/** The stored profile alone. */
export const stored = ({profile}: Profiled): {readonly profile: Profiled['profile']} => ({profile});

export function findingsOf(
  reference: {readonly profile: Profiled['profile']},
  current: {readonly profile: Profiled['profile']},
  compare?: Json,
  options: Omit<CompareOptions, 'rules'> = {},
): readonly Finding[] {
  return driftReport('now.csv', reference, current, {...options, rules: parseDriftRules(compare)}).findings;
}
