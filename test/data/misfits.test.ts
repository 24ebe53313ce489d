/** Cells that do not fit the type that was asked for: told, and missing in a row that stays. */
import {expect, it} from 'vitest';
import type {Misfit} from '../../src/data/read-options.ts';
import {scanTable, type ReadOptions} from '../../src/data/read-table.ts';
import {isMissing, type Table} from '../../src/data/table.ts';
import {textSource} from './text-source.ts';

async function scan(
  text: string,
  options: ReadOptions,
): Promise<{readonly tables: Table[]; readonly misfits: Misfit[][]}> {
  const tables: Table[] = [];
  const misfits: Misfit[][] = [];
  let own: Misfit[] = [];
  const source = textSource('a.csv', text);
  for await (const table of scanTable(source, {...options, onMisfit: (misfit) => own.push(misfit)})) {
    tables.push(table);
    misfits.push(own);
    own = [];
  }
  return {tables, misfits};
}

it('are told before the table that they belong to', async () => {
  const {tables, misfits} = await scan('a,b,yes\n1,x,1\nx,y,0\n3,,maybe\n4.5,z,true\n', {
    types: {a: 'integer', b: 'string', yes: 'boolean', absent: 'date'},
    batchRows: 2,
  });
  expect(misfits).toEqual([
    [{row: 1, column: 'a', text: 'x'}],
    [
      {row: 1, column: 'a', text: '4.5'},
      {row: 0, column: 'yes', text: 'maybe'},
    ],
  ]);
  expect(tables.map(({rowCount}) => rowCount)).toEqual([2, 2]);
  expect(tables[0]?.columns.map(({type}) => type)).toEqual(['integer', 'string', 'boolean']);
  const [a] = tables[0]?.columns ?? [];
  expect(a !== undefined && [isMissing(a, 0), isMissing(a, 1)]).toEqual([false, true]);
});

it('are cut when they are long', async () => {
  const {misfits} = await scan(`a\n${'x'.repeat(5000)}\n`, {types: {a: 'integer'}});
  expect(misfits[0]?.[0]?.text).toHaveLength(1000);
});

it('are none in columns that were not asked for, whatever they are called', async () => {
  const {tables, misfits} = await scan('constructor,a\n1,2\n', {types: {a: 'number'}});
  expect(misfits).toEqual([[]]);
  expect(tables[0]?.columns.map(({type}) => type)).toEqual(['integer', 'number']);
});
