/** What `mlp doctor` found, as plain data. */

export interface DoctorView {
  readonly checks: readonly DoctorCheck[];
}

export interface DoctorCheck {
  /** What was looked at: `node`, `store`, `cache`, `python`. */
  readonly name: string;
  readonly state: 'ok' | 'warn' | 'fail';
  /** What was found, one line. */
  readonly message: string;
  /** How to mend it. */
  readonly hint?: string;
}
