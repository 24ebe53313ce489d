/**
 * What bench/suites/evaluation.mjs runs in a process of its own: `speed`, `coverage TRIALS`, `gates TRIALS` or `fairness TRIALS`.
 * Prints JSON.
 */
import type {Column, Table} from '../../src/data/table.ts';
import {evaluate, type EvaluateOptions} from '../../src/ml/evaluation/evaluate.ts';
import type {GateSpec, GateState} from '../../src/ml/evaluation/gates.ts';
import {readPredictions, type Predictions} from '../../src/ml/evaluation/predictions.ts';
import {Random} from '../../src/stats/random.ts';

/** The test rows of the study. */
const ROWS = 112_986;

const CLASSES = ['B2B', 'B2C'] as const;

const words = (name: string, codes: Int32Array, list: readonly string[]): Column => ({
  name,
  type: 'string',
  words: list,
  codes,
});

interface Rows {
  readonly truth: Int32Array;
  readonly predicted: Int32Array;
  /** Of the first class. */
  readonly p: Float64Array;
}

/** Rows whose log-odds are normal about ±shift by their class, and which are judged at 1/2. */
function draw(random: Random, count: number, shift: number, share = 0.5): Rows {
  const truth = Int32Array.from({length: count}, () => (random.uniform() < share ? 0 : 1));
  const p = Float64Array.from(truth, (label) => 1 / (1 + Math.exp((label === 0 ? -1 : 1) * shift + random.normal())));
  return {truth, p, predicted: Int32Array.from(p, (chance) => (chance > 0.5 ? 0 : 1))};
}

function tableOf({truth, predicted, p}: Rows, more: readonly Column[] = []): Table {
  const columns = [
    words('y_true', truth, CLASSES),
    words('y_pred', predicted, CLASSES),
    {name: 'p_B2B', type: 'number' as const, values: p},
  ];
  return {rowCount: truth.length, columns: [...columns, ...more]};
}

const read = (rows: Rows, more?: readonly Column[]): Predictions =>
  readPredictions(tableOf(rows, more), {positive: 'B2B', labels: CLASSES}, 'rows');

const OPTIONS: EvaluateOptions = {slices: [], minRows: 1, fairness: [], gates: [], measures: new Map(), name: 'rows'};

function cpuMs(work: () => void): number {
  const start = process.cpuUsage();
  work();
  const {user, system} = process.cpuUsage(start);
  return (user + system) / 1000;
}

function speed() {
  const random = new Random('speed');
  const country = words(
    'country',
    Int32Array.from({length: ROWS}, () => random.below(5)),
    ['LT', 'LV', 'EE', 'PL', 'DE'],
  );
  const rows = draw(random, ROWS, 2);
  const base = read(draw(random, ROWS, 1.9));
  const times = (work: () => void): number[] => [1, 2, 3].map(() => cpuMs(work));
  return {
    whole: times(() => evaluate(read(rows), undefined, OPTIONS)),
    compared: times(() =>
      evaluate(read(rows, [country]), {...base, truth: base.truth} as Predictions, {
        ...OPTIONS,
        slices: [[{column: 'country'}]],
      }),
    ),
  };
}

/** How often the 95 % interval of a metric holds its true value. */
function coverage(trials: number) {
  const names = ['accuracy', 'recall', 'f1_macro', 'mcc', 'balanced_accuracy', 'auc', 'average_precision', 'log_loss'];
  const [shift, share] = [1.2, 0.35];
  const truth = evaluate(read(draw(new Random('truth'), 1_000_000, shift, share)), undefined, {
    ...OPTIONS,
    metrics: names,
  });
  return [100, 500, 2000].map((rows) => {
    const held = new Map(names.map((name) => [name, 0]));
    for (let trial = 0; trial < trials; trial += 1) {
      const found = evaluate(read(draw(new Random(`${rows} ${trial}`), rows, shift, share)), undefined, {
        ...OPTIONS,
        metrics: names,
      });
      found.metrics.forEach(({name, estimate}, at) => {
        const [interval, value] = [estimate.interval(0.95), truth.metrics[at]?.estimate.value ?? Number.NaN];
        if (interval && interval.lo <= value && value <= interval.hi) held.set(name, (held.get(name) ?? 0) + 1);
      });
    }
    return {rows, held: Object.fromEntries([...held].map(([name, count]) => [name, count / trials]))};
  });
}

const gate = (metric: string, kind: 'drop_max' | 'max', value: number, more: Partial<GateSpec> = {}): GateSpec => ({
  metric,
  limits: {[kind]: {value, isRelative: false}},
  inconclusive: 'review',
  ...more,
});

type Outcomes = {[state in GateState]?: number};

function count(outcomes: Outcomes, state: GateState, trials: number): void {
  outcomes[state] = (outcomes[state] ?? 0) + 1 / trials;
}

/** The baseline is right in 90 of 100 rows; the candidate differs in 6 of 100, so that it is `worse` on the whole. */
function pair(random: Random, rows: number, worse: number): readonly [Rows, Rows] {
  const truth = Int32Array.from({length: rows}, () => random.below(2));
  const was = Uint8Array.from({length: rows}, () => Number(random.uniform() < 0.9));
  const lost = (0.03 + worse / 2) / 0.9;
  const won = (0.03 - worse / 2) / 0.1;
  const is = was.map((right) => (random.uniform() < (right === 1 ? lost : won) ? 1 - right : right));
  const of = (right: Uint8Array): Rows => {
    const predicted = truth.map((label, row) => (right[row] === 1 ? label : 1 - label));
    return {truth, predicted, p: Float64Array.from(predicted, (label) => (label === 0 ? 0.9 : 0.1))};
  };
  return [of(is), of(was)];
}

/** What `drop_max: 0.01` says of a model that is as good, and of one that is 0.02 worse. */
function gates(trials: number) {
  const sizes = [500, 2000, 10_000];
  const single = sizes.flatMap((rows) =>
    [0, 0.02].map((worse) => {
      const outcomes: Outcomes = {};
      for (let trial = 0; trial < trials; trial += 1) {
        const [now, before] = pair(new Random(`${rows} ${worse} ${trial}`), rows, worse);
        const options = {...OPTIONS, metrics: ['accuracy'], gates: [gate('accuracy', 'drop_max', 0.01)]};
        count(outcomes, evaluate(read(now), read(before), options).gates.state, trials);
      }
      return {rows, worse, outcomes};
    }),
  );
  const sliced = [50, 200, 500].map((size) => {
    const outcomes: Outcomes = {};
    const runs = Math.ceil(trials / 5);
    for (let trial = 0; trial < runs; trial += 1) {
      const [now, before] = pair(new Random(`slices ${size} ${trial}`), size * 20, 0);
      const slice = words(
        'slice',
        Int32Array.from({length: size * 20}, (_, row) => row % 20),
        Array.from({length: 20}, (_, at) => `s${at}`),
      );
      const options = {
        ...OPTIONS,
        metrics: ['accuracy'],
        slices: [[{column: 'slice'}]],
        gates: [gate('accuracy', 'drop_max', 0.02, {slices: 'all'})],
      };
      count(outcomes, evaluate(read(now, [slice]), read(before), options).gates.state, runs);
    }
    return {size, outcomes};
  });
  return {single, sliced};
}

/** What a gate on the demographic parity difference of at most 0.1 says of groups that are treated alike, or 0.2 apart. */
function fairness(trials: number) {
  const shapes = [
    [10, 50],
    [10, 200],
    [2, 1000],
  ] as const;
  return shapes.flatMap(([groups, size]) =>
    [0, 0.25].map((apart) => {
      const outcomes: Outcomes = {};
      let difference = 0;
      for (let trial = 0; trial < trials; trial += 1) {
        const random = new Random(`${groups} ${size} ${apart} ${trial}`);
        const rows = groups * size;
        const group = Int32Array.from({length: rows}, (_, row) => row % groups);
        const truth = Int32Array.from({length: rows}, () => random.below(2));
        const predicted = Int32Array.from(group, (of) => (random.uniform() < 0.4 + (of === 0 ? apart : 0) ? 0 : 1));
        const p = Float64Array.from(predicted, (label) => (label === 0 ? 0.9 : 0.1));
        const column = words(
          'group',
          group,
          Array.from({length: groups}, (_, at) => `g${at}`),
        );
        const gates = [gate('demographic_parity_difference', 'max', 0.1, {by: 'group'})];
        const {gates: report} = evaluate(read({truth, predicted, p}, [column]), undefined, {
          ...OPTIONS,
          metrics: ['accuracy'],
          fairness: ['group'],
          gates,
        });
        count(outcomes, report.state, trials);
        difference += (report.gates[0]?.value ?? 0) / trials;
      }
      return {groups, size, apart, difference, outcomes};
    }),
  );
}

const [what, trials = '100'] = process.argv.slice(2);
const measured =
  what === 'speed'
    ? speed()
    : what === 'coverage'
      ? coverage(Number(trials))
      : what === 'gates'
        ? gates(Number(trials))
        : fairness(Number(trials));
process.stdout.write(JSON.stringify(measured));
