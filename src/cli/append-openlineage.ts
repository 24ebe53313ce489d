/** `mlp run --openlineage FILE`: the events of a run that ended, made from what was recorded of it. */
import {eventsOfRun, openLineageText} from '../history/openlineage.ts';
import {openLineageProject} from '../history/openlineage-project.ts';
import type {RunId} from '../model/ids.ts';
import type {Project} from '../project/load-project.ts';
import type {Store} from '../store/store.ts';
import type {CommandContext} from './command.ts';

/** @param file relative to the folder in which the user stands. @throws FileTrouble */
export async function appendOpenLineage(
  {host: at, outside}: CommandContext,
  {host, pipeline}: Project,
  store: Store,
  run: RunId,
  file: string,
): Promise<void> {
  const project = await openLineageProject(host, pipeline.name, outside.version);
  const events = eventsOfRun(run, {store, project, sha256: (text) => host.hashing.sha256(text)});
  host.files.append(at.files.absolute(file), openLineageText(events));
}
