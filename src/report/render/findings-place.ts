import type {FindingRow} from '../views/findings.ts';

/** Where a finding is shown: the line of its rule, else the table. */
export function placeOf({where, table}: Pick<FindingRow, 'where' | 'table'>): {
  readonly file: string;
  readonly line?: number;
} {
  const [, file, line] = /^(.*):(\d+)$/.exec(where ?? '') ?? [];
  return file === undefined ? {file: where ?? table} : {file, line: Number(line)};
}
