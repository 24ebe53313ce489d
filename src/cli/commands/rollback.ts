/** `mlp rollback MODEL [ALIAS]`: points an alias back at the version that it was before. */
import {openCache} from '../../cache/open-cache.ts';
import {modelVersion, versionBefore} from '../../history/model-refs.ts';
import {openProjectStore} from '../../project/open-project-store.ts';
import {UsageError} from '../../project/usage-error.ts';
import type {CommandMember} from '../command.ts';
import {checkAlias, moveAlias} from '../move-alias.ts';
import {openProject} from '../open-project.ts';

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
      .action(async (model: string, alias: string, {because}: {readonly because?: string}) => {
        checkAlias(alias);
        const project = await openProject(context());
        if (project === undefined) return;
        const {host, pipeline} = project;
        const store = openProjectStore(host);
        try {
          const {models} = store;
          const before = versionBefore(model, alias, models);
          if (!before.ok) throw new UsageError(before.error);
          const version = modelVersion(`${model}@${String(before.value)}`, models);
          if (!version.ok) throw new UsageError(version.error);
          const cache = openCache(host, pipeline.settings.cacheFolder ?? '.mlp/cache');
          // It was in use once: whatever its gates say, going back to it is never refused.
          host.output.out(await moveAlias(version.value, alias, because ?? 'rollback', {host, models, cache}));
        } finally {
          store.close();
        }
      });
  },
};
