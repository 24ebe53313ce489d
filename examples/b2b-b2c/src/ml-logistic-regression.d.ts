/** The package has no types; these are the parts that the example uses. */
declare module 'ml-logistic-regression' {
  import type {Matrix} from 'ml-matrix';

  /** A model of one class against all others. `testScores` is the probability of *not* being that class. */
  export interface TwoClasses {
    testScores(rows: Matrix): number[];
  }

  export default class LogisticRegression {
    constructor(options: {numSteps: number; learningRate: number});
    readonly classifiers: readonly TwoClasses[];
    /** `labels` is a column of 0, 1, ... */
    train(rows: Matrix, labels: Matrix): void;
    toJSON(): unknown;
    static load(model: unknown): LogisticRegression;
  }
}
