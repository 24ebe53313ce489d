/** The stages that compare tables: check-drift, check-split, check-skew. */
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import type {Json} from '../../src/base/json.ts';
import type {Host} from '../../src/host/host.ts';
import {checkDrift} from '../../src/stages/check-drift.ts';
import {checkSkew} from '../../src/stages/check-skew.ts';
import {checkSplitKind} from '../../src/stages/check-split.ts';
import type {StageKind} from '../../src/stages/kind.ts';
import {Random} from '../../src/stats/random.ts';
import {tempHost} from '../host/rig.ts';
import {Rig} from '../rig/rig.ts';
import {runKind, type KindRun} from './kind-rig.ts';

function csv(rows: number, seed: number, shift = 0): string {
  const random = new Random(seed);
  const lines = Array.from(
    {length: rows},
    (_, row) => `${row + seed * 1e6},${(random.normal() + shift).toFixed(9)},${'pq'[random.below(2)] ?? ''}`,
  );
  return ['id,x,y', ...lines, ''].join('\n');
}

function hostWith(shift: number): Host {
  const host = tempHost();
  host.files.writeAtomic('a.csv', csv(1000, 1));
  host.files.writeAtomic('b.csv', csv(400, 2, shift));
  return host;
}

const OUTPUTS = {findings: 'out/findings.json', page: 'out/page.html'};

/** As the loader does: the deps that the settings name. */
function run(
  host: Host,
  kind: StageKind,
  settings: Json,
  outputs: {readonly [name: string]: string} = OUTPUTS,
): Promise<KindRun> {
  const deps = kind.reads?.(settings).deps ?? {};
  const inputs = Object.fromEntries(
    Object.entries(deps).map(([name, dep]) => {
      const paths = [dep].flat().map((one) => ('path' in one ? one.path : ''));
      return [name, paths.length === 1 && name !== 'history' ? (paths[0] ?? '') : paths];
    }),
  );
  return runKind(host, kind, settings, {inputs, outputs});
}

interface Stored {
  readonly version: number;
  readonly findings: readonly {readonly id: string; readonly level: string}[];
}
const stored = (host: Host): Stored => JSON.parse(host.files.readText('out/findings.json')) as Stored;
const levelOf = (host: Host, id: string): string | undefined =>
  stored(host).findings.find((one) => one.id === id)?.level;

describe('check-drift', () => {
  it('writes findings, page and profile, and passes where nothing moved', async () => {
    const host = hostWith(0);
    const outputs = {...OUTPUTS, profile: 'out/profile.json'};
    const {metrics, log} = await run(host, checkDrift, {reference: 'a.csv', data: 'b.csv'}, outputs);
    expect(metrics).toMatchObject({'findings.error': 0, 'findings.warn': 0});
    expect(log.join()).toMatch(/b\.csv: .*rules held/);
    expect(stored(host).version).toBe(1);
    expect(host.files.readText('out/page.html')).toContain('against a.csv');
    await run(
      host,
      checkDrift,
      {reference: 'out/profile.json', data: 'a.csv'},
      {'again/findings.json': 'out/findings.json'},
    );
    expect(levelOf(host, 'drift.psi:x')).toBe('ok');
  });

  it('fails on an error, and passes when told to', async () => {
    const host = hostWith(1.5);
    const settings = {reference: 'a.csv', data: 'b.csv'};
    await expect(run(host, checkDrift, settings)).rejects.toThrow(
      /^1 error, .*: `x` moved: PSI .* \(`fail_on: never` lets the stage pass\)$/,
    );
    await run(host, checkDrift, {...settings, fail_on: 'never'});
    expect(levelOf(host, 'drift.psi:x')).toBe('error');
    await run(host, checkDrift, {...settings, compare: {columns: {x: {warn: 1, error: 9}}}});
    await expect(
      run(host, checkDrift, {...settings, fail_on: 'warn', compare: {columns: {x: {warn: 1, error: 9}}}}),
    ).rejects.toThrow('1 warning');
  });

  it('takes limits from past windows', async () => {
    const host = hostWith(0.4);
    const history: string[] = [];
    for (let window = 0; window < 8; window += 1) {
      host.files.writeAtomic('w.csv', csv(300, 20 + window, window % 2 === 0 ? 0.6 : -0.6));
      history.push(`past/${String(window)}.json`);
      await run(
        host,
        checkDrift,
        {reference: 'a.csv', data: 'w.csv', fail_on: 'never'},
        {profile: history[window] ?? ''},
      );
    }
    await run(host, checkDrift, {reference: 'a.csv', data: 'b.csv', history, compare: {limit: 'history'}});
    expect(levelOf(host, 'drift.psi:x')).toBe('ok');
  });

  it('says what it cannot write or read', async () => {
    const host = hostWith(0);
    const settings = {reference: 'a.csv', data: 'b.csv'};
    await expect(run(host, checkDrift, settings, {'out/x.csv': 'out/x.csv'})).rejects.toThrow(
      '`check-drift` does not know what to write to `out/x.csv`: `outs` such as `findings: build/findings.json`',
    );
    host.files.writeAtomic('bad.json', '[]');
    await expect(run(host, checkDrift, {...settings, reference: 'bad.json'})).rejects.toThrow(
      '`bad.json` is no profile',
    );
    await expect(run(host, checkDrift, {...settings, reference: 'gone.csv'})).rejects.toThrow(
      '`gone.csv` is not there',
    );
  });
});

describe('check-split', () => {
  it('finds copies, and names what was checked', async () => {
    const host = hostWith(0);
    const settings = {train: 'a.csv', test: 'b.csv', label: 'y', key: 'id'};
    await run(host, checkSplitKind, settings);
    expect(stored(host).findings.map(({id}) => id)).toContain('split.key:id');
    expect(host.files.readText('out/page.html')).toContain('b.csv');
    const copies = host.files.readText('a.csv').split('\n').slice(1, 50).join('\n');
    host.files.writeAtomic('b.csv', `${csv(400, 2)}${copies}\n`);
    await expect(run(host, checkSplitKind, settings)).rejects.toThrow('2 errors');
    await run(host, checkSplitKind, {...settings, fail_on: 'never'}, {...OUTPUTS, rows: 'out/rows'});
    expect(levelOf(host, 'split.duplicate')).toBe('error');
    expect(host.files.list('out/rows').map(({name}) => name)).toEqual(['split.duplicate.csv', 'split.key-id.csv']);
    expect(host.files.readText('out/rows/split.duplicate.csv')).toMatch(/^row,id,x,y\n401,1000000,/);
    await expect(run(host, checkSplitKind, {...settings, label: 'z'})).rejects.toThrow('`a.csv` has no column `z`');
  });
});

describe('check-skew', () => {
  it('compares rows by id', async () => {
    const host = tempHost();
    host.files.writeAtomic('a.csv', 'id,x\n1,2\n2,3\n');
    host.files.writeAtomic('b.csv', 'id,x\n2,3\n1,2.5\n');
    await expect(
      run(host, checkSkew, {train: 'a.csv', serve: 'b.csv', key: 'id'}, {findings: 'out/findings.json'}),
    ).rejects.toThrow('1 error, 1 rule held: `x` differs in 1 row of 2 (50 %)');
  });
});

describe.each([checkDrift, checkSkew, checkSplitKind].map((kind) => [kind.name, kind] as const))(
  'the page of %s',
  (name, kind) => {
    const page = readFileSync(join(import.meta.dirname, `../../src/stages/${name}.md`), 'utf8');

    it('explains every setting, and has an example that loads', async () => {
      const {schema} = await kind.settings();
      const settings = Object.keys((schema as unknown as {shape: object}).shape);
      expect(settings.filter((setting) => !page.includes(`\`${setting}\``))).toEqual([]);
      const [, example = ''] = /```yaml\n(.*?)```/s.exec(page) ?? [];
      await using rig = new Rig();
      rig.write('pipeline.yaml', example);
      const {code, talk} = await rig.mlp('dag');
      expect(code, talk).toBe(0);
    });
  },
);

it('a pipeline names the files in `with:` alone, and skips what it has checked', async () => {
  await using rig = new Rig();
  rig.write('a.csv', csv(500, 1));
  rig.write('b.csv', csv(500, 2));
  rig.write(
    'pipeline.yaml',
    `mlp: 1
stages:
  moved:
    uses: check-drift
    with: {reference: a.csv, data: b.csv}
    outs: {findings: out/findings.json, page: out/page.html}
  split:
    uses: check-split
    with: {train: a.csv, test: b.csv, label: y, key: id}
    outs: {findings: out/split.json}
`,
  );
  const first = await rig.run();
  expect(first.code, first.talk + first.out).toBe(0);
  expect((await rig.run()).ran).toEqual([]);
  rig.write('b.csv', csv(500, 3, 2));
  const moved = await rig.run();
  expect(moved.code).toBe(1);
  expect(moved.outcomes).toMatchObject({moved: 'failed', split: 'ran'});
});
