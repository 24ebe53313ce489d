/** Labels and categories of the test set beside those of the training set. */
import {formatCount, formatList, plural} from '../../base/format.ts';
import {driftReport} from '../drift/findings.ts';
import {createFinding, MOST_EXAMPLES, type Finding} from '../findings.ts';
import type {Profiled} from '../profile/profile.ts';
import {cellText} from '../row-key.ts';
import {selectColumns} from '../table-tools.ts';
import type {Column} from '../table.ts';
import {about, type SplitWorld} from './split-world.ts';
import {rowNumbersWhere} from './shared-rows.ts';
import {isClasses} from './target.ts';

interface Profiles {
  readonly train: Profiled;
  readonly test: Profiled;
}

/** Labels that are numbers have no values to know. */
export function unseenLabels(world: SplitWorld): readonly Finding[] {
  const {train, test, testName, label} = world;
  const [before] = selectColumns(train, [label]).columns;
  const [now] = selectColumns(test, [label]).columns;
  if (before === undefined || now === undefined || !isClasses(before) || !isClasses(now)) return [];
  const known = valuesOf(before, train.rowCount);
  const isNew = (row: number): boolean => {
    const text = cellText(now, row);
    return text !== undefined && !known.has(text);
  };
  const bad = rowNumbersWhere(test, isNew);
  const labels = [...new Set(bad.map((row) => cellText(now, row) ?? ''))];
  return [
    about(
      world,
      bad,
      createFinding({
        code: 'split.label',
        level: bad.length === 0 ? 'ok' : 'error',
        table: testName,
        column: label,
        rule: 'labels of the test set are in the training set',
        measured: labels.length,
        limit: 0,
        rowsChecked: test.rowCount,
        rowsBad: bad.length,
        examples: bad.slice(0, MOST_EXAMPLES).map((row) => ({row: row + 1, value: cellText(now, row) ?? null})),
        message:
          bad.length === 0
            ? 'all labels of the test set are in the training set'
            : `${plural(labels.length, 'label')} of the test set (${formatList(labels.map((one) => JSON.stringify(one)))}) ${labels.length === 1 ? 'is' : 'are'} not in the training set: ${plural(bad.length, 'row')} of ${formatCount(test.rowCount)}`,
      }),
    ),
  ];
}

function valuesOf(column: Column, rowCount: number): ReadonlySet<string> {
  const values = new Set<string>();
  for (let row = 0; row < rowCount; row += 1) {
    const text = cellText(column, row);
    if (text !== undefined) values.add(text);
  }
  return values;
}

/** The rule of drift for the label alone. */
export function labelDrift({testName, label}: SplitWorld, profiles: Profiles): readonly Finding[] {
  return ofDrift(testName, [label], profiles)
    .filter(({code}) => code === 'drift.psi')
    .map((finding) => ({
      ...finding,
      id: `split.drift:${label}`,
      code: 'split.drift',
      level: finding.level === 'error' ? 'warn' : finding.level,
    }));
}

/** Values of text features that the training set does not have. */
export function unseenCategories({testName, features}: SplitWorld, profiles: Profiles): readonly Finding[] {
  return ofDrift(testName, features, profiles)
    .filter(({code}) => code === 'drift.unseen')
    .map((finding) => ({...finding, id: `split.category:${finding.column ?? ''}`, code: 'split.category'}));
}

/** The test set against the training set as its reference, of some columns. */
function ofDrift(testName: string, names: readonly string[], {train, test}: Profiles): readonly Finding[] {
  const only = (side: Profiled): Profiled => ({
    ...side,
    profile: {...side.profile, columns: side.profile.columns.filter(({name}) => names.includes(name))},
  });
  return driftReport(testName, only(train), only(test)).findings;
}
