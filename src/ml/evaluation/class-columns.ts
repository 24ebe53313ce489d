/** Classes, probabilities and scores out of the columns of a predictions file. */
import {byCodeUnits} from '../../base/compare.ts';
import {formatNumber} from '../../base/format.ts';
import {suggest} from '../../base/suggest.ts';
import {cellText} from '../../data/row-key.ts';
import {isNumeric, type Column} from '../../data/table.ts';

const SUM_TOLERANCE = 1e-6;
export const PROBABILITY_PREFIX = 'p_';

/** @throws Error when the column holds no numbers */
export function numbers(column: Column, name: string): Float64Array {
  if (isNumeric(column)) return column.values;
  throw new Error(
    `\`${column.name}\` of \`${name}\` is no column of numbers: set \`task: classification\`, or mend the file`,
  );
}

export function texts(column: Column, rows: number): readonly string[] {
  return Array.from({length: rows}, (_, row) => cellText(column, row) ?? '');
}

/** Declared, else all that occur or have a probability: by their numbers when they all are numbers. */
export function classesOf(
  columns: readonly Column[],
  probabilities: readonly Column[],
  declared: readonly string[] | undefined,
  name: string,
  rows: number,
): readonly string[] {
  const known = new Set(declared);
  const seen = new Set<string>();
  for (const column of columns) {
    for (const text of distinctTexts(column, rows)) {
      if (declared !== undefined && !known.has(text)) {
        throw new Error(
          `\`${column.name}\` of \`${name}\` has the class \`${text}\`, which is not among \`labels\`: ${declared.map((label) => `\`${label}\``).join(', ')}`,
        );
      }
      seen.add(text);
    }
  }
  for (const column of probabilities) seen.add(column.name.slice(PROBABILITY_PREFIX.length));
  return declared ?? inOrder(seen);
}

/** Each class once: by their numbers when they all are numbers. */
export function inOrder(classes: Iterable<string>): readonly string[] {
  const all = [...new Set(classes)];
  const areNumbers = all.every((text) => text !== '' && Number.isFinite(Number(text)));
  return all.sort(areNumbers ? (a, b) => Number(a) - Number(b) || byCodeUnits(a, b) : byCodeUnits);
}

function distinctTexts(column: Column, rows: number): Iterable<string> {
  if (column.type !== 'string') return new Set(texts(column, rows));
  const used = new Set(column.codes);
  return column.words.filter((_, code) => used.has(code));
}

export function codes(column: Column, classes: readonly string[], rows: number): Int32Array {
  const places = new Map(classes.map((name, index) => [name, index]));
  if (column.type === 'string') {
    const ofWords = column.words.map((word) => places.get(word) ?? -1);
    return column.codes.map((code) => ofWords[code] ?? -1);
  }
  return Int32Array.from({length: rows}, (_, row) => places.get(cellText(column, row) ?? '') ?? -1);
}

export function readProbabilities(
  columns: readonly Column[],
  classes: readonly string[],
  name: string,
  row: (index: number) => string,
): {readonly probabilities?: readonly Float64Array[]; readonly notices: readonly string[]} {
  if (columns.length === 0) return {notices: []};
  const given = new Map(columns.map((column) => [column.name.slice(PROBABILITY_PREFIX.length), numbers(column, name)]));
  const unknown = [...given.keys()].find((label) => !classes.includes(label));
  if (unknown !== undefined)
    throw new Error(`\`${name}\` has the column \`p_${unknown}\`, but \`${unknown}\` is not among \`labels\``);
  const [written] = given.values();
  const rows = written?.length ?? 0;
  const unseen = classes.filter((label) => !given.has(label));
  // Of two classes one column says all; else a class that the model never saw was given no chance.
  const isOneOfTwo = classes.length === 2 && given.size === 1;
  const rest = isOneOfTwo ? written?.map((value) => 1 - value) : undefined;
  const probabilities = classes.map((label) => given.get(label) ?? rest ?? new Float64Array(rows));
  for (let index = 0; index < rows; index += 1) {
    let sum = 0;
    for (const values of probabilities) {
      const value = values[index] ?? Number.NaN;
      if (!(value >= 0 && value <= 1)) {
        throw new Error(
          `prediction.nan: in ${row(index)} of \`${name}\` a probability is ${Number.isNaN(value) ? 'missing' : formatNumber(value)}: every \`p_\` column must hold numbers from 0 to 1`,
        );
      }
      sum += value;
    }
    if (Math.abs(sum - 1) > SUM_TOLERANCE) {
      throw new Error(
        `the probabilities of ${row(index)} of \`${name}\` sum to ${formatNumber(sum, 8)}, not to 1: write them with all their digits, one \`p_\` column a class`,
      );
    }
  }
  const notices = (isOneOfTwo ? [] : unseen).map(
    (label) => `the class \`${label}\` has no column \`p_${label}\`: its probability counts as 0`,
  );
  return {probabilities, notices};
}

export function readScores(
  column: Column | undefined,
  name: string,
  row: (index: number) => string,
): Float64Array | undefined {
  if (column === undefined) return undefined;
  const scores = numbers(column, name);
  const bad = scores.findIndex((value) => Number.isNaN(value));
  if (bad >= 0)
    throw new Error(
      `prediction.nan: ${row(bad)} of \`${name}\` has no \`${column.name}\`: the model must score every row`,
    );
  return scores;
}

export function positiveOf(classes: readonly string[], declared: string | undefined, name: string): number | undefined {
  if (declared !== undefined && !classes.includes(declared)) {
    const near = suggest(declared, classes);
    throw new Error(
      `\`positive: ${declared}\` is no class of \`${name}\`, which has ${classes.map((label) => `\`${label}\``).join(', ')}${near === undefined ? '.' : `; did you mean \`${near}\`?`} Declare all classes in \`labels\` if none of its rows happens to be here`,
    );
  }
  if (classes.length !== 2) {
    if (declared !== undefined && classes.length > 2) {
      throw new Error(
        `\`positive: ${declared}\` is for two classes, but \`${name}\` has ${classes.length}: leave it out`,
      );
    }
    return undefined;
  }
  return declared === undefined ? 1 : classes.indexOf(declared);
}
