/** Rows to learn from or to predict: a feature folder, or a table with features among its columns. */
import {cellText} from '../../data/row-key.ts';
import {columnNamed, isNumeric, type Column, type Table} from '../../data/table.ts';
import type {Host} from '../../host/host.ts';
import {matrixOfTable} from '../../ml/matrix-of-table.ts';
import type {FeatureMatrix} from '../../ml/matrix.ts';
import {isFeatureFolder, readFeatures} from './feature-files.ts';
import {readTableFile} from './table-files.ts';

export interface LearningRows {
  readonly matrix: FeatureMatrix;
  /** The columns that are no features: label, weight, row id, slices. */
  readonly kept: Table;
}

export interface ColumnRoles {
  /** Of a table the columns to learn from; those of numbers and truths that have no other role when absent. */
  readonly features?: readonly string[];
  /** Columns that are no features. */
  readonly others: readonly string[];
}

/** @throws Error with a sentence for what is neither, or for a feature that is not there */
export async function readLearningRows(
  host: Host,
  path: string,
  {features, others}: ColumnRoles,
): Promise<LearningRows> {
  if (host.files.stat(path)?.type === 'dir' || isFeatureFolder(host, path)) {
    const {matrix, kept} = await readFeatures(host, path);
    return {matrix, kept};
  }
  const table = await readTableFile(host, path);
  const names =
    features ??
    table.columns.filter((column) => isFeature(column) && !others.includes(column.name)).map(({name}) => name);
  const taken = new Set(names);
  const kept = {rowCount: table.rowCount, columns: table.columns.filter(({name}) => !taken.has(name))};
  return {matrix: matrixOfTable(table, names), kept};
}

/** A name that is given to ids: never a feature, however it looks. */
export const ROW_ID = 'row_id';

const isFeature = (column: Column): boolean =>
  column.name !== ROW_ID && (column.type === 'boolean' || (isNumeric(column) && !column.type.startsWith('date')));

/** @param role as the setting is called. @throws Error that names the columns that there are */
export function keptColumn(kept: Table, role: string, name: string, path: string): Column {
  const column = columnNamed(kept, name);
  if (column !== undefined) return column;
  const there = kept.columns.slice(0, 12).map((one) => `\`${one.name}\``);
  throw new Error(
    `the ${role} \`${name}\` is not among the columns of \`${path}\` that are no features (${there.join(', ') || 'there are none'}): ` +
      'let `featurize` keep it, or correct the name',
  );
}

/** A column of texts, as labels and ids are written in predictions. */
export function textColumn(column: Column, name: string, rows: number): Column {
  const words: string[] = [];
  const codeOf = new Map<string, number>();
  const codes = new Int32Array(rows);
  const missing = new Uint8Array(rows);
  for (let row = 0; row < rows; row += 1) {
    const text = cellText(column, row);
    if (text === undefined) {
      codes[row] = -1;
      missing[row] = 1;
      continue;
    }
    let code = codeOf.get(text);
    if (code === undefined) {
      code = words.length;
      codeOf.set(text, code);
      words.push(text);
    }
    codes[row] = code;
  }
  return {name, type: 'string', codes, words, ...(missing.includes(1) ? {missing} : {})};
}
