/**
 * The facets of OpenLineage events, each a small function. Names, fields and versions are those of the published facets
 * of specification 2-0-2; what a facet of an older version lacks is left to who reads it.
 */
import type {Json, JsonObject} from '../base/json.ts';
import {leavesOf} from '../base/json.ts';
import type {FileContent} from '../model/artifact.ts';
import type {GitState} from '../model/run.ts';
import type {OpenLineageProject} from './openlineage-project.ts';

const SPEC = 'https://openlineage.io/spec';

export const RUN_EVENT_SCHEMA = `${SPEC}/2-0-2/OpenLineage.json#/$defs/RunEvent`;

type Facet = JsonObject;

function facet(project: OpenLineageProject, name: string, version: string, fields: JsonObject): Facet {
  return {_producer: project.producer, _schemaURL: `${SPEC}/facets/${version}/${name}.json#/$defs/${name}`, ...fields};
}

/** Named pieces without the empty ones. */
export function present(facets: Readonly<Record<string, Json | undefined>>): JsonObject {
  return Object.fromEntries(Object.entries(facets).filter((entry): entry is [string, Json] => entry[1] !== undefined));
}

export const parentFacet = (project: OpenLineageProject, runId: string): Facet =>
  facet(project, 'ParentRunFacet', '1-1-0', {
    run: {runId},
    job: {namespace: project.namespace, name: project.namespace},
  });

export const engineFacet = (project: OpenLineageProject, version: string): Facet =>
  facet(project, 'ProcessingEngineRunFacet', '1-1-1', {
    name: 'mlp',
    version,
    openlineageAdapterVersion: project.version,
  });

export const errorFacet = (project: OpenLineageProject, message: string, programmingLanguage: string): Facet =>
  facet(project, 'ErrorMessageRunFacet', '1-0-1', {message, programmingLanguage});

/** Dotted names and their values as text. @returns undefined when there are none. */
export function paramsFacet(project: OpenLineageProject, params: JsonObject): Facet | undefined {
  const parameters = leavesOf(params).map(([key, one]) => ({
    key,
    name: key,
    value: typeof one === 'string' ? one : JSON.stringify(one),
  }));
  return parameters.length === 0 ? undefined : facet(project, 'ExecutionParametersRunFacet', '1-0-0', {parameters});
}

export const jobTypeFacet = (project: OpenLineageProject, jobType: 'PIPELINE' | 'STAGE'): Facet =>
  facet(project, 'JobTypeJobFacet', '2-0-3', {processingType: 'BATCH', integration: 'MLP', jobType});

/** @returns undefined where no commit is known. */
export function codeFacet(project: OpenLineageProject, git: GitState | undefined): Facet | undefined {
  if (git === undefined) return undefined;
  return facet(project, 'SourceCodeLocationJobFacet', '1-0-1', {
    type: 'git',
    url: project.repository ?? project.folder,
    ...(project.repository === undefined ? {} : {repoUrl: project.repository}),
    version: git.commit,
    ...(git.branch === undefined ? {} : {branch: git.branch}),
  });
}

export const sourceFacet = (project: OpenLineageProject, uri: string): Facet =>
  facet(project, 'DatasourceDatasetFacet', '1-0-1', {name: project.namespace, uri});

export const versionFacet = (project: OpenLineageProject, version: string): Facet =>
  facet(project, 'DatasetVersionDatasetFacet', '1-0-1', {datasetVersion: version});

/** Bytes and number of files. */
export function statisticsFacet(
  project: OpenLineageProject,
  side: 'input' | 'output',
  {size, files}: Pick<FileContent, 'size' | 'files'>,
): Facet {
  const [name, version] =
    side === 'input' ? ['InputStatisticsInputDatasetFacet', '1-0-0'] : ['OutputStatisticsOutputDatasetFacet', '1-0-2'];
  return facet(project, name, version, {size, fileCount: files ?? 1});
}
