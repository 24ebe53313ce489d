/** `mlp params [REF]`: the params that stages name, with their values in the workspace or in any other state. */
import {leavesOf} from '../../base/json.ts';
import {paramsCsv, renderParams} from '../../report/render/values.ts';
import type {ParamsView} from '../../report/views/values.ts';
import type {CommandMember} from '../command.ts';
import {defineValues} from '../show-values.ts';

export const paramsCommand: CommandMember = {
  name: 'params',
  summary: 'the params that stages name: in the workspace, a run, a Git revision or a file',
  examples: [
    ['mlp params', 'as pipeline.yaml resolves them now'],
    ['mlp params 41', 'of run 41'],
    ['mlp params HEAD~2 --json', 'of a commit, for programs'],
  ],
  define(command, context) {
    defineValues<ParamsView>(command, context, {
      type: 'params',
      view: (snapshot) => ({
        of: snapshot.label,
        params: snapshot.stages.flatMap(({name, params}) =>
          [...leavesOf(params)].map(([path, value]) => ({stage: name, path, value})),
        ),
        notices: snapshot.notices ?? [],
      }),
      text: renderParams,
      csv: paramsCsv,
    });
  },
};
