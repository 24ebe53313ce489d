/** `mlp promote MODEL@VERSION [ALIAS]`: points an alias at a version of a model. */
import {openCache} from '../../cache/open-cache.ts';
import {modelVersion} from '../../history/model-refs.ts';
import {openProjectStore} from '../../project/open-project-store.ts';
import {UsageError} from '../../project/usage-error.ts';
import type {CommandMember} from '../command.ts';
import {checkAlias, moveAlias} from '../move-alias.ts';
import {openProject} from '../open-project.ts';

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
      .action(async (word: string, alias: string, {because, remove}: PromoteOptions) => {
        checkAlias(alias);
        const project = await openProject(context());
        if (project === undefined) return;
        const {host, pipeline} = project;
        const store = openProjectStore(host);
        try {
          const {models} = store;
          const version = modelVersion(word, models);
          if (!version.ok) throw new UsageError(version.error, '`mlp models` lists them');
          const {model} = version.value;
          if (remove === true) {
            if (!models.versions(model).some(({aliases}) => aliases.includes(alias)))
              throw new UsageError(`no version of \`${model}\` is \`${alias}\``);
            models.move(model, {alias, atMs: host.clock.now(), ...(because === undefined ? {} : {because})});
            host.output.out(`nothing is ${alias} of ${model} any more\n`);
            return;
          }
          const cache = openCache(host, pipeline.settings.cacheFolder ?? '.mlp/cache');
          host.output.out(await moveAlias(version.value, alias, because, {host, models, cache}));
        } finally {
          store.close();
        }
      });
  },
};
