/**
 * The text of mlp.lock: what every stage read, wrote and measured, committed beside pipeline.yaml, so that a fresh clone
 * with the same cache or remote has nothing to run. One fact a line, sorted, stages apart by a blank line and an
 * unchanging name: that is what lets Git merge changes of different stages, neighbours too. No time, host or user.
 *
 * Git merges lines, not stages: it may put the key of one side beside the outputs of the other. So each stage carries a
 * checksum of its facts, and one whose facts do not belong together is left out rather than believed.
 */
import {byCodeUnits} from '../base/compare.ts';
import {canonicalJson, isJsonObject} from '../base/json.ts';
import type {Json, JsonObject} from '../base/json.ts';
import {err, ok} from '../base/result.ts';
import type {Result} from '../base/result.ts';
import type {FileContent, OutputEntry} from './artifact.ts';
import type {Digest, ProjectPath, StageName} from './ids.ts';
import {contentOf, contentText, wordsOf} from './lock-content.ts';
import {factLine, parseFacts, parseJson, printableJson, sidesOf} from './lock-lines.ts';
import type {Facts} from './lock-lines.ts';
import {formatMetricValue, parseMetricValue} from './metric.ts';
import type {Metric} from './metric.ts';
import {sourceLines, sourcesOf} from './lock-sources.ts';
import type {LockSource} from './lock-sources.ts';

/** 2 has `sources`; a file without any is still written as 1, which every mlp reads. */
const VERSIONS: readonly string[] = ['1', '2'];

const HASH = /^[0-9a-f]{64}$/;
const HEADER = '# Written by mlp: commit it. `mlp run` settles a merge conflict in it.';

/** An input: its path and what was there. */
export interface LockDep extends FileContent {
  readonly path: string;
}

export interface LockStage {
  readonly name: StageName;
  readonly key: Digest;
  readonly deps: readonly LockDep[];
  /** All that a trace needs. */
  readonly outs: readonly OutputEntry[];
  readonly params: JsonObject;
  /** Points of curves (metrics with a step) are not written. */
  readonly metrics: readonly Metric[];
}

export interface Lock {
  /** In the order of the pipeline. */
  readonly stages: readonly LockStage[];
  /** What was added with `mlp add`, sorted by path; absent: nothing. */
  readonly sources?: readonly LockSource[];
}

export interface ParsedLock {
  /** One, or both sides of a merge conflict, ours first; none when nothing could be read. */
  readonly candidates: readonly Lock[];
  /** What is wrong and how to mend it; what could be read is in `candidates` all the same. */
  readonly problem?: string;
  /** A later mlp wrote it: nothing of it may be lost by writing it anew. */
  readonly isNewer?: true;
}

export function writeLock(lock: Lock): string {
  const sources = lock.sources ?? [];
  const head = `${HEADER}\nmlp-lock: ${sources.length === 0 ? '1' : '2'}\n${sourceLines(sources)}`;
  if (lock.stages.length === 0) return `${head}stages: {}\n`;
  const stages = lock.stages.map((stage) => {
    const lines = factsOf(stage);
    const title = factLine(1, stage.name);
    return ['', title, factLine(2, 'check', checksum(lines)), ...lines, ''].join('\n');
  });
  return `${head}stages:\n${stages.join('')}`;
}

export function parseLock(text: string): ParsedLock {
  const candidates: Lock[] = [];
  let problem: string | undefined;
  let isNewer = false;
  for (const side of sidesOf(text.replaceAll('\r\n', '\n'))) {
    const parsed = parseSide(side);
    if (parsed.lock !== undefined) candidates.push(parsed.lock);
    problem ??= parsed.problem;
    isNewer ||= parsed.isNewer === true;
  }
  return {candidates, ...(problem === undefined ? {} : {problem}), ...(isNewer ? {isNewer} : {})};
}

/** Every object that the file needs to be in the cache, so that a clone of it has its data: outputs, and what was added. */
export function objectsOfLock({
  stages,
  sources = [],
}: Lock): readonly {readonly type: 'file' | 'dir'; readonly hash: Digest}[] {
  const outs = stages.flatMap((stage) => stage.outs.filter(({cached}) => cached));
  return [...outs, ...sources].flatMap(({type, hash}) => (hash === '' || type === 'absent' ? [] : [{type, hash}]));
}

/** The lines of a stage below its name, `check` left out. */
function factsOf(stage: LockStage): readonly string[] {
  const lines = [factLine(2, 'key', stage.key)];
  const section = (name: string, facts: readonly string[]): void => {
    if (facts.length > 0) lines.push(factLine(2, name), ...facts);
  };
  section(
    'deps',
    uniqueByPath(stage.deps).map((dep) => factLine(3, dep.path, contentText(dep))),
  );
  section(
    'outs',
    uniqueByPath(stage.outs).map((out) => {
      const flags = `${out.role === 'out' ? '' : ` ${out.role}`}${out.cached ? '' : ' uncached'}`;
      return factLine(3, out.path, `${contentText(out)}${flags}`);
    }),
  );
  section('params', paramLines(3, stage.params));
  section('metrics', metricLines(stage.metrics));
  return lines;
}

function uniqueByPath<T extends {readonly path: string}>(entries: readonly T[]): readonly T[] {
  const ofPath = new Map(entries.map((entry) => [entry.path as string, entry]));
  return [...ofPath.values()].sort((a, b) => byCodeUnits(a.path, b.path));
}

function paramLines(depth: number, params: JsonObject): readonly string[] {
  const lines: string[] = [];
  for (const name of Object.keys(params).sort(byCodeUnits)) {
    const value = params[name];
    if (value === undefined) continue;
    if (isJsonObject(value) && Object.keys(value).length > 0) {
      lines.push(factLine(depth, name), ...paramLines(depth + 1, value));
    } else lines.push(factLine(depth, name, printableJson(canonicalJson(value))));
  }
  return lines;
}

function metricLines(metrics: readonly Metric[]): readonly string[] {
  const sources = new Map<string, Map<string, number>>();
  for (const {name, source, value, step} of metrics) {
    if (step !== undefined) continue;
    const values = sources.get(source) ?? new Map<string, number>();
    sources.set(source, values.set(name, value));
  }
  const byName = (a: readonly [string, unknown], b: readonly [string, unknown]): number => byCodeUnits(a[0], b[0]);
  return [...sources]
    .sort(byName)
    .flatMap(([source, values]) => [
      factLine(3, source),
      ...[...values].sort(byName).map(([name, value]) => factLine(4, name, formatMetricValue(value))),
    ]);
}

/** FNV-1a over the text's UTF-16 code units, and its length: guards against mixed lines, not against malice. */
function checksum(lines: readonly string[]): string {
  let hash = 0x811c9dc5;
  let length = 0;
  for (const line of lines) {
    for (let index = 0; index < line.length; index++) hash = Math.imul(hash ^ line.charCodeAt(index), 0x01000193);
    hash = Math.imul(hash ^ 10, 0x01000193);
    length += line.length;
  }
  // The letter keeps YAML from taking digits for a number.
  return `c${(hash >>> 0).toString(16).padStart(8, '0')}-${String(length)}`;
}

function parseSide(text: string): {readonly lock?: Lock} & Omit<ParsedLock, 'candidates'> {
  const facts = parseFacts(text);
  if (!facts.ok) return {problem: `\`mlp.lock\` cannot be read, ${facts.error}; \`mlp run\` writes it anew`};
  const version = facts.value.get('mlp-lock');
  if (typeof version !== 'string' || !VERSIONS.includes(version)) {
    const found = typeof version === 'string' ? `has the version ${version}` : 'has no version';
    return {
      problem: `\`mlp.lock\` ${found}, this mlp reads ${VERSIONS.join(' and ')}: update mlp, or remove the file to begin anew`,
      ...(Number(version) > VERSIONS.length ? {isNewer: true} : {}),
    };
  }
  const sources = sourcesOf(facts.value);
  const added = sources.length === 0 ? {} : {sources};
  const listed = facts.value.get('stages');
  if (listed === undefined || typeof listed === 'string') return {lock: {stages: [], ...added}};
  const stages: LockStage[] = [];
  let problem: string | undefined;
  for (const [name, stageFacts] of listed) {
    const stage = parseStage(name, stageFacts);
    if (stage.ok) stages.push(stage.value);
    else problem ??= `\`mlp.lock\` is not used for \`${name}\`: ${stage.error}; \`mlp run\` writes it anew`;
  }
  return {lock: {stages, ...added}, ...(problem === undefined ? {} : {problem})};
}

function parseStage(name: string, facts: string | Facts): Result<LockStage, string> {
  if (typeof facts === 'string') return err('it has no facts');
  const key = facts.get('key');
  const stage: LockStage = {
    name: name as StageName,
    key: String(key) as Digest,
    deps: Array.from(below(facts, 'deps'), ([path, text]) => ({...contentOf(wordsOf(text)), path})),
    outs: Array.from(below(facts, 'outs'), ([path, text]) => parseOut(path as ProjectPath, wordsOf(text))),
    params: parseParams(below(facts, 'params')),
    metrics: parseMetrics(below(facts, 'metrics')),
  };
  if (
    ![stage.key, ...[...stage.deps, ...stage.outs].map(({hash}) => hash || stage.key)].every((hash) => HASH.test(hash))
  ) {
    return err('a hash in it is not 64 hexadecimal digits');
  }
  // What was misread, whatever it was, does not give the lines again that the checksum was taken of.
  if (facts.get('check') !== checksum(factsOf(stage)))
    return err('its lines do not belong together, as after a merge by hand');
  return ok(stage);
}

function below(facts: Facts, name: string): Facts {
  const found = facts.get(name);
  return found === undefined || typeof found === 'string' ? new Map() : found;
}

function parseOut(path: ProjectPath, words: readonly string[]): OutputEntry {
  const role = words.includes('metrics') ? 'metrics' : words.includes('plots') ? 'plots' : 'out';
  return {...contentOf(words), path, role, cached: !words.includes('uncached')};
}

function parseParams(facts: Facts): JsonObject {
  const parsed = [...facts].map(([name, value]): [string, Json] => [
    name,
    typeof value === 'string' ? ((parseJson(value) ?? null) as Json) : parseParams(value),
  ]);
  // Not by assignment, which gives `__proto__` another meaning.
  return Object.fromEntries(parsed);
}

function parseMetrics(facts: Facts): readonly Metric[] {
  return [...facts].flatMap(([source, values]) =>
    typeof values === 'string'
      ? []
      : [...values].map(([name, value]) => ({
          name,
          value: (typeof value === 'string' ? parseMetricValue(value) : undefined) ?? Number.NaN,
          source,
        })),
  );
}
