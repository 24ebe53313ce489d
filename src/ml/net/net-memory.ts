/** A net in the memory where products are made: parameters, and what goes through the layers of a batch of rows. */
import type {NetLayer} from '../model.ts';
import {orderedFloats} from './gemm.ts';
import {createKernels, type Kernels} from './kernels.ts';

/** Rows and columns that `Kernels` take: batches are multiples of 4, widths of 8, with zeros behind what there is. */
const padded = (width: number): number => Math.ceil(width / 8) * 8;

/** A matrix in the memory, row by row. */
export interface Block {
  readonly at: number;
  readonly rows: number;
  readonly width: number;
  readonly values: Float32Array;
}

export interface LayerMemory {
  readonly inputs: number;
  readonly outputs: number;
  /** inputs (padded) × outputs (padded). */
  readonly weights: Block;
  /** 1 × outputs (padded). */
  readonly biases: Block;
  /** batch × outputs (padded): sums, then what ReLU makes of them. */
  readonly activations: Block;
}

export class NetMemory {
  readonly input: Block;
  readonly layers: readonly LayerMemory[];
  readonly kernels: Kernels;
  #next = 16;

  /**
   * @param batch rows at a time, a multiple of 4. @param widths from the inputs to the outputs.
   * @param extra floats for others to allocate.
   */
  constructor(batch: number, widths: readonly number[], extra = 0) {
    const sizes = widths.map(padded);
    const floats = sizes.reduce((sum, size, at) => sum + size * batch + (sizes[at + 1] ?? 0) * (size + 1) + 16, extra);
    const widest = Math.max(...sizes);
    const ordered = Math.max(orderedFloats(batch, widest), orderedFloats(widest, batch));
    this.kernels = createKernels(4 * floats + 1024, ordered);
    this.input = this.allocate(batch, sizes[0] ?? 0);
    this.layers = sizes.slice(1).map((width, at) => ({
      inputs: widths[at] ?? 0,
      outputs: widths[at + 1] ?? 0,
      weights: this.allocate(sizes[at] ?? 0, width),
      biases: this.allocate(1, width),
      activations: this.allocate(batch, width),
    }));
  }

  /** Floats that `allocate` needs for a matrix. */
  static floatsOf(rows: number, width: number): number {
    return rows * padded(width) + 4;
  }

  /** Zeros. */
  allocate(rows: number, width: number): Block {
    const at = this.#next;
    this.#next += Math.ceil((rows * width * 4) / 16) * 16;
    return {at, rows, width, values: new Float32Array(this.kernels.memory, at, rows * width)};
  }

  /** Puts the input's rows, `columns` values each, into the padded rows of the memory. */
  load(block: Float32Array, rows: number, columns: number): void {
    const {values, width} = this.input;
    if (width === columns) {
      values.set(block.subarray(0, rows * columns));
      return;
    }
    for (let row = 0; row < rows; row += 1) values.set(block.subarray(row * columns, (row + 1) * columns), row * width);
  }

  /** From the input to the last layer's sums, which have no ReLU. */
  forward(rows: number): Block {
    let from = this.input;
    // Rows up to a multiple of 4 are made too, lest what is left there grows from batch to batch.
    const m = Math.ceil(rows / 4) * 4;
    this.layers.forEach(({inputs, weights, biases, activations}, depth) => {
      const {width} = activations;
      this.kernels.repeatRow(biases.at, activations.at, width, m);
      this.kernels.multiply({
        m,
        n: width,
        k: inputs,
        a: from.at,
        aRow: from.width * 4,
        aColumn: 4,
        b: weights.at,
        bRow: width * 4,
        c: activations.at,
        cRow: width * 4,
      });
      if (depth + 1 < this.layers.length) this.kernels.relu(activations.at, m * width);
      from = activations;
    });
    return from;
  }

  setLayers(layers: readonly NetLayer[]): void {
    layers.forEach(({inputs, outputs, weights, biases}, depth) => {
      const into = this.layers[depth] as LayerMemory;
      into.biases.values.set(biases);
      for (let input = 0; input < inputs; input += 1)
        into.weights.values.set(weights.subarray(input * outputs, (input + 1) * outputs), input * into.weights.width);
    });
  }

  /** A copy of the parameters, without what pads them. */
  getLayers(): readonly NetLayer[] {
    return this.layers.map(({inputs, outputs, weights, biases}) => {
      const copy = new Float32Array(inputs * outputs);
      for (let input = 0; input < inputs; input += 1)
        copy.set(weights.values.subarray(input * weights.width, input * weights.width + outputs), input * outputs);
      return {inputs, outputs, weights: copy, biases: biases.values.slice(0, outputs)};
    });
  }
}
