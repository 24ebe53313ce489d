/**
 * Does one feature tell the label by itself? For each feature, for whether it is missing, and for the place of the row in the
 * file: how well its bins tell the label out of fold. Strong features are legal, so all but near identity is a warning.
 */
import {formatNumber} from '../../base/format.ts';
import {quantile, sortedCopy} from '../../stats/describe.ts';
import {createFinding, type Finding, type FindingCode} from '../findings.ts';
import {rowNumbers} from '../profile/row-sample.ts';
import {selectColumns} from '../table-tools.ts';
import {isMissing, type Column, type Table} from '../table.ts';
import {foldsOf, outOfFoldSkill, targetOf, type Target} from './target.ts';

const WARN = 0.8;
/** As good as the label itself. */
const ERROR = 0.98;
/** More rows say nothing new. */
const MOST_ROWS = 100_000;
/** With fewer nothing can be told. */
const LEAST_ROWS = 30;
const MOST_BINS = 50;
/** Rows that a bin of numbers should have. */
const BIN_ROWS = 10;

export function leakageFindings(
  trainName: string,
  train: Table,
  label: string,
  features: readonly string[],
): readonly Finding[] {
  const numbers = rowNumbers(0, train.rowCount, 2);
  const most = (MOST_ROWS / Math.max(MOST_ROWS, train.rowCount)) * 2 ** 32;
  const rows = Int32Array.from({length: train.rowCount}, (_, row) => row).filter((row) => (numbers[row] ?? 0) < most);
  const [labelColumn] = selectColumns(train, [label]).columns;
  if (labelColumn === undefined) return [];
  const target = targetOf(labelColumn, rows);
  if (target.values.length < LEAST_ROWS || target.values.every((value) => value === target.values[0])) return [];
  const folds = foldsOf(target.rows, mixed(numbers));
  const skillOf = ({bins, count}: Bins): number => outOfFoldSkill(target, bins, count, folds);
  const finding = (code: FindingCode, subject: string, skill: number, what: string, canFail: boolean): Finding => {
    const level = canFail && skill >= ERROR ? 'error' : skill >= WARN ? 'warn' : 'ok';
    return createFinding({
      code,
      level,
      table: trainName,
      ...(code === 'leakage.order' ? {} : {column: subject}),
      rule: `no feature alone tells the label (warn at ${String(WARN)}, error at ${String(ERROR)})`,
      measured: skill,
      limit: level === 'error' ? ERROR : WARN,
      rowsChecked: target.values.length,
      message: `${what} tells ${level === 'ok' ? 'little of' : level === 'error' ? 'nearly all of' : 'most of'} \`${label}\` by itself: ${formatNumber(skill, 3)} of 1, out of fold`,
      ...(level === 'ok' ? {} : {hint: 'is it known at the time of a prediction? If not, leave it out'}),
    });
  };
  return [
    ...selectColumns(train, features).columns.flatMap((column) => {
      const missing = missingBins(column, target);
      return [
        finding('leakage.feature', column.name, skillOf(binsOf(column, target)), `\`${column.name}\``, true),
        ...(missing === undefined
          ? []
          : [
              finding('leakage.missing', column.name, skillOf(missing), `whether \`${column.name}\` is missing`, false),
            ]),
      ];
    }),
    finding(
      'leakage.order',
      label,
      skillOf(numberBins(Float64Array.from(target.rows))),
      'the order of the rows',
      false,
    ),
  ];
}

/** Folds must not follow the numbers by which rows were chosen. */
const mixed = (numbers: Uint32Array): Uint32Array => rowNumbers(0, numbers.length, 3);

interface Bins {
  /** Of each value of the target. */
  readonly bins: Int32Array;
  readonly count: number;
}

/** Texts and truths each have a bin, numbers quantiles; missing cells have one of their own. */
function binsOf(column: Column, {rows}: Target): Bins {
  if (column.type === 'string') {
    const count = column.words.length + 1;
    return {bins: Int32Array.from(rows, (row) => (isMissing(column, row) ? -1 : (column.codes[row] ?? -1)) + 1), count};
  }
  return numberBins(Float64Array.from(rows, (row) => (isMissing(column, row) ? NaN : Number(column.values[row]))));
}

function missingBins(column: Column, {rows}: Target): Bins | undefined {
  const bins = Int32Array.from(rows, (row) => Number(isMissing(column, row)));
  const missing = bins.reduce((sum, one) => sum + one, 0);
  return missing === 0 || missing === bins.length ? undefined : {bins, count: 2};
}

function numberBins(values: Float64Array): Bins {
  const sorted = sortedCopy(values.filter(Number.isFinite));
  const wanted = Math.max(2, Math.min(MOST_BINS, Math.floor(sorted.length / BIN_ROWS)));
  const edges = Array.from({length: wanted - 1}, (_, index) => quantile(sorted, (index + 1) / wanted));
  const distinct = edges.filter((edge, index) => index === 0 || edge > (edges[index - 1] ?? 0));
  // A value that is the smallest of all would share its bin with the next one.
  if (distinct[0] === sorted[0]) distinct.shift();
  const whole = sorted[0] === undefined ? [] : [sorted[0], ...distinct];
  const bins = Int32Array.from(values, (value) => {
    if (!Number.isFinite(value)) return 0;
    let [low, high] = [0, whole.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((whole[middle] ?? 0) < value) low = middle + 1;
      else high = middle;
    }
    return low + 1;
  });
  return {bins, count: whole.length + 2};
}
