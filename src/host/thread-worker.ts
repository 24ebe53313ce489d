/** Entry of a thread that is called method by method: answers each call with one message. */
import {pathToFileURL} from 'node:url';
import {parentPort, workerData} from 'node:worker_threads';
import {cpuOfStat} from './process-group.ts';
import type {ThreadAnswer, ThreadCall, ThreadData} from './thread-protocol.ts';

const {module, kind, setup} = workerData as ThreadData;
const {createMember} = (await import(pathToFileURL(module).href)) as {
  readonly createMember: (kind: string, setup: unknown) => Readonly<Record<string, (argument: unknown) => unknown>>;
};
const member = createMember(kind, setup);

function answer({id, method, argument}: ThreadCall): ThreadAnswer {
  try {
    const result = member[method]?.(argument);
    return {id, cpuMs: cpuMs(), result};
  } catch (error) {
    return {id, cpuMs: cpuMs(), error: error instanceof Error ? error.message : String(error)};
  }
}

const cpuMs = (): number | undefined => cpuOfStat('/proc/thread-self/stat', false);

parentPort?.on('message', (call: ThreadCall) => {
  parentPort?.postMessage(answer(call));
});
