/**
 * P-values adjusted for having looked often, by Benjamini and Hochberg (1995): those at most α keep the expected share of false
 * alarms among the alarms below α. In the order given, each at least the original.
 */
export function benjaminiHochberg(pValues: readonly number[]): number[] {
  const order = pValues.map((_, index) => index).sort((a, b) => (pValues[b] ?? 0) - (pValues[a] ?? 0));
  const adjusted = new Array<number>(pValues.length).fill(1);
  let smallest = 1;
  // From the largest down: an adjusted value is never above that of a larger one.
  order.forEach((index, above) => {
    const rank = pValues.length - above;
    smallest = Math.min(smallest, (pValues[index] ?? 1) * (pValues.length / rank));
    adjusted[index] = smallest;
  });
  return adjusted;
}
