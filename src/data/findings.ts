/**
 * What checks of data and models find: one record for each rule, whether it held or not, always with the number that was
 * measured. The stored form is `findings.json`, version 1: `{version, counts: {error, warn, info, ok}, findings}`, its keys
 * in snake_case, written by `findingsJson`, read and checked by `parseFindings`.
 */
import {byCodeUnits} from '../base/compare.ts';
import {isJsonObject, type Json, type JsonObject} from '../base/json.ts';
import {notA, parseVersioned} from './versioned-file.ts';

/** Stable names of what can be found, each with what it means. A code is never given another meaning. */
export const findingCodes = {
  'check.crashed': 'A check failed by itself; what it should have found is not known',
  'column.absent': 'A column of the schema is not in the table',
  'column.extra': 'The table has a column that the schema does not know',
  'column.missing': 'More cells are missing than the schema allows',
  'column.type': 'Cells are not of the type of their column',
  'value.enum': 'Values are not among those allowed',
  'value.length': 'Texts are shorter or longer than allowed',
  'value.pattern': 'Texts do not match the pattern',
  'value.range': 'Values are below or above the limits',
  'key.duplicate': 'Rows share a key that should be unique',
  'key.missing': 'A part of the primary key is missing',
  'rows.malformed': 'Rows of the file could not be read',
  'rows.count': 'The table has fewer or more rows than allowed',
  'rows.change': 'The number of rows differs from the reference by more than allowed',
  'table.fresh': 'The newest row is older than allowed',
  'rule.expr': 'Rows break an expression over several columns',
  'rule.function': 'Rows break a rule that is a function',
  'drift.psi': 'The distribution of a column moved (population stability index)',
  'drift.jsd': 'The distribution of a column moved (Jensen-Shannon divergence, bits)',
  'drift.linf': 'The share of one value or bin moved (largest difference)',
  'drift.tvd': 'The distribution of a column moved (total variation distance)',
  'drift.hellinger': 'The distribution of a column moved (Hellinger distance)',
  'drift.cramers-v': "The distribution of a column moved (Cramér's V)",
  'drift.ks': 'The distribution of a column moved (Kolmogorov-Smirnov)',
  'drift.wasserstein': 'The values of a column moved (Wasserstein distance in standard deviations)',
  'drift.classifier': 'A model can tell the rows of the two tables apart',
  'drift.outliers': 'More values lie far outside of what the reference has',
  'drift.unseen': 'Values come that the reference does not have',
  'drift.missing': 'The share of missing cells moved',
  'drift.type': 'A column has another type than in the reference',
  'drift.column': 'A column is in one of the two tables only',
  'skew.row': 'Rows with the same id have other values in the two tables',
  'split.duplicate': 'Rows of the test set are in the training set, too',
  'split.conflict': 'Rows with equal features have different labels',
  'split.key': 'A key is in the training and in the test set',
  'split.group': 'A group is in the training and in the test set',
  'split.time': 'Rows of the test set are older than the newest row of the training set',
  'split.label': 'The test set has labels that the training set does not have',
  'split.category': 'The test set has categories that the training set does not have',
  'split.drift': 'The distribution of the label differs between the training and the test set',
  'leakage.feature': 'One feature alone tells the label',
  'leakage.missing': 'Whether a feature is missing tells the label',
  'leakage.order': 'The order of the rows tells the label',
  'hygiene.constant': 'A column has one value, or nearly so',
  'hygiene.missing': 'All cells of a column are missing',
  'hygiene.mixed': 'A column mixes values of two types',
  'hygiene.missing-spellings': 'Missing is spelt in several ways',
  'hygiene.spellings': 'Texts differ only in case or white space',
  'prediction.nan': 'Predictions are not numbers',
} as const satisfies {readonly [code: string]: string};

export type FindingCode = keyof typeof findingCodes;

/** What a rule's result amounts to; `ok` when it held. `info` is worth to know and no trouble. */
export type FindingLevel = 'error' | 'warn' | 'info' | 'ok';

/** From the worst to the best. */
export const findingLevels: readonly FindingLevel[] = ['error', 'warn', 'info', 'ok'];

export interface FindingExample {
  /** Number of the row, the first row below the head is 1; absent for what is no row. */
  readonly row?: number;
  /** The row's primary key as text, its parts separated by commas. */
  readonly key?: string;
  /** The value as the file has it; null for a missing cell. */
  readonly value: string | null;
}

/** Changes of a schema file which make the finding go away: each sets a place to a value, or removes it. */
export type SchemaPatch = readonly {readonly path: readonly string[]; readonly value?: Json}[];

export interface Finding {
  /** Unique in its report and stable from run to run: the code, and for what it was found (`value.enum:country`). */
  readonly id: string;
  readonly code: FindingCode;
  readonly level: FindingLevel;
  /** The table as the user named it. */
  readonly table: string;
  readonly column?: string;
  /** What was asked, in the words of the schema: `minimum: 0`. */
  readonly rule: string;
  /** What was measured: a number, a text (`integer`), or null when nothing could be. Never NaN. */
  readonly measured: number | string | null;
  /** What is allowed; null when nothing is asked. */
  readonly limit: number | string | null;
  /** Rows that the rule looked at. */
  readonly rowsChecked: number;
  readonly rowsBad: number;
  /** rowsBad / rowsChecked, null when no row was looked at. */
  readonly share: number | null;
  /** The first bad rows, at most MOST_EXAMPLES. */
  readonly examples: readonly FindingExample[];
  /** The result as a sentence without a full stop. */
  readonly message: string;
  /** Where the rule stands: `<file>:<line>`. */
  readonly where?: string;
  /** How to mend it. */
  readonly hint?: string;
  readonly patch?: SchemaPatch;
  /** Further numbers behind it (p-values, noise limits, equivalent shifts), by name. Never NaN. */
  readonly numbers?: {readonly [name: string]: number};
}

export const MOST_EXAMPLES = 20;

/** What a check says; the rest follows from it. */
export interface FindingFacts extends Omit<Finding, 'id' | 'rowsChecked' | 'rowsBad' | 'share' | 'examples'> {
  /** For what it was found, where that is not the column: the key's columns, an expression. */
  readonly subject?: string;
  /** Default 0. */
  readonly rowsChecked?: number;
  /** Default 0. */
  readonly rowsBad?: number;
  readonly examples?: readonly FindingExample[];
}

/** Completes a finding: its id, its share, at most MOST_EXAMPLES examples, no NaN. */
export function createFinding(facts: FindingFacts): Finding {
  const {subject, rowsChecked = 0, rowsBad = 0, examples = [], measured, limit, numbers, ...rest} = facts;
  const of = subject ?? facts.column;
  const finite = numbers === undefined ? [] : Object.entries(numbers).filter(([, value]) => Number.isFinite(value));
  return {
    id: of === undefined ? facts.code : `${facts.code}:${of}`,
    ...rest,
    measured: writable(measured),
    limit: writable(limit),
    rowsChecked,
    rowsBad,
    share: rowsChecked === 0 ? null : rowsBad / rowsChecked,
    examples: examples.slice(0, MOST_EXAMPLES),
    ...(finite.length === 0 ? {} : {numbers: Object.fromEntries(finite)}),
  };
}

const writable = (value: number | string | null): number | string | null =>
  typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;

/**
 * Runs one check and gives what it found; one that throws is itself a finding of level `error`, so that the others are
 * still heard.
 * @param check what it looks at, for the message: `the pattern of email`.
 */
export function findingsOf(
  table: string,
  check: string,
  run: () => readonly Finding[],
  where?: string,
): readonly Finding[] {
  try {
    return run();
  } catch (error) {
    return [crashed(table, check, error, where)];
  }
}

/** The finding for a check that threw. */
export function crashed(table: string, check: string, error: unknown, where?: string): Finding {
  return createFinding({
    code: 'check.crashed',
    level: 'error',
    table,
    subject: check,
    rule: check,
    measured: null,
    limit: null,
    message: `${check} could not be checked: ${error instanceof Error ? error.message : String(error)}`,
    ...(where === undefined ? {} : {where}),
  });
}

export const worse = (a: FindingLevel, b: FindingLevel): FindingLevel =>
  findingLevels.indexOf(a) <= findingLevels.indexOf(b) ? a : b;

/** The worst level among findings; `ok` when there are none. */
export function worstLevel(findings: readonly Finding[]): FindingLevel {
  return findings.reduce<FindingLevel>((worst, {level}) => worse(worst, level), 'ok');
}

export function countLevels(findings: readonly Finding[]): {readonly [level in FindingLevel]: number} {
  const counts = {error: 0, warn: 0, info: 0, ok: 0};
  for (const {level} of findings) counts[level] += 1;
  return counts;
}

/** The worst first, those of one level by table and id; ids that came twice are numbered. */
export function sortFindings(findings: readonly Finding[]): readonly Finding[] {
  const sorted = [...findings].sort(
    (a, b) =>
      findingLevels.indexOf(a.level) - findingLevels.indexOf(b.level) ||
      byCodeUnits(a.table, b.table) ||
      byCodeUnits(a.id, b.id),
  );
  const taken = new Map<string, number>();
  return sorted.map((finding) => {
    const name = `${finding.table}\0${finding.id}`;
    const count = (taken.get(name) ?? 0) + 1;
    taken.set(name, count);
    return count === 1 ? finding : {...finding, id: `${finding.id}#${String(count)}`};
  });
}

/** Names of the fields in the stored form, where they differ. */
const STORED = {rowsChecked: 'rows_checked', rowsBad: 'rows_bad'} as const;

/** The text of `findings.json`, sorted, with a line end. */
export function findingsJson(findings: readonly Finding[]): string {
  const sorted = sortFindings(findings).map(({rowsChecked, rowsBad, ...rest}) => {
    const {share, examples, message, ...first} = rest;
    return {...first, [STORED.rowsChecked]: rowsChecked, [STORED.rowsBad]: rowsBad, share, message, examples};
  });
  return `${JSON.stringify({version: 1, counts: countLevels(findings), findings: sorted}, null, 2)}\n`;
}

/**
 * @param name of the file, for messages.
 * @throws Error that says which part of the file is not as it should be.
 */
export function parseFindings(text: string, name: string): readonly Finding[] {
  const words = {name, what: 'findings file'};
  const {findings: list} = parseVersioned(text, words, 1);
  if (!Array.isArray(list)) throw notA(words, '`findings` is not a list');
  return (list as readonly Json[]).map((one, index) => {
    const bad = isJsonObject(one) ? badField(one) : 'it is not an object';
    if (bad !== undefined) throw notA(words, `findings[${String(index)}]: ${bad}`);
    const {[STORED.rowsChecked]: rowsChecked, [STORED.rowsBad]: rowsBad, ...rest} = one as JsonObject;
    return {...rest, rowsChecked, rowsBad} as unknown as Finding;
  });
}

const isText = (value: Json | undefined): boolean => typeof value === 'string';
const isCount = (value: Json | undefined): boolean => Number.isSafeInteger(value) && Number(value) >= 0;
const isMeasure = (value: Json | undefined): boolean => value === null || ['number', 'string'].includes(typeof value);
const isOptional =
  (is: (value: Json | undefined) => boolean) =>
  (value: Json | undefined): boolean =>
    value === undefined || is(value);

const FIELDS: {readonly [field: string]: readonly [is: (value: Json | undefined) => boolean, what: string]} = {
  id: [isText, 'a text'],
  code: [isText, 'a text'],
  level: [(value) => findingLevels.some((level) => level === value), 'error, warn, info or ok'],
  table: [isText, 'a text'],
  column: [isOptional(isText), 'a text'],
  rule: [isText, 'a text'],
  measured: [isMeasure, 'a number, a text or null'],
  limit: [isMeasure, 'a number, a text or null'],
  rows_checked: [isCount, 'a count'],
  rows_bad: [isCount, 'a count'],
  share: [(value) => value === null || typeof value === 'number', 'a number or null'],
  message: [isText, 'a text'],
  examples: [
    (value) => Array.isArray(value) && (value as readonly Json[]).every(isJsonObject),
    'a list of {row, key, value}',
  ],
  where: [isOptional(isText), 'a text'],
  hint: [isOptional(isText), 'a text'],
  patch: [
    isOptional(
      (value) =>
        Array.isArray(value) &&
        (value as readonly Json[]).every(
          (one) =>
            isJsonObject(one) &&
            Array.isArray(one['path']) &&
            (one['path'] as readonly Json[]).every((part) => isText(part)),
        ),
    ),
    'a list of {path, value}',
  ],
  numbers: [
    isOptional((value) => isJsonObject(value) && Object.values(value).every((one) => typeof one === 'number')),
    'an object of numbers',
  ],
};

function badField(finding: JsonObject): string | undefined {
  for (const [field, [is, what]] of Object.entries(FIELDS))
    if (!is(finding[field]))
      return `\`${field}\` should be ${what}, not ${JSON.stringify(finding[field]) ?? 'nothing'}`;
  return undefined;
}
