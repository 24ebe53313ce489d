/** Slices, fairness, calibration and the comparison with a baseline. */
import {describe, expect, it} from 'vitest';
import {Random} from '../../../src/stats/random.ts';
import {expectClose} from '../../stats/golden.ts';
import {columnsOf, estimateOf, read, run, simulate} from './rig.ts';

describe('slices', () => {
  const {truth, pred, p} = simulate('slices', 1200, 0.9);
  const country = truth.map((_, row) => (row % 6 === 0 ? 'LT' : row === 1 ? 'XX' : 'LV'));
  const spoilt = pred.map((label, row) =>
    country[row] === 'LT' && row % 12 === 0 ? (label === 'yes' ? 'no' : 'yes') : label,
  );
  const amount = truth.map((_, row) => (row % 50 === 0 ? null : row * 1.5));
  const predictions = read({y_true: truth, y_pred: spoilt, p_yes: p, country, amount});

  it('the worse ones first, then by size; a slice of one row is shown and not judged', () => {
    const {slices} = run(predictions, {metrics: ['accuracy'], slices: [[{column: 'country'}]]});
    expect(slices.map(({name, rows, isWorse, isSmall}) => [name, rows, isWorse, isSmall])).toEqual([
      ['country=LT', 200, true, false],
      ['country=LV', 999, false, false],
      ['country=XX', 1, false, true],
    ]);
    expect(slices[0]?.pValue).toBeLessThan(1e-6);
    expect(slices[2]?.pValue).toBeUndefined();
    expect(slices.reduce((sum, {rows}) => sum + rows, 0)).toBe(1200);
  });
  it('are compared by the first of the metrics that are named, which stands first', () => {
    const {sliceMetrics, slices} = run(predictions, {
      metrics: ['f1_macro', 'accuracy'],
      slices: [[{column: 'country'}]],
    });
    expect(sliceMetrics).toEqual(['f1_macro', 'accuracy']);
    const [worst] = slices;
    const whole = estimateOf(run(predictions), 'f1_macro').value ?? 0;
    expect(worst?.difference).toBeCloseTo((worst?.metrics.get('f1_macro')?.value ?? 0) - whole, 12);
  });
  it('bins whose ends differ in the sixth digit are not one', () => {
    const year = truth.map((_, row) => 2_000_000.5 + row / 100);
    const bins = run(read({y_true: truth, y_pred: pred, year}), {slices: [[{column: 'year', bins: 4}]]}).slices;
    expect(bins.map(({rows}) => rows)).toEqual([300, 300, 300, 300]);
    expect(new Set(bins.map(({name}) => name)).size).toBe(4);
  });
  it('numbers fall into bins of equal size, crossings multiply, missing cells are a slice', () => {
    const {slices} = run(predictions, {
      metrics: ['accuracy'],
      slices: [[{column: 'amount', bins: 3}], [{column: 'country'}, {column: 'amount', bins: 2}]],
    });
    const names = slices.map(({name, rows}) => `${name}: ${rows}`);
    expect(names).toContain('amount=(missing): 24');
    expect(slices.filter(({by}) => by === 'amount').map(({rows}) => rows)).toEqual([392, 392, 392, 24]);
    expect(slices.filter(({by}) => by === 'country, amount').reduce((sum, {rows}) => sum + rows, 0)).toBe(1200);
  });
  it('many values: the rest is one slice', () => {
    const many = read({y_true: truth, y_pred: pred, id: truth.map((_, row) => `id${row % 300}`)});
    const {slices} = run(many, {metrics: ['accuracy'], slices: [[{column: 'id'}]]});
    expect(slices).toHaveLength(50);
    expect(slices.find(({name}) => name === 'id=(other)')?.rows).toBe(1200 - 49 * 4);
  });
  it('a column that is not there is named', () => {
    expect(() => run(predictions, {slices: [[{column: 'contry'}]]})).toThrow(
      '`p.csv` has no column `contry` (by which rows are sliced); there is `country`',
    );
  });
});

describe('fairness', () => {
  // 100 rows a group; group a: 40 selected, b: 20.
  const rows = (group: string, tp: number, fn: number, fp: number, tn: number) =>
    (
      [
        ['1', '1', tp],
        ['1', '0', fn],
        ['0', '1', fp],
        ['0', '0', tn],
      ] as const
    ).flatMap(([truth, pred, count]) => Array.from({length: count}, () => ({truth, pred, group})));
  const all = [...rows('a', 30, 20, 10, 40), ...rows('b', 15, 5, 5, 75), ...rows('c', 0, 0, 3, 27)];
  const predictions = read({
    y_true: all.map(({truth}) => truth),
    y_pred: all.map(({pred}) => pred),
    group: all.map(({group}) => group),
  });
  const [fairness] = run(predictions, {metrics: ['accuracy'], fairness: ['group']}).fairness;
  const measure = (name: string) => fairness?.measures.find((one) => one.name === name);

  it('has Fairlearn’s definitions', () => {
    // MetricFrame of selection_rate, true_positive_rate and false_positive_rate by group.
    expectClose(measure('demographic_parity_difference')?.estimate.value, 0.4 - 0.1, 'DPD');
    expectClose(measure('demographic_parity_ratio')?.estimate.value, 0.1 / 0.4, 'DPR');
    expectClose(measure('equal_opportunity_difference')?.estimate.value, 0.75 - 0.6, 'EOpp');
    expectClose(measure('equalized_odds_difference')?.estimate.value, Math.max(0.75 - 0.6, 0.2 - 5 / 80), 'EOD');
    expect(measure('demographic_parity_difference')?.groups).toEqual(['group=c', 'group=a']);
  });
  it('rates that divide by nothing are left out and named, not 0', () => {
    expect(fairness?.notices).toEqual(['group=c has no positive rows, so no true positive rate']);
    expect(fairness?.groups.find(({name}) => name === 'group=c')?.truePositive.value).toBeUndefined();
  });
  it('tells the noise of equal groups: 2 × 100 rows 0.13, 10 × 1000 rows 0.064', () => {
    const equal = (groups: number, size: number): number => {
      const random = new Random(`equal ${groups}`);
      const list = Array.from({length: groups * size}, (_, row) => ({
        group: `g${row % groups}`,
        truth: String(Number(random.uniform() < 0.5)),
        pred: String(Number(random.uniform() < 0.5)),
      }));
      const [found] = run(
        read({
          y_true: list.map(({truth}) => truth),
          y_pred: list.map(({pred}) => pred),
          group: list.map(({group}) => group),
        }),
        {metrics: ['accuracy'], fairness: ['group']},
      ).fairness;
      return found?.measures[0]?.noise ?? 0;
    };
    expect(Math.abs(equal(2, 100) - 0.13)).toBeLessThan(0.02);
    expect(Math.abs(equal(10, 1000) - 0.064)).toBeLessThan(0.015);
  });
  it('tells more noise of a true positive rate where a group has few positives', () => {
    const few = [...rows('a', 5, 5, 90, 900), ...rows('b', 250, 250, 50, 450)];
    const [found] = run(
      read({
        y_true: few.map(({truth}) => truth),
        y_pred: few.map(({pred}) => pred),
        group: few.map(({group}) => group),
      }),
      {metrics: ['accuracy'], fairness: ['group']},
    ).fairness;
    const noise = (name: string) => found?.measures.find((one) => one.name === name)?.noise ?? 0;
    // 1.96·√(0.25/10 + 0.25/500)
    expect(Math.abs(noise('equal_opportunity_difference') - 0.31)).toBeLessThan(0.04);
    expect(noise('equalized_odds_difference')).toBeGreaterThan(0.27);
    // The rates of selection are of a thousand rows each.
    expect(noise('demographic_parity_difference')).toBeLessThan(0.06);
  });
  it('needs two classes', () => {
    expect(() =>
      run(read({y_true: ['a', 'b', 'c'], y_pred: ['a', 'b', 'c'], g: ['x', 'y', 'x']}), {fairness: ['g']}),
    ).toThrow('it needs predictions of two classes');
  });
});

describe('calibration', () => {
  const random = new Random('calibration');
  const p = Array.from({length: 4000}, () => random.uniform());
  const y = p.map((chance) => Number(random.uniform() < chance));
  const calibrate = (scores: number[]) =>
    run(read({y_true: y, y_pred: scores.map((score) => Number(score > 0.5)), y_score: scores}), {metrics: ['ece']})
      .classification?.calibration;

  it('of honest probabilities is near the diagonal, with slope 1', () => {
    const found = calibrate(p);
    expect(found?.bins.map(({rows}) => rows)).toEqual(Array.from({length: 10}, () => 400));
    expect(found?.ece).toBeLessThan(0.03);
    expect(Math.abs((found?.recalibration?.slope ?? 0) - 1)).toBeLessThan(0.1);
    expect(Math.abs(found?.recalibration?.intercept ?? 1)).toBeLessThan(0.1);
  });
  it('of overconfident ones has a slope of one half', () => {
    // Twice the log-odds.
    const found = calibrate(p.map((chance) => 1 / (1 + ((1 - chance) / chance) ** 2)));
    expect(Math.abs((found?.recalibration?.slope ?? 0) - 0.5)).toBeLessThan(0.06);
    expect(found?.ece).toBeGreaterThan(0.05);
  });
  it('of a constant, or of outcomes all alike, has no slope', () => {
    expect(calibrate(p.map(() => 0.5))).toMatchObject({recalibration: undefined, bins: [{rows: 4000}]});
  });
});

describe('a baseline', () => {
  const good = simulate('good', 2000, 0.9);
  const flipped = (row: number): boolean => row % 20 === 0;
  const worse = {
    ...good,
    pred: good.pred.map((label, row) => (flipped(row) ? (label === 'yes' ? 'no' : 'yes') : label)),
    p: good.p.map((chance, row) => (flipped(row) ? 1 - chance : chance)),
  };
  const ids = good.truth.map((_, row) => `r${row}`);

  it('on the same rows in another order is paired by their ids', () => {
    const order = new Random(1).shuffle([...ids.keys()]);
    const pick = <T>(list: T[]): T[] => order.map((row) => list[row] as T);
    const shuffled = read({
      row_id: pick(ids),
      ...columnsOf({truth: pick(good.truth), pred: pick(good.pred), p: pick(good.p)}),
    });
    const evaluation = run(read({row_id: ids, ...columnsOf(worse)}), {}, shuffled);
    expect(evaluation.baseline).toBe('paired');
    const change = evaluation.metrics.find(({name}) => name === 'accuracy')?.change;
    const {first = 0, second = 0} = evaluation.discordant ?? {};
    expect(first + second).toBe(100);
    expectClose(change?.difference, (second - first) / 2000, 'difference');
    expect(change?.interval(0.95)?.hi).toBeLessThan(0);
  });
  it('with itself has no difference in any metric', () => {
    const evaluation = run(read(columnsOf(good)), {}, read(columnsOf(good)));
    for (const {name, change} of evaluation.metrics) {
      expect(change?.difference, name).toBe(0);
      if (name !== 'ece') expect(change?.interval(0.9), name).toEqual({lo: 0, hi: 0});
    }
  });
  it('on the same rows has the weights of the predictions that are judged, also without any of its own', () => {
    const columns = {row_id: ['1', '2', '3', '4'], y_true: ['a', 'b', 'a', 'b']};
    const now = read({...columns, y_pred: ['a', 'b', 'b', 'b'], weight: [1, 1, 5, 1]});
    const before = read({...columns, y_pred: ['a', 'a', 'b', 'b']});
    const change = run(now, {}, before).metrics.find(({name}) => name === 'accuracy')?.change;
    expect(change).toMatchObject({baseline: 2 / 8, difference: 1 / 8});
  });
  it('of other rows is not paired, and less sure', () => {
    const other = read(columnsOf(simulate('other', 2000, 0.9)));
    const evaluation = run(read(columnsOf(worse)), {}, other);
    const paired = run(read(columnsOf(worse)), {}, read(columnsOf(good)));
    expect([evaluation.baseline, paired.baseline]).toEqual(['unpaired', 'paired']);
    expect(evaluation.notices).toContain('the baseline is of other rows: the comparison is unpaired, and less sure');
    const width = (one: typeof evaluation, name: string): number => {
      const interval = one.metrics.find((metric) => metric.name === name)?.change?.interval(0.95);
      return (interval?.hi ?? 0) - (interval?.lo ?? 0);
    };
    for (const name of ['accuracy', 'f1_macro', 'auc', 'average_precision', 'log_loss', 'mcc']) {
      expect(width(evaluation, name), name).toBeGreaterThan(width(paired, name));
      expect(width(paired, name), name).toBeGreaterThan(0);
    }
  });
  it('whose ids say the same but whose truth differs is not the same rows', () => {
    const relabelled = {...good, truth: good.truth.with(7, good.truth[7] === 'yes' ? 'no' : 'yes')};
    expect(
      run(read({row_id: ids, ...columnsOf(good)}), {}, read({row_id: ids, ...columnsOf(relabelled)})).baseline,
    ).toBe('unpaired');
  });
  it('closed forms agree with the bootstrap of rows', () => {
    // A weight that is nearly 1 switches the closed forms off.
    const weight = good.truth.map((_, row) => (row === 0 ? 1.000001 : 1));
    const metrics = ['accuracy', 'auc', 'average_precision', 'log_loss', 'brier', 'f1_macro', 'recall'];
    const of = (extra: object) =>
      run(read({...columnsOf(worse), ...extra}), {metrics}, read({...columnsOf(good), ...extra}));
    const [closed, drawn] = [of({}), of({weight})];
    for (const name of metrics) {
      const [a, b] = [closed, drawn].map((one) => one.metrics.find((metric) => metric.name === name));
      for (const pick of [
        (one: typeof a) => one?.estimate.interval(0.9),
        (one: typeof a) => one?.change?.interval(0.9),
      ]) {
        const [one, other] = [pick(a), pick(b)];
        const width = (one?.hi ?? 0) - (one?.lo ?? 0);
        expect(width, name).toBeGreaterThan(0);
        expect(Math.abs((one?.lo ?? 0) - (other?.lo ?? 9)), name).toBeLessThan(0.12 * width);
        expect(Math.abs((one?.hi ?? 0) - (other?.hi ?? 9)), name).toBeLessThan(0.12 * width);
      }
    }
  });
});

it('a bias is the better the nearer to 0, on both sides', () => {
  const random = new Random('bias');
  const truth = Array.from({length: 300}, () => random.uniform());
  const shifted = (by: number) =>
    read({y_true: truth, y_pred: truth.map((value, row) => value + by + (row % 2) / 100)});
  const gates = [{metric: 'bias', inconclusive: 'review' as const, limits: {gain_max: {value: 1, isRelative: false}}}];
  const {metrics, gates: judged} = run(shifted(-5), {gates}, shifted(1));
  const bias = metrics.find(({name}) => name === 'bias');
  expect([bias?.better, bias?.change?.difference]).toEqual(['zero', expect.closeTo(-6)]);
  expect(judged.gates[0]).toMatchObject({state: 'fail', reason: expect.stringContaining('best at 0') as string});
  const region = truth.map((_, row) => (row % 3 === 0 ? 'low' : 'near'));
  const predicted = truth.map((value, row) => value + (row % 3 === 0 ? -4 : 0.1) + (row % 2) / 100);
  const {slices} = run(read({y_true: truth, y_pred: predicted, region}), {
    metrics: ['bias'],
    slices: [[{column: 'region'}]],
  });
  expect(slices.map(({name, isWorse}) => [name, isWorse])).toEqual([
    ['region=low', true],
    ['region=near', false],
  ]);
});
