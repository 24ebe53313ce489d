/** Softmax regression: one weight for each class and feature, and one more for the intercept. */
export interface Model {
  readonly classes: readonly string[];
  readonly features: readonly string[];
  /** Of the training rows, to standardise with. */
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
  /** By class; the last weight is the intercept. */
  readonly weights: readonly (readonly number[])[];
}

/** The features of a row on the scale that the model was trained on, and 1 for the intercept. */
export function standardised(model: Omit<Model, 'weights'>, row: Readonly<Record<string, string>>): number[] {
  const values = model.features.map((feature, j) => (Number(row[feature]) - model.mean[j]) / model.deviation[j]);
  return [...values, 1];
}

/** The probability of each class. */
export function probabilities(weights: readonly (readonly number[])[], x: readonly number[]): number[] {
  const scores = weights.map((row) => row.reduce((sum, weight, j) => sum + weight * x[j], 0));
  const highest = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - highest));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}

export function predict(model: Model, row: Readonly<Record<string, string>>): string {
  const shares = probabilities(model.weights, standardised(model, row));
  return model.classes[shares.indexOf(Math.max(...shares))];
}
