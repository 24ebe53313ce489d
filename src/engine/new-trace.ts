/** What an attempt that succeeded adds to the known results. */
import type {Job, Receipt} from '../model/job.ts';
import type {NewTrace} from '../store/store.ts';
import type {Known} from './staleness.ts';

export function newTrace(job: Job, receipt: Receipt, {key, document, inputs, code}: Known): NewTrace {
  return {
    stage: job.stage,
    key,
    document,
    createdAtMs: receipt.endedAtMs,
    run: job.run,
    attempt: job.attempt,
    origin: 'ran',
    durationMs: receipt.wallMs,
    inputs: inputs.entries,
    outputs: receipt.manifest?.outputs ?? [],
    metrics: receipt.metrics,
    pieces: code.pieces,
  };
}
