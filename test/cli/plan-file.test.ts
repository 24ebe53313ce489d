import {expect, it} from 'vitest';
import {openProjectStore} from '../../src/project/open-project-store.ts';
import {readPlanHeader, readPlanNodes} from '../../src/project/plan-file.ts';
import {openHost} from '../../src/host/open-host.ts';
import {Rig} from '../rig/rig.ts';

const PIPELINE =
  'mlp: 1\nparams: [params.yaml]\nstages:\n  a: {cmd: "echo ${params.n} > a.txt", outs: [a.txt], env: [FLAVOUR]}\n';

async function ranOnce(rig: Rig): Promise<ReturnType<typeof openHost>> {
  rig.write('pipeline.yaml', PIPELINE);
  rig.write('params.yaml', 'n: 1\n');
  expect((await rig.run()).code).toBe(0);
  return openHost(rig.folder, {env: {get: (name) => rig.env[name], all: () => rig.env}});
}

it('the plan of a run is kept for the next one, and names the stages without the others being read', async () => {
  await using rig = new Rig();
  const host = await ranOnce(rig);
  const header = readPlanHeader(host, 'test-build', []);
  expect(header?.stages).toEqual(['a']);
  expect(header === undefined ? undefined : readPlanNodes(host, header)?.[0]?.name).toBe('a');
});

it('the plan of a run with `--set` is kept for the same texts, and for no others', async () => {
  await using rig = new Rig();
  const host = await ranOnce(rig);
  expect((await rig.run('--set', 'n=2')).outcomes).toEqual({a: 'ran'});
  expect(rig.read('a.txt')).toBe('2\n');
  expect(readPlanHeader(host, 'test-build', ['n=2'])?.stages).toEqual(['a']);
  for (const others of [[], ['n=3'], ['n=2', 'n=2']])
    expect(readPlanHeader(host, 'test-build', others)).toBeUndefined();
  expect((await rig.run('--set', 'n=2')).outcomes).toEqual({a: 'skipped'});
  await rig.run();
  expect(rig.read('a.txt')).toBe('1\n');
});

it('another build of mlp, an edited file and a damaged plan are read as none', async () => {
  await using rig = new Rig();
  const host = await ranOnce(rig);
  expect(readPlanHeader(host, 'another build', [])).toBeUndefined();
  rig.write('params.yaml', 'n: 2\n');
  expect(readPlanHeader(host, 'test-build', [])).toBeUndefined();
  rig.write('params.yaml', 'n: 1\n');
  const header = readPlanHeader(host, 'test-build', []);
  rig.write('.mlp/plan-stages.json', rig.read('.mlp/plan-stages.json').slice(0, -9));
  expect(header === undefined ? header : readPlanNodes(host, header)).toBeUndefined();
  rig.write('.mlp/plan.json', '{');
  expect(readPlanHeader(host, 'test-build', [])).toBeUndefined();
  expect((await rig.run()).outcomes).toEqual({a: 'skipped'});
});

it('a settled run answers from stats and still notices every kind of change', async () => {
  await using rig = new Rig();
  rig.write(
    'pipeline.yaml',
    'mlp: 1\nstages:\n  a: {cmd: cp in.txt a.txt, deps: [in.txt], outs: [a.txt], env: [FLAVOUR]}\n  b: {cmd: cp a.txt b.txt, deps: [a.txt], outs: [b.txt]}\n',
  );
  rig.write('in.txt', 'one');
  // Two runs later the files are old enough for their stats to be trusted: the clock is moved instead of waiting.
  let aheadMs = 0;
  const real = openHost(rig.folder).clock;
  rig.host = {clock: {...real, now: () => real.now() + aheadMs}};
  await rig.run();
  aheadMs = 60_000;
  await rig.run();
  const settled = await rig.run();
  expect(settled.outcomes).toEqual({a: 'skipped', b: 'skipped'});
  const store = openProjectStore(openHost(rig.folder));
  expect(Object.keys((store.toolMemo('settled 2', 'stages')?.value as {stages: object}).stages)).toEqual(['a', 'b']);
  store.close();
  rig.write('in.txt', 'two');
  expect((await rig.run()).ran).toEqual(['a', 'b']);
  await rig.run();
  rig.write('b.txt', 'edited by hand');
  expect((await rig.run()).outcomes).toEqual({a: 'skipped', b: 'restored'});
  await rig.run();
  rig.remove('a.txt');
  expect((await rig.run()).outcomes['a']).toBe('restored');
  await rig.run();
  rig.env['FLAVOUR'] = 'sweet';
  expect((await rig.run()).ran).toEqual(['a']);
  await rig.run();
  rig.remove('mlp.lock');
  await rig.run();
  expect(rig.exists('mlp.lock')).toBe(true);
});

it('a settled run answers for stages that read the clock or packaged models, until either goes on', async () => {
  await using rig = new Rig();
  rig.write(
    'pipeline.yaml',
    `mlp: 1
stages:
  check:
    uses: validate
    with: {data: in.csv, schema: schema.yaml, reference: names@champion, as_of: day}
    outs: {findings: findings.json, profile: profile.json}
  package:
    uses: package
    deps: {profile: profile.json, data: in.csv}
    with: {name: names, parity: false, command: [./answer]}
    outs: {bundle: bundle}
`,
  );
  rig.write('schema.yaml', 'columns: {a: {type: integer}}\n');
  rig.write('in.csv', 'a\n1\n');
  let aheadMs = 60_000;
  const real = openHost(rig.folder).clock;
  rig.host = {clock: {...real, now: () => real.now() + aheadMs}};
  const settled = (): readonly string[] => {
    const store = openProjectStore(openHost(rig.folder));
    try {
      return Object.keys((store.toolMemo('settled 2', 'stages')?.value as {stages: object}).stages);
    } finally {
      store.close();
    }
  };
  const log = async (): Promise<string> => (await rig.mlp('logs', 'check')).out;
  expect((await rig.run()).ran).toEqual(['check', 'package']);
  expect((await rig.run()).outcomes).toEqual({check: 'skipped', package: 'skipped'});
  expect(settled()).toContain('check');

  await rig.mlp('promote', 'names@1', 'champion');
  rig.write('in.csv', 'a\n2\n');
  expect((await rig.run()).ran).toEqual(['check', 'package']);
  expect(await log()).toContain('reference: names@1');
  expect((await rig.run()).outcomes).toEqual({check: 'skipped', package: 'skipped'});
  await rig.run();
  // Version 2 has another profile, but it is of the very data.
  await rig.mlp('promote', 'names@2', 'champion');
  expect((await rig.run()).outcomes).toEqual({check: 'skipped', package: 'skipped'});
  await rig.mlp('rollback', 'names', 'champion');
  expect((await rig.run()).outcomes).toEqual({check: 'skipped', package: 'skipped'});
  expect(settled()).toContain('check');

  aheadMs += 24 * 3_600_000;
  expect((await rig.run()).outcomes).toEqual({check: 'ran', package: 'skipped'});
  expect((await rig.run()).outcomes).toEqual({check: 'skipped', package: 'skipped'});
});
