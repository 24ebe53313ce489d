/** What `uses: evaluate` writes and refuses. */
import {describe, expect, it} from 'vitest';
import type {Json} from '../../src/base/json.ts';
import type {Host} from '../../src/host/host.ts';
import {evaluate} from '../../src/stages/evaluate.ts';
import {parseLimit} from '../../src/stages/evaluate/settings.ts';
import {writeFeatures} from '../../src/stages/shared/feature-files.ts';
import {encodeModel} from '../../src/ml/model-file.ts';
import {Random} from '../../src/stats/random.ts';
import {tempHost} from '../host/rig.ts';
import {Rig} from '../rig/rig.ts';
import {runKind} from './kind-rig.ts';

const OUTS = {
  metrics: 'out/metrics.json',
  gates: 'out/gates.json',
  details: 'out/details.json',
  html: 'out/report.html',
  markdown: 'out/report.md',
  vega: 'out/vega',
};

/** A CSV of 400 rows of a fair model, of two countries; `spoilt` rows are wrong. */
function predictionsCsv(spoilt = 0, seed = 'rows'): string {
  const random = new Random(seed);
  const lines = Array.from({length: 400}, (_, row) => {
    const truth = random.uniform() < 0.5 ? 'yes' : 'no';
    const isUsual = random.uniform() < 0.9;
    const isRight = row >= spoilt && isUsual;
    const pred = isRight ? truth : truth === 'yes' ? 'no' : 'yes';
    const p = (pred === 'yes' ? 0.5 : 0) + random.uniform() / 2;
    return `${row},${truth},${pred},${p},${row % 4 === 0 ? 'LT' : 'LV'},${random.below(2) === 0 ? 'f' : 'm'}`;
  });
  return `row_id,y_true,y_pred,p_yes,country,gender\n${lines.join('\n')}\n`;
}

const run = (
  host: Host,
  settings: Json,
  inputs: {readonly [name: string]: string} = {predictions: 'p.csv'},
  outputs: {readonly [name: string]: string} = OUTS,
) => runKind(host, evaluate, settings, {inputs, outputs});

const messageOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
    return 'nothing was thrown';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};

function hostWith(csv: string): Host {
  const host = tempHost();
  host.files.writeAtomic('p.csv', csv);
  return host;
}

interface Metrics {
  readonly accuracy: {readonly value: number; readonly lo: number};
}

interface Gates {
  readonly state: string;
  readonly gates: readonly {readonly gate: string; readonly state: string}[];
}

interface Details {
  readonly importance: {
    readonly groups: readonly {readonly name: string; readonly mean: number}[];
    readonly notices: readonly string[];
  };
  readonly partial_dependence: readonly {
    readonly feature: string;
    readonly of: string;
    readonly points: readonly {readonly prediction: number}[];
  }[];
}

const read = (host: Host, path: string): unknown => JSON.parse(host.files.readText(path));
const gatesOf = (host: Host): Gates => read(host, OUTS.gates) as Gates;
const detailsOf = (host: Host): Details => read(host, OUTS.details) as Details;

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
    expect(log.join('\n')).toMatch(/truth \\ prediction +no +yes\n/);
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
    await run(host, {}, {predictions: 'p.csv'}, {metrics: 'm.json'});
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

describe('gates', () => {
  it('one that fails stops the stage after its outputs are written, unless told to go on', async () => {
    const host = hostWith(predictionsCsv());
    const gates = [{metric: 'accuracy', min: 0.99}];
    expect(await messageOf(run(host, {gates}))).toMatch(
      /^1 of 1 gates failed: `accuracy min 0.99`: accuracy is 0\.\d+ \(90 % interval .*\), below 0.99; all are in the log. `on_fail: continue` writes them down and goes on$/,
    );
    expect(gatesOf(host).state).toBe('fail');
    await run(host, {gates, on_fail: 'continue'});
    expect(gatesOf(host).state).toBe('fail');
  });
  it('measures come from JSON files in deps and from the size of the model', async () => {
    const host = hostWith(predictionsCsv());
    host.files.writeAtomic('speed.json', '{"predict_ms_p95": 12, "deep": {"rows_per_s": 9}}');
    host.files.writeAtomic('model.bin', 'x'.repeat(2000));
    const gates = [
      {measure: 'predict_ms_p95', max: 20},
      {measure: 'deep.rows_per_s', min: 5},
      {measure: 'model_bytes', max: '1.5kB'},
    ];
    await run(host, {gates, on_fail: 'continue'}, {predictions: 'p.csv', speed: 'speed.json', model: 'model.bin'});
    expect(gatesOf(host).gates.map(({gate, state}) => [gate, state])).toEqual([
      ['predict_ms_p95 max 20', 'pass'],
      ['deep.rows_per_s min 5', 'pass'],
      ['model_bytes max 1500', 'fail'],
    ]);
    host.files.writeAtomic('speed.json', '{"predict');
    expect(await messageOf(run(host, {}, {predictions: 'p.csv', speed: 'speed.json'}))).toContain(
      '`speed.json` is no JSON',
    );
  });
  it('limits are numbers, percents or sizes', () => {
    expect(parseLimit('2%')).toEqual({value: 0.02, isRelative: true});
    expect(parseLimit('50MB')).toEqual({value: 50e6, isRelative: false});
    expect(parseLimit('1 MiB')).toEqual({value: 1048576, isRelative: false});
    expect(parseLimit(-0.5)).toEqual({value: -0.5, isRelative: false});
    expect(['', 'x', '1 TB', '2 %%', '0x10'].map(parseLimit)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });
  it.each([
    [{metric: 'a', measure: 'b', min: 1}, 'a gate needs either `metric` or `measure`'],
    [{metric: 'a'}, 'a gate needs a limit: `min`, `max`, `drop_max`, `rise_max`, `gain_max`'],
    [{measure: 'a', drop_max: 1}, 'a `measure` has no baseline: it takes `min` and `max`'],
    [{metric: 'a', by: 'b', slices: 'all', max: 1}, 'a gate takes either `by` or `slices`'],
    [{metric: 'a', min: '80%'}, '`min` is not relative to anything: write `0.8`, not `80%`'],
  ])('%o is refused when the file is loaded', async (gate, message) => {
    const {schema} = await evaluate.settings();
    const {error} = schema.safeParse({gates: [gate]});
    expect(error?.issues.map((issue) => issue.message)).toEqual([message]);
  });
});

describe('the baseline', () => {
  it.each(['approved', 'run:12', 'ref:main'])(
    'is a file: `%s` is not taken for the name of one that is not there',
    async (baseline) => {
      const {schema} = await evaluate.settings();
      expect(schema.safeParse({baseline}).error?.issues.map(({message}) => message)).toEqual([
        'name a file of predictions, such as those of the approved model that you keep in the project',
      ]);
    },
  );
  it('is a dep that need not be there yet', async () => {
    expect(evaluate.reads?.({baseline: 'ok/p.csv', metrics: ['auc']})).toEqual({
      deps: {baseline: {path: 'ok/p.csv', optional: true}},
      pathFree: {metrics: ['auc']},
    });
    const host = hostWith(predictionsCsv());
    await run(host, {gates: [{metric: 'accuracy', min: 0.8, drop_max: 0.01}]});
    expect(gatesOf(host)).toMatchObject({
      state: 'pass',
      baseline: 'none',
      gates: [{state: 'pass'}, {state: 'unjudged'}],
    });
  });
  it('may know a class that the new one does not', async () => {
    const host = hostWith('y_true,y_pred\na,a\nb,b\na,b\n');
    host.files.writeAtomic('base.csv', 'y_true,y_pred\na,a\nb,c\na,b\n');
    await run(host, {}, {predictions: 'p.csv', baseline: 'base.csv'});
    expect(detailsOf(host)).toMatchObject({
      baseline: 'paired',
      changes: {accuracy: {baseline: 1 / 3, difference: 1 / 3}},
    });
  });
  it('of another task is refused by what its columns lack', async () => {
    const host = hostWith('y_true,y_pred\n1.5,2\n2.5,2\n');
    host.files.writeAtomic('base.csv', 'y_true,y_pred\na,a\nb,a\n');
    expect(await messageOf(run(host, {}, {predictions: 'p.csv', baseline: 'base.csv'}))).toBe(
      '`y_true` of `base.csv` is no column of numbers: set `task: classification`, or mend the file',
    );
  });
});

describe('what the model looks at', () => {
  /** Rows whose class is the sign of `use`; `noise` is nothing to the model, `twin` is `use` again. */
  async function project(): Promise<Host> {
    const random = new Random('features');
    const use = Float32Array.from({length: 300}, () => random.normal());
    const noise = Float32Array.from({length: 300}, () => random.normal());
    const host = tempHost();
    const lines = [...use].map((value, row) => {
      const p = 1 / (1 + Math.exp(-3 * value));
      return `r${row},${value > 0 ? 'yes' : 'no'},${p >= 0.5 ? 'yes' : 'no'},${p}`;
    });
    host.files.writeAtomic('p.csv', `row_id,y_true,y_pred,p_yes\n${lines.join('\n')}\n`);
    const ids = Array.from({length: 300}, (_, row) => `r${row}`);
    await writeFeatures(host, 'features', {
      matrix: {rows: 300, names: ['use', 'noise', 'twin'], dense: [use, noise, use]},
      kept: {
        rowCount: 300,
        columns: [{name: 'row_id', type: 'string', words: ids, codes: Int32Array.from(ids.keys())}],
      },
    });
    const model = encodeModel({
      features: ['use', 'noise', 'twin'],
      task: {kind: 'classification', classes: ['no', 'yes']},
      settings: {},
      predictor: {kind: 'linear', link: 'logistic', weights: Float64Array.of(2, 0, 1), intercepts: Float64Array.of(0)},
    });
    host.files.writeAtomic('model.bin', model);
    return host;
  }
  const inputs = {predictions: 'p.csv', model: 'model.bin', features: 'features'};

  it('a feature that counts, one that does not, and two that hang together', async () => {
    const host = await project();
    await run(host, {importance: {}, partial_dependence: ['use']}, inputs);
    const details = detailsOf(host);
    expect(details.importance.groups.map(({name}) => name)).toEqual(['use', 'twin', 'noise']);
    expect(details.importance.groups[2]).toMatchObject({mean: 0, deviation: 0});
    expect(details.importance.notices).toEqual([
      '`use` and `twin` hang together (rank correlation 1.00) and were shuffled apart: put them into one group.',
    ]);
    const [dependence] = details.partial_dependence;
    const points = dependence?.points ?? [];
    expect([dependence?.feature, dependence?.of, points.length]).toEqual(['use', 'probability of yes', 20]);
    expect(points[19]?.prediction).toBeGreaterThan((points[0]?.prediction ?? 1) + 0.5);
    expect(host.files.readText(OUTS.html)).toContain('Permutation importance');
    await run(host, {importance: {groups: {both: ['use', 'twin']}, metric: 'log_loss'}}, inputs);
    const grouped = detailsOf(host).importance;
    expect(grouped).toMatchObject({metric: 'log_loss', notices: []});
    expect(grouped.groups.map(({name}) => name)).toEqual(['both', 'noise']);
    expect(grouped.groups[0]?.mean).toBeGreaterThan(0.5);
  });
  it('says what is missing or does not fit', async () => {
    const host = await project();
    expect(await messageOf(run(host, {importance: {}}))).toContain('name the deps `model`');
    expect(await messageOf(run(host, {partial_dependence: ['usee']}, inputs))).toBe(
      '`partial_dependence`: there is no feature `usee`; did you mean `use`?',
    );
    expect(await messageOf(run(host, {importance: {groups: {g: ['nois']}}}, inputs))).toBe(
      '`importance`: the group `g` has `nois`, which is no feature; did you mean `noise`?',
    );
    host.files.writeAtomic('p.csv', host.files.readText('p.csv').replace('r7,', 'other,'));
    expect(await messageOf(run(host, {importance: {}}, inputs))).toContain(
      'row 8 of the dep `features` is not that of `p.csv` by its `row_id`',
    );
    host.files.writeAtomic('p.csv', 'y_true,y_pred\nyes,no\n');
    expect(await messageOf(run(host, {importance: {}}, inputs))).toContain('has 300 rows, but `p.csv` has 1');
  });
});

it('a prediction that is missing fails the stage with its row', async () => {
  const host = hostWith('row_id,y_true,y_pred\nr1,a,a\nr2,a,\n');
  expect(await messageOf(run(host, {}))).toBe(
    'prediction.nan: 1 row of `p.csv` has no `y_pred` (empty, NaN or infinite), the first is row 2 (`row_id` r2): the model must predict every row',
  );
});

describe('in a pipeline', () => {
  const yaml = (more: string): string => `mlp: 1
stages:
  evaluate:
    uses: evaluate
    deps: {predictions: p.csv}
    with:
      positive: yes
      baseline: approved.csv
      gates: [{metric: accuracy, min: 0.8, drop_max: 0.05}]
${more}    outs: {gates: g.json}
    metrics: {metrics: m.json}
`;
  it('gives metrics under their names, sees a baseline that comes, and stays when nothing changed', async () => {
    await using rig = new Rig();
    rig.write('p.csv', predictionsCsv());
    rig.write('pipeline.yaml', yaml(''));
    expect((await rig.run()).ran).toEqual(['evaluate']);
    const {out} = await rig.mlp('metrics');
    expect(out).toMatch(/accuracy +0\.9/);
    expect(out).toMatch(/f1\.yes/);
    expect(JSON.parse(rig.read('g.json'))).toMatchObject({baseline: 'none'});
    rig.write('approved.csv', predictionsCsv(4));
    expect((await rig.run()).ran).toEqual(['evaluate']);
    expect(JSON.parse(rig.read('g.json'))).toMatchObject({baseline: 'paired', state: 'pass'});
    expect((await rig.run()).ran).toEqual([]);
  });
  it('a gate that fails is told with the run', async () => {
    await using rig = new Rig();
    rig.write('p.csv', predictionsCsv(200));
    rig.write('pipeline.yaml', yaml(''));
    const {code, talk} = await rig.mlp('run');
    expect(code).toBe(1);
    expect(talk).toContain('1 of 2 gates failed: `accuracy min 0.8`: accuracy is 0.4');
    rig.write('pipeline.yaml', yaml('      on_fail: continue\n'));
    expect((await rig.mlp('run')).code).toBe(0);
    expect(JSON.parse(rig.read('g.json'))).toMatchObject({state: 'fail'});
  });
});
