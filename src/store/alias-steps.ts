/** Through which versions an alias went. */
import type {Models} from './models.ts';

/**
 * Oldest first, without the moves that were taken back since: the last is where the alias points, or pointed when it was
 * taken away, and the one before is where rolling back leads.
 */
export function aliasSteps(model: string, alias: string, models: Pick<Models, 'moves'>): readonly number[] {
  const steps: number[] = [];
  for (const move of models.moves(model).toReversed()) {
    if (move.alias !== alias || move.version === undefined) continue;
    // A move to where the alias was one step before takes that step back.
    if (steps.at(-2) === move.version) steps.pop();
    else if (steps.at(-1) !== move.version) steps.push(move.version);
  }
  return steps;
}
