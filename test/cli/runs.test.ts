/** `mlp runs`: listed, filtered, sorted; what is wrong in an expression is shown where it is. */
import {describe, expect, it} from 'vitest';
import {Rig} from '../rig/rig.ts';
import {edit} from '../rules/project.ts';

const PIPELINE = `mlp: 1
params: [params.yaml]
stages:
  train:
    cmd: >-
      printf '{"log loss": %s, "f1": %s, "précision β": NaN}' "$(grep -o '[0-9.]*' params.yaml | head -1)" 0.5 > m.json
    deps: [params.yaml]
    params: [lr]
    metrics: [m.json]
`;

async function threeRuns(): Promise<Rig> {
  const rig = new Rig();
  rig.write('pipeline.yaml', PIPELINE);
  for (const [index, lr] of ['0.1', '0.25', '0.12341'].entries()) {
    rig.write('params.yaml', `lr: ${lr}\n`);
    expect((await rig.run()).code).toBe(0);
    await rig.mlp('edit', String(index + 1), '--tag', `run ${index + 1}`);
  }
  await rig.mlp('edit', '2', '--name', 'the "best"');
  return rig;
}

const ids = (out: string): readonly number[] => (JSON.parse(out) as {runs: {id: number}[]}).runs.map(({id}) => id);

describe('mlp runs', () => {
  it('lists runs newest first with names, tags and main metrics, and says when the list was cut', async () => {
    await using rig = await threeRuns();
    const {out} = await rig.mlp('runs');
    const [title, ...rows] = out.trimEnd().split('\n');
    expect(title).toMatch(/^run {2}name +when +status +time +"log loss" +f1 +"précision β" +stages$/);
    expect(rows.map((row) => row.replace(/\s+/g, ' ').trim())).toEqual([
      expect.stringMatching(/^3 #"run 3" just now done .* 0\.1234 0\.5 NaN 1 ran$/),
      expect.stringMatching(/^2 the "best" #"run 2" just now done .* 0\.25 0\.5 NaN 1 ran$/),
      expect.stringMatching(/^1 #"run 1" just now done .* 0\.1 0\.5 NaN 1 ran$/),
    ]);
    const cut = (await rig.mlp('runs', '-n', '1')).out;
    expect(cut).toMatch(/\nand 2 more runs: `-n 3` or `--all` shows them\n$/);
    expect((await rig.mlp('runs', '-n', '1', '--all')).out).toBe(out);
  });

  it('filters and sorts by metrics, params and labels', async () => {
    await using rig = await threeRuns();
    const found = async (...argv: string[]): Promise<readonly number[]> =>
      ids((await rig.mlp('runs', '--json', ...argv)).out);
    expect(await found('--where', 'metrics."log loss" > 0.11 and params.lr < 0.2')).toEqual([3]);
    expect(await found('--where', "tag = 'run 1' or name ~ *best*")).toEqual([2, 1]);
    expect(await found('--where', 'metrics."précision β" > 0 or metrics."précision β" <= 0')).toEqual([]);
    expect(await found('--where', 'facts.mlp = test and stage.train.outcome = ran')).toEqual([3, 2, 1]);
    expect(await found('--sort', '-metrics."log loss"')).toEqual([2, 3, 1]);
    expect((await rig.mlp('runs', '--sort', '-metrics.log loss')).code).toBe(2);
  });

  it('a filter that finds nothing says so, and a name that no run has is a mistake', async () => {
    await using rig = await threeRuns();
    expect(await rig.mlp('runs', '--where', 'status = failed')).toMatchObject({code: 0, out: 'no run matches\n'});
    const wrong = await rig.mlp('runs', '--where', 'metrics.f2 > 0.1');
    expect(wrong.code).toBe(2);
    expect(wrong.talk).toBe(
      'mlp: --where: no run has a metric `f2`\n  metrics.f2 > 0.1\n  ^^^^^^^^^^\nhint: did you mean `f1`?\n',
    );
    expect((await rig.mlp('runs', '--columns', 'id,,name')).code).toBe(2);
    expect((await rig.mlp('runs', '--sort', 'lr')).talk).toContain('there is no field `lr`');
  });

  it('--columns, as a table, as JSON and as CSV', async () => {
    await using rig = await threeRuns();
    const columns = 'id, name, metrics."log loss", metrics.train:"précision β", params.lr, tag';
    const sorted = ['--sort', 'metrics."log loss"', '--columns', columns];
    expect((await rig.mlp('runs', '--csv', ...sorted)).out.split('\r\n')).toEqual([
      'id,name,"metrics.""log loss""","metrics.train:""précision β""",params.lr,tag',
      '1,,0.1,NaN,0.1,run 1',
      '3,,0.12341,NaN,0.12341,run 3',
      '2,"the ""best""",0.25,NaN,0.25,run 2',
      '',
    ]);
    const json = JSON.parse((await rig.mlp('runs', '--json', ...sorted, '-n', '1')).out) as {
      runs: readonly {values: unknown}[];
    };
    expect(json).toMatchObject({schema_version: 1, type: 'runs', total: 3});
    expect(json.runs.map(({values}) => values)).toEqual([
      {
        id: 1,
        name: null,
        'metrics."log loss"': 0.1,
        'metrics.train:"précision β"': 'NaN',
        'params.lr': 0.1,
        tag: 'run 1',
      },
    ]);
    expect((await rig.mlp('runs', ...sorted)).out).toContain('the "best"');
  });

  it('no runs yet; words that belong to other commands', async () => {
    await using rig = new Rig();
    rig.write('pipeline.yaml', PIPELINE);
    expect((await rig.mlp('runs')).out).toBe('no runs yet: `mlp run` makes the first\n');
    expect(JSON.parse((await rig.mlp('runs', '--json')).out)).toMatchObject({runs: [], total: 0});
    const rm = await rig.mlp('runs', 'rm', '3');
    expect(rm).toMatchObject({code: 2});
    expect(rm.talk).toContain('hint: it is `mlp rm 3`');
    expect((await rig.mlp('runs', 'tag', '3', 'x')).talk).toContain('`mlp edit 3 --tag`');
    expect((await rig.mlp('runs', '7')).talk).toContain('`mlp show 7`');
  });

  it('a run that failed or goes nowhere is listed as it is', async () => {
    await using rig = await threeRuns();
    edit(rig, 'pipeline.yaml', 'cmd: >-', 'cmd: >-\n      exit 3;');
    expect((await rig.run()).code).toBe(1);
    expect((await rig.mlp('runs', '-n', '1')).out).toMatch(/\n +4 .*failed .*1 failed\n/);
  });
});
