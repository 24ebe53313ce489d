/** `mlp report`: what its page and its data say of runs of all sorts. */
import {describe, expect, it} from 'vitest';
import type {ReportView} from '../../src/report/views/report.ts';
import {Rig} from '../rig/rig.ts';

const PIPELINE = `mlp: 1
name: churn
params: [params.yaml]
stages:
  prepare:
    cmd: mkdir -p data && cp raw.txt data/clean.txt && echo prepared
    deps: [raw.txt]
    outs: [data/clean.txt]
  train:
    matrix: {model: [forest, ridge]}
    params: [trees]
    cmd: cat data/clean.txt > \${matrix.model}.txt && cp curve.json \${matrix.model}.json
    deps: [data/clean.txt, curve.json]
    outs: ["\${matrix.model}.txt"]
    metrics: ["\${matrix.model}.json"]
  publish:
    cmd: printf '\\033[31mred\\033[0m <b>bold</b> ]]>\\n'; cat token
    deps: [forest.txt]
    outs: [published.txt]
  notify:
    cmd: cp published.txt notified.txt
    deps: [published.txt]
    outs: [notified.txt]
`;

function project(): Rig {
  const rig = new Rig();
  rig.write('pipeline.yaml', PIPELINE);
  rig.write('params.yaml', 'trees: 200\n');
  rig.write('raw.txt', 'one\n');
  rig.write('curve.json', '{"log loss": 0.5, "broken": NaN, "précision β": 1}');
  return rig;
}

async function dataOf(rig: Rig, ...argv: readonly string[]): Promise<ReportView> {
  return JSON.parse((await rig.mlp('report', '--json', ...argv)).out) as ReportView;
}

describe('mlp report', () => {
  it('writes one page of the last run and says where', async () => {
    await using rig = project();
    await rig.run();
    const result = await rig.mlp('report');
    expect(result).toMatchObject({code: 0, out: 'mlp-report-1.html\n'});
    expect(result.talk).toMatch(/run 1 in one file, \d+\.\d kB/);
    const page = rig.read('mlp-report-1.html');
    expect(page).toContain('<title>churn: run 1</title>');
    for (const section of ['failures', 'metrics', 'graph', 'timeline', 'stages', 'params', 'environment', 'logs'])
      expect(page).toContain(`<section class="card" id="${section}">`);
    expect(page).toMatch(/train@forest[^]*train@ridge/);
    expect(page).toContain('log loss');
    expect(page).toContain('précision β');
    expect(page).toContain('>NaN<');
    expect(page.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:\/\//);
  });

  it('holds what stages printed, without colours and without becoming HTML', async () => {
    await using rig = project();
    await rig.run();
    const page = (await rig.mlp('report', '-o', '-')).out;
    expect(page).toContain('red &lt;b&gt;bold&lt;/b&gt; ]]&gt;');
    expect(page).not.toContain('\u001b');
    expect((await rig.mlp('report', '-o', '-', '--no-logs')).out).not.toContain('red &lt;b&gt;');
    expect((await dataOf(rig, '--no-logs')).logs).toBeUndefined();
  });

  it('says of every stage what happened, why, and what came before it', async () => {
    await using rig = project();
    await rig.run();
    rig.write('token', 'secret');
    await rig.run();
    const first = await dataOf(rig, '1');
    expect(first.stages.map(({name, outcome, needs}) => [name, outcome, needs])).toEqual([
      ['prepare', 'ran', []],
      ['train@forest', 'ran', ['prepare']],
      ['train@ridge', 'ran', ['prepare']],
      ['publish', 'failed', ['train@forest']],
      ['notify', 'not-run', ['publish']],
    ]);
    expect(first.stages[3]?.failure?.message).toContain('exit 1');
    expect(first.stages[1]?.bytesIn).toBeGreaterThan(0);
    const second = await dataOf(rig);
    expect(second.stages[0]).toMatchObject({outcome: 'skipped', attempts: 0, madeBy: {run: 1}});
    expect(second.totals.savedMs).toBeGreaterThan(0);
  });

  it('has params with who uses them, metrics with NaN as a text, and curves', async () => {
    await using rig = project();
    rig.write('pipeline.yaml', `${PIPELINE.replace('&& cp curve', '&& sh log.sh && cp curve')}`);
    rig.write(
      'log.sh',
      'for step in 1 2 3; do echo "{\\"name\\": \\"loss\\", \\"value\\": $step, \\"step\\": $step}" >> "$MLP_METRICS"; done',
    );
    await rig.run();
    const view = await dataOf(rig);
    expect(view.params).toEqual([{path: 'trees', value: 200, stages: ['train@forest', 'train@ridge']}]);
    expect(view.metrics.find(({name}) => name === 'broken')?.value).toBe('NaN');
    expect(view.curves).toHaveLength(2);
    expect(view.curves[0]).toMatchObject({
      stage: 'train@forest',
      name: 'loss',
      points: [
        {x: 1, y: 1},
        {x: 2, y: 2},
        {x: 3, y: 3},
      ],
    });
    expect((await rig.mlp('report', '-o', '-')).out).toContain('aria-label="train: loss"');
  });

  it('keeps the end of a long log and says what was left out', async () => {
    await using rig = new Rig();
    rig.write(
      'pipeline.yaml',
      'mlp: 1\nstages:\n  talk: {cmd: "seq 1 50000; printf \'no line end\'", outs: []}\n  shout: {cmd: "seq 1 300"}\n',
    );
    await rig.run();
    const [long, short] = (await dataOf(rig)).logs?.toSorted((a, b) => b.cutBytes - a.cutBytes) ?? [];
    expect(long?.lines.at(-1)).toBe('no line end');
    expect(long?.lines).toHaveLength(200);
    expect(long?.cutBytes).toBeGreaterThan(200_000);
    expect(short).toMatchObject({cutBytes: 0, cutLines: 100});
    expect(short?.lines[0]).toBe('101');
    expect((await rig.mlp('report', '-o', '-')).out).toMatch(
      /kB before this left out[^]*100 lines before this left out/,
    );
  });

  it('still works when the log is gone, the pipeline is broken, or the run did nothing', async () => {
    await using rig = project();
    await rig.run();
    rig.remove('.mlp/logs');
    rig.write('pipeline.yaml', 'mlp: 1\nstages: [broken');
    const result = await rig.mlp('report', '-o', '-');
    expect(result.code).toBe(0);
    expect(result.out).toContain('the log is not there any more');
    rig.write('pipeline.yaml', 'mlp: 1\nstages: {}\n');
    await rig.mlp('run');
    expect((await rig.mlp('report', '-o', '-')).code).toBe(0);
  });

  it('finds a run by name and tag, and says what it does not know', async () => {
    await using rig = project();
    expect(await rig.mlp('report')).toMatchObject({code: 2, out: ''});
    await rig.run();
    const wrong = await rig.mlp('report', '7');
    expect(wrong.code).toBe(2);
    expect(wrong.talk).toContain('there is no run 7');
    expect((await rig.mlp('report', 'workspace')).talk).toContain('`workspace` is none');
    rig.write('folder/x', '');
    expect((await rig.mlp('report', '-o', 'folder')).talk).toContain('`folder` is a folder');
    expect(await rig.mlp('report', '-o', 'new/folder/r.html', '-q')).toEqual({
      code: 0,
      out: 'new/folder/r.html\n',
      talk: '',
    });
  });

  it('escapes whatever things are called', async () => {
    await using rig = new Rig();
    const long = 'x'.repeat(300);
    rig.write(
      'pipeline.yaml',
      `mlp: 1
name: "<script>alert(1)</script>"
params: [params.yaml]
stages:
  one:
    params: ["<i>"]
    cmd: cp "in '<b>.json" "out </pre> 日本.json"; echo "</pre></details><img src=x>"
    deps: ["in '<b>.json"]
    metrics: ["out </pre> 日本.json"]
  two:
    cmd: cat "out </pre> 日本.json" "<u>missing"
    deps: ["out </pre> 日本.json"]
`,
    );
    rig.write("in '<b>.json", JSON.stringify({'<b>name</b>': 1, [long]: 2, 'a"b\'c': 3, '</script>': 4}));
    rig.write('params.yaml', '"<i>": "</script><script>"\n');
    const run = await rig.run();
    const page = (await rig.mlp('report', '-o', '-')).out;
    expect(page, run.out).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(page).toContain(long);
    expect(page).toContain('&lt;/pre&gt;&lt;/details&gt;&lt;img src=x&gt;');
    expect(page).not.toMatch(/<script>alert|<img|<i>|<u>|<b>(name|\.json)|<\/pre> /);
    expect(page.match(/<script/g)).toHaveLength(1);
  });
});
