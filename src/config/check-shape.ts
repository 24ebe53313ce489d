/** Runs a zod schema over a located value and says every mistake at its place. */
import type {Json} from '../base/json.ts';
import type * as z from 'zod';
import {suggest} from '../base/suggest.ts';
import {allowedTexts, expectedOf, keysAt} from './expected.ts';
import {missingKey, settingsDisagree, unknownKey, wrongType} from './problems-shape.ts';
import {describe} from './render.ts';
import type {ProblemList} from './problems.ts';
import {keySpot, type Located, nearest} from './source.ts';

type Path = readonly (string | number)[];
type Issue = z.core.$ZodIssue;

/** What the messages of a check speak of. */
export interface ShapeContext {
  /** `stage \`train\``, `pipeline.yaml`: for messages about the outermost map. */
  readonly where: string;
  readonly problems: ProblemList;
  /** Keys that may stand in the outermost map. */
  readonly known: readonly string[];
}

/** @returns true when the value has the right shape. Values that wait for an item are taken to have it. */
export function checkShape(schema: z.ZodType, node: Located, context: ShapeContext): boolean {
  return parseShape(schema, node, context).ok;
}

/** As checkShape, but gives what the schema makes of the value (defaults filled in). */
export function parseShape(
  schema: z.ZodType,
  node: Located,
  context: ShapeContext,
): {readonly ok: boolean; readonly value?: unknown} {
  const result = schema.safeParse(node.value, {reportInput: true});
  if (result.success) return {ok: true, value: result.data};
  let fine = true;
  for (const issue of result.error.issues) if (!report(issue, [], node, {...context, schema})) fine = false;
  return {ok: fine};
}

interface Check extends ShapeContext {
  readonly schema: z.ZodType;
}

/** @returns true when the issue is none, since the value waits for an item. */
function report(issue: Issue, prefix: Path, root: Located, context: Check): boolean {
  const path = [...prefix, ...issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step))];
  const at = nearest(root, path);
  if (at.deferred !== undefined) return true;
  if (issue.code === 'unrecognized_keys') {
    for (const key of issue.keys)
      context.problems.add(unknownKey(key, knownKeys(path, context), nameOf(path, context)), keySpot(at, key));
    return false;
  }
  if (issue.code === 'invalid_union') return reportUnion(issue, path, root, context);
  if (issue.code === 'invalid_key') {
    context.problems.add(wrongType(nameOf(path, context), 'a well-formed name', describe(issue.input as Json)), at);
    return false;
  }
  const expected = expectedOf(issue);
  if (
    issue.input === undefined &&
    path.length > 0 &&
    (issue.code === 'invalid_type' || issue.code === 'invalid_value')
  ) {
    const key = String(path.at(-1));
    context.problems.add(
      missingKey(key, nameOf(path.slice(0, -1), context), expected),
      ownerSpot(root, path.slice(0, -1)),
    );
    return false;
  }
  if (issue.code === 'custom') context.problems.add(settingsDisagree(placeOf(path, context), issue.message), at);
  else addWrongType(issue, path, at, context);
  return false;
}

function addWrongType(issue: Issue, path: Path, at: Located, context: Check): void {
  const {input} = issue;
  const near = typeof input === 'string' ? suggest(input, allowedTexts(issue)) : undefined;
  const hint = near === undefined ? undefined : `did you mean \`${near}\`?`;
  context.problems.add(
    wrongType(placeOf(path, context), expectedOf(issue), describe(input as Json | undefined), hint),
    at,
  );
}

/** Goes into the member of a union that the value was meant as; else names what the union takes. */
function reportUnion(issue: z.core.$ZodIssueInvalidUnion, path: Path, root: Located, context: Check): boolean {
  const meant = issue.errors.find(
    (issues) =>
      issues.length > 0 &&
      issues.every((inner) => inner.path.length > 0 || inner.code === 'unrecognized_keys' || isNestedUnion(inner)),
  );
  if (meant !== undefined && typeof issue.input === 'object' && issue.input !== null) {
    let fine = true;
    for (const inner of meant) if (!report(inner, path, root, context)) fine = false;
    return fine;
  }
  addWrongType(issue, path, nearest(root, path), context);
  return false;
}

/** A union in a union (one entry, or a list of entries) whose inner one knows better. */
const isNestedUnion = (issue: Issue): boolean =>
  issue.code === 'invalid_union' &&
  issue.errors.some(
    (issues) =>
      issues.length > 0 && issues.every((inner) => inner.path.length > 0 || inner.code === 'unrecognized_keys'),
  );

const knownKeys = (path: Path, context: Check): readonly string[] =>
  path.length === 0 ? context.known : keysAt(context.schema, path);

const placeOf = (path: Path, context: ShapeContext): string =>
  path.length === 0 ? context.where : `\`${pathText(path)}\` in ${context.where}`;

const nameOf = (path: Path, context: ShapeContext): string =>
  path.length === 0 ? context.where : `\`${pathText(path)}\` of ${context.where}`;

/** The key of the map in which something is missing, since the map itself may be long. */
function ownerSpot(root: Located, path: Path): Parameters<ProblemList['add']>[1] {
  const last = path.at(-1);
  if (last === undefined) return {source: root.source, start: root.start, end: root.start + 1};
  return typeof last === 'string' ? keySpot(nearest(root, path.slice(0, -1)), last) : nearest(root, path);
}

/** `deps[0].path` */
const pathText = (path: Path): string =>
  path.reduce<string>(
    (text, step) => (typeof step === 'number' ? `${text}[${step}]` : text === '' ? step : `${text}.${step}`),
    '',
  );
