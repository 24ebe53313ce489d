import {describe, expect, it} from 'vitest';
import type {Json} from '../../src/base/json.ts';
import type {Host} from '../../src/host/host.ts';
import {split} from '../../src/stages/split.ts';
import {tempHost} from '../host/rig.ts';
import {Rig} from '../rig/rig.ts';
import {type KindRun, rowsOf, runKind} from './kind-rig.ts';

/** Rows `1,a,2024-01-01`, ...: ids, a label of three, a day for each row. */
function project(rows = 100): Host {
  const host = tempHost();
  const day = (row: number): string => new Date(Date.UTC(2024, 0, 1 + row)).toISOString().slice(0, 10);
  const lines = Array.from({length: rows}, (_, row) => `${row},${'abc'[row % 3] ?? ''},${day(row)}`);
  host.files.writeAtomic('all.csv', ['id,label,day', ...lines, ''].join('\n'));
  return host;
}

const TRAIN_TEST = {train: 'out/train.csv', test: 'out/test.csv'};

const run = (host: Host, settings: Json, outputs: {readonly [name: string]: string} = TRAIN_TEST): Promise<KindRun> =>
  runKind(host, split, settings, {inputs: {'all.csv': 'all.csv'}, outputs});
const idsOf = async (host: Host, path: string): Promise<readonly number[]> =>
  (await rowsOf(host, path)).map(([id]) => Number(id));

describe('split', () => {
  it('writes every row into one part, in its order, and counts', async () => {
    const host = project();
    const {metrics} = await run(host, {parts: [{train: 0.8}, {test: 0.2}]});
    expect(metrics).toEqual({'rows.train': 80, 'rows.test': 20});
    const [train, test] = [await idsOf(host, 'out/train.csv'), await idsOf(host, 'out/test.csv')];
    expect([...train, ...test].sort((a, b) => a - b)).toEqual(Array.from({length: 100}, (_, id) => id));
    for (const ids of [train, test]) expect(ids).toEqual([...ids].sort((a, b) => a - b));
    const first = host.files.readText('out/test.csv');
    await run(host, {parts: [{train: 0.8}, {test: 0.2}]});
    expect(host.files.readText('out/test.csv')).toBe(first);
  });

  it('finds outs by name, also of a list', async () => {
    const host = project();
    await run(
      host,
      {parts: [{train: 0.5}, {test: 0.5}]},
      {'x/test.csv': 'x/test.csv', 'x/train.jsonl': 'x/train.jsonl'},
    );
    expect(await idsOf(host, 'x/train.jsonl')).toHaveLength(50);
    await expect(run(host, {parts: [{train: 0.5}, {valid: 0.5}]})).rejects.toThrow(
      '`split` does not know where to: name an out `valid` for that part; there are `train`, `test`',
    );
  });

  it('splits by strata, hash and time', async () => {
    const host = project(90);
    const {metrics} = await run(host, {parts: [{train: 0.5}, {test: 0.5}], stratify: 'label'});
    expect(metrics).toEqual({'rows.train': 45, 'rows.test': 45});
    expect((await rowsOf(host, 'out/test.csv')).filter(([, label]) => label === 'a')).toHaveLength(15);
    await run(host, {parts: [{train: 0.5}, {test: 0.5}], hash: ['id']});
    const before = await idsOf(host, 'out/test.csv');
    await run(host, {parts: ['train', 'test'], time: 'day', cuts: ['2024-01-11']});
    expect(await idsOf(host, 'out/train.csv')).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const longer = project(120);
    await run(longer, {parts: [{train: 0.5}, {test: 0.5}], hash: ['id']});
    expect((await idsOf(longer, 'out/test.csv')).filter((id) => id < 90)).toEqual(before);
  });

  it('makes folds: each row is tested once, and never trained on then', async () => {
    const host = project();
    await run(host, {folds: 4, group: ['label', 'id'], file_format: 'csv.gz'}, {folds: 'folds'});
    const tested: number[] = [];
    for (const fold of [1, 2, 3, 4]) {
      const [train, test] = [
        await idsOf(host, `folds/fold-${fold}/train.csv.gz`),
        await idsOf(host, `folds/fold-${fold}/test.csv.gz`),
      ];
      expect(train.length + test.length).toBe(100);
      expect(train.filter((id) => test.includes(id))).toEqual([]);
      tested.push(...test);
    }
    expect(tested.sort((a, b) => a - b)).toEqual(Array.from({length: 100}, (_, id) => id));
  });

  it('makes folds by time that train only on what was before', async () => {
    const host = project();
    await run(host, {folds: 3, time: 'day'}, {folds: 'folds'});
    for (const fold of [1, 2, 3]) {
      const [train, test] = [
        await idsOf(host, `folds/fold-${fold}/train.csv`),
        await idsOf(host, `folds/fold-${fold}/test.csv`),
      ];
      expect([train.length, test.length]).toEqual([25 * fold, 25]);
      expect(Math.max(...train)).toBeLessThan(Math.min(...test));
    }
  });

  it('says what does not fit', async () => {
    const host = project();
    const message = (settings: Json) => expect(run(host, settings)).rejects;
    await message({parts: [{train: 0.8}, {test: 0.1}]}).toThrow('must add up to 1, not 0.9');
    await message({parts: [{train: 0.5}, {train: 0.5}]}).toThrow('the part `train` is named twice');
    await message({parts: ['train', 'test']}).toThrow('needs a share');
    await message({parts: ['train', 'test'], time: 'day', cuts: ['2024-01-11', '2024-01-12']}).toThrow(
      '2 parts need 1',
    );
    await message({parts: ['train', 'test'], time: 'day', cuts: ['yesterday']}).toThrow();
    await message({parts: [{train: 0.5}, {test: 0.5}], salt: 'x'}).toThrow('`salt` belongs to `hash`');
    await message({parts: [{train: 0.5}, {test: 0.5}], stratify: 'nothing'}).toThrow(
      'the table has no column `nothing`; it has `id`, `label`, `day`',
    );
    await message({parts: [{train: 0.5}, {test: 0.5}], time: 'label'}).toThrow(
      'declare it as `types: {label: datetime}`',
    );
    await expect(run(project(0), {parts: [{train: 0.5}, {test: 0.5}]})).rejects.toThrow('there are no rows to split');
    await expect(run(host, {folds: 2}, {})).rejects.toThrow('`split` does not know where to: name one folder');
    expect(host.files.exists('out/train.csv')).toBe(false);
    const two = {inputs: {all: ['all.csv', 'all.csv']}, outputs: TRAIN_TEST};
    await expect(runKind(host, split, {parts: [{train: 0.5}, {test: 0.5}]}, two)).rejects.toThrow('has 2 files');
  });

  it('feeds a branch for each fold, and a row that comes runs what it reaches', async () => {
    await using rig = new Rig();
    const rows = (count: number): string => `id\n${Array.from({length: count}, (_, id) => `${id}\n`).join('')}`;
    rig.write('all.csv', rows(20));
    rig.write(
      'pipeline.yaml',
      `mlp: 1
stages:
  folds: {uses: split, deps: [all.csv], with: {folds: 2, hash: id}, outs: [build/folds]}
  fold: {uses: copy, foreach: [1, 2], deps: ['build/folds/fold-\${item}'], outs: ['scores/\${item}']}
`,
    );
    const first = await rig.run();
    expect([...first.ran].sort(), first.talk).toEqual(['fold@1', 'fold@2', 'folds']);
    expect(first.talk + first.out).toContain('rows.fold-1.train');
    expect((await rig.run()).ran).toEqual([]);
    const tested = ['1', '2'].flatMap((fold) => rig.read(`scores/${fold}/test.csv`).trim().split('\n').slice(1));
    expect(tested.map(Number).sort((a, b) => a - b)).toEqual(Array.from({length: 20}, (_, id) => id));
    rig.write('all.csv', rows(21));
    expect([...(await rig.run()).ran].sort()).toEqual(['fold@1', 'fold@2', 'folds']);
  }, 30_000);
});
