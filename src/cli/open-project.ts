/** Loads the project of a command, or shows every mistake of its files and sets the exit code. */
import type {CommandContext} from './command.ts';
import {exitCodes} from './exit-codes.ts';
import {loadProject, type Project} from '../project/load-project.ts';

/** @returns undefined when there are mistakes; they were shown. */
export async function openProject(context: CommandContext, set: readonly string[] = []): Promise<Project | undefined> {
  const loaded = await loadProject(context.outside, context.host, set);
  if (loaded.ok) return loaded.project;
  const {output} = context.host;
  if (context.globals.json)
    output.out(`${JSON.stringify({schema_version: 1, type: 'diagnostics', diagnostics: loaded.diagnostics})}\n`);
  else {
    const [{renderDiagnostics}, {lookForTalk}] = await Promise.all([
      import('../report/render/diagnostics.ts'),
      import('./screen.ts'),
    ]);
    output.talk(renderDiagnostics(loaded.diagnostics, await lookForTalk(context.host)));
  }
  context.exit(exitCodes.usage);
  return undefined;
}
