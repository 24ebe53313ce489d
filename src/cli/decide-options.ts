/** What `mlp approve` and `mlp reject` have in common. */
import type {Command} from 'commander';

export function addDecideOptions(command: Command): Command {
  return command
    .argument('<request>', 'the id of a request, or as much of it as is needed; a stage')
    .option('--note <text>', 'what is to be remembered with it')
    .option('--key <file>', 'sign it with this SSH key')
    .option('--as <address>', 'in this name (default: `git config user.email`); a claim unless it is signed')
    .option('--from <forge>', 'github or gitlab: in the name that the environment of its job gives; a claim, too');
}

export const collect = (text: string, before: readonly string[]): readonly string[] => [...before, text];
