/** `mlp runs`: the history, newest first. */
import {renderRuns} from '../../report/render/runs.ts';
import type {CommandMember} from '../command.ts';
import {findProject} from '../../project/load-project.ts';
import {openProjectStore} from '../../project/open-project-store.ts';
import {parseCount} from '../parse-options.ts';
import {lookFor} from '../screen.ts';

export const runsCommand: CommandMember = {
  name: 'runs',
  summary: 'earlier runs, newest first',
  examples: [
    ['mlp runs', 'the last 20'],
    ['mlp runs -n 100 --json', 'more, for programs'],
  ],
  define(command, context) {
    command
      .option('-n, --number <count>', 'how many', parseCount, 20)
      .action(async (options: {readonly number: number}) => {
        const {globals, host: at, outside} = context();
        const host = findProject(outside, at);
        const store = openProjectStore(host);
        try {
          const runs = store.runs(options.number);
          if (globals.json) host.output.out(`${JSON.stringify({schema_version: 1, type: 'runs', runs})}\n`);
          else host.output.out(renderRuns({runs}, {...(await lookFor(host)), nowMs: host.clock.now()}));
        } finally {
          store.close();
        }
      });
  },
};
