/** Jobs and receipts for tests of what starts them, where nothing of them matters but their names. */
import {attemptId, digest, runId, stageName} from '../../src/model/ids.ts';
import type {Job, Receipt} from '../../src/model/job.ts';

export function jobOf(attempt: string, stage = 'train'): Job {
  return {
    job_version: 1,
    attempt: attemptId(attempt),
    run: runId(1),
    stage: stageName(stage),
    key: digest('0'.repeat(64)),
    action: {kind: 'argv', argv: ['true']},
    cwd: '.',
    env: {},
    secrets: [],
    envMode: 'strict',
    params: {},
    inputs: [],
    inputNames: {},
    outs: [],
    seed: 1,
    resources: {cpu: 1, tokens: {}},
    sandbox: 'off',
    publish: true,
    keepFailed: false,
    workFolder: `work/${attempt}`,
    logFile: `${attempt}.log`,
  };
}

export function receiptOf(job: Job, outcome: Receipt['outcome'] = 'succeeded'): Receipt {
  return {
    receipt_version: 1,
    attempt: job.attempt,
    stage: job.stage,
    key: job.key,
    outcome,
    ...(outcome === 'failed' ? {failure: {class: 'interrupted', message: 'stopped'}} : {manifest: {outputs: []}}),
    metrics: [],
    movedInputs: [],
    wallMs: 1,
    startedAtMs: 1,
    endedAtMs: 2,
  };
}
