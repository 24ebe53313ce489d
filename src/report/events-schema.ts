/**
 * The events of `--json` as zod schemas: a mirror of model/event.ts, for programs that read them and for the published
 * events.schema.json. Made by a function, so that zod is loaded on use. The input of a schema is the JSON on the wire
 * (numbers that JSON lacks are strings), its output is the event.
 */
import type {Json} from '../base/json.ts';
import {EVENT_SCHEMA_VERSION} from '../model/event.ts';
import type {AttemptId, RunId, StageName} from '../model/ids.ts';
import {attemptId, runId, stageName} from '../model/ids.ts';
import {parseMetricValue} from '../model/metric.ts';

/** The schemas of all events. `line` is one line of the output: an event with its `schema_version`. */
export async function eventSchemas() {
  const z = await import('zod');

  const stage = z
    .string()
    .transform((text): StageName => stageName(text))
    .meta({description: 'Name of a stage; of a branch: name@branch.'});
  const run = z
    .int()
    .transform((value): RunId => runId(value))
    .meta({description: 'Number of a run.'});
  const attempt = z
    .string()
    .transform((text): AttemptId => attemptId(text))
    .meta({description: 'Unique name of one attempt at a stage.'});
  const ms = z.number().meta({description: 'Milliseconds.'});
  const atMs = z.number().meta({description: 'Milliseconds since 1970-01-01 UTC.'});
  const bytes = z.number().meta({description: 'Bytes.'});
  const text = z.string();
  const paths = z.array(z.string()).readonly();
  const stages = z.array(stage).readonly();

  const json = z
    .unknown()
    .transform((value) => value as Json)
    .meta({description: 'Any JSON value.'});

  const metric = z
    .object({
      name: text.meta({description: 'May hold any character.'}),
      value: z
        .union([z.number(), z.enum(['NaN', 'Infinity', '-Infinity'])])
        .transform((value) => (typeof value === 'number' ? value : (parseMetricValue(value) ?? Number.NaN)))
        .meta({description: 'A number; what JSON lacks is a string.'}),
      step: z.exactOptional(z.number().meta({description: 'Present for a point of a curve.'})),
      source: text.meta({description: 'The file it was read from, or how it was logged.'}),
    })
    .readonly();
  const metrics = z.array(metric).readonly();

  const failure = z
    .object({
      class: z.enum([
        ...(['exit', 'signal', 'threw', 'timeout', 'timeout-idle', 'oom', 'missing-output', 'missing-metric'] as const),
        ...([
          'wrong-output',
          'not-found',
          'nondeterministic',
          'rejected',
          'input-missing',
          'build',
          'interrupted',
        ] as const),
        ...(['disk-full', 'read-only', 'lost', 'preempted', 'infrastructure'] as const),
      ]),
      message: text.meta({description: 'One sentence.'}),
      hint: z.exactOptional(text),
      exitCode: z.exactOptional(z.number()),
      signal: z.exactOptional(text),
    })
    .readonly();

  const keyChange = z
    .object({
      part: z.enum([
        ...([
          'scheme',
          'salt',
          'action',
          'cwd',
          'code',
          'params',
          'env',
          'runtime',
          'seed',
          'deps',
          'outs',
          'names',
        ] as const),
      ]),
      path: text,
      before: z.exactOptional(json),
      after: z.exactOptional(json),
    })
    .readonly();

  const bare = <K extends string>(kind: K) => z.object({kind: z.literal(kind)}).readonly();
  const ofPaths = <K extends string>(kind: K) => z.object({kind: z.literal(kind), paths}).readonly();
  const ofAttempt = <K extends string>(kind: K) => z.object({kind: z.literal(kind), attempt}).readonly();
  const ofStages = <K extends string>(kind: K) => z.object({kind: z.literal(kind), stages}).readonly();
  const reason = z
    .discriminatedUnion('kind', [
      z.object({kind: z.literal('fresh'), sameBytes: z.exactOptional(stages)}).readonly(),
      bare('new'),
      z
        .object({kind: z.literal('changed'), changes: z.array(keyChange).readonly(), code: z.exactOptional(paths)})
        .readonly(),
      ofPaths('outputs-missing'),
      ofPaths('outputs-edited'),
      ofPaths('outputs-of-other-run'),
      ofAttempt('failed-before'),
      ofAttempt('interrupted-before'),
      ofPaths('input-moved'),
      ofPaths('not-in-cache'),
      ofPaths('corrupt-object'),
      bare('always'),
      bare('forced'),
      bare('no-outputs'),
      bare('frozen'),
      z.object({kind: z.literal('needs-approval'), request: text, because: text}).readonly(),
      z.object({kind: z.literal('rejected'), request: text, because: text}).readonly(),
      bare('no-review'),
      ofStages('upstream'),
      ofStages('blocked-by'),
      z.object({kind: z.literal('run-stopped'), after: z.exactOptional(stage)}).readonly(),
      ofPaths('input-missing'),
      z.object({kind: z.literal('cannot-decide'), message: text}).readonly(),
    ])
    .meta({description: 'Why a stage was decided as it was.'});

  const outcome = z.enum(['skipped', 'ran', 'restored', 'failed', 'stopped', 'waiting', 'not-run']);
  const planned = z.object({stage, expectedMs: z.exactOptional(ms)}).readonly();

  const event = z.discriminatedUnion('type', [
    z
      .object({type: z.literal('plan'), run, stages: z.array(planned).readonly(), jobs: z.int()})
      .readonly()
      .meta({description: 'First of all: what this run may touch, in graph order.'}),
    z
      .object({
        type: z.literal('notice'),
        level: z.enum(['info', 'warning']),
        code: text,
        message: text,
        stage: z.exactOptional(stage),
        hint: z.exactOptional(text),
      })
      .readonly()
      .meta({description: 'Something worth knowing.'}),
    z
      .object({type: z.literal('stage.expand'), stage, branches: stages})
      .readonly()
      .meta({description: 'The branches of a dynamic stage are known now.'}),
    z
      .object({
        type: z.literal('stage.wait'),
        stage,
        holder: z.object({pid: z.int(), run: z.exactOptional(run), sinceMs: atMs}).readonly(),
      })
      .readonly()
      .meta({description: 'Another mlp holds the stage.'}),
    z
      .object({
        type: z.literal('stage.start'),
        stage,
        attempt,
        number: z.int().meta({description: '1 for the first attempt, 2 for the first retry.'}),
        reason,
        expectedMs: z.exactOptional(ms),
        logFile: text,
      })
      .readonly()
      .meta({description: 'An attempt at a stage begins.'}),
    z
      .object({type: z.literal('stage.output'), stage, attempt, text})
      .readonly()
      .meta({description: 'What the stage printed.'}),
    z
      .object({
        type: z.literal('stage.progress'),
        stage,
        attempt,
        fraction: z.exactOptional(z.number().meta({description: '0 to 1.'})),
        text: z.exactOptional(text),
        rssBytes: z.exactOptional(bytes),
        cpuMs: z.exactOptional(ms),
      })
      .readonly()
      .meta({description: 'How far a stage is, and what it uses.'}),
    z
      .object({type: z.literal('stage.retry'), stage, attempt, failure, next: z.int(), waitMs: ms})
      .readonly()
      .meta({description: 'An attempt failed and another one follows.'}),
    z
      .object({
        type: z.literal('stage.end'),
        stage,
        outcome,
        reason,
        attempt: z.exactOptional(attempt),
        durationMs: ms,
        savedMs: z.exactOptional(ms),
        cpuMs: z.exactOptional(ms),
        peakRssBytes: z.exactOptional(bytes),
        from: z.exactOptional(
          z.object({run: z.exactOptional(run), atMs, shared: z.exactOptional(z.literal(true))}).readonly(),
        ),
        sameBytes: z.exactOptional(z.boolean()),
        failure: z.exactOptional(failure),
        logTail: z.exactOptional(paths),
        logFile: z.exactOptional(text),
        metrics: z.exactOptional(metrics),
        previousMetrics: z.exactOptional(metrics),
      })
      .readonly()
      .meta({description: 'A stage ended, in whatever way.'}),
    z
      .object({type: z.literal('interrupt'), signal: text, running: stages, kill: z.boolean()})
      .readonly()
      .meta({description: 'The run was asked to stop.'}),
    z
      .object({
        type: z.literal('summary'),
        run,
        status: z.enum(['done', 'failed', 'interrupted', 'waiting']),
        exitCode: z.int(),
        counts: z.partialRecord(outcome, z.int()).readonly(),
        durationMs: ms,
        savedMs: ms,
        comparedWith: z.exactOptional(run),
      })
      .readonly()
      .meta({description: 'Last of all: how the run ended.'}),
  ]);

  const version = z.object({schema_version: z.literal(EVENT_SCHEMA_VERSION)});
  return {event, line: z.intersection(version, event), toJSONSchema: z.toJSONSchema};
}

/** The JSON Schema of one line of `mlp run --json`, as published in events.schema.json. */
export async function eventsJsonSchema(): Promise<object> {
  const {line, toJSONSchema} = await eventSchemas();
  const schema = toJSONSchema(line, {io: 'input', reused: 'ref'});
  return {title: 'One line of `mlp run --json`', ...schema};
}
