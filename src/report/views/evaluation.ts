/** An evaluation as plain data for a page, a Markdown text and a terminal: the words are the same in all three. */

export type EvaluationTone = 'good' | 'bad' | 'warn' | 'info' | 'none';

/** A text, a badge, or a text with a bar as long as the share. */
export type EvaluationCell =
  string | {readonly text: string; readonly tone: EvaluationTone} | {readonly text: string; readonly share: number};

export interface EvaluationTable {
  /** Anchor in the page, the same for every evaluation: `metrics`, `gates`, ... */
  readonly id: string;
  readonly title: string;
  readonly columns: readonly {readonly title: string; readonly align?: 'right'}[];
  readonly rows: readonly (readonly EvaluationCell[])[];
  readonly notes: readonly string[];
  /** Long and of interest only to some: left out of the terminal. */
  readonly isDetail: boolean;
}

export interface EvaluationCurve {
  /** Of the table below which it stands. */
  readonly section: string;
  readonly title: string;
  readonly x: string;
  readonly series: readonly {
    readonly name: string;
    readonly points: readonly {readonly x: number; readonly y: number; readonly low?: number; readonly high?: number}[];
  }[];
}

export interface EvaluationBars {
  readonly section: string;
  readonly title: string;
  readonly axis: string;
  readonly bars: readonly {
    readonly label: string;
    readonly value: number;
    readonly low?: number;
    readonly high?: number;
  }[];
}

export interface EvaluationView {
  readonly title: string;
  readonly verdict: {readonly word: string; readonly tone: EvaluationTone; readonly text: string};
  /** Number and what it is. */
  readonly facts: readonly (readonly [value: string, what: string])[];
  readonly notices: readonly string[];
  /** In the order shown. */
  readonly tables: readonly EvaluationTable[];
  /** Rows are the truth. */
  readonly confusion?: {readonly labels: readonly string[]; readonly counts: readonly (readonly number[])[]};
  readonly curves: readonly EvaluationCurve[];
  readonly bars: readonly EvaluationBars[];
}
