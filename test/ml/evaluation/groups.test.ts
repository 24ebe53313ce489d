/** Rows that are not independent: intervals when rows come in groups. */
import {expect, it} from 'vitest';
import {columnsOf, estimateOf, read, run, simulate} from './rig.ts';

it('rows of one group come and go as one, so groups widen the intervals', () => {
  const {truth, pred, p} = simulate('groups', 200, 0.85);
  const repeat = <T>(list: T[]): T[] => list.flatMap((one) => Array.from({length: 5}, () => one));
  const columns = {
    ...columnsOf({truth: repeat(truth), pred: repeat(pred), p: repeat(p)}),
    customer: repeat(truth.map((_, row) => `c${row}`)),
  };
  const width = (group?: string): number => {
    const interval = estimateOf(run(read(columns, group === undefined ? {} : {group})), 'accuracy').interval(0.95);
    return (interval?.hi ?? 0) - (interval?.lo ?? 0);
  };
  expect(width('customer') / width()).toBeGreaterThan(1.9);
  expect(width('customer') / width()).toBeLessThan(2.6);
  expect(run(read(columns, {group: 'customer'})).groups).toBe(200);
});

it('of a single group nothing is sure', () => {
  const {truth, pred, p} = simulate('one group', 60, 0.85);
  const columns = {...columnsOf({truth, pred, p}), customer: truth.map(() => 'one')};
  const worse = pred.map((label, row) => (row < 20 ? 'no' : label));
  const one = read(columns, {group: 'customer'});
  const {metrics} = run(one, {}, read({...columns, y_pred: worse}, {group: 'customer'}));
  for (const {name, estimate, change} of metrics) {
    if (name === 'ece') continue;
    const interval = estimate.interval(0.95);
    expect((interval?.hi ?? 0) - (interval?.lo ?? 0), name).toBeGreaterThanOrEqual(1);
    if (change?.difference === 0) continue;
    expect(change?.interval(0.95), name).toEqual({lo: -Infinity, hi: Infinity});
  }
  const same = run(one, {}, one).metrics.find(({name}) => name === 'accuracy');
  expect(same?.change?.interval(0.95)).toEqual({lo: 0, hi: 0});
});

it('a perfect score of many rows of few groups is no surer than of so few rows', () => {
  const truth = Array.from({length: 400}, (_, row) => (row < 200 ? 'yes' : 'no'));
  const columns = {y_true: truth, y_pred: truth, p_yes: truth.map((label) => (label === 'yes' ? 0.9 : 0.1))};
  const customer = truth.map((_, row) => `c${row % 5}`);
  const few = read({
    y_true: truth.slice(195, 205),
    y_pred: truth.slice(195, 205),
    p_yes: columns.p_yes.slice(195, 205),
  });
  for (const name of ['f1_macro', 'auc']) {
    const grouped = estimateOf(run(read({...columns, customer}, {group: 'customer'})), name).interval(0.95);
    expect(grouped, name).toEqual(estimateOf(run(few), name).interval(0.95));
    expect(grouped?.lo, name).toBeLessThan(0.6);
    expect(estimateOf(run(read(columns)), name).interval(0.95)?.lo, name).toBeGreaterThan(0.95);
  }
});
