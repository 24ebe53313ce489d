/** What the engine's thread and the thread of a function tell each other. */
import type {FunctionContextData} from './host.ts';

export interface FunctionWorkerData {
  readonly bundle: string;
  readonly exportName: string;
  readonly context: FunctionContextData;
  readonly logFile: string;
  /** One number, shared: the largest memory of the thread so far, in bytes. */
  readonly memory: Float64Array;
}

/** From the thread. To it goes only the name of a signal, which aborts the function's `signal`. */
export type FunctionMessage =
  /** `thread` is its folder below /proc, such as `7/task/9`. */
  | {readonly kind: 'started'; readonly thread: string | undefined}
  | {readonly kind: 'returned'; readonly code: number; readonly cpuMs: number | undefined}
  | {readonly kind: 'threw'; readonly message: string; readonly stack: string; readonly cpuMs: number | undefined};
