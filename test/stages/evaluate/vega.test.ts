/** The names of the files of `vega`. */
import {expect, it} from 'vitest';
import type {EvaluationView} from '../../../src/report/views/evaluation.ts';
import {vegaSpecs} from '../../../src/stages/evaluate/vega.ts';

it('are each of one plot, whatever features are called', () => {
  const titles = ['Confusion', 'a', 'A', 'a_2', 'Alter: Jahre', 'é'];
  const view: EvaluationView = {
    title: '',
    verdict: {word: 'pass', tone: 'good', text: ''},
    facts: [],
    notices: [],
    tables: [],
    confusion: {labels: ['x'], counts: [[1]]},
    curves: titles.map((title) => ({section: 'dependence', title, x: title, series: []})),
    bars: [],
  };
  expect(vegaSpecs(view).map(([name]) => name)).toEqual([
    'confusion',
    'confusion_normalized',
    'confusion_2',
    'a',
    'a_2',
    'a_2_2',
    'alter',
    'plot',
  ]);
});
