/** One pass over a table: its rules, its profile, and what moved against a reference. For the stage and the command. */
import {TableCheck} from '../../data/check/table-check.ts';
import {malformedFinding} from '../../data/check/table-rules.ts';
import type {Side} from '../../data/drift/comparison.ts';
import {driftReport} from '../../data/drift/findings.ts';
import {parseDriftRules} from '../../data/drift/rules.ts';
import {crashed, MOST_EXAMPLES, sortFindings, type Finding} from '../../data/findings.ts';
import {ProfileBuilder} from '../../data/profile/profile-builder.ts';
import type {Profile, Profiled} from '../../data/profile/profile.ts';
import type {ReadOptions} from '../../data/read-options.ts';
import {wholePattern} from '../../data/schema/parse-column.ts';
import {hygieneFindings} from '../../data/split-check/hygiene.ts';
import type {Host} from '../../host/host.ts';
import {BadRows} from '../shared/bad-rows.ts';
import type {LoadedSchema} from '../shared/load-schema.ts';
import type {Reference} from '../shared/profile-file.ts';
import {readForSchema, referenceSide} from './table-reader.ts';

export interface ValidateRequest {
  readonly path: string;
  /** The table as the user named it. */
  readonly table: string;
  readonly schema: LoadedSchema;
  readonly role?: string;
  /** Milliseconds since 1970, what `fresh` is measured from; without it nothing is said of `fresh`. */
  readonly asOf?: number;
  readonly reference?: Reference;
  /** Profiles of past windows, for `compare: {limit: history}`. */
  readonly history?: readonly Profile[];
  readonly read: ReadOptions;
  /** Where the rows that break rules are kept, and how many for a rule. */
  readonly rows?: {readonly folder: string; readonly most: number};
  functionOf(reference: string): Promise<(...args: unknown[]) => unknown>;
  readonly signal?: AbortSignal;
}

export interface Validated {
  /** Sorted, the worst first. */
  readonly findings: readonly Finding[];
  readonly profiled: Profiled;
  readonly reference?: Side & {readonly name: string};
  readonly rows: number;
}

export async function validateTable(host: Host, request: ValidateRequest): Promise<Validated> {
  const {table, schema: loaded, reference: named} = request;
  const {schema} = loaded;
  const reference =
    named === undefined ? undefined : {...(await referenceSide(host, named, schema, request.read)), name: named.name};
  const badRows = request.rows === undefined ? undefined : new BadRows(host, request.rows.folder, request.rows.most);
  const builder = new ProfileBuilder();
  const check = new TableCheck({
    schema,
    table,
    whereOf: (path) => loaded.whereOf(path),
    matches: (pattern, flags, texts) => matchesWithin(host, pattern, flags, texts),
    functionOf: (name) => request.functionOf(name),
    ...(request.asOf === undefined ? {} : {asOf: request.asOf}),
    ...(request.role === undefined ? {} : {role: request.role}),
    ...(reference === undefined ? {} : {referenceRows: reference.profile.rows}),
    ...(badRows === undefined ? {} : {onBadRows: (id, batch, rows) => badRows.add(id, batch, rows)}),
  });
  const malformed: string[] = [];
  let malformedCount = 0;
  try {
    const batches = readForSchema(host, request.path, schema, request.read, ({line, reason}) => {
      malformedCount += 1;
      if (malformed.length < MOST_EXAMPLES) malformed.push(`line ${String(line)}: ${reason}`);
    });
    for await (const batch of batches) {
      builder.add(await check.add(batch.table, batch.misfits));
      badRows?.next(batch.table);
      request.signal?.throwIfAborted();
    }
    const profiled = builder.finish();
    const findings = sortFindings([
      ...check.finish(),
      malformedFinding(malformedCount, check.rows, malformed, table),
      ...driftFindings(request, reference, profiled),
      ...hygieneFindings(table, profiled.profile),
    ]);
    await badRows?.end(findings);
    return {findings, profiled, rows: check.rows, ...(reference === undefined ? {} : {reference})};
  } catch (error) {
    badRows?.discard();
    throw error;
  }
}

function driftFindings(
  {table, history = [], schema: {schema, whereOf}}: ValidateRequest,
  reference: Side | undefined,
  current: Side,
): readonly Finding[] {
  if (reference === undefined) return [];
  try {
    const rules = parseDriftRules(schema.compare);
    const textColumns = schema.columns.filter(({type}) => type === 'text').map(({name}) => name);
    return driftReport(table, reference, current, {rules, history, textColumns}).findings;
  } catch (error) {
    return [crashed(table, 'the comparison with the reference', error, whereOf(['compare']))];
  }
}

/** Milliseconds for the different texts of one column of one batch: a thousand times what a usual pattern takes. */
const PATTERN_LIMIT = 10_000;

function matchesWithin(host: Host, pattern: string, flags: 'i' | '', texts: readonly string[]): Uint8Array {
  const whole = wholePattern(pattern, flags);
  const matching = new Uint8Array(texts.length);
  let at = 0;
  try {
    host.timeLimit(PATTERN_LIMIT, () => {
      for (; at < texts.length; at += 1) matching[at] = whole.test(texts[at] ?? '') ? 1 : 0;
    });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const text = texts[at] ?? '';
    const shown = text.length > 60 ? `${text.slice(0, 60)}...` : text;
    throw new Error(
      `the pattern \`${pattern}\` went astray at \`${shown}\`: ${why}; a repeat within a repeat, such as \`(a+)+\`, does so`,
      {cause: error},
    );
  }
  return matching;
}
