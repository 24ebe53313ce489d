/** Parts of the event that ends a stage, and the state of an attempt that failed. */
import type {StageEnd} from '../model/event.ts';
import {runId} from '../model/ids.ts';
import type {AttemptState, Failure, Receipt} from '../model/job.ts';
import type {SettledTrace} from './settled.ts';

export function stateOf(failure: Failure): AttemptState {
  if (failure.class === 'oom') return 'oom';
  if (failure.class === 'timeout' || failure.class === 'timeout-idle') return 'timeout';
  return failure.class === 'interrupted' ? 'interrupted' : 'failed';
}

export function usage(receipt: Receipt | undefined): {cpuMs?: number; peakRssBytes?: number} {
  return {
    ...(receipt?.cpuMs === undefined ? {} : {cpuMs: receipt.cpuMs}),
    ...(receipt?.peakRssBytes === undefined ? {} : {peakRssBytes: receipt.peakRssBytes}),
  };
}

/** Whose result it is, and what it saved. */
export function origin(result: SettledTrace | undefined, shared = false): Partial<StageEnd> {
  if (result === undefined) return {};
  const {atMs, run, durationMs} = result;
  return {
    from: {atMs, ...(run === undefined ? {} : {run: runId(run)}), ...(shared ? {shared: true as const} : {})},
    ...(durationMs === undefined ? {} : {savedMs: durationMs}),
  };
}
