import {describe, expect, it} from 'vitest';
import {crc32} from '../../src/ml/crc32.ts';
import {decodeModel, encodeModel} from '../../src/ml/model-file.ts';
import type {Model} from '../../src/ml/model.ts';
import {predictModel} from '../../src/ml/predict.ts';
import {denseMatrix} from './models/sets.ts';

const model: Model = {
  features: ['x0', 'größe "in" cm'],
  task: {kind: 'classification', classes: ['', 'sí\n', '\u0000']},
  settings: {model: 'logistic', C: 0.1},
  predictor: {
    kind: 'linear',
    link: 'softmax',
    weights: Float64Array.of(1, 2, 3, 4, 5, -1e300),
    intercepts: Float64Array.of(0.1, Number.NaN, Number.NEGATIVE_INFINITY),
  },
  calibration: {kind: 'isotonic', curves: [{x: Float64Array.of(), y: Float64Array.of()}]},
};

describe('the model file', () => {
  it('gives back what was written, bit by bit, wherever the bytes lie in memory', () => {
    const bytes = encodeModel(model);
    expect(decodeModel(bytes)).toEqual(model);
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    expect(decodeModel(shifted.subarray(3))).toEqual(model);
    expect(encodeModel(decodeModel(bytes))).toEqual(bytes);
  });

  it('is refused when it is cut short anywhere', () => {
    const bytes = encodeModel(model);
    for (let length = 0; length < bytes.length; length += 1) {
      expect(() => decodeModel(bytes.subarray(0, length), '`m`'), String(length)).toThrow(
        length < 24
          ? '`m` is no model file'
          : `\`m\` is damaged: it should have ${bytes.length} bytes and has ${length}`,
      );
    }
  });

  it('is refused when any byte was changed', () => {
    const bytes = encodeModel(model);
    for (let at = 0; at < bytes.length; at += 1) {
      const changed = bytes.slice();
      changed[at] = (changed[at] ?? 0) ^ 0x20;
      expect(() => decodeModel(changed), String(at)).toThrow(/^the model (is|has) /);
    }
  });

  it('is refused when it is something else, or of a later version', () => {
    expect(() => decodeModel(new TextEncoder().encode('{"model": "json", "and": "more"}'), '`m.bin`')).toThrow(
      '`m.bin` is no model file of mlp: it does not begin with `mlpmodel`',
    );
    const later = encodeModel(model);
    later[8] = 9;
    expect(() => decodeModel(later)).toThrow('version 9 of the model file, and this mlp reads versions up to 1');
  });

  it('has the checksum of gzip', () => {
    expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926);
    expect(crc32(new Uint8Array())).toBe(0);
  });
});

describe('predictModel', () => {
  it('refuses other columns by name', () => {
    const two = denseMatrix([[1, 2]]);
    expect(() => predictModel(model, two)).toThrow(
      'the model does not fit these features: as feature 2 it learnt from `größe "in" cm`, and there is `x1`',
    );
    expect(() => predictModel(model, denseMatrix([[1]]))).toThrow('and there are only 1');
    expect(() => predictModel({...model, features: ['x0']}, two)).toThrow(
      'it learnt from 1 features, and `x1` is one too many',
    );
  });

  it('names a missing value that the model cannot take', () => {
    const linear = {...model, task: {kind: 'regression'}, features: ['x0', 'x1']} as const;
    const {calibration: _, ...plain} = linear;
    const predictor = {
      kind: 'linear',
      link: 'identity',
      weights: Float64Array.of(1, 2),
      intercepts: Float64Array.of(0),
    } as const;
    expect(predictModel({...plain, predictor}, denseMatrix([[1, 2]])).values).toEqual(Float64Array.of(5));
    expect(() =>
      predictModel(
        {...plain, predictor},
        denseMatrix([
          [1, 2],
          [1, Number.NaN],
        ]),
      ),
    ).toThrow('the feature `x1` is missing (NaN) in row 2 and this model needs numbers');
  });

  it('gives nothing for no rows', () => {
    const {probabilities, classes} = predictModel({...model, features: ['x0', 'x1']}, denseMatrix([], 2));
    expect(probabilities).toHaveLength(0);
    expect(classes).toEqual(['', 'sí\n', '\u0000']);
  });
});
