/** `mlp promote MODEL@VERSION [ALIAS]`: points an alias at a version of a model. */
import {whoIsHere} from '../../project/who.ts';
import {UsageError} from '../../project/usage-error.ts';
import type {CommandMember} from '../command.ts';
import {moveAlias, versionNamed, withAliases, type AliasWorld} from '../move-alias.ts';

interface PromoteOptions {
  readonly because?: string;
  readonly remove?: true;
}

export const promoteCommand: CommandMember = {
  name: 'promote',
  summary: 'point an alias at a version of a model; its bundle is kept from then on',
  examples: [
    ['mlp promote names@3', 'the third version of `names` is the champion'],
    ['mlp promote names@challenger champion', 'what was the challenger is the champion'],
    ['mlp promote names shadow', 'the newest version gets another alias'],
    ['mlp promote names challenger --remove', 'nothing is the challenger any more'],
  ],
  define(command, context) {
    command
      .argument('<model>', 'NAME, NAME@VERSION or NAME@ALIAS')
      .argument('[alias]', 'such as champion or challenger', 'champion')
      .option('--because <text>', 'why; required where the gates of the version failed')
      .option('--remove', 'take the alias away')
      .action((word: string, alias: string, {because, remove}: PromoteOptions) =>
        withAliases(context(), alias, (world) => {
          const version = versionNamed(word, world.models);
          return remove === true
            ? removeAlias(version.model, alias, because, world)
            : moveAlias(version, alias, because, world);
        }),
      );
  },
};

async function removeAlias(
  model: string,
  alias: string,
  because: string | undefined,
  {models, host}: AliasWorld,
): Promise<string> {
  if (!models.versions(model).some(({aliases}) => aliases.includes(alias)))
    throw new UsageError(`no version of \`${model}\` is \`${alias}\``);
  const by = await whoIsHere(host);
  models.move(model, {
    alias,
    atMs: host.clock.now(),
    ...(by === undefined ? {} : {by}),
    ...(because === undefined ? {} : {because}),
  });
  return `nothing is ${alias} of ${model} any more\n`;
}
