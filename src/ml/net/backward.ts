/** Gradients of a net's loss by going back through the layers (Rumelhart, Hinton & Williams 1986). */
import type {Block, LayerMemory} from './net-memory.ts';
import {NetMemory} from './net-memory.ts';

interface LayerGradients {
  readonly weights: Block;
  readonly biases: Block;
  /** batch × outputs: derivative of the loss for the layer's sums. */
  readonly deltas: Block;
  /** outputs × inputs: the weights turned round. */
  readonly turned: Block;
}

/** A net with room for gradients beside it, and for Adam's averages of them. */
export class TrainableNet {
  readonly memory: NetMemory;
  readonly gradients: readonly LayerGradients[];

  constructor(batch: number, widths: readonly number[]) {
    const extra = widths.slice(1).reduce((sum, width, at) => {
      const inputs = Math.ceil((widths[at] ?? 0) / 8) * 8;
      return (
        sum +
        NetMemory.floatsOf(inputs, width) * 4 +
        NetMemory.floatsOf(1, width) * 3 +
        NetMemory.floatsOf(batch, width) +
        NetMemory.floatsOf(8 + width, inputs)
      );
    }, 0);
    this.memory = new NetMemory(batch, widths, extra);
    this.gradients = this.memory.layers.map(({weights}) => ({
      weights: this.memory.allocate(weights.rows, weights.width),
      biases: this.memory.allocate(1, weights.width),
      deltas: this.memory.allocate(batch, weights.width),
      turned: this.memory.allocate(weights.width, weights.rows),
    }));
  }

  /**
   * Writes the gradients of all parameters. `forward` has been called, and the last layer's `deltas` are set; rows behind the
   * last one up to a multiple of 4 must be zeros there.
   */
  backward(rows: number): void {
    const {layers, input, kernels} = this.memory;
    const m = Math.ceil(rows / 4) * 4;
    for (let depth = layers.length - 1; depth >= 0; depth -= 1) {
      const {weights, outputs} = layers[depth] as LayerMemory;
      const own = this.gradients[depth] as LayerGradients;
      const from = depth === 0 ? input : (layers[depth - 1] as LayerMemory).activations;
      own.weights.values.fill(0);
      kernels.multiply({
        m: from.width,
        n: weights.width,
        k: m,
        a: from.at,
        aRow: 4,
        aColumn: from.width * 4,
        b: own.deltas.at,
        bRow: weights.width * 4,
        c: own.weights.at,
        cRow: weights.width * 4,
      });
      kernels.sumRows(own.deltas.at, own.biases.at, weights.width, rows);
      if (depth === 0) continue;
      const below = (this.gradients[depth - 1] as LayerGradients).deltas;
      turnRound(weights, own.turned);
      below.values.fill(0, 0, m * below.width);
      kernels.multiply({
        m,
        n: below.width,
        k: outputs,
        a: own.deltas.at,
        aRow: weights.width * 4,
        aColumn: 4,
        b: own.turned.at,
        bRow: below.width * 4,
        c: below.at,
        cRow: below.width * 4,
      });
      // ReLU lets through what was above 0.
      kernels.mask(below.at, from.at, m * below.width);
    }
  }
}

function turnRound({rows, width, values}: Block, {values: turned}: Block): void {
  for (let column = 0, to = 0; column < width; column += 1)
    for (let row = 0, at = column; row < rows; row += 1, at += width, to += 1) turned[to] = values[at] as number;
}
