import {spawnSync} from 'node:child_process';
import {describe, expect, it} from 'vitest';
import type {Table} from '../../../src/data/table.ts';
import type {FeatureMatrix} from '../../../src/ml/matrix.ts';
import {isFeatureFolder, readFeatures, writeFeatures} from '../../../src/stages/shared/feature-files.ts';
import type {Features} from '../../../src/stages/shared/feature-files.ts';
import {tempHost} from '../../host/rig.ts';
import {canTestR, canTestSklearn} from '../../rig/needs.ts';

const MATRIX: FeatureMatrix = {
  rows: 3,
  names: ['age', 'odd "name", 日本', 'gram= a', 'gram=b', 'gram=c'],
  dense: [Float32Array.of(1.5, NaN, -3), Float32Array.of(0, Infinity, 1e-30)],
  sparse: {
    columns: 3,
    starts: Uint32Array.of(0, 2, 2, 3),
    indices: Uint32Array.of(0, 2, 1),
    values: Float32Array.of(0.25, 2, 7),
  },
};

const KEPT: Table = {
  rowCount: 3,
  columns: [
    {name: 'row_id', type: 'string', codes: Int32Array.of(0, 1, 2), words: ['007', 'a,b', 'ü "x"\ny']},
    {name: 'label', type: 'string', codes: Int32Array.of(0, -1, 0), words: ['1'], missing: Uint8Array.of(0, 1, 0)},
    {name: 'weight', type: 'number', values: Float64Array.of(0.1, 2, 1e-7)},
  ],
};

const FEATURES: Features = {
  name: 'entity-features',
  matrix: MATRIX,
  kept: KEPT,
  from: [['age'], ['age', 'name'], ['name'], ['name'], ['name']],
};

const EMPTY: Table = {rowCount: 0, columns: []};

function run(program: string, args: readonly string[]): string {
  const {stdout, stderr} = spawnSync(program, args, {encoding: 'utf8'});
  return stdout + stderr;
}

describe('a feature folder', () => {
  it('comes back as it was written', async () => {
    const host = tempHost();
    await writeFeatures(host, 'features', FEATURES);
    expect(isFeatureFolder(host, 'features')).toBe(true);
    expect(isFeatureFolder(host, '.')).toBe(false);
    expect(await readFeatures(host, 'features')).toEqual(FEATURES);
  });

  it('may be without rows, without dense or sparse columns, without kept ones', async () => {
    const host = tempHost();
    const none: FeatureMatrix = {rows: 0, names: ['a'], dense: [new Float32Array(0)]};
    await writeFeatures(host, 'none', {matrix: none, kept: EMPTY});
    expect(await readFeatures(host, 'none')).toEqual({matrix: none, kept: EMPTY});
    const sparse: FeatureMatrix = {
      rows: 2,
      names: ['a'],
      dense: [],
      sparse: {
        columns: 1,
        starts: new Uint32Array(3),
        indices: new Uint32Array(0),
        values: new Float32Array(0),
      },
    };
    await writeFeatures(host, 'sparse', {matrix: sparse, kept: {rowCount: 2, columns: []}});
    expect(await readFeatures(host, 'sparse')).toEqual({matrix: sparse, kept: {rowCount: 2, columns: []}});
    expect(host.files.list('sparse').map(({name}) => name)).toEqual([
      'features.json',
      'sparse-data.npy',
      'sparse-indices.npy',
      'sparse-indptr.npy',
    ]);
  });

  it('depends on nothing but the features', async () => {
    const [here, there] = [tempHost(), tempHost()];
    await writeFeatures(here, 'one', FEATURES);
    await writeFeatures(there, 'elsewhere/two', FEATURES);
    for (const {name} of here.files.list('one'))
      expect(here.files.readText(`one/${name}`)).toBe(there.files.readText(`elsewhere/two/${name}`));
    expect(here.files.readText('one/features.json').split('\n').slice(0, 3)).toEqual([
      '{"version":1,"name":"entity-features","rows":3,',
      '"columns": [',
      '{"name":"age","storage":"dense","from":["age"]},',
    ]);
  });

  it('of more bytes than one piece has comes back', async () => {
    const host = tempHost();
    const values = new Float32Array(2 ** 23 + 5).fill(1.5);
    values[2 ** 23 + 4] = 3;
    const matrix: FeatureMatrix = {rows: values.length, names: ['a'], dense: [values]};
    await writeFeatures(host, 'long', {matrix, kept: {rowCount: values.length, columns: []}});
    const [column] = (await readFeatures(host, 'long')).matrix.dense;
    expect(column && Buffer.from(column.buffer).equals(Buffer.from(values.buffer))).toBe(true);
  });

  it('that does not fit together is refused with what is wrong', async () => {
    const host = tempHost();
    const trouble = async (path: string): Promise<string> => {
      try {
        await readFeatures(host, path);
        return 'nothing';
      } catch (error) {
        return String(error);
      }
    };
    expect(await trouble('gone')).toBe('Error: `gone` is no feature folder: `features.json` is not in it');
    host.files.writeAtomic('bad/features.json', '{');
    expect(await trouble('bad')).toMatch('Error: `bad/features.json` is no JSON: ');
    host.files.writeAtomic('bad/features.json', '{"version": 2}');
    expect(await trouble('bad')).toBe('Error: `bad/features.json` is of version 2; this version of mlp reads 1');
    host.files.writeAtomic('bad/features.json', '{"version": 1, "rows": 1}');
    expect(await trouble('bad')).toBe(
      'Error: `bad/features.json` must have the number of `rows` and the list `columns`',
    );
    const columns = [
      {name: 's', storage: 'sparse'},
      {name: 'd', storage: 'dense'},
    ];
    host.files.writeAtomic('bad/features.json', JSON.stringify({version: 1, rows: 1, columns}));
    expect(await trouble('bad')).toContain('must name the dense columns first');

    const changed = async (file: string, change: (bytes: Uint8Array) => Uint8Array): Promise<string> => {
      await writeFeatures(host, 'f', FEATURES);
      host.files.writeAtomic(`f/${file}`, change(Uint8Array.from(host.files.readBytes(`f/${file}`))));
      return trouble('f');
    };
    const at = (offset: number, value: number) => (bytes: Uint8Array) => bytes.with(128 + offset, value);
    expect(await changed('dense.npy', (bytes) => bytes.slice(0, -1))).toBe(
      'Error: `f/dense.npy` is cut off: it has 151 bytes, not 152',
    );
    expect(await changed('dense.npy', (bytes) => Uint8Array.of(...bytes, 0))).toContain('is too long');
    expect(await changed('dense.npy', () => Uint8Array.of(1))).toContain('`f/dense.npy` is no .npy file');
    expect(await changed('sparse-indices.npy', at(4, 9))).toContain('row 0 has a value in column 9 of 3');
    expect(await changed('sparse-indices.npy', at(4, 0))).toContain('the columns of row 0 do not rise');
    expect(await changed('sparse-indptr.npy', at(4, 9))).toContain('indptr goes from 0 to 9 in row 0');
    expect(await changed('sparse-indptr.npy', at(8, 1))).toContain('indptr goes from 2 to 1 in row 1');
    expect(await changed('sparse-indptr.npy', at(12, 2))).toContain('indptr ends at 2, there are 3 indices');
    host.files.remove('f/sparse-indptr.npy');
    expect(await trouble('f')).toBe('FileTrouble: `f/sparse-indptr.npy` is not there');
    await writeFeatures(host, 'f', {...FEATURES, matrix: {...MATRIX, rows: 4, dense: [], names: ['a', 'b', 'c']}});
    expect(await trouble('f')).toContain('indptr has 4 values for 4 rows, not 5');
  });

  it.runIf(canTestSklearn)('is read by numpy and scipy, and read from what they write', async () => {
    const host = tempHost();
    await writeFeatures(host, 'features', FEATURES);
    const folder = host.files.absolute('features');
    const script = `
import json, numpy as np, scipy.sparse as sp, sys, csv
f = sys.argv[1]
load = lambda n: np.load(f'{f}/{n}.npy')
d, data, indices, indptr = load('dense'), load('sparse-data'), load('sparse-indices'), load('sparse-indptr')
m = sp.csr_matrix((data, indices, indptr), shape=(3, 3))
print(d.dtype, d.shape, d.flags.f_contiguous, d.tolist())
print(m.dtype, m.indices.dtype, m.has_sorted_indices, m.toarray().tolist())
print([c['name'] for c in json.load(open(f'{f}/features.json', encoding='utf-8'))['columns']])
np.save(f'{f}/dense.npy', np.ascontiguousarray(d).astype(float))
np.save(f'{f}/sparse-data.npy', m.data.astype(float))
np.save(f'{f}/sparse-indices.npy', m.indices.astype(np.int64))
`;
    expect(run('python3', ['-c', script, folder]).split('\n')).toEqual([
      'float32 (3, 2) True [[1.5, 0.0], [nan, inf], [-3.0, 1.0000000031710769e-30]]',
      'float32 int32 True [[0.25, 0.0, 2.0], [0.0, 0.0, 0.0], [0.0, 7.0, 0.0]]',
      `['age', 'odd "name", 日本', 'gram= a', 'gram=b', 'gram=c']`,
      '',
    ]);
    expect(host.files.stat('features/dense.npy')?.size).toBe(128 + 48);
    expect(await readFeatures(host, 'features')).toEqual(FEATURES);
  });

  it.runIf(canTestR)('is read by R', async () => {
    const host = tempHost();
    await writeFeatures(host, 'features', FEATURES);
    const script = `
f <- commandArgs(TRUE)[1]
npy <- function(name, what) {
  con <- file(file.path(f, name), "rb"); on.exit(close(con))
  readBin(con, "raw", 8); header <- readChar(con, readBin(con, "integer", 1, 2, endian = "little"))
  shape <- as.integer(strsplit(gsub("[() ]", "", regmatches(header, regexpr("\\\\([0-9, ]*\\\\)", header))), ",")[[1]])
  array(readBin(con, what, prod(shape), 4, endian = "little"), shape)
}
dense <- npy("dense.npy", "numeric"); print(dim(dense)); cat(dense[3, 1], dense[2, 2], is.nan(dense[2, 1]), "\\n")
indptr <- npy("sparse-indptr.npy", "integer"); indices <- npy("sparse-indices.npy", "integer")
m <- matrix(0, 3, 3)
for (i in 1:3) for (k in seq_len(indptr[i + 1] - indptr[i]) + indptr[i]) m[i, indices[k] + 1] <- npy("sparse-data.npy", "numeric")[k]
cat(m, "\\n")
print(nrow(read.csv(file.path(f, "rows.csv"))))
`;
    expect(run('Rscript', ['-e', script, host.files.absolute('features')])).toBe(
      '[1] 3 2\n-3 Inf TRUE \n0.25 0 0 0 0 7 2 0 0 \n[1] 3\n',
    );
  });
});
