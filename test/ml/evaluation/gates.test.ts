/** Gates: three outcomes, and what is missing never passes. */
import {describe, expect, it} from 'vitest';
import type {GateSpec, LimitKind} from '../../../src/ml/evaluation/gates.ts';
import {Random} from '../../../src/stats/random.ts';
import {read, run} from './rig.ts';

/** Of `rows` so many right; the first rows are wrong. */
function predictions(rows: number, wrong: number, extra: object = {}) {
  const truth = Array.from({length: rows}, (_, row) => (row % 2 === 0 ? 'a' : 'b'));
  return read({
    y_true: truth,
    y_pred: truth.map((label, row) => (row < wrong ? (label === 'a' ? 'b' : 'a') : label)),
    ...extra,
  });
}

type Limits = Partial<Record<LimitKind, number | string>>;

function gate(of: Partial<GateSpec>, limits: Limits): GateSpec {
  const amounts = Object.entries(limits).map(([kind, limit]) => {
    const isRelative = typeof limit === 'string';
    return [kind, {value: isRelative ? parseFloat(limit) / 100 : limit, isRelative}];
  });
  return {inconclusive: 'review', ...of, limits: Object.fromEntries(amounts) as GateSpec['limits']};
}

const accuracy = {metric: 'accuracy'};

describe('a limit against an interval', () => {
  it('wholly inside, wholly outside, astride', () => {
    const of = (min: number) => run(predictions(1000, 100), {gates: [gate(accuracy, {min})]}).gates;
    expect(of(0.8)).toMatchObject({
      version: 1,
      state: 'pass',
      level: 0.9,
      gates: [{gate: 'accuracy min 0.8', value: 0.9}],
    });
    expect(of(0.95).state).toBe('fail');
    const astride = of(0.905);
    expect(astride.state).toBe('inconclusive');
    // The half width of 0.0156 must become 0.005.
    expect(astride.gates[0]?.rowsNeeded).toBe(9800);
    expect(astride.gates[0]?.reason).toBe(
      'accuracy is 0.9 (90 % interval 0.8833 to 0.9145), on both sides of 0.905; about 9,800 rows would decide',
    );
  });
  it('a maximum turns it round', () => {
    const of = (max: number) => run(predictions(1000, 100), {gates: [gate(accuracy, {max})]}).gates.state;
    expect([of(0.95), of(0.8), of(0.895)]).toEqual(['pass', 'fail', 'inconclusive']);
  });
  it('inconclusive may be told to pass or to fail', () => {
    const of = (inconclusive: GateSpec['inconclusive']) =>
      run(predictions(1000, 100), {gates: [gate({...accuracy, inconclusive}, {min: 0.905})]}).gates;
    expect([of('pass').state, of('fail').state, of('review').state]).toEqual(['pass', 'fail', 'inconclusive']);
    expect(of('pass').gates[0]?.reason).toContain('inconclusive counts as pass');
  });
  it('several limits are several gates, and the worst counts', () => {
    const {state, gates} = run(predictions(1000, 100), {
      gates: [gate(accuracy, {min: 0.95, max: 0.99}), gate(accuracy, {min: 0.905})],
    }).gates;
    expect(gates.map((one) => one.state)).toEqual(['fail', 'pass', 'inconclusive']);
    expect(state).toBe('fail');
  });
  it('one without an interval is held against its value', () => {
    const numbers = read({y_true: [1.5, 2, 3], y_pred: [1, 2, 3.25]});
    const of = (max: number) => run(numbers, {gates: [gate({metric: 'max_error'}, {max})]}).gates;
    expect([of(0.5).state, of(0.4).state]).toEqual(['pass', 'fail']);
    expect(of(0.4).gates[0]).toMatchObject({lo: null, hi: null, value: 0.5, reason: 'max_error is 0.5, above 0.4'});
  });
});

describe('against a baseline', () => {
  const judge = (wrong: number, before: number, limits: Limits, rows = 10_000) =>
    run(predictions(rows, wrong), {gates: [gate(accuracy, limits)]}, predictions(rows, before)).gates;
  it('a drop, a rise and a gain', () => {
    expect(judge(1200, 1000, {drop_max: 0.01}).state).toBe('fail');
    expect(judge(1010, 1000, {drop_max: 0.01})).toMatchObject({state: 'pass', baseline: 'paired'});
    expect(judge(1100, 1000, {drop_max: 0.01}).state).toBe('inconclusive');
    expect(judge(500, 1000, {rise_max: 0.01}).state).toBe('fail');
    expect(judge(500, 1000, {gain_max: 0.02}).state).toBe('fail');
    expect(judge(1500, 1000, {gain_max: 0.02}).state).toBe('pass');
  });
  it('percents are relative to the baseline, (new - old)/old', () => {
    // From 0.9 to 0.88: 0.02, or 2.2 %.
    expect(judge(1200, 1000, {drop_max: '3%'}).gates[0]).toMatchObject({
      state: 'pass',
      gate: 'accuracy drop_max 3%',
      limit: {value: 0.03, relative: true},
    });
    expect(judge(1200, 1000, {drop_max: '3%'}).gates[0]?.value).toBeCloseTo(0.02 / 0.9, 10);
    expect(judge(1200, 1000, {drop_max: '1%'}).state).toBe('fail');
  });
  it('relative to a baseline of nothing fails', () => {
    expect(judge(100, 10_000, {rise_max: '10%'}).gates[0]).toMatchObject({
      state: 'fail',
      reason: "the baseline's `accuracy` is 0, to which nothing is relative: use an absolute limit",
    });
  });
  it('an error metric gains by falling', () => {
    const numbers = (error: number) =>
      read({
        y_true: Array.from({length: 200}, (_, row) => row + 0.5),
        y_pred: Array.from({length: 200}, (_, row) => row + 0.5 + error * (1 + (row % 3))),
      });
    const of = (limits: Limits) => run(numbers(0.1), {gates: [gate({metric: 'mae'}, limits)]}, numbers(1)).gates.state;
    expect(of({gain_max: 0.5})).toBe('fail');
    expect(of({rise_max: 0})).toBe('pass');
    expect(of({drop_max: '50%'})).toBe('fail');
  });
  it('without one only the absolute gates judge', () => {
    const {gates} = run(predictions(1000, 100), {gates: [gate(accuracy, {min: 0.8, drop_max: 0.01})]});
    expect(gates).toMatchObject({
      state: 'pass',
      baseline: 'none',
      gates: [{state: 'pass'}, {state: 'unjudged', reason: 'no baseline to compare with'}],
    });
    expect(run(predictions(1000, 100), {gates: [gate(accuracy, {drop_max: 0.01})]}).gates.state).toBe('unjudged');
  });
});

describe('what is missing', () => {
  it('no gates at all is unjudged, neither passed nor failed', () => {
    expect(run(predictions(10, 1)).gates).toMatchObject({state: 'unjudged', gates: []});
  });
  it('a metric that has no value fails', () => {
    const gates = [gate({metric: 'auc'}, {min: 0.5}), gate({metric: 'recall.b'}, {min: 0.5})];
    const {gates: report} = run(read({y_true: ['a', 'a'], y_pred: ['a', 'b']}), {gates});
    expect(report.gates.map(({state, reason}) => [state, reason])).toEqual([
      ['fail', 'there is no `auc`: `auc` needs probabilities (columns `p_<class>`, or `y_score`), or two classes'],
      ['fail', 'there is no `recall.b`: no row is `b`'],
    ]);
  });
  it('a metric that no one knows is a mistake', () => {
    expect(() => run(predictions(10, 1), {gates: [gate({metric: 'acuracy'}, {min: 0.5})]})).toThrow(
      'there is no metric `acuracy`; did you mean `accuracy`?',
    );
    expect(() => run(predictions(10, 1), {gates: [gate({metric: 'equalised_odds_difference'}, {max: 0.1})]})).toThrow(
      'did you mean `equalized_odds_difference`? There are accuracy, ',
    );
    expect(() => run(predictions(10, 1), {metrics: ['f1.c']})).toThrow('there is no metric `f1.c`');
  });
  it('a measure is read, and fails where it is not', () => {
    const of = (name: string, max: number) =>
      run(predictions(10, 1), {measures: new Map([['model_bytes', 2000]]), gates: [gate({measure: name}, {max})]}).gates
        .gates[0];
    expect(of('model_bytes', 3000)?.state).toBe('pass');
    expect(of('model_bytes', 1000)).toMatchObject({state: 'fail', reason: 'model_bytes is 2000, above 1000'});
    expect(of('predict_ms_p95', 1)).toMatchObject({
      state: 'fail',
      reason: 'there is no measure `predict_ms_p95`: name a JSON file with it in `deps`',
    });
  });
});

describe('slices', () => {
  const rows = 2000;
  const country = Array.from({length: rows}, (_, row) => (row < 400 ? 'LT' : row < 1990 ? 'LV' : 'XX'));
  const sliced = predictions(rows, 200, {country});
  const judge = (of: Partial<GateSpec>, limits: Limits, baseline?: typeof sliced) =>
    run(
      sliced,
      {metrics: ['accuracy'], slices: [[{column: 'country'}]], gates: [gate({...accuracy, ...of}, limits)]},
      baseline,
    ).gates.gates.map(({gate: name, state}) => [name, state]);
  it('all of them, but not the small ones', () => {
    expect(judge({slices: 'all'}, {min: 0.8})).toEqual([
      ['accuracy min 0.8 for country=LT', 'fail'],
      ['accuracy min 0.8 for country=LV', 'pass'],
    ]);
  });
  it('by name; a small one is inconclusive, one that is not there fails', () => {
    expect(judge({slices: ['country=XX', 'country=EE']}, {min: 0.8}).map(([, state]) => state)).toEqual([
      'inconclusive',
      'fail',
    ]);
  });
  it('against the same rows of the baseline', () => {
    expect(judge({slices: 'all'}, {drop_max: 0.03}, predictions(rows, 100, {country}))).toEqual([
      ['accuracy drop_max 0.03 for country=LT', 'fail'],
      ['accuracy drop_max 0.03 for country=LV', 'pass'],
    ]);
  });
});

it('fairness has gates by its column', () => {
  const random = new Random('fair');
  const truth = Array.from({length: 4000}, () => String(Number(random.uniform() < 0.5)));
  const gender = truth.map(() => (random.uniform() < 0.5 ? 'f' : 'm'));
  const judge = (lift: number, max: number) => {
    const pred = truth.map((_, row) => String(Number(random.uniform() < 0.4 + (gender[row] === 'f' ? lift : 0))));
    const of = gate({metric: 'demographic_parity_difference', by: 'gender'}, {max});
    return run(read({y_true: truth, y_pred: pred, gender}), {metrics: ['accuracy'], fairness: ['gender'], gates: [of]})
      .gates.gates[0];
  };
  expect(judge(0, 0.1)).toMatchObject({
    state: 'pass',
    gate: 'demographic_parity_difference max 0.1 by gender',
    by: 'gender',
  });
  expect(judge(0.3, 0.1)?.state).toBe('fail');
});
