/** Trees as TreeEnsembleRegressor: it gives scores, so that links and calibration are the same as of other models. */
import {treeMarks, type TreesPredictor} from '../model.ts';
import type {OnnxGraph, Value} from './graph.ts';

/** rows × `trees.outputs`: sums, or for `mean` averages. */
export function treeScores(graph: OnnxGraph, trees: TreesPredictor, features: Value): Value {
  const {starts, columns, values, outputs, leafValues, base} = trees;
  const {leaf, missingLeft} = treeMarks(columns);
  const total = columns.length;
  const isLeaf = (node: number): boolean => columns[node] === leaf;
  const treeIds = new Uint32Array(total);
  const nodeIds = new Uint32Array(total);
  const left = new Uint32Array(total);
  for (let tree = 0; tree + 1 < starts.length; tree += 1) {
    const [start, end] = [starts[tree] ?? 0, starts[tree + 1] ?? 0];
    let next = 1;
    for (let node = start; node < end; node += 1) {
      treeIds[node] = tree;
      nodeIds[node] = node - start;
      if (isLeaf(node)) continue;
      left[node] = next;
      next += 2;
    }
  }
  const leaves = treeIds.map((_, node) => node).filter(isLeaf);
  const each = leafValues === undefined ? 1 : outputs;
  const targets = new Uint32Array(leaves.length * each);
  const weights = new Float32Array(targets.length);
  leaves.forEach((node, at) => {
    for (let k = 0; k < each; k += 1) {
      targets[at * each + k] = leafValues === undefined ? (treeIds[node] ?? 0) % outputs : k;
      weights[at * each + k] =
        leafValues === undefined ? (values[node] ?? 0) : (leafValues[(values[node] ?? 0) * outputs + k] ?? 0);
    }
  });
  const ofLeaves = (ids: Uint32Array): Uint32Array =>
    Uint32Array.from(targets, (_, at) => ids[leaves[Math.floor(at / each)] ?? 0] ?? 0);
  const splits = Array.from(columns, (column) => (column === leaf ? undefined : column));
  return graph.addMl('TreeEnsembleRegressor', [features], {
    n_targets: {int: outputs},
    aggregate_function: {text: trees.link === 'mean' ? 'AVERAGE' : 'SUM'},
    ...(base.some((value) => value !== 0) ? {base_values: {floats: base}} : {}),
    nodes_treeids: {ints: treeIds},
    nodes_nodeids: {ints: nodeIds},
    nodes_modes: {strings: splits.map((column) => (column === undefined ? 'LEAF' : 'BRANCH_LEQ'))},
    nodes_featureids: {ints: splits.map((column) => (column ?? 0) % missingLeft)},
    nodes_values: {floats: Float32Array.from(values, (value, node) => (isLeaf(node) ? 0 : value))},
    nodes_truenodeids: {ints: left},
    nodes_falsenodeids: {ints: left.map((child) => (child === 0 ? 0 : child + 1))},
    nodes_missing_value_tracks_true: {ints: splits.map((column) => ((column ?? 0) >= missingLeft ? 1 : 0))},
    target_treeids: {ints: ofLeaves(treeIds)},
    target_nodeids: {ints: ofLeaves(nodeIds)},
    target_ids: {ints: targets},
    target_weights: {floats: weights},
  });
}
