/** A Diagnostic that does not know its place yet: what the functions of problems-*.ts make. */
import type {Diagnostic, Place} from '../model/diagnostic.ts';

/** What is wrong and how to mend it. */
export interface Problem {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  /** Absent: an error. */
  readonly severity?: 'warning';
}

/** Gives a problem its place. */
export function toDiagnostic(problem: Problem, place: Place | undefined, related?: Diagnostic['related']): Diagnostic {
  return {
    code: problem.code,
    severity: problem.severity ?? 'error',
    message: problem.message,
    ...(place === undefined ? {} : {place}),
    ...(related === undefined || related.length === 0 ? {} : {related}),
    ...(problem.hint === undefined ? {} : {hint: problem.hint}),
  };
}
