/**
 * Trained models as plain data: typed arrays and names, no code, so that a model can be written to a file, sent to a thread
 * and used without what trained it. `model-file.ts` writes and reads them, `predict.ts` uses them.
 */
import type {Json} from '../base/json.ts';

export interface Model {
  /** Names of the columns it learnt from, in their order; a matrix to predict must have the same. */
  readonly features: readonly string[];
  readonly task: ModelTask;
  /** What it was trained with, for people and for model cards. */
  readonly settings: Json;
  readonly predictor: Predictor;
  /** What turns the predictor's probabilities into calibrated ones; only of classification. */
  readonly calibration?: Calibration;
}

export type ModelTask =
  | {
      readonly kind: 'classification';
      /** Sorted by code units; of two, the second is the positive one. */
      readonly classes: readonly string[];
    }
  | {readonly kind: 'regression'};

/** What gives scores for a row. A member of the union knows neither the names of columns nor those of classes. */
export type Predictor = LinearPredictor | TreesPredictor | NetPredictor | ConstantPredictor | RulePredictor;

/**
 * What the scores of a linear predictor, of boosted trees or of a net mean: `identity` a value, `logistic` the log-odds of
 * the second of two classes, `softmax` one unnormalised log-probability a class.
 */
export type Link = 'identity' | 'logistic' | 'softmax';

/** score_k = intercepts[k] + Σ_j weights[k × columns + j] · x_j */
export interface LinearPredictor {
  readonly kind: 'linear';
  readonly link: Link;
  readonly weights: Float64Array;
  /** One for each output. */
  readonly intercepts: Float64Array;
}

/**
 * Binary trees, one after the other, the nodes of each level by level: the children of its k-th split (counted from 0) are
 * its nodes 2k + 1 and 2k + 2, so no child is stored. A node takes 6 bytes (8 with more than 32,766 columns).
 */
export interface TreesPredictor {
  readonly kind: 'trees';
  /** `mean`: leaves hold probabilities (or values), trees are averaged. Else leaves hold scores, trees are added. */
  readonly link: 'mean' | Link;
  /** Numbers that a row's score consists of: classes for a forest of several classes or `softmax`, else 1. */
  readonly outputs: number;
  /** trees + 1 offsets of nodes. Boosted trees of several outputs take turns: tree t adds to output t % outputs. */
  readonly starts: Uint32Array;
  /**
   * The column that a split looks at, with the highest bit set when a missing value goes left; all bits set for a leaf.
   */
  readonly columns: Uint16Array | Uint32Array;
  /** Of a split the threshold: x ≤ threshold goes left. Of a leaf its number, or with `leafValues` its row there. */
  readonly values: Float32Array;
  /** Forests of several classes: distinct probabilities of leaves, `outputs` numbers each. */
  readonly leafValues?: Float32Array;
  /** What a score starts from, one for each output. */
  readonly base: Float64Array;
}

/** Dense layers with ReLU between them; inputs are (x - means) / scales. */
export interface NetPredictor {
  readonly kind: 'net';
  readonly link: Link;
  readonly means: Float32Array;
  readonly scales: Float32Array;
  readonly layers: readonly NetLayer[];
}

export interface NetLayer {
  readonly inputs: number;
  readonly outputs: number;
  /** inputs × outputs, row by row: the weight from input i to output o is at i × outputs + o. */
  readonly weights: Float32Array;
  readonly biases: Float32Array;
}

/** The same for every row: the shares of the classes in training, or the mean. */
export interface ConstantPredictor {
  readonly kind: 'constant';
  readonly values: Float64Array;
}

/** The first condition that holds decides; `otherwise` when none does. */
export interface RulePredictor {
  readonly kind: 'rule';
  readonly rules: readonly {
    /** Index of the column. */
    readonly column: number;
    readonly operator: RuleOperator;
    readonly threshold: number;
    /** Index of the class, or the value. */
    readonly then: number;
  }[];
  readonly otherwise: number;
}

export type RuleOperator = '<' | '<=' | '>' | '>=' | '==' | '!=';

/**
 * Of each class one curve over the log-odds of its probability, of two classes only one, of the second; the results of
 * several classes are divided by their sum (as CalibratedClassifierCV of scikit-learn does).
 */
export type Calibration =
  | {
      /** Platt: p = 1 / (1 + exp(a · logit + b)). */
      readonly kind: 'platt';
      readonly a: Float64Array;
      readonly b: Float64Array;
    }
  | {
      /** Isotonic: straight lines between points of rising x and y, constant outside of them. */
      readonly kind: 'isotonic';
      readonly curves: readonly {readonly x: Float64Array; readonly y: Float64Array}[];
    };

/** The marks of `TreesPredictor.columns`. */
export function treeMarks(columns: Uint16Array | Uint32Array): {readonly leaf: number; readonly missingLeft: number} {
  return columns instanceof Uint16Array
    ? {leaf: 0xffff, missingLeft: 0x8000}
    : {leaf: 0xffffffff, missingLeft: 0x80000000};
}

/** How many numbers a row's probabilities or value are: the number of classes, for regression 1. */
export const outputCount = (task: ModelTask): number => (task.kind === 'classification' ? task.classes.length : 1);
