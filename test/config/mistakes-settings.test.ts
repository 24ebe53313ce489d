import {expect, test} from 'vitest';
import {stageKinds} from '../../src/stages/index.ts';
import {checkStages} from './check.ts';

const said = async (uses: string, settings: string): Promise<readonly string[]> => {
  const text = await checkStages(`s:\n  uses: ${uses}\n  with: ${settings}\n  deps: [a]\n  outs: [b]\n`, {
    kinds: stageKinds,
  });
  return text.split('\n').flatMap((line) => {
    const [, message] = /^pipeline\.yaml:5:\d+: error [\w-]+: (.*)$/.exec(line) ?? [];
    return message !== undefined
      ? [message.replace(' of stage `s`', '')]
      : line.startsWith('  hint')
        ? [line.trim()]
        : [];
  });
};

test('a setting of a wrong type: what it takes, in words', async () => {
  expect(await said('train', '{model: forest, label: l, trees: "200"}')).toEqual([
    '`trees` in `with` must be a number, not the text `200`',
  ]);
  expect(await said('ingest', '{missing_values: NA}')).toEqual([
    '`missing_values` in `with` must be a list, not the text `NA`',
  ]);
  expect(await said('featurize', '{columns: {a: {impute: [1]}}}')).toEqual([
    '`columns.a.impute` in `with` must be one of `mean`, `median` or a number, not a list',
  ]);
  expect(await said('featurize', '{columns: {a: {date: {days_since: 2020-02-31}}}}')).toEqual([
    '`columns.a.date.days_since` in `with` must be a day of the calendar such as `2024-02-29`, not the text `2020-02-31`',
  ]);
  expect(await said('featurize', '{columns: {a: {date: {days_since: 2020-02-29}}}}')).toEqual([]);
  expect(await said('split', '{folds: 1}')).toEqual([
    '`folds` in `with` must be a number of at least 2, not the number 1',
  ]);
  expect(await said('split', '{folds: 2.5}')).toEqual(['`folds` in `with` must be a whole number, not the number 2.5']);
  expect(await said('evaluate', '{labels: []}')).toEqual([
    '`labels` in `with` must be a list that is not empty, not an empty list',
  ]);
});

test('a word that is none of those allowed: which one was meant', async () => {
  expect(await said('train', '{model: forrest, label: l}')).toEqual([
    '`model` in `with` must be one of `logistic`, `linear`, `forest`, `boosting`, `net`, `majority`, `rule`, not the text `forrest`',
    'hint: did you mean `forest`?',
  ]);
  expect(await said('featurize', '{columns: {a: {impute: medianx}}}')).toContain('hint: did you mean `median`?');
});

test('an unknown key deep in the settings: which one was meant', async () => {
  expect(await said('featurize', '{columns: {a: {one_hot: {min_cout: 20}}}}')).toEqual([
    'unknown key `min_cout` in `columns.a.one_hot` of `with`',
    'hint: did you mean `min_count`?',
  ]);
  expect(await said('evaluate', '{gates: [{metric: f1, mn: 3, max: 1}]}')).toEqual([
    'unknown key `mn` in `gates[0]` of `with`',
    'hint: did you mean `min`?',
  ]);
});

test('settings that do not go together: the sentence of the kind, as it is', async () => {
  expect(await said('split', '{parts: [{a: 0.7}, {b: 0.5}]}')).toEqual([
    '`with`: the shares of `parts` must add up to 1, not 1.2',
  ]);
  expect(await said('check-drift', '{reference: r, data: d, compare: {columns: {a: offf}}}')).toEqual([
    '`compare` in `with`: `compare.columns.a` should be one of psi, jsd, linf, tvd, hellinger, cramers-v, ks, wasserstein, classifier, auto and off, not "offf"',
  ]);
});
