/** What a thread that is called method by method is told, and what it answers. */
export interface ThreadData {
  /** Absolute path of the module; its export `createMember(kind, setup)` makes the object that is called. */
  readonly module: string;
  readonly kind: string;
  readonly setup: unknown;
}

export interface ThreadCall {
  readonly id: number;
  readonly method: string;
  readonly argument: unknown;
}

export interface ThreadAnswer {
  readonly id: number;
  /** Of the thread so far; undefined where the kernel does not tell. */
  readonly cpuMs: number | undefined;
  readonly result?: unknown;
  /** The message of what was thrown. */
  readonly error?: string;
}
