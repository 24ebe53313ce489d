/** Gates and measures as settings of `uses: evaluate`. */
import {describe, expect, it} from 'vitest';
import {parseLimit} from '../../../src/stages/evaluate/settings.ts';
import {evaluate} from '../../../src/stages/evaluate.ts';
import {gatesOf, hostWith, messageOf, predictionsCsv, run} from './rig.ts';

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
    [
      {metric: 'accuracy', by: 'b', min: 0.8},
      '`by` is for demographic_parity_difference, demographic_parity_ratio, equal_opportunity_difference, equalized_odds_difference: of other metrics name the groups in `slices`',
    ],
    [
      {metric: 'equalized_odds_difference', max: 0.1},
      '`equalized_odds_difference` compares groups of people: say by which column, such as `by: gender`',
    ],
    [
      {measure: 'model_bytes', slices: 'all', max: 1},
      'a `measure` is one number of the whole: it has neither `by` nor `slices`',
    ],
    [{metric: 'a', min: '80%'}, '`min` is not relative to anything: write `0.8`, not `80%`'],
  ])('%o is refused when the file is loaded', async (gate, message) => {
    const {schema} = await evaluate.settings();
    const {error} = schema.safeParse({gates: [gate]});
    expect(error?.issues.map((issue) => issue.message)).toEqual([message]);
  });
});

it('a class that stands twice among the labels is refused', async () => {
  const {schema} = await evaluate.settings();
  const {error} = schema.safeParse({labels: ['a', 'b', 'a']});
  expect(error?.issues.map((issue) => issue.message)).toEqual(['each class stands once in `labels`']);
});
