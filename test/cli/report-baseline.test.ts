/** `mlp report`: what a run is compared with, large graphs, and runs that nobody ended. */
import {describe, expect, it} from 'vitest';
import type {ReportView} from '../../src/report/views/report.ts';
import {Rig} from '../rig/rig.ts';

const PIPELINE = `mlp: 1
params: [params.yaml]
stages:
  train:
    params: [trees]
    cmd: cp in.txt model.txt && cp metrics-in.json metrics.json
    deps: [in.txt, metrics-in.json]
    outs: [model.txt]
    metrics: [metrics.json]
`;

function project(): Rig {
  const rig = new Rig();
  rig.write('pipeline.yaml', PIPELINE);
  values(rig, 200, '{"f1": 0.9, "loss": 0.5, "gone": 1}');
  rig.write('in.txt', 'one\n');
  return rig;
}

function values(rig: Rig, trees: number, metrics: string): void {
  rig.write('params.yaml', `trees: ${String(trees)}\n`);
  rig.write('metrics-in.json', metrics);
}

async function dataOf(rig: Rig, ...argv: readonly string[]): Promise<ReportView> {
  return JSON.parse((await rig.mlp('report', '--json', ...argv)).out) as ReportView;
}

describe('the baseline of a report', () => {
  it('is not there for the first run', async () => {
    await using rig = project();
    await rig.run();
    expect((await dataOf(rig)).baseline).toBeUndefined();
    expect((await rig.mlp('report', '-o', '-')).out).not.toContain('id="difference"');
  });

  it('is the last good run before it, with what changed and what is better', async () => {
    await using rig = project();
    await rig.run();
    rig.write('pipeline.yaml', `${PIPELINE}  broken: {cmd: "false"}\n`);
    await rig.run();
    values(rig, 300, '{"f1": 0.95, "loss": NaN, "new one": 2}');
    rig.write('pipeline.yaml', PIPELINE);
    await rig.run();
    const {baseline} = await dataOf(rig);
    expect(baseline).toMatchObject({why: 'the last good run before it', diff: {before: {label: 'run 1'}}});
    const changes = baseline?.diff.metrics.map(({name, change, verdict}) => [name, change, verdict]);
    expect(changes).toContainEqual(['f1', 'changed', 'better']);
    expect(changes).toContainEqual(['gone', 'removed', undefined]);
    expect(changes).toContainEqual(['new one', 'added', undefined]);
    expect(baseline?.diff.params).toMatchObject([{path: 'trees', before: 200, after: 300}]);
    const page = (await rig.mlp('report', '-o', '-')).out;
    expect(page).toContain('Difference to run 1');
    expect(page).toMatch(/0\.9<\/td><td[^>]*>0\.95<\/td><td[^>]*>\+0\.05 \(\+5\.6 %\) <b class="better">▲ better/);
    expect(page).toMatch(/loss<\/td><td[^>]*>0\.5<\/td><td[^>]*>NaN</);
    expect(page).toContain('metrics-in.json');
  });

  it('can be named', async () => {
    await using rig = project();
    await rig.run();
    await rig.run();
    values(rig, 300, '{"f1": 0.8}');
    await rig.run();
    expect((await dataOf(rig, '3', '--baseline', '1')).baseline).toMatchObject({
      why: '',
      diff: {before: {label: 'run 1'}},
    });
    const same = (await rig.mlp('report', '2', '-o', '-')).out;
    expect(same).toContain('No difference in params, code, data and environment.');
    const unknown = await rig.mlp('report', '--baseline', 'nothing-of-that-name');
    expect(unknown.code).toBe(2);
    expect(unknown.talk).toContain('nothing-of-that-name');
    expect((await rig.mlp('report', '--baseline', 'workspace')).talk).toContain('`mlp diff 3` does that');
    expect((await rig.mlp('report', '--baseline', 'mlp.lock', '-o', '-')).out).toContain('Difference to mlp.lock');
  });
});

it('draws the branches of a stage as one box when there are many, and all of them in the table', async () => {
  await using rig = new Rig();
  const branches = Array.from({length: 70}, (_, index) => `b${String(index)}`);
  rig.write(
    'pipeline.yaml',
    `mlp: 1
stages:
  fan:
    matrix: {v: [${branches.join(', ')}]}
    cmd: echo \${matrix.v}
`,
  );
  await rig.run();
  const page = (await rig.mlp('report', '-o', '-')).out;
  const graph = /<svg class="graph"[^]*?<\/svg>/.exec(page)?.[0] ?? '';
  expect(graph.match(/<rect/g)).toHaveLength(1);
  expect(graph).toContain('fan@*');
  expect(graph).toContain('✓ 70 ran');
  for (const branch of branches) expect(page).toContain(`<td class="name">fan@${branch}</td>`);
});

it('tells of a run that is still going on', async () => {
  await using rig = new Rig();
  rig.write('pipeline.yaml', 'mlp: 1\nstages:\n  outer: {cmd: echo hi}\n');
  rig.wrap = (host) => ({
    ...host,
    processes: {
      ...host.processes,
      start: (spec) => {
        asked ??= rig.mlp('report', '--json', '1');
        return host.processes.start(spec);
      },
    },
  });
  let asked: ReturnType<Rig['mlp']> | undefined;
  await rig.run();
  const during = JSON.parse((await asked)?.out ?? '{}') as ReportView;
  expect(during.run.status).toBe('running');
  expect(during.run.endedAtMs).toBeUndefined();
});
