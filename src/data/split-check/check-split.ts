/** Everything that can be wrong between a training and a test set: one finding for each check, whether it held or not. */
import {crashed, findingsOf, type Finding} from '../findings.ts';
import {profileTable} from '../profile/profile-builder.ts';
import type {Profiled} from '../profile/profile.ts';
import {formatList} from '../../base/format.ts';
import {columnNamed, type Table} from '../table.ts';
import {hygieneFindings} from './hygiene.ts';
import {leakageFindings} from './leakage.ts';
import {normalizeTexts} from './normalize.ts';
import {rowIds} from './row-ids.ts';
import {conflicts, duplicates, sharedGroups, sharedKeys, timeOrder} from './shared-rows.ts';
import type {SplitTables, SplitWorld} from './split-world.ts';
import {labelDrift, unseenCategories, unseenLabels} from './split-values.ts';

export interface SplitCheckOptions {
  readonly label: string;
  /** Column by which the test set should be later than the training set. */
  readonly time?: string;
  /** Column whose values should be in one of the two sets only. */
  readonly group?: string;
  /** Columns that identify a row, which should be in one of the two sets only. */
  readonly key?: readonly string[];
  /** Columns that are no features. */
  readonly ignore?: readonly string[];
  /** Compare texts without case, accents and repeated white space. */
  readonly normalize?: boolean;
  /** Share of duplicate test rows that is an error; any is a warning. Default 0.01. */
  readonly maxDuplicates?: number;
}

export interface SplitCheck {
  readonly findings: readonly Finding[];
  /** Rows of the test set from 0, by the id of the finding that is about them. */
  readonly badRows: ReadonlyMap<string, readonly number[]>;
  readonly profiles: {readonly train: Profiled; readonly test: Profiled};
}

/** @throws Error when a column that the options name is not in both tables. */
export function checkSplit(tables: SplitTables, options: SplitCheckOptions): SplitCheck {
  const {label, time, group, key, ignore = []} = options;
  const named = [label, time, group, ...(key ?? []), ...ignore].filter((name) => name !== undefined);
  requireColumns(tables.train, tables.trainName, named);
  requireColumns(tables.test, tables.testName, named);
  const isInTest = new Set(tables.test.columns.map(({name}) => name));
  const features = tables.train.columns
    .map(({name}) => name)
    .filter((name) => isInTest.has(name) && !named.includes(name));
  const texts =
    options.normalize === true
      ? {train: normalizeTexts(tables.train), test: normalizeTexts(tables.test)}
      : {train: tables.train, test: tables.test};
  const badRows: SplitWorld['badRows'] = new Map();
  const world: SplitWorld = {...tables, ...texts, label, features, badRows};
  const profiles = {train: profileTable(tables.train), test: profileTable(tables.test)};
  const {testName, trainName} = tables;
  const guarded = (check: string, run: () => readonly Finding[]): readonly Finding[] =>
    findingsOf(testName, check, run);
  const rowless = [tables.train, tables.test].findIndex(({rowCount}) => rowCount === 0);
  if (rowless !== -1)
    return {
      badRows,
      profiles,
      findings: [crashed(rowless === 0 ? trainName : testName, 'the split', new Error('the table has no rows'))],
    };
  const ids = rowIds(world.train, world.test, features);
  const findings = [
    ...guarded('duplicate rows', () => duplicates(world, ids, options.maxDuplicates ?? 0.01)),
    ...guarded('conflicting labels', () => conflicts(world, ids)),
    ...(key === undefined ? [] : guarded('shared keys', () => sharedKeys(world, key))),
    ...(group === undefined ? [] : guarded('shared groups', () => sharedGroups(world, group))),
    ...(time === undefined ? [] : guarded('the order of time', () => timeOrder(world, time))),
    ...guarded('labels', () => unseenLabels(world)),
    ...guarded('the distribution of labels', () => labelDrift(world, profiles)),
    ...guarded('categories', () => unseenCategories(world, profiles)),
    ...guarded('leakage of the label', () => leakageFindings(trainName, tables.train, label, features)),
    ...guarded('hygiene', () => hygieneFindings(trainName, profiles.train.profile)),
  ];
  return {findings, badRows, profiles};
}

function requireColumns(table: Table, file: string, names: readonly string[]): void {
  const absent = names.find((name) => columnNamed(table, name) === undefined);
  if (absent === undefined) return;
  const there = table.columns.map(({name}) => `\`${name}\``);
  throw new Error(
    `\`${file}\` has no column \`${absent}\`; it has ${there.length === 0 ? 'none' : formatList(there, 20)}`,
  );
}
