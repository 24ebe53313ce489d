import {describe, expect, it} from 'vitest';
import {TrainableNet} from '../../../src/ml/net/backward.ts';
import {orderedFloats} from '../../../src/ml/net/gemm.ts';
import {createKernels} from '../../../src/ml/net/kernels.ts';
import {netLoss} from '../../../src/ml/net/net-loss.ts';
import {trainNet, type NetSettings} from '../../../src/ml/net/train-net.ts';
import {predictorOutputs} from '../../../src/ml/predict.ts';
import {trainingScores} from '../../../src/ml/scores.ts';
import type {TrainingSet} from '../../../src/ml/training.ts';
import {Random} from '../../../src/stats/random.ts';
import {classification, denseMatrix, distance, quiet, reference, regression} from '../models/sets.ts';

const SETTINGS: NetSettings = {
  layers: [32, 16],
  learningRate: 0.005,
  batch: 32,
  epochs: 30,
  l2: 1e-4,
  patience: 5,
  seed: 1,
};

describe('products of matrices', () => {
  it.each([
    [4, 8, 1, false],
    [12, 24, 7, false],
    [8, 16, 33, true],
  ])('are those of plain loops: %i × %i × %i, turned %s', (m, n, k, isTurned) => {
    const kernels = createKernels(1 << 16, orderedFloats(m, k));
    const floats = new Float32Array(kernels.memory);
    const random = new Random(`${m} ${n}`);
    const [a, b, c] = [4, 1024, 4096];
    for (let at = 0; at < floats.length; at += 1) floats[at] = random.normal();
    const expected = Float64Array.from({length: m * n}, (_, at) => {
      const [i, j] = [Math.floor(at / n), at % n];
      let sum = floats[c + at] ?? 0;
      for (let p = 0; p < k; p += 1)
        sum += (floats[a + (isTurned ? p * m + i : i * k + p)] ?? 0) * (floats[b + p * n + j] ?? 0);
      return sum;
    });
    const [aRow, aColumn] = isTurned ? [4, m * 4] : [k * 4, 4];
    kernels.multiply({m, n, k, a: a * 4, aRow, aColumn, b: b * 4, bRow: n * 4, c: c * 4, cRow: n * 4});
    expect(distance(floats.subarray(c, c + m * n), expected)).toBeLessThan(1e-4);
  });
});

describe('loops over the numbers of a layer', () => {
  const kernels = createKernels(1 << 12, 0);
  const floats = new Float32Array(kernels.memory);
  const at = (first: number, count: number): number[] => [...floats.subarray(first, first + count)];

  it('repeat a row and add rows up', () => {
    floats.set([1, 2, 3, 4, 5, 6, 7, 8], 0);
    kernels.repeatRow(0, 64, 8, 3);
    expect(at(16, 24)).toEqual([...at(0, 8), ...at(0, 8), ...at(0, 8)]);
    expect(at(40, 1)).toEqual([0]);
    kernels.sumRows(64, 256, 8, 3);
    expect(at(64, 9)).toEqual([3, 6, 9, 12, 15, 18, 21, 24, 0]);
  });

  it('let through what is above 0, and NaN', () => {
    floats.set([-1, 2, Number.NaN, 0, Infinity, -Infinity, 1e-45, -3, -4], 128);
    kernels.relu(512, 8);
    expect(at(128, 9)).toEqual([0, 2, Number.NaN, 0, Infinity, 0, Math.fround(1e-45), 0, -4]);
    floats.set([1, 2, 3, 4, 5, 6, 7, 8, 9], 160);
    kernels.mask(640, 512, 8);
    expect(at(160, 9)).toEqual([0, 2, 0, 0, 5, 0, 7, 0, 9]);
  });

  it('make the step of Adam', () => {
    const [values, gradients, means, squares] = [200, 210, 220, 230].map((first) => first * 4) as [
      number,
      number,
      number,
      number,
    ];
    floats.set([1, -2, 0, 3, 9], 200);
    floats.set([0.5, 0.25, 0, -1], 210);
    floats.set([0.1, 0, 0, 0.2], 220);
    floats.set([0.01, 0, 0, 0.04], 230);
    kernels.adam({values, gradients, means, squares}, 4, 0.1, 0.5);
    const gradient = [1, -0.75, 0, 0.5];
    const mean = [0.1, 0, 0, 0.2].map((old, k) => 0.9 * old + 0.1 * (gradient[k] ?? 0));
    const square = [0.01, 0, 0, 0.04].map((old, k) => 0.999 * old + 0.001 * (gradient[k] ?? 0) ** 2);
    expect(distance(at(220, 4), mean)).toBeLessThan(1e-6);
    expect(distance(at(230, 4), square)).toBeLessThan(1e-6);
    const stepped = [1, -2, 0, 3].map((old, k) => old - (0.1 * (mean[k] ?? 0)) / (Math.sqrt(square[k] ?? 0) + 1e-8));
    expect(distance(at(200, 5), [...stepped, 9])).toBeLessThan(1e-5);
  });
});

describe('gradients', () => {
  const random = new Random(2);
  const rows = Array.from({length: 6}, () => Array.from({length: 5}, () => random.normal()));
  const sets: readonly (readonly [string, TrainingSet, number])[] = [
    ['logistic', classification(denseMatrix(rows), [0, 1, 1, 0, 1, 0], [1, 2, 0.5, 1, 1, 3]), 1],
    ['softmax', classification(denseMatrix(rows), [0, 1, 2, 0, 2, 1]), 3],
    ['identity', regression(denseMatrix(rows), [1, -2, 0.5, 3, 0, 1]), 1],
  ];
  it.each(sets)('are the slopes of the loss: %s', (link, set, outputs) => {
    const net = new TrainableNet(8, [5, 9, 4, outputs]);
    const {memory, gradients} = net;
    const layers = memory.getLayers().map((layer) => ({
      ...layer,
      weights: layer.weights.map(() => random.normal() * 0.5),
      biases: layer.biases.map(() => random.normal() * 0.5),
    }));
    memory.setLayers(layers);
    memory.load(Float32Array.from(rows.flat()), 6, 5);
    const loss = netLoss(link as 'softmax', set, 1);
    const order = Uint32Array.from({length: 6}, (_, row) => row);
    const deltas = gradients.at(-1)?.deltas.values ?? new Float32Array();
    const lossNow = (): number => {
      const {values, width} = memory.forward(6);
      return loss(order, values, width, deltas) / 6;
    };
    lossNow();
    net.backward(6);
    const step = 2e-3;
    memory.layers.forEach(({weights, biases, inputs, outputs: width}, depth) => {
      const own = gradients[depth];
      for (const [block, slopes, count] of [
        [weights, own?.weights, inputs * weights.width],
        [biases, own?.biases, width],
      ] as const) {
        for (let at = 0; at < count; at += 3) {
          if (at % block.width >= width) continue;
          const before = block.values[at] ?? 0;
          const told = slopes?.values[at] ?? Number.NaN;
          block.values[at] = before + step;
          const above = lossNow();
          block.values[at] = before - step;
          const below = lossNow();
          block.values[at] = before;
          expect(Math.abs((above - below) / (2 * step) - told)).toBeLessThan(0.02 * Math.abs(told) + 0.002);
        }
      }
    });
  });
});

describe('training', () => {
  const {x, y} = reference.three;
  it('learns classes and numbers, the same net for the same seed', () => {
    const set = classification(denseMatrix(x), y);
    const one = trainNet(set, undefined, SETTINGS, quiet);
    const {accuracy} = trainingScores(set, {probabilities: predictorOutputs(one.predictor, set.matrix, 3)});
    expect(accuracy).toBeGreaterThan(0.75);
    expect(trainNet(set, undefined, SETTINGS, quiet)).toEqual(one);
    expect(trainNet(set, undefined, {...SETTINGS, seed: 2}, quiet)).not.toEqual(one);
    const numbers = regression(denseMatrix(reference.regression.x), reference.regression.y);
    const {predictor} = trainNet(numbers, undefined, {...SETTINGS, epochs: 60}, quiet);
    expect(trainingScores(numbers, {values: predictorOutputs(predictor, numbers.matrix, 1)})['r2']).toBeGreaterThan(
      0.7,
    );
  });

  it('stops early and keeps the best, and refuses missing values', () => {
    const random = new Random(1);
    const rows = Array.from({length: 200}, () => [random.normal(), random.normal()]);
    const codes = rows.map(() => random.below(2));
    const set = classification(denseMatrix(rows.slice(0, 100)), codes.slice(0, 100));
    const validation = classification(denseMatrix(rows.slice(100)), codes.slice(100));
    expect(trainNet(set, validation, {...SETTINGS, epochs: 500}, quiet).epochs).toBeLessThan(200);
    const holes = classification(denseMatrix([[1], [Number.NaN]]), [0, 1]);
    expect(() => trainNet(holes, undefined, SETTINGS, quiet)).toThrow(
      '`x0` is missing (NaN) in row 2 and a net needs numbers',
    );
  });

  it('takes one row, one column and a batch of one', () => {
    const set = classification(denseMatrix([[1], [2]]), [0, 1]);
    expect(
      predictorOutputs(trainNet(set, undefined, {...SETTINGS, batch: 1}, quiet).predictor, set.matrix, 2),
    ).toHaveLength(4);
  });
});
