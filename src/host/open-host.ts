import {realpathSync} from 'node:fs';
import {resolve} from 'node:path';
import {createClock} from './clock.ts';
import {createCompression} from './compression.ts';
import {createEnv} from './env.ts';
import {asTrouble} from './file-trouble.ts';
import {createFiles, pathShower} from './files.ts';
import {createFolderWatch} from './folder-watch.ts';
import {createFunctions} from './functions.ts';
import {createGlobs} from './globs.ts';
import {createHashing} from './hashing.ts';
import {createHttp} from './http.ts';
import type {Clock, Env, Host, Http, Ids, Input, Machine, Output, Signals} from './host.ts';
import {createIds} from './ids.ts';
import {createInput} from './input.ts';
import {createMachine} from './machine.ts';
import {moduleEntry} from './module-entry.ts';
import {createOutput} from './output.ts';
import {createProcesses} from './processes.ts';
import {createSignals} from './signals.ts';
import {createSignatures} from './signatures.ts';
import {createThreads} from './threads.ts';
import {createTimeLimit, type TimeLimit} from './time-limit.ts';

/** Parts that a test replaces; `functionWorker` and `hashWorker` are paths of built modules. */
export interface HostOptions {
  readonly clock?: Clock;
  readonly ids?: Ids;
  readonly env?: Env;
  readonly input?: Input;
  readonly output?: Output;
  readonly machine?: Machine;
  readonly signals?: Signals;
  readonly http?: Http;
  readonly timeLimit?: TimeLimit;
  readonly functionWorker?: string;
  readonly hashWorker?: string;
}

/**
 * The real world, seen from a project folder. Costs next to nothing: threads, helper programs and packages are started
 * and loaded on use.
 * @throws FileTrouble when the folder is not there
 */
export function openHost(folder: string, options: HostOptions = {}): Host {
  const root = realFolder(resolve(folder));
  const show = pathShower(root);
  const ids = options.ids ?? createIds();
  const clock = options.clock ?? createClock();
  const files = createFiles(root, ids);
  const absolute = (path: string): string => files.absolute(path);
  const env = options.env ?? createEnv();
  const machine = options.machine ?? createMachine(absolute);
  const processes = createProcesses({absolute, env, ids});
  return {
    root,
    files,
    hashing: createHashing({
      absolute,
      show,
      root,
      cores: () => machine.cores,
      now: () => clock.now(),
      workerEntry: () => options.hashWorker ?? moduleEntry('hash-worker'),
    }),
    globs: createGlobs(root, show),
    processes,
    functions: createFunctions({absolute, workerEntry: () => options.functionWorker ?? moduleEntry('function-worker')}),
    clock,
    ids,
    env,
    input: options.input ?? createInput(),
    output: options.output ?? createOutput(),
    machine,
    signals: options.signals ?? createSignals(),
    http: options.http ?? createHttp(absolute),
    compression: createCompression(),
    folderWatch: createFolderWatch(absolute),
    signatures: createSignatures({processes, absolute}),
    threads: createThreads(),
    timeLimit: options.timeLimit ?? createTimeLimit(),
  };
}

function realFolder(folder: string): string {
  try {
    return realpathSync.native(folder);
  } catch (error) {
    throw asTrouble(error, folder, (path) => path);
  }
}
