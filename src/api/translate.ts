/** Turns what mlp keeps into what the typed API shows, and the errors of its inside into MlpError. */
import {leavesOf} from '../base/json.ts';
import {FileTrouble} from '../host/host.ts';
import type {Diagnostic} from '../model/diagnostic.ts';
import type {Metric as OwnMetric} from '../model/metric.ts';
import type {RunRow} from '../model/run.ts';
import type {SnapshotStage} from '../model/snapshot.ts';
import {UsageError} from '../project/usage-error.ts';
import {storeTrouble} from '../store/store-trouble.ts';
import {StoreTooNew} from '../store/migrations.ts';
import {STORE_FILE} from '../project/open-project-store.ts';
import {MlpError} from './mlp-error.ts';
import type {FileInfo, Metric, Run, StageOfRun} from './types.ts';

export function runOf(row: Omit<RunRow, 'argv' | 'facts'>): Run {
  const {id, status, startedAtMs, endedAtMs, name, tags, note, git, counts} = row;
  return {
    number: id,
    status,
    startedAt: new Date(startedAtMs),
    ...(endedAtMs === undefined ? {} : {endedAt: new Date(endedAtMs)}),
    ...(name === undefined ? {} : {name}),
    tags: tags ?? [],
    ...(note === undefined ? {} : {note}),
    ...(git === undefined ? {} : {git}),
    counts,
  };
}

export function stageOf(stage: SnapshotStage): StageOfRun {
  return {
    name: stage.name,
    outcome: stage.outcome ?? 'skipped',
    ...(stage.durationMs === undefined ? {} : {durationMs: stage.durationMs}),
    params: Object.fromEntries(leavesOf(stage.params)),
    metrics: metricsOf(stage.name, stage.metrics),
    inputs: stage.inputs.map(fileOf),
    outputs: stage.outputs.map(fileOf),
  };
}

export function metricsOf(stage: string, metrics: readonly OwnMetric[]): readonly Metric[] {
  return metrics.map(({name, value, step}) => ({stage, name, value, ...(step === undefined ? {} : {step})}));
}

function fileOf({
  path,
  type,
  hash,
  size,
}: SnapshotStage['outputs'][number] | SnapshotStage['inputs'][number]): FileInfo {
  return {path, type, ...(hash === '' ? {} : {sha256: hash}), size};
}

/** All mistakes of pipeline.yaml as one error. */
export function configError(diagnostics: readonly Diagnostic[]): MlpError {
  const lines = diagnostics
    .filter(({severity}) => severity === 'error')
    .map(({place, message, hint}) => {
      const where = place === undefined ? '' : `${place.file}:${String(place.line)}:${String(place.column)}: `;
      return `${where}${message}${hint === undefined ? '' : ` (${hint})`}`;
    });
  return new MlpError('config', lines.join('\n'), '`mlp plan` shows the lines');
}

/** @returns the error itself where it is a bug or comes from the caller's own function. */
export function translated(error: unknown): unknown {
  if (error instanceof UsageError) {
    const code = error.message.startsWith('there is no pipeline.yaml') ? 'not-found' : 'usage';
    return new MlpError(code, error.message, error.hint, {cause: error});
  }
  if (error instanceof FileTrouble || error instanceof StoreTooNew)
    return new MlpError('io', error.message, undefined, {cause: error});
  const trouble = storeTrouble(error, STORE_FILE);
  return trouble === undefined ? error : new MlpError('io', trouble, undefined, {cause: error});
}
