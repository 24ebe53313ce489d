/** `mlp accept STAGE... --because TEXT`: what is on disk becomes the result of the present key, without a run. */
import {mayAccept, type Acceptable} from '../../engine/accept.ts';
import {holdStages} from '../../engine/hold-stages.ts';
import {NotAFile} from '../../engine/contents.ts';
import {recordAccepted} from '../../engine/record-accepted.ts';
import {recover} from '../../engine/recover.ts';
import type {StageName} from '../../model/ids.ts';
import type {Failure} from '../../model/job.ts';
import type {StageSpec} from '../../model/stage.ts';
import type {Project} from '../../project/load-project.ts';
import {parseYaml} from '../../project/parse-yaml.ts';
import {runStart} from '../../project/run-start.ts';
import {UsageError} from '../../project/usage-error.ts';
import {GRACE_MS, wire, type Wired} from '../../project/wire.ts';
import type {AcceptView} from '../../report/views/accept.ts';
import type {CommandContext, CommandMember} from '../command.ts';
import {exitCodes} from '../exit-codes.ts';
import {namedStages} from '../expand-named.ts';
import {openProject} from '../open-project.ts';

interface Refusal {
  readonly stage: StageName;
  readonly failure: Failure;
}

export const acceptCommand: CommandMember = {
  name: 'accept',
  summary: 'take the outputs on disk as the result of what a stage is now, without running it; the reason is recorded',
  examples: [
    ['mlp accept train --because "only a log message changed"', 'one stage; what comes after it is decided as ever'],
    ['mlp accept prepare train --because "moved to lib/"', 'several'],
  ],
  define(command, context) {
    command
      .argument('<stages...>', 'stages, groups, name@branch, globs or tag:NAME')
      .option('--because <text>', 'why a run would give the same; required')
      .action(async (patterns: readonly string[], {because = ''}: {readonly because?: string}) => {
        if (because.trim() === '')
          throw new UsageError(
            'say why: `--because TEXT`',
            'whoever wonders later where this result came from will read it in `mlp why` and `mlp lineage`',
          );
        const project = await openProject(context());
        if (project === undefined) return;
        const stages = await namedStages(project, patterns);
        const wired = wire(project, {paranoid: false, graceMs: GRACE_MS});
        try {
          await recover(project.host, wired.store, (event) => {
            if (event.type === 'notice') project.host.output.talk(`${event.message}\n`);
          });
          const names = stages.map(({name}) => name);
          const {refused, release} = holdStages(names, wired.world);
          try {
            const asked = refused === undefined ? await askAll(stages, wired) : [inUse(refused)];
            await act(context(), project, wired, asked, because);
            wired.store.flushMemos();
          } finally {
            release();
          }
        } finally {
          wired.store.close();
        }
      });
  },
};

const inUse = ({stage, by}: {readonly stage: StageName; readonly by: string}): Refusal => ({
  stage,
  failure: {class: 'infrastructure', message: `it is in use (${by})`, hint: 'wait until it has ended'},
});

const askAll = (stages: readonly StageSpec[], wired: Wired): Promise<readonly (Acceptable | Refusal)[]> =>
  Promise.all(
    stages.map(async (spec) => {
      const may = await mayAcceptOrRefuse(spec, wired);
      return may.ok ? may.value : {stage: spec.name, failure: may.error};
    }),
  );

async function mayAcceptOrRefuse(spec: StageSpec, {world}: Wired): ReturnType<typeof mayAccept> {
  try {
    return await mayAccept(spec, world, parseYaml);
  } catch (error) {
    if (error instanceof NotAFile) return {ok: false, error: {class: 'wrong-output', message: error.message}};
    throw error;
  }
}

/** All or none. */
async function act(
  context: CommandContext,
  project: Project,
  {world}: Wired,
  asked: readonly (Acceptable | Refusal)[],
  because: string,
): Promise<void> {
  const refused = asked.filter((one): one is Refusal => 'failure' in one);
  if (refused.length > 0) return refuse(context, project, refused);
  const acceptable = asked.filter((one): one is Acceptable => 'spec' in one);
  const stale = acceptable.filter(({result}) => result !== undefined);
  const fresh = acceptable.flatMap(({result, spec}) => (result === undefined ? spec.name : []));
  if (stale.length === 0) return print(context, project, {because, accepted: [], fresh});
  const start = runStart(context.outside, project.host);
  const done = recordAccepted(stale, world, {graph: project.graph, start, because});
  for (const notice of done.notices) if (notice.type === 'notice') project.host.output.talk(`${notice.message}\n`);
  const accepted = done.traces.map(({stage, outputs}) => ({stage, paths: outputs.map(({path}) => path)}));
  await print(context, project, {run: done.run, because, accepted, fresh});
}

function refuse(context: CommandContext, {host}: Project, refused: readonly Refusal[]): void {
  for (const {stage, failure} of refused) host.output.talk(sentence(stage, failure));
  context.exit(exitCodes.failed);
}

const sentence = (stage: StageName, {message, hint}: Failure): string =>
  `\`${stage}\` cannot be accepted: ${message}\n${hint === undefined ? '' : `hint: ${hint}\n`}`;

async function print({globals}: CommandContext, {host}: Project, view: AcceptView): Promise<void> {
  if (globals.json) host.output.out(`${JSON.stringify({schema_version: 1, type: 'accept', ...view})}\n`);
  else {
    const {renderAccept} = await import('../../report/render/accept.ts');
    if (globals.verbosity >= 0) host.output.out(renderAccept(view));
  }
}
