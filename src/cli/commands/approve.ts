/** `mlp approve ID`: a person says yes to what a request shows. */
import type {CommandMember} from '../command.ts';
import {decideRequest, type DecideOptions} from '../decide.ts';
import {addDecideOptions, collect} from '../decide-options.ts';

export const approveCommand: CommandMember = {
  name: 'approve',
  summary: 'say yes to what a request shows; the decision is a file to commit',
  examples: [
    ['mlp approve 3f2ac81b --note "worst slice is fine"', 'in the name that Git knows'],
    ['mlp approve review --answer yes --answer "checked 50"', 'questions are answered in their order'],
    ['mlp approve 3f2ac81b --key ~/.ssh/id_ed25519', 'signed'],
    ['mlp approve 3f2ac81b --override "known outlier, see issue 12"', 'although gates failed'],
  ],
  define(command, context) {
    addDecideOptions(command)
      .option('--answer <text>', 'the answer to the next question; once for each', collect, [])
      .option('--override <reason>', 'why it goes on although gates failed')
      .action(async (id: string, options: DecideOptions) => decideRequest(context(), id, 'approved', options));
  },
};
