/** A comparison as findings: one for each column, whether it moved or not, and those of the checks beside it. */
import {formatCount, formatList, formatNumber, formatShare, plural} from '../../base/format.ts';
import {suggest} from '../../base/suggest.ts';
import {benjaminiHochberg} from '../../stats/multiple-testing.ts';
import {createFinding, type Finding, type FindingFacts} from '../findings.ts';
import {compareProfiles, LEAST_HISTORY, SIGNIFICANCE, type CompareOptions} from './compare.ts';
import {columnsOf, type ColumnComparison, type ComparedColumn, type Comparison, type Side} from './comparison.ts';
import type {ColumnSide} from './histogram.ts';
import {metricFacts, totalOf} from './metrics.ts';
import type {DriftRules} from './rules.ts';
import {missingChange, outlierChange, unseenWords, type ShareChange} from './side-checks.ts';

export interface DriftReport {
  readonly comparison: Comparison;
  readonly findings: readonly Finding[];
}

/**
 * Compares a table with its reference.
 * @param table as the user named it.
 * @throws Error when the rules ask for what is not there.
 */
export function driftReport(table: string, reference: Side, current: Side, options: CompareOptions = {}): DriftReport {
  const comparison = compareProfiles(reference, current, options);
  const findings = [
    ...driftFindings(table, comparison, reference, current),
    ...(options.rules === undefined ? [] : unknownFindings(table, options.rules, [reference, current])),
  ];
  return {comparison, findings};
}

/** Columns that have a rule and that no side has: the name may be mistyped. `hint` says what may have been meant. */
export function unknownColumns(
  {columns}: DriftRules,
  sides: readonly Side[],
): readonly {readonly column: string; readonly hint?: string}[] {
  const there = new Set(sides.flatMap(({profile}) => profile.columns.map(({name}) => name)));
  return [...columns.keys()]
    .filter((column) => !there.has(column))
    .map((column) => {
      const near = suggest(column, there);
      return {column, ...(near === undefined ? {} : {hint: `did you mean \`${near}\`?`})};
    });
}

const unknownFindings = (table: string, rules: DriftRules, sides: readonly Side[]): readonly Finding[] =>
  unknownColumns(rules, sides).map(({column, ...hint}) =>
    createFinding({
      code: 'drift.column',
      level: 'warn',
      table,
      column,
      rule: 'columns of `compare` are there',
      measured: 'absent',
      limit: 'present',
      message: `\`compare\` has a rule for \`${column}\`, which neither table has`,
      ...hint,
    }),
  );

function driftFindings(table: string, comparison: Comparison, reference: Side, current: Side): readonly Finding[] {
  const {rows} = comparison;
  if (rows.reference === 0 || rows.current === 0)
    return [
      createFinding({
        code: 'check.crashed',
        level: 'warn',
        table,
        subject: 'drift',
        rule: 'drift',
        measured: null,
        limit: null,
        message: `nothing could be compared: the ${rows.current === 0 ? 'table' : 'reference'} has no rows`,
      }),
    ];
  return [
    ...comparison.columns.map((column) => createFinding({table, ...columnFacts(column, rows.current)})),
    ...besideFindings(table, comparison, reference, current),
  ];
}

type Facts = Omit<FindingFacts, 'table'>;

function columnFacts(comparison: ColumnComparison, rowsChecked: number): Facts {
  const {column} = comparison;
  const base = {column, rowsChecked, measured: null, limit: null, rule: 'drift'};
  switch (comparison.kind) {
    case 'compared':
      return comparedFacts(comparison, rowsChecked);
    case 'absent':
      return {...base, code: 'drift.column', level: 'error', message: `\`${column}\` is missing: ${comparison.reason}`};
    case 'extra':
      return {...base, code: 'drift.column', level: 'warn', message: `\`${column}\` is new: ${comparison.reason}`};
    case 'type':
      return {
        ...base,
        code: 'drift.type',
        level: 'error',
        message: `\`${column}\` changed its type: ${comparison.reason}`,
      };
    case 'impossible':
      return {
        ...base,
        code: 'check.crashed',
        subject: `drift of ${column}`,
        level: 'warn',
        message: `\`${column}\` could not be compared: ${comparison.reason}`,
      };
    case 'off':
      return {
        ...base,
        code: 'drift.psi',
        level: 'info',
        message: `\`${column}\` is not compared: ${comparison.reason}`,
      };
  }
}

function comparedFacts(comparison: ComparedColumn, rowsChecked: number): Facts {
  const {column, metric, value, level, warn, error, pValue, adjustedP, noiseLimit, shift, interval} = comparison;
  const {code} = metricFacts[metric];
  const limit = level === 'error' ? error : warn;
  return {
    code,
    column,
    level,
    rule: `${metric} below ${formatNumber(warn)} (warn) and ${formatNumber(error)} (error)`,
    measured: value,
    limit,
    rowsChecked,
    message: `\`${column}\`${sentence(comparison, limit)}`,
    numbers: {
      ...(pValue === undefined ? {} : {p_value: pValue}),
      ...(adjustedP === undefined ? {} : {adjusted_p: adjustedP}),
      ...(noiseLimit === undefined ? {} : {noise_limit: noiseLimit}),
      ...(shift === undefined ? {} : {shift_sd: shift}),
      ...(interval === undefined ? {} : {auc_low: interval.lo, auc_high: interval.hi}),
    },
  };
}

function sentence(comparison: ComparedColumn, limit: number): string {
  const {metric, value, level, isNoise, noiseLimit, adjustedP, counted, interval, windows} = comparison;
  const measured = `${metricFacts[metric].title} ${formatNumber(value, 3)}`;
  if (isNoise)
    return noiseLimit === undefined
      ? `: ${measured} is within noise (adjusted p ${formatNumber(adjustedP ?? 1, 2)} at ${plural(counted.current, 'row')})`
      : `: ${measured} is within noise (limit ${formatNumber(noiseLimit, 3)} at ${plural(counted.current, 'row')})`;
  const allowed = `${formatNumber(limit, 3)}${historyText(windows)}`;
  if (interval !== undefined) {
    const between = `${measured} (${formatNumber(interval.lo, 3)} to ${formatNumber(interval.hi, 3)})`;
    return level === 'ok'
      ? `: ${between}, its lower end below ${allowed}`
      : ` reads differently: ${between}, limit ${allowed}`;
  }
  if (level === 'ok') return `: ${measured}, below ${allowed}`;
  return ` moved: ${measured} (limit ${allowed})${shiftText(comparison)}${moverText(comparison)}`;
}

function historyText(windows: number | undefined): string {
  if (windows === undefined) return '';
  return windows < LEAST_HISTORY ? ', fixed: past windows do not tell' : `, from ${plural(windows, 'past window')}`;
}

function shiftText({shift, metric}: ComparedColumn): string {
  if (shift === undefined || metric === 'wasserstein') return '';
  return shift > 5 ? ', as much as a shift of more than 5 sd' : `, as much as a shift of ${formatNumber(shift, 2)} sd`;
}

/** The bin that changed most. */
function moverText({histogram: {bins, reference, current}}: ComparedColumn): string {
  const [before, now] = [totalOf(reference), totalOf(current)];
  const changes = bins.map((bin, index) => ({
    bin,
    from: (reference[index] ?? 0) / before,
    to: (current[index] ?? 0) / now,
  }));
  const most = changes.reduce((a, b) => (Math.abs(b.to - b.from) > Math.abs(a.to - a.from) ? b : a));
  return `; most: ${most.bin} was ${formatShare(most.from)}, is ${formatShare(most.to)}`;
}

/** Outliers and missing cells must at least double or grow by so much. */
const LEAST_GROWTH = 0.005;
const LEAST_MISSING_CHANGE = 0.05;

function besideFindings(table: string, comparison: Comparison, reference: Side, current: Side): readonly Finding[] {
  const [referenceColumn, currentColumn] = [columnsOf(reference), columnsOf(current)];
  const sides = comparison.columns.flatMap((one) => {
    const [before, now] = [referenceColumn(one.column), currentColumn(one.column)];
    return one.kind === 'compared' && before !== undefined && now !== undefined ? [{one, before, now}] : [];
  });
  const changes = <T>(of: (name: string, before: ColumnSide, now: ColumnSide) => T | undefined, which = sides): T[] =>
    which.flatMap(({one, before, now}) => of(one.column, before, now) ?? []);
  const outliers = adjusted(changes(outlierChange));
  const ofSamples = sides.filter(({one}) => one.metric === 'ks' || one.metric === 'wasserstein');
  const missing = adjusted(changes(missingChange, ofSamples));
  // A classifier's texts are new ones nearly all of them.
  const words = changes(
    unseenWords,
    sides.filter(({one}) => one.metric !== 'classifier'),
  );
  return [
    ...outliers.map((change) => {
      const isMore =
        change.adjustedP < SIGNIFICANCE &&
        change.current >= 2 * change.reference &&
        change.current - change.reference > LEAST_GROWTH;
      return shareFinding(table, change, isMore, {
        code: 'drift.outliers',
        rule: 'outliers do not double',
        what: 'values outside of [Q1 - 3 IQR, Q3 + 3 IQR] of the reference',
      });
    }),
    ...missing.map((change) => {
      const isMoved =
        change.adjustedP < SIGNIFICANCE && Math.abs(change.current - change.reference) > LEAST_MISSING_CHANGE;
      return shareFinding(table, change, isMoved, {
        code: 'drift.missing',
        rule: 'the share of missing cells stays',
        what: 'missing cells',
      });
    }),
    ...words.map((unseen) =>
      createFinding({
        code: 'drift.unseen',
        level: unseen.isMore ? 'warn' : unseen.rows > 0 ? 'info' : 'ok',
        table,
        column: unseen.column,
        rule: 'values are known to the reference',
        measured: unseen.rows / unseen.checked,
        limit: unseen.expected,
        rowsChecked: unseen.checked,
        rowsBad: unseen.rows,
        examples: unseen.words.map((value) => ({value})),
        message:
          unseen.rows === 0
            ? `\`${unseen.column}\`: every value is known to the reference`
            : `\`${unseen.column}\`: ${plural(unseen.rows, 'row')} of ${formatCount(unseen.checked)} with ${unseen.words.length === 1 ? 'a value' : `${formatCount(unseen.words.length)} values`} that the reference does not have (${formatList(unseen.words.slice(0, 20).map((word) => JSON.stringify(word)))})${unseen.isMore ? '' : ', no more than is to be expected'}`,
      }),
    ),
  ];
}

const adjusted = (changes: readonly ShareChange[]): readonly (ShareChange & {readonly adjustedP: number})[] => {
  const adjustedPs = benjaminiHochberg(changes.map(({pValue}) => pValue));
  return changes.map((change, index) => ({...change, adjustedP: adjustedPs[index] ?? 1}));
};

function shareFinding(
  table: string,
  {column, bad, checked, reference, current, pValue, adjustedP}: ShareChange & {readonly adjustedP: number},
  isBad: boolean,
  {code, rule, what}: {readonly code: FindingFacts['code']; readonly rule: string; readonly what: string},
): Finding {
  return createFinding({
    code,
    level: isBad ? 'warn' : 'ok',
    table,
    column,
    rule,
    measured: current,
    limit: reference,
    rowsChecked: checked,
    rowsBad: bad,
    message: `\`${column}\`: ${formatShare(current)} ${what}, ${formatShare(reference)} in the reference`,
    numbers: {p_value: pValue, adjusted_p: adjustedP},
  });
}
