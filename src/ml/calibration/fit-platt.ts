import {sigmoid} from '../link.ts';
import {minimise} from '../linear/minimise.ts';

/**
 * Platt's sigmoid: a and b of p = 1 / (1 + exp(a · score + b)), by maximum likelihood with his smoothed targets
 * (N₁ + 1) / (N₁ + 2) and 1 / (N₀ + 2). Platt, Probabilistic outputs for support vector machines (1999); the same as in
 * CalibratedClassifierCV(method='sigmoid').
 * @param isPositive 1 or 0 a row.
 */
export function fitPlatt(
  scores: Float64Array,
  isPositive: Uint8Array,
  weights: Float64Array | undefined,
): {readonly a: number; readonly b: number} {
  const weightAt = (row: number): number => weights?.[row] ?? 1;
  let positive = 0;
  let negative = 0;
  isPositive.forEach((one, row) => {
    if (one === 1) positive += weightAt(row);
    else negative += weightAt(row);
  });
  const high = (positive + 1) / (positive + 2);
  const low = 1 / (negative + 2);
  const total = positive + negative;
  const found = minimise(
    ([a = 0, b = 0], gradient) => {
      let value = 0;
      let byA = 0;
      let byB = 0;
      for (let row = 0; row < scores.length; row += 1) {
        const weight = weightAt(row) / total;
        const target = isPositive[row] === 1 ? high : low;
        const score = scores[row] ?? 0;
        const z = a * score + b;
        // -log(1 - p) is the softplus of -z, and -log p = -log(1 - p) + z.
        value += weight * (Math.log1p(Math.exp(-Math.abs(z))) + Math.max(0, -z) + target * z);
        const slope = weight * (target - sigmoid(-z));
        byA += slope * score;
        byB += slope;
      }
      gradient[0] = byA;
      gradient[1] = byB;
      return value;
    },
    Float64Array.of(0, Math.log((negative + 1) / (positive + 1))),
    {tolerance: 1e-9, maxIterations: 200},
  );
  return {a: found.x[0] ?? 0, b: found.x[1] ?? 0};
}
