/** Output of stages as whole lines with their stage before them, `train | epoch 1`, also when stages are interleaved. */
import {safeText} from '../../../base/display.ts';
import type {StageName} from '../../../model/ids.ts';
import {LineSplitter} from '../../log-text.ts';

export class StreamedOutput {
  readonly #splitters = new Map<StageName, LineSplitter>();

  /** @returns the lines that are complete now. */
  push(event: {readonly stage: StageName; readonly text: string}): readonly string[] {
    let splitter = this.#splitters.get(event.stage);
    if (splitter === undefined) {
      splitter = new LineSplitter();
      this.#splitters.set(event.stage, splitter);
    }
    return prefixed(event.stage, splitter.push(event.text));
  }

  /** @returns what a stage that ended had printed without a line end. */
  end(stage: StageName): readonly string[] {
    const splitter = this.#splitters.get(stage);
    if (splitter === undefined) return [];
    this.#splitters.delete(stage);
    return prefixed(stage, splitter.flush());
  }
}

function prefixed(stage: StageName, lines: readonly string[]): readonly string[] {
  const prefix = `${safeText(stage)} |`;
  return lines.map((line) => (line === '' ? prefix : `${prefix} ${line}`));
}
