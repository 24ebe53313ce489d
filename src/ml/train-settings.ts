/** The settings of training, complete: what `train` in pipeline.yaml fills in. Names as they are written there. */
import type {RuleOperator} from './model.ts';

export type ModelSettings =
  | LogisticSettings
  | LinearRegressionSettings
  | ForestModelSettings
  | BoostingModelSettings
  | NetModelSettings
  | {readonly model: 'majority'}
  | RuleModelSettings;

export type ModelName = ModelSettings['model'];

export interface LogisticSettings {
  readonly model: 'logistic';
  readonly C: number;
  readonly penalty: 'l2' | 'l1' | 'elastic' | 'none';
  /** Share of L1 with `penalty: elastic`. */
  readonly l1_ratio: number;
  readonly standardise: boolean;
  readonly max_iterations: number;
  readonly tolerance: number;
  readonly engine: 'mlp' | 'ml-logistic-regression';
}

export interface LinearRegressionSettings {
  readonly model: 'linear';
  readonly alpha: number;
  readonly l1_ratio: number;
  readonly standardise: boolean;
  readonly max_iterations: number;
  readonly tolerance: number;
}

export interface ForestModelSettings {
  readonly model: 'forest';
  readonly trees: number;
  /** A number of features, a share of them below 1, or a rule. */
  readonly max_features: number | 'sqrt' | 'log2' | 'all';
  readonly min_leaf: number;
  readonly min_split: number;
  readonly max_depth?: number;
  readonly bootstrap: boolean;
  readonly engine: 'mlp' | 'ml-random-forest';
}

export interface BoostingModelSettings {
  readonly model: 'boosting';
  readonly iterations: number;
  readonly learning_rate: number;
  readonly max_leaves: number;
  readonly max_depth?: number;
  readonly min_leaf: number;
  readonly l2: number;
  readonly patience: number;
}

export interface NetModelSettings {
  readonly model: 'net';
  /** Units of the hidden layers. */
  readonly layers: readonly number[];
  readonly learning_rate: number;
  readonly batch: number;
  readonly epochs: number;
  readonly l2: number;
  readonly patience: number;
}

export interface RuleModelSettings {
  readonly model: 'rule';
  readonly rules: readonly {
    readonly feature: string;
    readonly operator: RuleOperator;
    readonly value: number;
    /** Class, or value. */
    readonly then: string | number | boolean;
  }[];
  readonly otherwise: string | number | boolean;
}
