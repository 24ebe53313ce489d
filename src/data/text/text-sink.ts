/** Text on its way into a sink of bytes, gathered so that the sink is called rarely. */
import type {ByteSink} from '../byte-source.ts';

const ENOUGH = 64 * 1024;

export class TextSink {
  readonly #sink: ByteSink;
  readonly #encoder = new TextEncoder();
  #text = '';

  constructor(sink: ByteSink) {
    this.#sink = sink;
  }

  add(text: string): void {
    this.#text += text;
  }

  /** To be called between rows: hands on what there is when it is enough. */
  async settle(enough = ENOUGH): Promise<void> {
    if (this.#text.length < enough) return;
    const bytes = this.#encoder.encode(this.#text);
    this.#text = '';
    await this.#sink.write(bytes);
  }
}
