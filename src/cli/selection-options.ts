/** The options that choose stages, the same for run, plan, status and dag. */
import type {Command} from 'commander';
import type {Selection} from '../engine/select.ts';

export interface SelectionOptions {
  readonly only?: boolean;
  readonly downstream?: boolean;
  readonly from: readonly string[];
}

export function addSelectionOptions(command: Command): void {
  command
    .argument('[stages...]', 'stages, groups, name@branch, globs or tag:NAME (default: all)')
    .option('--only', 'just the named stages: what comes before is trusted as it is on disk')
    .option('--downstream', 'also what comes after the named stages')
    .option('--from <stage>', 'this stage and what comes after it (repeatable)', collect, []);
}

export function addSetOption(command: Command): void {
  command.option('--set <path=value>', 'override a param (repeatable)', collect, []);
}

export function selectionOf(patterns: readonly string[], options: SelectionOptions): Selection {
  return {patterns, only: options.only === true, downstream: options.downstream === true, from: options.from};
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}
