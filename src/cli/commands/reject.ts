/** `mlp reject ID`: a person says no to what a request shows. */
import type {CommandMember} from '../command.ts';
import {decideRequest, type DecideOptions} from '../decide.ts';
import {addDecideOptions} from '../decide-options.ts';

export const rejectCommand: CommandMember = {
  name: 'reject',
  summary: 'say no to what a request shows; the decision is a file to commit',
  examples: [['mlp reject 3f2ac81b --note "too weak on small firms"', 'the stage fails until something else is shown']],
  define(command, context) {
    addDecideOptions(command).action(async (id: string, options: DecideOptions) =>
      decideRequest(context(), id, 'rejected', options),
    );
  },
};
