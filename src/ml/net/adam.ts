import type {TrainableNet} from './backward.ts';
import {DECAY_MEAN, DECAY_SQUARE} from './kernels.ts';
import type {Block, LayerMemory} from './net-memory.ts';

interface Step {
  readonly values: Block;
  readonly gradients: Block;
  readonly means: Block;
  readonly squares: Block;
  readonly isPenalised: boolean;
}

/** Changes the parameters of a net by their gradients: Kingma & Ba, Adam (2015), algorithm 1. */
export class Adam {
  readonly #net: TrainableNet;
  readonly #rate: number;
  readonly #blocks: readonly Step[];
  #steps = 0;

  constructor(net: TrainableNet, rate: number) {
    const {memory} = net;
    this.#net = net;
    this.#rate = rate;
    const step = (values: Block, gradients: Block, isPenalised: boolean): Step => ({
      values,
      gradients,
      means: memory.allocate(values.rows, values.width),
      squares: memory.allocate(values.rows, values.width),
      isPenalised,
    });
    this.#blocks = net.gradients.flatMap((gradients, depth) => {
      const {weights, biases} = memory.layers[depth] as LayerMemory;
      return [step(weights, gradients.weights, true), step(biases, gradients.biases, false)];
    });
  }

  /** One step. @param decay L2: how much of a weight is added to its gradient */
  step(decay: number): void {
    this.#steps += 1;
    const rate = (this.#rate * Math.sqrt(1 - DECAY_SQUARE ** this.#steps)) / (1 - DECAY_MEAN ** this.#steps);
    for (const {values, gradients, means, squares, isPenalised} of this.#blocks) {
      const pointers = {values: values.at, gradients: gradients.at, means: means.at, squares: squares.at};
      this.#net.memory.kernels.adam(pointers, values.values.length, rate, isPenalised ? decay : 0);
    }
  }
}
