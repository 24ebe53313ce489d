/** Inside the thread of a function: builds the context that it is called with. */
import * as fs from 'node:fs';
import {format} from 'node:util';
import {formatMetricValue} from '../model/metric.ts';
import type {StageContext} from '../model/stage-context.ts';
import type {FunctionContextData} from './host.ts';

/** Progress is for people: more often than this nobody can read it. */
const PROGRESS_EVERY_MS = 100;

export interface ContextHooks {
  readonly log: (text: string) => void;
  readonly signal: AbortSignal;
  /** Called whenever the function calls back: a chance to look at the memory in a loop that never waits. */
  readonly tick: () => void;
}

export function functionContext(data: FunctionContextData, hooks: ContextHooks): StageContext<unknown> {
  let lastProgress = Number.NEGATIVE_INFINITY;
  return {
    stage: data.stage,
    params: data.params,
    inputs: singleInputs(data.inputs),
    inputFiles: Object.fromEntries(
      Object.entries(data.inputs).map(([name, paths]) => [name, typeof paths === 'string' ? [paths] : paths]),
    ),
    outputs: data.outputs,
    metric: (name, value, step) => {
      hooks.tick();
      appendLine(data.metricsFile, metricLine(name, value, step));
    },
    progress: (fraction, text) => {
      hooks.tick();
      const now = performance.now();
      if (fraction < 1 && now - lastProgress < PROGRESS_EVERY_MS) return;
      lastProgress = now;
      appendLine(data.progressFile, JSON.stringify({fraction, ...(text === undefined ? {} : {text})}));
    },
    log: (...values) => {
      hooks.tick();
      hooks.log(`${format(...values)}\n`);
    },
    seed: data.seed,
    ...(data.memoryBytes === undefined ? {} : {memoryBytes: data.memoryBytes}),
    signal: hooks.signal,
  };
}

/** Inputs with one path; asking for one with several says where they are, instead of giving undefined. */
function singleInputs(inputs: FunctionContextData['inputs']): Readonly<Record<string, string>> {
  const single: Record<string, string> = {};
  for (const [name, paths] of Object.entries(inputs)) {
    if (typeof paths === 'string') {
      single[name] = paths;
      continue;
    }
    Object.defineProperty(single, name, {
      get: () => {
        throw new TypeError(
          `the input \`${name}\` is a list of ${paths.length} files: use \`inputFiles[${JSON.stringify(name)}]\``,
        );
      },
    });
  }
  return single;
}

/** @throws TypeError for what is no metric: a number written as a text would be lost silently. */
function metricLine(name: unknown, value: unknown, step: unknown): string {
  if (typeof name !== 'string' || name === '')
    throw new TypeError(`metric(): the name must be a text, not ${format('%o', name)}`);
  if (typeof value !== 'number') {
    throw new TypeError(`metric(): the value of \`${name}\` must be a number, not ${format('%o', value)}`);
  }
  if (step !== undefined && !(typeof step === 'number' && Number.isFinite(step))) {
    throw new TypeError(`metric(): the step of \`${name}\` must be a number, not ${format('%o', step)}`);
  }
  const exact = Number.isFinite(value) ? value : formatMetricValue(value);
  return JSON.stringify({name, value: exact, ...(step === undefined ? {} : {step})});
}

function appendLine(file: string, line: string): void {
  fs.appendFileSync(file, `${line}\n`);
}
