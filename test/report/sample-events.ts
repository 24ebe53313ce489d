/** One event of each type with every optional field, and one reason of each kind. */
import type {RunEvent} from '../../src/model/event.ts';
import {attemptId, runId, stageName} from '../../src/model/ids.ts';
import type {Reason} from '../../src/model/run.ts';

const stage = stageName('train');
const attempt = attemptId('42-train-x1');
const run = runId(42);
const paths = ['model.json'];

export const sampleReasons: {readonly [K in Reason['kind']]: Extract<Reason, {kind: K}>} = {
  fresh: {kind: 'fresh', sameBytes: [stage]},
  new: {kind: 'new'},
  changed: {
    kind: 'changed',
    changes: [
      {part: 'params', path: 'train.trees', before: 200, after: 300},
      {part: 'deps', path: 'data/a.csv', after: ['file', false, 'x']},
    ],
    code: ['lib/text.ts clean() changed'],
  },
  'outputs-missing': {kind: 'outputs-missing', paths},
  'outputs-edited': {kind: 'outputs-edited', paths},
  'outputs-of-other-run': {kind: 'outputs-of-other-run', paths},
  'failed-before': {kind: 'failed-before', attempt},
  'interrupted-before': {kind: 'interrupted-before', attempt},
  'input-moved': {kind: 'input-moved', paths},
  'not-in-cache': {kind: 'not-in-cache', paths},
  'corrupt-object': {kind: 'corrupt-object', paths},
  always: {kind: 'always'},
  forced: {kind: 'forced'},
  'no-outputs': {kind: 'no-outputs'},
  frozen: {kind: 'frozen'},
  'needs-approval': {kind: 'needs-approval', request: '3f2a', because: 'needs an approval by @ds-leads'},
  rejected: {kind: 'rejected', request: '3f2a', because: 'anna@firm.lt rejected it'},
  'no-review': {kind: 'no-review'},
  upstream: {kind: 'upstream', stages: [stage]},
  'blocked-by': {kind: 'blocked-by', stages: [stage]},
  'run-stopped': {kind: 'run-stopped', after: stage},
  'input-missing': {kind: 'input-missing', paths},
  'cannot-decide': {kind: 'cannot-decide', message: 'the list is no JSON'},
};

export const samples: {readonly [T in RunEvent['type']]: Extract<RunEvent, {type: T}>} = {
  plan: {type: 'plan', run, jobs: 2, stages: [{stage, expectedMs: 5}, {stage: stageName('a')}]},
  notice: {type: 'notice', level: 'warning', code: 'c', message: 'm', stage, hint: 'h'},
  'stage.expand': {type: 'stage.expand', stage, branches: [stageName('train@a')]},
  'stage.wait': {type: 'stage.wait', stage, holder: {pid: 1, run, sinceMs: 5}},
  'stage.start': {
    type: 'stage.start',
    stage,
    attempt,
    number: 1,
    reason: {kind: 'new'},
    expectedMs: 5,
    logFile: 'x.log',
  },
  'stage.output': {type: 'stage.output', stage, attempt, text: 'epoch 1\n'},
  'stage.progress': {type: 'stage.progress', stage, attempt, fraction: 0.5, text: 't', rssBytes: 1, cpuMs: 2},
  'stage.retry': {type: 'stage.retry', stage, attempt, failure: {class: 'lost', message: 'gone'}, next: 2, waitMs: 10},
  'stage.end': {
    type: 'stage.end',
    stage,
    outcome: 'failed',
    reason: {kind: 'new'},
    attempt,
    durationMs: 1,
    savedMs: 2,
    cpuMs: 3,
    peakRssBytes: 4,
    from: {run, atMs: 5},
    sameBytes: false,
    failure: {class: 'exit', message: 'm', hint: 'h', exitCode: 1, signal: 'SIGTERM'},
    logTail: ['last line'],
    logFile: 'x.log',
    metrics: [{name: 'log loss', value: Number.NaN, step: 1, source: 'm.json'}],
    previousMetrics: [{name: 'log loss', value: Number.NEGATIVE_INFINITY, source: 'm.json'}],
  },
  interrupt: {type: 'interrupt', signal: 'SIGINT', running: [stage], kill: true},
  summary: {
    type: 'summary',
    run,
    status: 'failed',
    exitCode: 1,
    counts: {failed: 1, skipped: 2},
    durationMs: 3,
    savedMs: 4,
    comparedWith: runId(41),
  },
};

export const sampleEvents: readonly RunEvent[] = Object.values(samples);
