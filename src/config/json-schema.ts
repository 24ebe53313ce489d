/** The JSON Schema of pipeline.yaml for editors, from the same zod schema that the loader uses. */
import {isJsonObject, type Json, type JsonObject} from '../base/json.ts';
import type {StageKind} from '../stages/kind.ts';
import {ACTIONS} from './load-stage.ts';

/** @returns a draft 2020-12 schema; the settings of each built-in stage stand under `with` where `uses` names it. */
export async function pipelineJsonSchema(kinds: readonly StageKind[]): Promise<Json> {
  const z = await import('zod');
  const {schemasFor} = await import('./schema.ts');
  const toJson = (schema: import('zod').ZodType): JsonObject =>
    z.toJSONSchema(schema, {io: 'input', unrepresentable: 'any'}) as unknown as JsonObject;
  const file = toJson(schemasFor('editor').file);
  const withKinds: Json[] = [];
  for (const kind of kinds) {
    const {$schema: _, ...settings} = toJson((await kind.settings()).schema);
    withKinds.push({
      if: {properties: {uses: {const: kind.name, description: kind.summary}}, required: ['uses']},
      then: {properties: {with: {...settings, description: `Settings of \`${kind.name}\`. ${kind.summary}`}}},
    });
  }
  const action = {oneOf: ACTIONS.map((key) => ({required: [key]}))};
  const extra: JsonObject = withKinds.length === 0 ? action : {...action, allOf: withKinds};
  const properties = objectAt(file, 'properties');
  const stages = objectAt(properties, 'stages');
  const stage = {...objectAt(stages, 'additionalProperties'), ...extra};
  const uses =
    kinds.length === 0
      ? {}
      : {uses: {...objectAt(objectAt(stage, 'properties'), 'uses'), examples: kinds.map((kind) => kind.name)}};
  const complete = {...stage, properties: {...objectAt(stage, 'properties'), ...foreachShapes(stage), ...uses}};
  return {
    ...file,
    title: 'pipeline.yaml of mlp',
    properties: {...properties, stages: {...stages, additionalProperties: complete}},
  };
}

/** `matrix` and `foreach` are checked by code of their own, which says more; editors get their outline. */
function foreachShapes(stage: JsonObject): JsonObject {
  const properties = objectAt(stage, 'properties');
  const axis = {type: ['array', 'string'], description: 'Values of this axis, or a template that gives a list.'};
  const maps = (description: string): JsonObject => ({type: 'array', items: {type: 'object'}, description});
  return {
    matrix: {
      ...objectAt(properties, 'matrix'),
      type: ['object', 'string'],
      properties: {
        include: maps('More combinations, each a map from axis to value.'),
        exclude: maps('Combinations to leave out: all that agree with one of these maps.'),
      },
      additionalProperties: axis,
    },
    foreach: {...objectAt(properties, 'foreach'), type: ['array', 'object', 'string']},
  };
}

const objectAt = (holder: JsonObject, key: string): JsonObject => {
  const value = holder[key];
  return isJsonObject(value) ? value : {};
};
