/**
 * How many of `total` rows each part gets: its share rounded down or up, so that all rows are given away. Who is rounded up:
 * the parts that got too little so far (`owed`, in rows), then those of the largest fraction (Hamilton's method), then the
 * first ones.
 * @param shares add up to 1. @param owed changed: what each part should have got more up to now
 */
export function apportion(total: number, shares: readonly number[], owed: number[] = shares.map(() => 0)): number[] {
  // A share such as 0.1 is not exact in binary: 30 * 0.1 must not count as 3 and a little.
  const exact = shares.map((share) => {
    const rows = share * total;
    return Math.abs(rows - Math.round(rows)) < 1e-6 ? Math.round(rows) : rows;
  });
  const counts = exact.map(Math.floor);
  exact.forEach((rows, part) => (owed[part] = (owed[part] ?? 0) + rows - (counts[part] ?? 0)));
  let left = total - counts.reduce((sum, count) => sum + count, 0);
  const candidates = exact
    .map((rows, part) => ({part, fraction: rows - Math.floor(rows)}))
    .sort((a, b) => (owed[b.part] ?? 0) - (owed[a.part] ?? 0) || b.fraction - a.fraction || a.part - b.part);
  // Shares may add up to a little less than 1, so that of very many rows more are left than there are parts.
  for (let wanted = candidates.filter(({fraction}) => fraction > 0); left > 0; wanted = candidates) {
    for (const {part} of wanted) {
      if (left <= 0) break;
      counts[part] = (counts[part] ?? 0) + 1;
      owed[part] = (owed[part] ?? 0) - 1;
      left -= 1;
    }
  }
  return counts;
}
