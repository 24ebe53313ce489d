/** Reference values made by scipy and scikit-learn (`golden.py`), and how close to them is close. */
import {readFileSync} from 'node:fs';
import {expect} from 'vitest';

type Numbers = readonly number[];

export interface TwoSampleCase {
  readonly name: string;
  readonly a: Numbers;
  readonly b: Numbers;
  readonly ks_D: number;
  readonly ks_p_exact: number;
  readonly ks_p_kolmogorov_limit: number;
  readonly wasserstein: number;
  readonly std0_a: number;
  readonly std1_a: number;
  readonly q_type7_a: Numbers;
  readonly mw_U_p_asymp: readonly [number, number] | null;
  readonly skew_a: number | null;
  readonly kurt_a: number | null;
}

export interface TableCase {
  readonly table: readonly [Numbers, Numbers];
  readonly chi2: number;
  readonly p: number;
  readonly dof: number;
  readonly linf: number;
  readonly tvd: number;
  readonly jsd_bits: number;
  readonly psi_add_half: number;
  readonly hellinger: number;
  readonly cramers_v: number;
}

type Averages = readonly [precision: number, recall: number, f1: number];

export interface ClassificationCase {
  readonly y_true: readonly (string | number)[];
  readonly y_pred: readonly (string | number)[];
  readonly labels: readonly (string | number)[];
  readonly confusion: readonly Numbers[];
  readonly accuracy: number;
  readonly precision: Numbers;
  readonly recall: Numbers;
  readonly f1: Numbers;
  readonly support: Numbers;
  readonly mcc: number;
  readonly balanced_accuracy: number;
  readonly kappa: number | null;
  readonly macro: Averages;
  readonly weighted: Averages;
}

export interface ScoreCase {
  readonly y: Numbers;
  readonly score: Numbers;
  readonly auc: number;
  readonly average_precision: number;
  readonly log_loss: number;
  readonly brier: number;
  readonly roc: {readonly fpr: Numbers; readonly tpr: Numbers; readonly thresholds: Numbers} | null;
  readonly pr: {readonly precision: Numbers; readonly recall: Numbers; readonly thresholds: Numbers} | null;
  readonly ks_stat: number;
}

interface Golden {
  readonly chi2_sf: readonly [x: number, degrees: number, p: number][];
  readonly chi2_ppf: readonly [p: number, degrees: number, x: number][];
  readonly norm_cdf: readonly [x: number, cdf: number, sf: number][];
  readonly norm_ppf: readonly [p: number, x: number][];
  readonly t_sf2: readonly [t: number, degrees: number, p: number][];
  readonly kolmogorov_sf: readonly [x: number, p: number][];
  readonly binomtest_two_sided: readonly [k: number, n: number, p: number][];
  readonly beta_ppf: readonly [p: number, a: number, b: number, x: number][];
  readonly two_sample: readonly TwoSampleCase[];
  readonly tables: readonly TableCase[];
  readonly bh: readonly {readonly p: Numbers; readonly adj: Numbers}[];
  readonly classification: readonly ClassificationCase[];
  readonly scores: readonly ScoreCase[];
  readonly regression: {readonly y: Numbers; readonly pred: Numbers} & Readonly<
    Record<
      | 'mae'
      | 'mse'
      | 'rmse'
      | 'r2'
      | 'medae'
      | 'mape'
      | 'max_error'
      | 'explained_variance'
      | 'pinball_.9'
      | 'pearson'
      | 'spearman',
      number
    >
  >;
  readonly wilson95: readonly (readonly [
    k: number,
    n: number,
    lo: number,
    hi: number,
    loScipy: number,
    hiScipy: number,
  ])[];
  readonly mcnemar: readonly (readonly [b: number, c: number, exact: number, corrected: number, plain: number])[];
}

export const golden = JSON.parse(readFileSync(new URL('golden.json', import.meta.url), 'utf8')) as Golden;

/** Fails unless the number is within a relative 1e-10 (or the given tolerance) of what the reference says. */
export function expectClose(actual: number | undefined, expected: number, of = '', tolerance = 1e-10): void {
  const distance = Math.abs((actual ?? Number.NaN) - expected);
  const limit = tolerance * Math.max(Math.abs(expected), 1e-290);
  expect(distance <= limit || distance < 1e-16, `${of}: ${String(actual)} is not ${String(expected)}`).toBe(true);
}
