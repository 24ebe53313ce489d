/** The parts of two packages that are used here: one has no types, those of the other do not compile. */
declare module 'ml-logistic-regression' {
  import type {Matrix} from 'ml-matrix';

  export default class LogisticRegression {
    constructor(options: {numSteps: number; learningRate: number});
    train(features: Matrix, codes: Matrix): void;
    /** One for each class, of which 1 means all others. */
    readonly classifiers: readonly {readonly weights: Matrix}[];
  }
}
