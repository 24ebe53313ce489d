import {gzipSync} from 'node:zlib';
import {expect, it} from 'vitest';
import {Random} from '../../../src/stats/random.ts';
import {readTableFile} from '../../../src/stages/shared/table-files.ts';
import {tempHost} from '../../host/rig.ts';

it('a compressed table of many pieces is read whole', async () => {
  const host = tempHost();
  const random = new Random(1);
  const values = Array.from({length: 200_000}, () => random.uniform());
  const packed = gzipSync(['x', ...values, ''].join('\n'));
  expect(packed.length).toBeGreaterThan(4 * 256 * 1024);
  host.files.writeAtomic('large.csv.gz', packed);
  const [column] = (await readTableFile(host, 'large.csv.gz')).columns;
  expect(column?.type === 'number' ? Array.from(column.values) : column?.type).toEqual(values);
});
