/** `mlp show [RUN]`: everything that is remembered of one run. */
import type {CommandMember} from '../command.ts';
import {findProject} from '../../project/load-project.ts';
import {openProjectStore} from '../../project/open-project-store.ts';
import {renderShow} from '../../report/render/show.ts';
import {exactJson} from '../../base/exact-json.ts';
import {lookFor} from '../screen.ts';
import {showView} from '../show-view.ts';
import {whichRun} from '../which-run.ts';

export const showCommand: CommandMember = {
  name: 'show',
  summary: 'one run: labels, commit, machine, stages with reason and resources, metrics, params',
  examples: [
    ['mlp show', 'the last run'],
    ['mlp show 41', 'by its number'],
    ['mlp show baseline', 'by its name, an earlier name or a tag'],
    ['mlp show last~1 --json', 'the one before the last, for programs'],
  ],
  define(command, context) {
    command
      .argument('[run]', 'number, name or tag of a run, or `last`', 'last')
      .option('--all', 'list skipped stages, however many there are')
      .action(async (word: string, options: {readonly all?: boolean}) => {
        const {globals, outside, host: at} = context();
        const host = findProject(outside, at);
        const store = openProjectStore(host);
        try {
          const view = showView(await whichRun(word, host, store), store);
          if (globals.json) host.output.out(`${exactJson({schema_version: 1, type: 'show', ...view})}\n`);
          else
            host.output.out(
              renderShow(view, {...(await lookFor(host)), nowMs: host.clock.now(), all: options.all === true}),
            );
        } finally {
          store.close();
        }
      });
  },
};
