/**
 * Every message of the loader is made here and in the problems-*.ts beside it, one function for each: from facts to a
 * sentence and a hint. Here: the list that collects them, and all their codes.
 */
import {byCodeUnits} from '../base/compare.ts';
import type {Diagnostic, Place} from '../model/diagnostic.ts';
import {type Problem, toDiagnostic} from './problem.ts';
import {placeOf, type Spot} from './source.ts';
import {shapeProblemCodes} from './problems-shape.ts';
import {stageProblemCodes} from './problems-stage.ts';
import {graphProblemCodes} from './problems-graph.ts';
import {templateProblemCodes} from './problems-template.ts';

/** Takes problems in any order, drops repetitions (one mistake seen from every branch of a matrix), gives them sorted. */
export class ProblemList {
  readonly #byText = new Map<string, Diagnostic>();

  add(
    problem: Problem,
    spot: Spot | undefined,
    related?: readonly {readonly message: string; readonly spot: Spot}[],
  ): void {
    this.addPlaced(
      problem,
      spot === undefined ? undefined : placeOf(spot),
      related?.map(({message, spot: other}) => ({message, place: placeOf(other)})),
    );
  }

  addPlaced(problem: Problem, place: Place | undefined, related?: Diagnostic['related']): void {
    const id = `${problem.code}\0${problem.message}\0${place?.file ?? ''}\0${place?.line ?? 0}\0${place?.column ?? 0}`;
    if (!this.#byText.has(id)) this.#byText.set(id, toDiagnostic(problem, place, related));
  }

  get hasErrors(): boolean {
    for (const diagnostic of this.#byText.values()) if (diagnostic.severity === 'error') return true;
    return false;
  }

  /** In the order of the files: those without a place, then `firstFile`, then the others by name. */
  sorted(firstFile: string): readonly Diagnostic[] {
    const rank = (diagnostic: Diagnostic): string => {
      if (diagnostic.place === undefined) return '';
      return diagnostic.place.file === firstFile ? '0' : `1${diagnostic.place.file}`;
    };
    return [...this.#byText.values()].sort(
      (a, b) =>
        byCodeUnits(rank(a), rank(b)) ||
        (a.place?.line ?? 0) - (b.place?.line ?? 0) ||
        (a.place?.column ?? 0) - (b.place?.column ?? 0),
    );
  }
}

/** Every code that the loader can give, with one line that explains it: the README's list is held against this. */
export const problemCodes: Readonly<Record<string, string>> = {
  ...shapeProblemCodes,
  ...templateProblemCodes,
  ...stageProblemCodes,
  ...graphProblemCodes,
};
