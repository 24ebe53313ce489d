/** What `uses: evaluate` writes and refuses. */
import {describe, expect, it} from 'vitest';
import {
  detailsOf,
  gatesOf,
  hostWith,
  messageOf,
  OUTS,
  predictionsCsv,
  read,
  run,
  type Metrics,
} from './evaluate/rig.ts';

describe('what is written', () => {
  it('numbers, gates, reports and plots, the same bytes each time', async () => {
    const host = hostWith(predictionsCsv());
    host.files.writeAtomic('base.csv', predictionsCsv(40));
    const settings = {
      positive: 'yes',
      slices: ['country'],
      fairness: ['gender'],
      gates: [
        {metric: 'accuracy', min: 0.8},
        {metric: 'accuracy', drop_max: 0.01},
      ],
    };
    const {log} = await run(host, settings, {predictions: 'p.csv', baseline: 'base.csv'});
    const metrics = read(host, OUTS.metrics) as Metrics;
    expect(metrics.accuracy).toMatchObject({value: expect.closeTo(0.9, 1), n: 400});
    expect(metrics.accuracy.lo).toBeLessThan(metrics.accuracy.value);
    expect(metrics).toMatchObject({
      ece: expect.any(Number),
      'f1.yes': {},
      'demographic_parity_difference.gender': {},
    });
    expect(gatesOf(host)).toMatchObject({
      version: 1,
      state: 'pass',
      baseline: 'paired',
      gates: [{state: 'pass'}, {state: 'pass'}],
    });
    expect(detailsOf(host)).toMatchObject({
      version: 1,
      task: 'classification',
      rows: 400,
      slices: [{}, {}],
      changes: {accuracy: {}},
    });
    const html = host.files.readText(OUTS.html);
    expect(html.length).toBeLessThan(1_000_000);
    expect(html.replace(/<script>.*<\/script>/s, '')).not.toMatch(/NaN|undefined|https?:\/\//);
    for (const title of [
      'Gates',
      'Metrics',
      'Classes',
      'Confusion matrix',
      'Thresholds',
      'Calibration',
      'Slices',
      'Fairness by gender',
    ]) {
      expect(html).toContain(title);
      expect(host.files.readText(OUTS.markdown)).toContain(title);
    }
    expect(host.files.list(OUTS.vega).map(({name}) => name)).toEqual([
      'accuracy_of_each_slice.json',
      'confusion.json',
      'confusion_normalized.json',
      'precision_by_recall.json',
      'precision_recall_and_f1_by_threshold.json',
      'reliability.json',
      'roc.json',
    ]);
    expect(read(host, 'out/vega/confusion.json')).toMatchObject({
      $schema: 'https://vega.github.io/schema/vega-lite/v5.json',
      usermeta: {dvc: {template: 'confusion', x: 'actual', y: 'predicted'}},
    });
    expect(log.join('\n')).toContain('pass: 2 gates: 2 pass; paired with the baseline');
    expect(log.join('\n')).toMatch(/\nMetrics\n[^]*\nall of it: out\/report.html$/);
    expect(log.join('\n')).not.toContain('Confusion matrix');
    const before = Object.values(OUTS)
      .slice(0, 5)
      .map((path) => host.files.readText(path));
    await run(host, settings, {predictions: 'p.csv', baseline: 'base.csv'});
    expect(
      Object.values(OUTS)
        .slice(0, 5)
        .map((path) => host.files.readText(path)),
    ).toEqual(before);
  });
  it('only the outs that are named', async () => {
    const host = hostWith(predictionsCsv());
    const {log} = await run(host, {}, {predictions: 'p.csv'}, {metrics: 'm.json'});
    // With no page the log is where all can be read.
    expect(log.join('\n')).toMatch(/truth \\ prediction +no +yes\n/);
    expect(host.files.list('.').map(({name}) => name)).toEqual(['m.json', 'p.csv']);
    await run(host, {}, {predictions: 'p.csv'}, {report: 'r'});
    const all = ['details.json', 'gates.json', 'metrics.json', 'report.html', 'report.md', 'vega'];
    expect(host.files.list('r').map(({name}) => name)).toEqual(all);
    expect(await messageOf(run(host, {}, {predictions: 'p.csv'}, {metrcs: 'm.json'}))).toBe(
      '`evaluate` has no out `metrcs`; did you mean `metrics`? Its outs are `metrics`, `html`, `markdown`, `vega`, `gates`, `details`, `report`, each with a path',
    );
  });
  it('a regression has errors by decile', async () => {
    const host = hostWith(
      `y_true,y_pred\n${Array.from({length: 50}, (_, row) => `${row + 0.5},${row + 0.25 + (row % 3)}`).join('\n')}\n`,
    );
    await run(host, {gates: [{metric: 'mae', max: 5}]});
    expect(gatesOf(host).state).toBe('pass');
    expect(host.files.readText(OUTS.html)).toContain('Errors by size of the prediction');
  });
  it('hundreds of classes make no page of megabytes: the most confused are drawn', async () => {
    const classes = Array.from({length: 300}, (_, at) => `c${at}`);
    const rows = classes.flatMap((name, at) => [`${name},${name}`, at < 5 ? `${name},c0` : `${name},${name}`]);
    const host = hostWith(`y_true,y_pred\n${rows.join('\n')}\n`);
    await run(host, {metrics: ['accuracy']});
    const html = host.files.readText(OUTS.html);
    expect(html.length).toBeLessThan(300_000);
    expect(html).toContain('(271 others)');
    expect(html).toContain('c4 predicted c0: 1');
  });
  it('names that would break a page or a table do not', async () => {
    const host = hostWith('y_true,y_pred,"a|b"\n<script>,<script>,"x|<b>"\n"a b ""q""",<script>,"y`"\n');
    await run(host, {slices: ['a|b']});
    expect(host.files.readText(OUTS.html)).not.toContain('<script>,');
    expect(host.files.readText(OUTS.html)).toContain('&lt;script&gt;');
    expect(host.files.readText(OUTS.markdown)).toContain('a\\|b=x\\|\\<b\\>');
  });
});

it('a prediction that is missing fails the stage with its row', async () => {
  const host = hostWith('row_id,y_true,y_pred\nr1,a,a\nr2,a,\n');
  expect(await messageOf(run(host, {}))).toBe(
    'prediction.nan: 1 row of `p.csv` has no `y_pred` (empty, NaN or infinite), the first is row 2 (`row_id` r2): the model must predict every row',
  );
});
