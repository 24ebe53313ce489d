/**
 * What OpenLineage 2-0-2 asks of a run event and of the facets that mlp writes, restated: required fields, types and
 * formats of https://openlineage.io/spec/2-0-2/OpenLineage.json and of the facets named below. Facets that are not named
 * here fail, so that nothing is written that nobody looked up.
 */
import {z} from 'zod';

/** RFC 3986: a scheme, and only the characters that a URI may hold. */
const uri = z.string().regex(/^[a-z][a-z0-9+.-]*:(?:[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})+$/i);
const dateTime = z.iso.datetime({offset: true});
const uuid = z.uuid();

const FACETS = 'https://openlineage.io/spec/facets/';

/** A facet of one published version: its own fields beside the two of the base facet. */
function facet<Fields extends z.ZodRawShape>(name: string, version: string, fields: Fields) {
  return z.strictObject({
    _producer: uri,
    _schemaURL: z.literal(`${FACETS}${version}/${name}.json#/$defs/${name}`),
    ...fields,
  });
}

const job = {namespace: z.string().min(1), name: z.string().min(1)};
const text = z.string();

const runFacets = z.strictObject({
  parent: facet('ParentRunFacet', '1-1-0', {run: z.strictObject({runId: uuid}), job: z.strictObject(job)}).optional(),
  processing_engine: facet('ProcessingEngineRunFacet', '1-1-1', {
    version: text,
    name: text.optional(),
    openlineageAdapterVersion: text.optional(),
  }).optional(),
  errorMessage: facet('ErrorMessageRunFacet', '1-0-1', {
    message: text,
    programmingLanguage: text,
    stackTrace: text.optional(),
  }).optional(),
  executionParameters: facet('ExecutionParametersRunFacet', '1-0-0', {
    parameters: z.array(
      z.strictObject({key: text, name: text.optional(), description: text.optional(), value: text.optional()}),
    ),
  }).optional(),
});

const jobFacets = z.strictObject({
  jobType: facet('JobTypeJobFacet', '2-0-3', {
    processingType: text,
    integration: text,
    jobType: text.optional(),
  }).optional(),
  sourceCodeLocation: facet('SourceCodeLocationJobFacet', '1-0-1', {
    type: text,
    url: uri,
    repoUrl: text.optional(),
    path: text.optional(),
    version: text.optional(),
    tag: text.optional(),
    branch: text.optional(),
  }).optional(),
});

const dataSetFacets = z.strictObject({
  dataSource: facet('DatasourceDatasetFacet', '1-0-1', {name: text.optional(), uri: uri.optional()}).optional(),
  version: facet('DatasetVersionDatasetFacet', '1-0-1', {datasetVersion: text}).optional(),
});

const statistics = {rowCount: z.int().optional(), size: z.int().optional(), fileCount: z.int().optional()};
const dataSet = {namespace: z.string(), name: z.string(), facets: dataSetFacets.optional()};

export const runEventSchema = z.strictObject({
  eventType: z.enum(['START', 'RUNNING', 'COMPLETE', 'ABORT', 'FAIL', 'OTHER']),
  eventTime: dateTime,
  producer: uri,
  schemaURL: z.literal('https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent'),
  run: z.strictObject({runId: uuid, facets: runFacets.optional()}),
  job: z.strictObject({...job, facets: jobFacets.optional()}),
  inputs: z
    .array(
      z.strictObject({
        ...dataSet,
        inputFacets: z
          .strictObject({inputStatistics: facet('InputStatisticsInputDatasetFacet', '1-0-0', statistics).optional()})
          .optional(),
      }),
    )
    .optional(),
  outputs: z
    .array(
      z.strictObject({
        ...dataSet,
        outputFacets: z
          .strictObject({outputStatistics: facet('OutputStatisticsOutputDatasetFacet', '1-0-2', statistics).optional()})
          .optional(),
      }),
    )
    .optional(),
});

export type RunEventJson = z.infer<typeof runEventSchema>;
