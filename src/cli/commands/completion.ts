/** `mlp completion SHELL`: a script for the shell, which asks `mlp completion --words ...` for what may come next. */
import type {Host} from '../../host/host.ts';
import type {CommandMember} from '../command.ts';
import {completeWords} from '../complete-words.ts';
import {UsageError} from '../../project/usage-error.ts';

const SCRIPTS: {readonly [shell: string]: string} = {
  bash: `_mlp() {
  local IFS=$'\\n'
  COMPREPLY=($(mlp completion --words "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _mlp mlp
`,
  zsh: `#compdef mlp
_mlp() {
  local -a found
  found=("\${(@f)$(mlp completion --words "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  (( \${#found} )) && compadd -- "\${found[@]}" || _files
}
compdef _mlp mlp
`,
  fish: `function __mlp_words
  set -l words (commandline -opc) (commandline -ct)
  mlp completion --words $words[2..-1] 2>/dev/null
end
complete -c mlp -a '(__mlp_words)'
`,
};

export const completionCommand: CommandMember = {
  name: 'completion',
  summary: 'completion of commands, options, stages and runs for bash, zsh and fish',
  examples: [
    ['source <(mlp completion bash)', 'in ~/.bashrc'],
    ['source <(mlp completion zsh)', 'in ~/.zshrc, after compinit'],
    ['mlp completion fish | source', 'in config.fish'],
  ],
  define(command, context) {
    command
      .argument('[shell]', 'bash, zsh or fish')
      .option('--words <words...>', 'print what may follow (used by the scripts)')
      .allowUnknownOption(true)
      .allowExcessArguments(true)
      .action(async (shell: string | undefined) => {
        const {host, outside, commands} = context();
        const at = outside.argv.indexOf('--words');
        if (at >= 0)
          await printWords(host, outside.argv.slice(at + 1), (words) => completeWords(words, outside, host, commands));
        else printScript(host, shell);
      });
  },
};

async function printWords(
  host: Host,
  words: readonly string[],
  complete: (words: readonly string[]) => Promise<readonly string[]>,
): Promise<void> {
  for (const word of await complete(words)) host.output.out(`${word}\n`);
}

function printScript(host: Host, shell: string | undefined): void {
  const named = shell ?? host.env.get('SHELL')?.split('/').at(-1) ?? '';
  const script = Object.hasOwn(SCRIPTS, named) ? SCRIPTS[named] : undefined;
  if (script === undefined) throw new UsageError(`completion is there for bash, zsh and fish, not \`${named}\``);
  host.output.out(script);
}
