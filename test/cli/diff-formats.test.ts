/** `mlp diff` as a check in CI, as Markdown and as a page; names that would break a table or a page. */
import {describe, expect, it} from 'vitest';
import {Rig} from '../rig/rig.ts';

const NAME = '<img src=x onerror=alert(1)>|`@team` \\n*_[a](http://b)';

async function twoRuns(): Promise<Rig> {
  const rig = new Rig();
  rig.write(
    'pipeline.yaml',
    `mlp: 1
stages:
  train:
    cmd: cp scores.json metrics.json && cat curve.jsonl >> "$MLP_METRICS"
    deps: [scores.json, curve.jsonl]
    metrics: [metrics.json]
`,
  );
  rig.write('scores.json', JSON.stringify({f1: 0.92, latency_ms: 100, [NAME]: 1}));
  rig.write('curve.jsonl', '{"step": 1, "loss": 0.5}\n{"step": 2, "loss": 0.25}\n');
  await rig.run();
  rig.write('scores.json', JSON.stringify({f1: 0.89, latency_ms: 104, [NAME]: 2}));
  rig.write('curve.jsonl', '{"step": 1, "loss": 0.5}\n{"step": 2, "loss": NaN}\n{"step": 3, "loss": 0.2}\n');
  await rig.run();
  return rig;
}

describe('--fail-if', () => {
  it('exits 1 and names the row that failed, whatever the format', async () => {
    await using rig = await twoRuns();
    const diff = (...args: readonly string[]) => rig.mlp('diff', '1', '2', ...args);
    const text = await diff('--fail-if', 'f1 drop > 0.01', '--fail-if', 'latency_ms rise > 5%');
    expect(text.code).toBe(1);
    expect(text.out).toMatch(/✗ failed +f1 drop > 0\.01\n +train f1 dropped by 0\.03: 0\.92 to 0\.89/);
    expect(text.out).toMatch(/✓ passed +latency_ms rise > 5%/);
    const json = await diff('--json', '--only', 'params', '--fail-if', 'f1 drop > 0.01');
    expect(json.code).toBe(1);
    expect(json.talk).toBe("mlp: --fail-if 'f1 drop > 0.01': train f1 dropped by 0.03: 0.92 to 0.89\n");
    expect(JSON.parse(json.out)).toMatchObject({metrics: [], checks: [{failed: true, rows: [{name: 'f1'}]}]});
    const file = await diff('-o', 'to/there.txt', '--fail-if', 'f1 < 0.9');
    expect(file).toMatchObject({code: 1, out: ''});
    expect(file.talk).toContain('train f1 is 0.89');
    expect(rig.read('to/there.txt')).toContain('✗ failed');
    expect((await diff('--fail-if', 'f1 drop > 0.1')).code).toBe(0);
  });

  it('mistakes exit 2 and compare nothing', async () => {
    await using rig = await twoRuns();
    const unknown = await rig.mlp('diff', '1', '2', '--fail-if', 'f11 drop > 0.1');
    expect(unknown).toMatchObject({code: 2, out: ''});
    expect(unknown.talk).toContain('did you mean f1?');
    const wrong = await rig.mlp('diff', '1', '2', '--fail-if', 'f1 drop 0.1');
    expect(wrong.code).toBe(2);
    expect(wrong.talk).toContain('  f1 drop 0.1\n          ^\n');
    expect((await rig.mlp('diff', '1', '2', '--only', 'metrcs')).talk).toContain('--only takes metrics, params');
    expect((await rig.mlp('diff', '1', '2', '--format', 'xml')).code).toBe(2);
  });
});

describe('formats', () => {
  it('Markdown keeps odd names inside their cell', async () => {
    await using rig = await twoRuns();
    const {out} = await rig.mlp('diff', '1', '2', '--format', 'markdown', '--fail-if', 'f1 drop > 0.01');
    expect(out).toMatch(/^### mlp diff: run 1 → run 2\n/);
    expect(out).toContain('- ❌ **failed** `f1 drop > 0.01`\n  - train f1 dropped by 0.03');
    expect(out).toMatch(/\| train \| f1 \| 0\.92 \| 0\.89 \| ↓ -0\.03 \(-3\.3%\) \| \*\*worse\*\* \|/);
    const odd = out.split('\n').find((line) => line.includes('img')) ?? '';
    expect(odd).toContain('&lt;img src=x onerror=alert(1)&gt;\\|\\`&#64;team\\` \\\\n\\*\\_\\[a\\](http:&#47;/b)');
    const columns = (line: string): number => line.replaceAll('\\|', '').split('|').length;
    expect(columns(odd)).toBe(columns(out.split('\n').find((line) => line.includes('| f1 |')) ?? ''));
    expect(out).toMatch(/Params: none/);
  });

  it('HTML is one page with the curves of both sides and nothing from elsewhere', async () => {
    await using rig = await twoRuns();
    expect((await rig.mlp('diff', '1', '2', '--format', 'html', '-o', 'diff.html')).code).toBe(0);
    const page = rig.read('diff.html');
    expect(page).toMatch(/^<!doctype html>/);
    expect(page).toContain('&lt;img src=x');
    expect(page).not.toContain('<img');
    expect(page).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
    expect(page).toMatch(/<figcaption>train loss<\/figcaption>[^]*run 1: 2 points[^]*run 2: 3 points/);
    expect(page).toMatch(/<td class="worse">worse<\/td>/);
  });

  it('without colour and without Unicode', async () => {
    await using rig = await twoRuns();
    rig.env = {...rig.env, MLP_ASCII: '1'};
    const {out} = await rig.mlp('diff', '1', '2');
    expect(out).toMatch(/^run 1 -> run 2\n/);
    expect(out).toMatch(/f1 +0\.92 +0\.89 +-0\.03 \(-3\.3%\) +worse/);
    expect(out).toMatch(/^[\x20-\x7e\n]*$/);
  });
});

describe('mlp metrics and mlp params', () => {
  it('of the workspace, of a run, as CSV with every point', async () => {
    await using rig = await twoRuns();
    expect((await rig.mlp('metrics')).out).toMatch(/train +f1 +0\.89\n(?:.*\n)*train +loss +0\.2 +█ ▁ 3\n/);
    expect((await rig.mlp('metrics', '1')).out).toMatch(/train +f1 +0\.92\n/);
    const {out} = await rig.mlp('metrics', '2', '--format', 'csv');
    expect(out.split('\n')).toEqual([
      'stage,metric,source,step,value',
      `train,<img src=x onerror=alert(1)>|\`@team\` \\n*_[a](http://b),metrics.json,,2`,
      'train,f1,metrics.json,,0.89',
      'train,latency_ms,metrics.json,,104',
      'train,loss,MLP_METRICS,1,0.5',
      'train,loss,MLP_METRICS,2,NaN',
      'train,loss,MLP_METRICS,3,0.2',
      '',
    ]);
    const json = JSON.parse((await rig.mlp('metrics', '--json')).out) as {metrics: {name: string; points: unknown}[]};
    expect(json.metrics.find(({name}) => name === 'loss')?.points).toContainEqual({step: 2, value: 'NaN'});
  });

  it('params in several stages, odd keys, nothing at all', async () => {
    await using rig = new Rig();
    rig.write('params.yaml', 'a: {b: 1, "c d": "x,\\"y\\""}\n');
    rig.write(
      'pipeline.yaml',
      'mlp: 1\nparams: [params.yaml]\nstages:\n  s: {cmd: echo 1, params: [a], always: true}\n',
    );
    expect((await rig.mlp('params')).out).toMatch(/^stage +param +value\ns +a\.b +1\ns +a\.c d +"x,/);
    expect((await rig.mlp('params', '--format', 'csv')).out).toBe('stage,param,value\ns,a.b,1\ns,a.c d,"x,""y"""\n');
    expect((await rig.mlp('metrics')).out).toBe('no metrics in workspace\n');
    expect((await rig.mlp('metrics', '--format', 'html')).code).toBe(2);
  });
});
