/** `mlp plan`: what a run would do, without doing it. */
import type {CommandMember} from '../command.ts';
import {addSelectionOptions, addSetOption} from '../selection-options.ts';
import {printPlan, withPlan, type PlanOptions} from '../show-plan.ts';

export const planCommand: CommandMember = {
  name: 'plan',
  summary: 'what a run would do and why, with the expected time; nothing is changed',
  examples: [
    ['mlp plan', 'every stage: fresh, restore, run or may run'],
    ['mlp plan train --set train.trees=500', 'with another param'],
    ['mlp plan --json', 'for programs'],
  ],
  define(command, context) {
    addSelectionOptions(command);
    addSetOption(command);
    command
      .option('-f, --force', 'as if the named stages were stale')
      .option('--paranoid', 'hash every file again, whatever its time stamps say')
      .action(async (patterns: readonly string[], options: PlanOptions) => {
        await withPlan(context(), patterns, options, (plan, project) => printPlan(context(), project, plan));
      });
  },
};
