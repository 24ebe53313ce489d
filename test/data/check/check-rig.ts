/** A CSV text, a schema in YAML: what the check finds. */
import {parse} from 'yaml';
import {readPlan} from '../../../src/data/check/caster.ts';
import {TableCheck, type CheckOptions} from '../../../src/data/check/table-check.ts';
import {sortFindings, type Finding} from '../../../src/data/findings.ts';
import type {Misfit} from '../../../src/data/read-options.ts';
import {scanTable} from '../../../src/data/read-table.ts';
import {wholePattern} from '../../../src/data/schema/parse-column.ts';
import {parseSchema} from '../../../src/data/schema/parse.ts';
import {pathText, type TableSchema} from '../../../src/data/schema/schema.ts';
import type {Table} from '../../../src/data/table.ts';
import {textSource} from '../text-source.ts';

export function schemaOf(yaml: string): TableSchema {
  const parsed = parseSchema(parse(yaml) as unknown);
  if (!parsed.ok) throw new Error(parsed.error.map(({message}) => message).join('\n'));
  return parsed.value;
}

export const contextOf = (schema: TableSchema): CheckOptions => ({
  schema,
  table: 'a.csv',
  whereOf: (path) => `a.yaml#${pathText(path)}`,
  matches: (pattern, flags, texts) => Uint8Array.from(texts, (text) => Number(wholePattern(pattern, flags).test(text))),
  functionOf: () => Promise.reject(new Error('there are no functions here')),
});

export interface Checked {
  readonly findings: readonly Finding[];
  /** Id -> numbers of the bad rows, from 1. */
  readonly badRows: Readonly<Record<string, readonly number[]>>;
  readonly tables: readonly Table[];
  /** The finding of that id. */
  of(id: string): Finding | undefined;
}

export async function checkCsv(
  csv: string,
  yaml: string,
  options: Partial<CheckOptions> & {readonly batchRows?: number; readonly name?: string} = {},
): Promise<Checked> {
  const schema = schemaOf(yaml);
  const badRows: Record<string, number[]> = {};
  const {batchRows, name = 'a.csv', ...rest} = options;
  const onBadRows = (id: string, _table: Table, rows: readonly number[]): void =>
    void (badRows[id] = [...(badRows[id] ?? []), ...rows.map((row) => row + check.rows + 1)]);
  const check = new TableCheck({...contextOf(schema), onBadRows, ...rest});
  const tables: Table[] = [];
  let misfits: Misfit[] = [];
  const onMisfit = (misfit: Misfit): void => void misfits.push(misfit);
  const read = {...readPlan(schema), onMisfit, ...(batchRows === undefined ? {} : {batchRows})};
  for await (const table of scanTable(textSource(name, csv), read)) {
    tables.push(await check.add(table, misfits));
    misfits = [];
  }
  const findings = sortFindings(check.finish());
  return {findings, badRows, tables, of: (id) => findings.find((finding) => finding.id === id)};
}

/** Ids of what was found, without rules that held. */
export const broken = ({findings}: Checked): readonly string[] =>
  findings.filter(({level}) => level !== 'ok').map(({id, level}) => `${level} ${id}`);
