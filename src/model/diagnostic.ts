/** A mistake in a user's file: where, what, how to mend it. Made by the functions of `config/problems.ts` only. */
export interface Diagnostic {
  /** Kebab-case name of the rule that was broken, e.g. `unknown-key`. Documented in the README's list of problems. */
  readonly code: string;
  readonly severity: 'error' | 'warning';
  /** One sentence, back-ticks around what the user typed, no full stop. */
  readonly message: string;
  readonly place?: Place;
  /** Other places that the message speaks of, e.g. the first of two writers. */
  readonly related?: readonly {readonly message: string; readonly place: Place}[];
  /** What to type instead. */
  readonly hint?: string;
}

/** A range in a file. Lines and columns count from 1; columns count UTF-16 code units. */
export interface Place {
  /** As shown to the user: relative to the project folder. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** How many characters the squiggle covers, at least 1. */
  readonly length: number;
  /** The text of the line, for the excerpt. */
  readonly lineText: string;
}
