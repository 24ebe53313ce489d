/** What a stage that is a function is called with. */
export interface StageContext<Params = Record<string, unknown>> {
  /** The stage's name, e.g. `train@forest`. */
  readonly stage: string;
  /** The params that the stage names in pipeline.yaml, nested as in the params files. */
  readonly params: Params;
  /** Name (key in a map of deps, else the path) -> path. A glob or a list gives the sorted list of its matches. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Files of every input: one path for a file or folder, all matches for a glob. */
  readonly inputFiles: Readonly<Record<string, readonly string[]>>;
  /** Name (key in a map of outs, else the path) -> path; parent folders exist. */
  readonly outputs: Readonly<Record<string, string>>;
  /** Records a number; with a step it is a point of a curve. Any characters in the name; NaN and infinities are kept. */
  metric(name: string, value: number, step?: number): void;
  /** 0 to 1, with an optional word on what is being done. */
  progress(fraction: number, text?: string): void;
  /** Writes a line to the stage's log. */
  log(...values: readonly unknown[]): void;
  /** For random number generators: the stage's `seed`, else one derived from its key. */
  readonly seed: number;
  /** `resources.memory` of the stage; absent when it has none. */
  readonly memoryBytes?: number;
  /** Aborts when the run is interrupted or the stage's time is over. */
  readonly signal: AbortSignal;
}
