/** `mlp rollback MODEL [ALIAS]`: points an alias back at the version that it was before. */
import {versionBefore} from '../../history/model-refs.ts';
import {UsageError} from '../../project/usage-error.ts';
import type {CommandMember} from '../command.ts';
import {moveAlias, versionNamed, withAliases} from '../move-alias.ts';

export const rollbackCommand: CommandMember = {
  name: 'rollback',
  summary: 'point an alias back at the version that it was before; once more: one further back',
  examples: [
    ['mlp rollback names', 'the champion is again what it was before'],
    ['mlp rollback names challenger --because "worse on new data"', 'with a reason that is kept'],
  ],
  define(command, context) {
    command
      .argument('<model>', 'name of the model')
      .argument('[alias]', 'which alias', 'champion')
      .option('--because <text>', 'why')
      .action((model: string, alias: string, {because}: {readonly because?: string}) =>
        withAliases(context(), alias, (world) => {
          const before = versionBefore(model, alias, world.models);
          if (!before.ok) throw new UsageError(before.error);
          const version = versionNamed(`${model}@${String(before.value)}`, world.models);
          // It was in use once: whatever its gates say, going back to it is never refused.
          return moveAlias(version, alias, because ?? 'rollback', world);
        }),
      );
  },
};
