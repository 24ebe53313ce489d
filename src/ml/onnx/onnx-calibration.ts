/** Calibration curves in ONNX: the same as `calibration/calibrate.ts`. */
import {LOG_ODDS_MARGIN} from '../calibration/calibrate.ts';
import type {Calibration} from '../model.ts';
import type {OnnxGraph, Value} from './graph.ts';

/** @param probabilities rows × classes, float64. @returns the same shape */
export function calibrated(graph: OnnxGraph, calibration: Calibration, probabilities: Value, classes: number): Value {
  const number = (value: number): Value => graph.constant('double', [1, 1], [value]);
  const curve = (k: number, column: number): Value => {
    const raw = graph.add('Gather', [probabilities, graph.constant('int64', [1], [column])], {axis: {int: 1}});
    const p = graph.add('Min', [graph.add('Max', [raw, number(LOG_ODDS_MARGIN)]), number(1 - LOG_ODDS_MARGIN)]);
    const odds = graph.add('Div', [p, graph.add('Sub', [number(1), p])]);
    return curveAt(graph, calibration, k, graph.add('Log', [odds]));
  };
  if (classes === 2) {
    const second = curve(0, 1);
    return graph.add('Concat', [graph.add('Sub', [number(1), second]), second], {axis: {int: 1}});
  }
  const curves = Array.from({length: classes}, (_, k) => curve(k, k));
  const all = graph.add('Concat', curves, {axis: {int: 1}});
  const sum = graph.add('ReduceSum', [all, graph.constant('int64', [1], [1])], {keepdims: {int: 1}});
  // Where no class is possible all are equally so.
  const isNothing = graph.add('Equal', [sum, number(0)]);
  const shares = graph.add('Div', [all, graph.add('Where', [isNothing, number(1), sum])]);
  return graph.add('Where', [isNothing, number(1 / classes), shares]);
}

function curveAt(graph: OnnxGraph, calibration: Calibration, k: number, score: Value): Value {
  const number = (value: number): Value => graph.constant('double', [1, 1], [value]);
  if (calibration.kind === 'platt') {
    const z = graph.add('Add', [
      graph.add('Mul', [score, number(-(calibration.a[k] ?? 0))]),
      number(-(calibration.b[k] ?? 0)),
    ]);
    return graph.add('Sigmoid', [z]);
  }
  const {x = new Float64Array(1), y = new Float64Array(1)} = calibration.curves[k] ?? {};
  const pieces = x.length - 1;
  if (pieces < 1) return graph.add('Add', [graph.add('Mul', [score, number(0)]), number(y[0] ?? 0)]);
  // y = y0 + Σ slope · (how far the score is into each piece)
  const widths = Float64Array.from({length: pieces}, (_, at) => (x[at + 1] ?? 0) - (x[at] ?? 0));
  const slopes = widths.map((width, at) => ((y[at + 1] ?? 0) - (y[at] ?? 0)) / width);
  const row = (values: Float64Array): Value => graph.constant('double', [1, pieces], values);
  const beyond = graph.add('Max', [graph.add('Sub', [score, row(x.slice(0, pieces))]), number(0)]);
  const into = graph.add('Min', [beyond, row(widths)]);
  const rise = graph.add('MatMul', [into, graph.constant('double', [pieces, 1], slopes)]);
  return graph.add('Add', [rise, number(y[0] ?? 0)]);
}
