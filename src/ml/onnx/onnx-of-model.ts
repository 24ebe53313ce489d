/**
 * A model as an ONNX file. Without a featurizer its input is `features`, float32, rows × features; with one, an input for each
 * column of the table, rows × 1: float64 for numbers (NaN is missing), texts for categories ('' is missing). Outputs:
 * `label` (texts) and `probabilities` (rows × classes) of classification, `prediction` (rows × 1) of regression.
 */
import {unreachable} from '../../base/unreachable.ts';
import {outputCount, type Link, type Model, type NetPredictor, type Predictor} from '../model.ts';
import {calibrated} from './onnx-calibration.ts';
import {featuresOf} from './onnx-featurizer.ts';
import {OnnxGraph, type Value} from './graph.ts';
import {treeScores} from './onnx-trees.ts';
import {parseFeaturizer} from '../features/featurizer.ts';

/**
 * @param featurizerText the file that `featurize` wrote.
 * @throws Error naming the first column or the sort of model that ONNX has no operators for
 */
export function onnxOfModel(model: Model, featurizerText?: string): Uint8Array {
  const graph = new OnnxGraph();
  const features =
    featurizerText === undefined
      ? graph.input('features', 'float', model.features.length)
      : featuresOf(graph, parseFeaturizer(featurizerText), model.features);
  const count = outputCount(model.task);
  const outputs = predicted(graph, model.predictor, features, count, model.features.length);
  if (model.task.kind === 'regression') {
    graph.output('prediction', graph.cast(outputs, 'float'), 'float', 1);
    return graph.end();
  }
  const {classes} = model.task;
  const probabilities =
    model.calibration === undefined ? outputs : calibrated(graph, model.calibration, outputs, count);
  const best = graph.add('ArgMax', [probabilities], {axis: {int: 1}, keepdims: {int: 0}});
  const label = graph.addMl('LabelEncoder', [best], {
    keys_int64s: {ints: classes.map((_, index) => index)},
    values_strings: {strings: classes},
  });
  graph.output('label', label, 'string');
  graph.output('probabilities', graph.cast(probabilities, 'float'), 'float', count);
  return graph.end();
}

/** rows × outputs, float64: probabilities or values, as `predictorOutputs` gives them. */
function predicted(graph: OnnxGraph, predictor: Predictor, features: Value, outputs: number, columns: number): Value {
  switch (predictor.kind) {
    case 'linear': {
      const {weights, intercepts, link} = predictor;
      const each = intercepts.length;
      const turned = Float64Array.from(weights, (_, at) => weights[(at % each) * columns + Math.floor(at / each)] ?? 0);
      // In 64 bits: raw features of very different units would lose digits in 32.
      const product = graph.add('MatMul', [
        graph.cast(features, 'double'),
        graph.constant('double', [columns, each], turned),
      ]);
      return linked(graph, link, graph.add('Add', [product, graph.constant('double', [1, each], intercepts)]));
    }
    case 'trees': {
      const scores = graph.cast(treeScores(graph, predictor, features), 'double');
      if (predictor.link !== 'mean') return linked(graph, predictor.link, scores);
      return outputs === 2 && predictor.outputs === 1 ? bothClasses(graph, scores) : scores;
    }
    case 'net':
      return linked(graph, predictor.link, graph.cast(netScores(graph, predictor, features), 'double'));
    case 'constant': {
      const rows = graph.add('Slice', [
        graph.add('Shape', [features]),
        graph.constant('int64', [1], [0]),
        graph.constant('int64', [1], [1]),
      ]);
      const shape = graph.add('Concat', [rows, graph.constant('int64', [1], [1])], {axis: {int: 0}});
      return graph.add('Expand', [graph.constant('double', [1, predictor.values.length], predictor.values), shape]);
    }
    case 'rule':
      throw new Error('`model: rule` is not written as ONNX: leave the out `onnx` away');
    default:
      return unreachable(predictor);
  }
}

function linked(graph: OnnxGraph, link: Link, scores: Value): Value {
  if (link === 'identity') return scores;
  if (link === 'softmax') return graph.add('Softmax', [scores], {axis: {int: 1}});
  return bothClasses(graph, graph.add('Sigmoid', [scores]));
}

/** Of the second class's probability both, side by side. */
export function bothClasses(graph: OnnxGraph, second: Value): Value {
  const first = graph.add('Sub', [graph.constant('double', [1, 1], [1]), second]);
  return graph.add('Concat', [first, second], {axis: {int: 1}});
}

function netScores(graph: OnnxGraph, {means, scales, layers}: NetPredictor, features: Value): Value {
  const centred = graph.add('Sub', [features, graph.constant('float', [1, means.length], means)]);
  let values = graph.add('Div', [centred, graph.constant('float', [1, scales.length], scales)]);
  layers.forEach(({inputs, outputs, weights, biases}, depth) => {
    values = graph.add('Gemm', [
      values,
      graph.constant('float', [inputs, outputs], weights),
      graph.constant('float', [outputs], biases),
    ]);
    if (depth + 1 < layers.length) values = graph.add('Relu', [values]);
  });
  return values;
}
