/** Kingma & Ba, Adam: a method for stochastic optimization (2015), algorithm 1, with their constants. */
const DECAY_MEAN = 0.9;
const DECAY_SQUARE = 0.999;
const EPSILON = 1e-8;

export class Adam {
  readonly #rate: number;
  readonly #means: readonly Float32Array[];
  readonly #squares: readonly Float32Array[];
  #steps = 0;

  /** @param sizes of the arrays of parameters. */
  constructor(rate: number, sizes: readonly number[]) {
    this.#rate = rate;
    this.#means = sizes.map((size) => new Float32Array(size));
    this.#squares = sizes.map((size) => new Float32Array(size));
  }

  /** Changes the parameters by one step. */
  step(parameters: readonly Float32Array[], gradients: readonly Float32Array[]): void {
    this.#steps += 1;
    const rate = (this.#rate * Math.sqrt(1 - DECAY_SQUARE ** this.#steps)) / (1 - DECAY_MEAN ** this.#steps);
    parameters.forEach((values, at) => {
      update(
        values,
        gradients[at] as Float32Array,
        this.#means[at] as Float32Array,
        this.#squares[at] as Float32Array,
        rate,
      );
    });
  }
}

function update(
  values: Float32Array,
  gradients: Float32Array,
  means: Float32Array,
  squares: Float32Array,
  rate: number,
): void {
  for (let at = 0; at < values.length; at += 1) {
    const gradient = gradients[at] as number;
    const mean = DECAY_MEAN * (means[at] as number) + (1 - DECAY_MEAN) * gradient;
    const square = DECAY_SQUARE * (squares[at] as number) + (1 - DECAY_SQUARE) * gradient * gradient;
    means[at] = mean;
    squares[at] = square;
    values[at] = (values[at] as number) - (rate * mean) / (Math.sqrt(square) + EPSILON);
  }
}
