/** Systems of linear equations with a symmetric positive matrix: L·Lᵀ x = b. */
export interface Cholesky {
  /** Overwrites b by x. */
  solve(b: Float64Array): void;
}

/**
 * Golub & Van Loan, Matrix Computations (2013), algorithm 4.2.2. A pivot that rounding made too small is raised to a
 * millionth of its diagonal, which leaves a matrix that is near enough for a first guess.
 * @param matrix size × size; its lower half is overwritten by L.
 */
export function cholesky(matrix: Float64Array, size: number): Cholesky {
  for (let j = 0; j < size; j += 1) {
    const diagonal = matrix[j * size + j] as number;
    for (let i = j; i < size; i += 1) {
      let sum = matrix[i * size + j] as number;
      for (let k = 0; k < j; k += 1) sum -= (matrix[i * size + k] as number) * (matrix[j * size + k] as number);
      if (i === j) matrix[j * size + j] = Math.sqrt(Math.max(sum, 1e-6 * diagonal, Number.MIN_VALUE));
      else matrix[i * size + j] = sum / (matrix[j * size + j] as number);
    }
  }
  return {
    solve: (b) => {
      for (let i = 0; i < size; i += 1) {
        let sum = b[i] as number;
        for (let k = 0; k < i; k += 1) sum -= (matrix[i * size + k] as number) * (b[k] as number);
        b[i] = sum / (matrix[i * size + i] as number);
      }
      for (let i = size - 1; i >= 0; i -= 1) {
        let sum = b[i] as number;
        for (let k = i + 1; k < size; k += 1) sum -= (matrix[k * size + i] as number) * (b[k] as number);
        b[i] = sum / (matrix[i * size + i] as number);
      }
    },
  };
}
