/** `mlp status`: is everything up to date? */
import {countVerdicts} from '../../model/plan.ts';
import type {CommandMember} from '../command.ts';
import {exitCodes} from '../exit-codes.ts';
import {addSelectionOptions, addSetOption} from '../selection-options.ts';
import {printPlan, withPlan, type PlanOptions} from '../show-plan.ts';

export const statusCommand: CommandMember = {
  name: 'status',
  summary: 'which stages are stale, what follows from them, and why',
  examples: [
    ['mlp status', 'everything, transitively'],
    ['mlp status --check', 'exit with 3 when something is stale, for scripts and CI'],
    ['mlp status train', 'one stage and what it needs'],
  ],
  define(command, context) {
    addSelectionOptions(command);
    addSetOption(command);
    command
      .option('--check', 'exit with 3 when anything is stale, waits for a person or cannot be decided')
      .option('--paranoid', 'hash every file again, whatever its time stamps say')
      .action(async (patterns: readonly string[], options: PlanOptions & {readonly check?: boolean}) => {
        await withPlan(context(), patterns, options, async (plan, project) => {
          if (context().globals.verbosity >= 0) await printPlan(context(), project, plan);
          const {restore, run, may, waiting, error} = countVerdicts(plan);
          if (options.check === true && restore + run + may + waiting + error > 0) context().exit(exitCodes.stale);
        });
      });
  },
};
