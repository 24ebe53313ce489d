/** What checks of tables and models found, as plain data: one row for each rule. */

export type FindingLevel = 'error' | 'warn' | 'info' | 'ok';

export interface FindingsView {
  /** Sorted: the worst first. */
  readonly findings: readonly FindingRow[];
}

export interface FindingRow {
  readonly id: string;
  /** Stable, e.g. `value.range`. */
  readonly code: string;
  /** `ok`: the rule held. */
  readonly level: FindingLevel;
  readonly table: string;
  readonly column?: string;
  /** What was asked, in the words of the schema. */
  readonly rule: string;
  readonly measured: number | string | null;
  readonly limit: number | string | null;
  readonly rowsChecked: number;
  readonly rowsBad: number;
  readonly examples: readonly {readonly row?: number; readonly key?: string; readonly value: string | null}[];
  /** A sentence without a full stop. */
  readonly message: string;
  /** `<file>:<line>` of the rule. */
  readonly where?: string;
  readonly hint?: string;
}
