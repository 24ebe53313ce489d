import {describe, expect, it} from 'vitest';
import {
  equivalentShift,
  isBinMetric,
  measureBins,
  metricFacts,
  type DriftMetric,
} from '../../../src/data/drift/metrics.ts';

describe('measures of bins', () => {
  // By scipy: the table of quality notes [[10, 20, 30], [6, 9, 17]].
  it.each([
    ['psi', 0.0123967856],
    ['jsd', 0.0023777248],
    ['linf', 0.0520833333],
    ['tvd', 0.0520833333],
  ] as const)('%s', (metric, value) => {
    expect(measureBins(metric, [10, 20, 30], [6, 9, 17]).value).toBeCloseTo(value, 9);
    expect(measureBins(metric, [10, 20, 0, 30], [6, 9, 0, 17]).value).toBeCloseTo(value, 9);
  });

  it('tells the chance of such a value', () => {
    expect(measureBins('tvd', [10, 20, 30], [6, 9, 17]).pValue).toBeCloseTo(0.8730282834, 9);
    expect(measureBins('psi', [1000, 1000], [100, 0]).pValue).toBeLessThan(1e-9);
    expect(measureBins('psi', [5], [7])).toMatchObject({value: 0, pValue: 1});
  });

  it("does not let sizes into Cramér's V", () => {
    const small = measureBins('cramers-v', [10, 20, 30], [6, 9, 17]).value;
    expect(measureBins('cramers-v', [1000, 2000, 3000], [6, 9, 17]).value).toBeCloseTo(small, 12);
  });
});

describe('the shift of a normal distribution that gives the same value', () => {
  // Threshold dictionary of quality.md.
  it.each([
    ['psi', 0.1, 0.32],
    ['psi', 0.24, 0.5],
    ['psi', 0.93, 1],
    ['psi', 0.01, 0.1],
    ['jsd', 0.0175, 0.32],
    ['jsd', 0.042, 0.5],
    ['ks', 0.127, 0.32],
    ['ks', 0.197, 0.5],
    ['wasserstein', 0.1, 0.1],
  ] as const)('%s %d is %d sd', (metric, value, shift) => {
    expect(equivalentShift(metric, value)).toBeCloseTo(shift, 1.9);
  });

  it('is what the default limits say', () => {
    for (const [metric, {warn, error}] of Object.entries(metricFacts)) {
      if (!isBinMetric(metric as DriftMetric) && metric !== 'ks') continue;
      expect(equivalentShift(metric as DriftMetric, warn), metric).toBeCloseTo(0.323, 2);
      expect(equivalentShift(metric as DriftMetric, error), metric).toBeCloseTo(0.513, 2);
    }
  });

  it('ends somewhere', () => {
    expect(equivalentShift('psi', 1e9)).toBeCloseTo(6, 6);
    expect(equivalentShift('psi', 0)).toBeLessThan(0.01);
    expect(equivalentShift('ks', 1)).toBe(6);
    expect(equivalentShift('classifier', 0.9)).toBeUndefined();
  });
});
